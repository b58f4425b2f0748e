using System.Collections.Immutable;
using NerService.Text.Documents;
using NerService.Text.Labels;
using NerService.Workbench.Training;

namespace NerService.Workbench.Evaluation;

/// <summary>What is one document when a file is scored.</summary>
internal enum EvalUnit
{
    /// <summary>Each sentence of the file.</summary>
    Sentence,

    /// <summary>The stretch between -DOCSTART- lines, its sentences joined.</summary>
    Document,
}

/// <summary>Cuts CoNLL files into annotated documents. An entity never crosses a sentence.</summary>
internal static class LabelledDocuments
{
    /// <summary>Sentences kept together in training where a file says what its documents are, and where it does not.</summary>
    private const int SentencesOfKnownDocument = 20,
        SentencesOfUnknownDocument = 10;

    /// <summary>The documents of a file that are scored.</summary>
    internal static IEnumerable<LabelledDocument> ForScoring(ConllFile file, EvalUnit unit, ScoredLabels labels)
    {
        for (var number = 0; number < file.Documents.Count; number++)
        {
            var group = $"{file.Name}/{number}";
            if (unit == EvalUnit.Document)
                yield return Joined(file.Name, group, file.Documents[number], labels);
            else
                foreach (var sentence in file.Documents[number].Sentences)
                    yield return Single(file.Name, group, sentence, [], labels);
        }
    }

    /// <summary>
    /// The sentences of a file, each in the group that must not be split between training and testing: 20 neighbours of one document, or, in a file
    /// that does not say where its documents begin, 10 neighbours.
    /// </summary>
    /// <param name="file">The file.</param>
    /// <param name="types">The types that are annotated by the product's guideline; empty means all.</param>
    internal static IEnumerable<LabelledDocument> ForTraining(ConllFile file, ImmutableArray<EntityType> types)
    {
        var together = file.NamesDocuments ? SentencesOfKnownDocument : SentencesOfUnknownDocument;
        for (var number = 0; number < file.Documents.Count; number++)
        {
            var sentences = file.Documents[number].Sentences;
            for (var i = 0; i < sentences.Count; i++)
                yield return Single(file.Name, $"{file.Name}/{number}/{i / together}", sentences[i], types, ScoredLabels.OfTypes);
        }
    }

    private static LabelledDocument Single(
        string file,
        string group,
        ConllSentence sentence,
        ImmutableArray<EntityType> types,
        ScoredLabels labels
    ) => new(file, group, SourceText.FromTokens(sentence.Tokens), TaggedSpans.Read(sentence.Labels, labels), types);

    private static LabelledDocument Joined(string file, string group, ConllDocument document, ScoredLabels labels)
    {
        var tokens = new List<string>();
        var entities = ImmutableArray.CreateBuilder<LabelledEntity>();
        foreach (var sentence in document.Sentences)
        {
            foreach (var (words, type) in TaggedSpans.Read(sentence.Labels, labels))
                entities.Add(new LabelledEntity(new WordRange(words.Start + tokens.Count, words.End + tokens.Count), type));
            tokens.AddRange(sentence.Tokens);
        }
        return new LabelledDocument(file, group, SourceText.FromTokens(tokens), entities.ToImmutable());
    }
}
