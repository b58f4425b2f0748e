using System.Collections.Immutable;
using NerService.Extraction.Explanations;
using NerService.Text.Documents;

namespace NerService.Extraction.Pipeline;

/// <summary>The answer for one document. Every span indexes <see cref="SourceText.Text"/> of <see cref="Source"/>.</summary>
public sealed record ExtractionResult
{
    /// <summary>The document that was asked about.</summary>
    public required SourceText Source { get; init; }

    /// <summary>The entities in document order, never overlapping.</summary>
    public required ImmutableArray<ExtractedEntity> Entities { get; init; }

    /// <summary>Mentions of one entity together, in order of first mention; empty when not asked for.</summary>
    public ImmutableArray<EntityGroup> Groups { get; init; } = [];

    /// <summary>The document's sentences in order; empty when not asked for.</summary>
    public ImmutableArray<TextSpan> Sentences { get; init; } = [];

    /// <summary>name@version of the model that answered.</summary>
    public required string ModelVersion { get; init; }

    /// <summary>Version of the gazetteer that answered; empty when none is loaded.</summary>
    public required string GazetteerVersion { get; init; }

    /// <summary>What the answer took.</summary>
    public required ExtractionStatistics Statistics { get; init; }

    /// <summary>Why; null when not asked for.</summary>
    public Explanation? Explanation { get; init; }

    /// <summary>The entities written as one IOB2 label per word (B-PER, I-PER, …, O), as many as the document has words.</summary>
    public string[] WordLabels()
    {
        var labels = new string[Source.WordCount];
        Array.Fill(labels, "O");
        foreach (var entity in Entities)
        {
            var label = entity.Label.Name;
            for (var word = entity.Words.Start; word < entity.Words.End; word++)
                labels[word] = (word == entity.Words.Start ? "B-" : "I-") + label;
        }
        return labels;
    }
}

/// <summary>What an answer took.</summary>
/// <param name="Windows">Windows the document was cut into; 0 for an empty document.</param>
/// <param name="Words">Words of the document.</param>
/// <param name="Subwords">Subwords of the words, each counted once however many windows it was in.</param>
/// <param name="QueueTime">The longest wait of the document's windows for the model.</param>
/// <param name="PreparationTime">Everything outside queue and inference.</param>
/// <param name="InferenceTime">Duration of the batches the document's windows were in, shared batches counted whole.</param>
public readonly record struct ExtractionStatistics(
    int Windows,
    int Words,
    int Subwords,
    TimeSpan QueueTime,
    TimeSpan PreparationTime,
    TimeSpan InferenceTime
);
