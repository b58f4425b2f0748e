using System.Collections.Immutable;
using NerService.Extraction.Selection;
using NerService.Gazetteer;
using NerService.Gazetteer.Index;

namespace NerService.Extraction.Pipeline;

/// <summary>
/// The names that a caller brings along. They are read and indexed once, by the first document that needs them, so one object serves any number of
/// documents. Immutable and thread-safe.
/// </summary>
public sealed class CallerNames
{
    private readonly Lazy<GazetteerIndex> _index;
    private readonly Lazy<DenyList> _deny;

    /// <summary>Takes names.</summary>
    /// <param name="entries">The caller's own names.</param>
    /// <param name="deny">Surfaces that must not be returned, compared by gazetteer key with the core span; null means none.</param>
    public CallerNames(IEnumerable<GazetteerEntry> entries, IEnumerable<string>? deny = null)
    {
        Entries = [.. entries];
        Deny = [.. deny ?? []];
        _index = new Lazy<GazetteerIndex>(() => GazetteerIndex.Build(Entries));
        _deny = new Lazy<DenyList>(() => new DenyList(Deny));
    }

    /// <summary>No names.</summary>
    public static CallerNames None { get; } = new([]);

    /// <summary>The caller's own names.</summary>
    public ImmutableArray<GazetteerEntry> Entries { get; }

    /// <summary>Surfaces that must not be returned.</summary>
    public ImmutableArray<string> Deny { get; }

    /// <exception cref="ArgumentException">An entry cannot be a name.</exception>
    internal GazetteerIndex Index => _index.Value;

    internal DenyList DenyList => _deny.Value;
}
