using System.Collections.Immutable;
using NerService.Extraction.Arbitration;
using NerService.Text;

namespace NerService.Cli.Evaluation;

/// <summary>
/// Reads entities out of any BIO sequence as seqeval's default mode does: B-X begins a span; I-X continues one of its own type and otherwise, an orphan,
/// begins one; O and the end of the sequence end one. Spans of types that the service does not know, such as MISC, are left out.
/// </summary>
internal static class TaggedSpans
{
    /// <summary>The entities of a sequence, in order.</summary>
    /// <param name="tags">O, B-X or I-X each.</param>
    internal static ImmutableArray<LabelledEntity> Read(IReadOnlyList<string> tags)
    {
        var entities = ImmutableArray.CreateBuilder<LabelledEntity>();
        var start = -1;
        for (var i = 0; i <= tags.Count; i++)
        {
            var continues = i < tags.Count && start >= 0 && tags[i][0] == 'I' && tags[i].AsSpan(2).SequenceEqual(tags[start].AsSpan(2));
            if (continues) continue;
            if (start >= 0 && EntityTypes.TryParseTag(tags[start].AsSpan(2), out var type)) entities.Add(new LabelledEntity(new WordRange(start, i), type));
            start = i < tags.Count && tags[i] != "O" ? i : -1;
        }
        return entities.ToImmutable();
    }
}
