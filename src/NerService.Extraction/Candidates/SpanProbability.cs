using NerService.Text.Documents;
using NerService.Text.Labels;

namespace NerService.Extraction.Candidates;

/// <summary>The model's own, uncalibrated confidence.</summary>
internal static class SpanProbability
{
    /// <summary>Mean probability of the labels that spell out a span.</summary>
    internal static float Mean(LabelEvidence labels, WordRange words, EntityLabel label)
    {
        var sum = labels.Begin(words.Start, label);
        for (var word = words.Start + 1; word < words.End; word++)
            sum += labels.Inside(word, label);
        return sum / words.Length;
    }
}
