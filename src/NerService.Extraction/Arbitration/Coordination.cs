using NerService.Text;

namespace NerService.Extraction.Arbitration;

/// <summary>A model's span that runs over a coordinating و, as in شكري ولافروف. Pure.</summary>
/// <param name="Parts">Its parts, in order; none where nothing is coordinated.</param>
/// <param name="Type">The span's type.</param>
internal readonly record struct Coordination(IReadOnlyList<WordRange> Parts, EntityType Type)
{
    /// <summary>The coordination that a stretch of words lies in or is.</summary>
    internal static Coordination Around(WordRange words, LabelEvidence labels, GazetteerEvidence gazetteer)
    {
        if (labels.ModelSpanAt(words.Start) is var index && index < 0) return new Coordination([], default);
        var (span, label) = labels.ModelSpans[index];
        var type = label.Type;
        return words.End <= span.End ? Of(span, type, gazetteer) : new Coordination([], type);
    }

    /// <summary>Cuts a span before every word that may be a coordinating و and a name.</summary>
    internal static Coordination Of(WordRange span, EntityType type, GazetteerEvidence gazetteer)
    {
        List<WordRange>? parts = null;
        var start = span.Start;
        for (var word = span.Start + 1; word < span.End; word++)
        {
            if (!gazetteer.MayCoordinate(word)) continue;
            (parts ??= []).Add(new WordRange(start, word));
            start = word;
        }
        parts?.Add(span with { Start = start });
        return new Coordination(parts ?? (IReadOnlyList<WordRange>)[], type);
    }

    /// <summary>Share of the parts that entries of the span's type match; 0 where there are none.</summary>
    internal float ShareKnown(GazetteerEvidence gazetteer)
    {
        var known = 0;
        foreach (var part in Parts)
            if (gazetteer.Find(part, Type) is not null) known++;
        return Parts.Count == 0 ? 0 : (float)known / Parts.Count;
    }
}
