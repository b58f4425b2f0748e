using System.Text;
using NerService.Batch.Documents;
using NerService.Protocol;

namespace NerService.Batch.Output;

/// <summary>
/// An answer as a line of JSON: the document's id, its other fields as they came, the text when asked for, and the contract's mentions and entities.
/// Nothing in it depends on when or beside what the document was tagged.
/// </summary>
internal static class JsonlAnswers
{
    /// <summary>Fields that the answer brings itself; those of the input by these names are not passed on.</summary>
    internal static readonly string[] Own = ["id", "text", "tokens", "mentions", "entities", "words", "sentences"];

    internal static string? Format(AnsweredDocument answer, bool includeText, StringBuilder output)
    {
        var (document, response) = (answer.Document, answer.Response);
        if (response is null)
            return null;
        output.Append("{\"id\":").Append(document.Id);
        foreach (var (name, value) in document.Fields)
            if (!Own.Contains(name))
                output.Append(',').Append(JsonText.Quote(name)).Append(':').Append(value);
        if (includeText && document.Text is { } text)
            output.Append(",\"text\":").Append(JsonText.Quote(text));
        if (includeText && document.Tokens is { } tokens)
            output.Append(",\"tokens\":[").AppendJoin(',', tokens.Select(JsonText.Quote)).Append(']');
        output.Append(",\"mentions\":[").AppendJoin(',', response.Mentions.Select(ProtoJson.Format)).Append(']');
        if (response.Entities.Count > 0)
            output.Append(",\"entities\":[").AppendJoin(',', response.Entities.Select(ProtoJson.Format)).Append(']');
        if (response.Words.Count > 0)
            output.Append(",\"words\":[").AppendJoin(',', response.Words.Select(ProtoJson.Format)).Append(']');
        if (response.Sentences.Count > 0)
            output.Append(",\"sentences\":[").AppendJoin(',', response.Sentences.Select(ProtoJson.Format)).Append(']');
        output.Append("}\n");
        return null;
    }
}
