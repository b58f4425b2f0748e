using NerService.Text.Documents;
using NerService.Text.Labels;

namespace NerService.Extraction.Candidates;

/// <summary>A model's span that runs over a coordinating و, as in شكري ولافروف. Immutable.</summary>
internal sealed class Coordination
{
    private static readonly Coordination None = new([], 0);

    private Coordination(IReadOnlyList<WordRange> parts, float shareKnown) => (Parts, ShareKnown) = (parts, shareKnown);

    /// <summary>Its parts, in order, each after the one before; none where nothing is coordinated.</summary>
    internal IReadOnlyList<WordRange> Parts { get; }

    /// <summary>Share of the parts that entries of the span's type match; 0 where there are none.</summary>
    internal float ShareKnown { get; }

    /// <summary>The coordination that a stretch of words lies in or is.</summary>
    internal static Coordination Around(WordRange words, LabelEvidence labels, GazetteerEvidence gazetteer)
    {
        if (labels.ModelSpanAt(words.Start) is var index && index < 0)
            return None;
        var (span, label) = labels.ModelSpans[index];
        return words.End <= span.End ? gazetteer.CoordinationOf(span, label.Type) : None;
    }

    /// <summary>Cuts a span before every word that may be a coordinating و and a name. Linear in its length;
    /// <see cref="GazetteerEvidence.CoordinationOf"/> does it once for each span.</summary>
    internal static Coordination Of(WordRange span, EntityType type, GazetteerEvidence gazetteer)
    {
        List<WordRange>? parts = null;
        var start = span.Start;
        for (var word = span.Start + 1; word < span.End; word++)
        {
            if (!gazetteer.MayCoordinate(word))
                continue;
            (parts ??= []).Add(new WordRange(start, word));
            start = word;
        }
        if (parts is null)
            return None;
        parts.Add(span with { Start = start });
        return new Coordination(parts, (float)parts.Count(part => gazetteer.Find(part, type) is not null) / parts.Count);
    }

    internal bool HasPart(WordRange words)
    {
        var first = WordOrder.LowerBound(Parts, words.Start, static part => part.Start);
        return first < Parts.Count && Parts[first] == words;
    }
}
