using NerService.Contracts.Debug.V1Alpha;
using NerService.Contracts.V1;
using NerService.Protocol;

namespace NerService.Cli.Tagging;

/// <summary>How an answer is written.</summary>
internal enum TagFormat
{
    /// <summary>The text with its entities marked, for people.</summary>
    Text,

    /// <summary>The response as one line of JSON a document.</summary>
    Json,

    /// <summary>A word and its IOB2 label a line, an empty line after each document.</summary>
    Conll,
}

/// <summary>Writes answers.</summary>
internal static class TagOutput
{
    /// <summary>Writes the answer for one document.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="format">How.</param>
    /// <param name="colour">Whether the text format marks entities with colour, else with brackets.</param>
    /// <param name="text">The document; for tokens those joined by one space.</param>
    /// <param name="response">The answer; for text and conll in UTF-16 offsets. The text format writes its explanation too where there is
    /// one.</param>
    /// <param name="labels">Names of the explanation's posteriors.</param>
    /// <param name="features">Whether the text format's explanation lists features.</param>
    internal static async Task WriteAsync(
        TextWriter output,
        TagFormat format,
        bool colour,
        string text,
        ExtractEntitiesResponse response,
        IReadOnlyList<string> labels,
        bool features
    )
    {
        switch (format)
        {
            case TagFormat.Json:
                await output.WriteLineAsync(ProtoJson.Format(response));
                break;
            case TagFormat.Conll:
                foreach (var word in response.Words)
                    await output.WriteLineAsync($"{text.AsSpan(word.Span.Start, word.Span.End - word.Span.Start)}\t{word.Label}");
                await output.WriteLineAsync();
                break;
            default:
                await output.WriteLineAsync(EntityHighlighter.Highlight(text, response.Mentions, colour));
                if (response.Explanation is { } explanation)
                    await ExplanationWriter.WriteAsync(output, explanation.Unpack<Explanation>(), labels, features);
                break;
        }
    }
}
