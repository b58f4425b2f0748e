using NerService.Contracts.Debug.V1Alpha;
using NerService.Contracts.V1;
using NerService.Protocol;

namespace NerService.Cli.Tagging;

/// <summary>How an answer is written: see --format.</summary>
internal enum TagFormat
{
    Text,
    Json,
    Conll,
}

/// <summary>Writes answers.</summary>
internal static class TagOutput
{
    /// <summary>
    /// Writes the answer for one document, whose text is that of its tokens joined by one space; for text and conll in UTF-16 offsets. The text
    /// format writes its explanation too where there is one, its features when asked for; labels are the names of its posteriors.
    /// </summary>
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
