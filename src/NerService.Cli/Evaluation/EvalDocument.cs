using NerService.Text;

namespace NerService.Cli.Evaluation;

/// <summary>What is one document when a file is scored.</summary>
internal enum EvalUnit
{
    /// <summary>Each sentence of the file.</summary>
    Sentence,

    /// <summary>The stretch between -DOCSTART- lines, its sentences joined.</summary>
    Document,
}

/// <summary>A document to score: the words that the extractor gets and the spans it should find.</summary>
internal sealed record EvalDocument(IReadOnlyList<string> Tokens, IReadOnlyList<TaggedSpan> Gold)
{
    /// <summary>Cuts a file's documents into those that are scored. A gold span never crosses a sentence.</summary>
    internal static IEnumerable<EvalDocument> From(ConllDocument document, EvalUnit unit)
    {
        if (unit == EvalUnit.Sentence) return document.Sentences.Select(sentence => new EvalDocument(sentence.Tokens, TaggedSpans.Read(sentence.Tags)));
        var tokens = new List<string>();
        var gold = new List<TaggedSpan>();
        foreach (var sentence in document.Sentences)
        {
            gold.AddRange(TaggedSpans.Read(sentence.Tags).Select(span => span with { Words = new WordRange(span.Words.Start + tokens.Count, span.Words.End + tokens.Count) }));
            tokens.AddRange(sentence.Tokens);
        }
        return [new EvalDocument(tokens, gold)];
    }
}
