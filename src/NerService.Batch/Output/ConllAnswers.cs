using System.Text;
using NerService.Batch.Documents;
using NerService.Batch.Documents.Conll;

namespace NerService.Batch.Output;

/// <summary>
/// An answer as CoNLL. What came as CoNLL goes out with its own lines, of which only the labels change; anything else is written as one word, tab
/// and label per line, with an empty line after each document.
/// </summary>
internal static class ConllAnswers
{
    /// <summary>Adds the lines of an answer whose offsets are UTF-16 and that has a label for each word.</summary>
    internal static string? Format(AnsweredDocument answer, StringBuilder output)
    {
        var (document, response) = (answer.Document, answer.Response);
        if (document.Layout is { } layout)
        {
            var word = 0;
            foreach (var line in layout)
            {
                output.Append(line.Before);
                if (line.IsToken)
                    output.Append(line.InBrackets ? BracketLabels.Write(LabelAt(word)!, LabelAt(word + 1)) : LabelAt(word));
                word += line.IsToken ? 1 : 0;
                output.Append(line.After);
            }
            return null;

            string? LabelAt(int at) => at < response!.Words.Count ? response.Words[at].Label : null;
        }
        if (response is null)
            return null;
        var text = document.FullText;
        for (var word = 0; word < response.Words.Count; word++)
        {
            var span = response.Words[word].Span;
            var token = document.Tokens is { } tokens ? tokens[word] : text.AsSpan(span.Start, span.End - span.Start);
            if (token.IsEmpty || token.ContainsAny("\t\r\n "))
                return $"Token {word} is empty or holds white space, which a line of CoNLL cannot carry.";
            output.Append(token).Append('\t').Append(response.Words[word].Label).Append('\n');
        }
        output.Append('\n');
        return null;
    }
}
