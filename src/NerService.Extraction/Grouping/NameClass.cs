using NerService.Text.Labels;

namespace NerService.Extraction.Grouping;

/// <summary>The mentions of one kind and key.</summary>
internal sealed class NameClass(EntityLabel kind, MentionName name)
{
    /// <summary>The type, or the label where it is none.</summary>
    internal EntityLabel Kind { get; } = kind;

    internal MentionName Name { get; } = name;

    /// <summary>Indices of the mentions, in document order.</summary>
    internal List<int> Mentions { get; } = [];

    /// <summary>The first mention's id that has one.</summary>
    internal string? GazetteerId { get; set; }

    /// <summary>An earlier name that this one is another spelling of.</summary>
    internal NameClass? Spelling { get; set; }

    /// <summary>Longer names that this one is part of, in order of first mention.</summary>
    internal List<NameClass> Wholes { get; set; } = [];

    /// <summary>The first mention that could mean more than one person.</summary>
    internal int? Apart { get; set; }
}
