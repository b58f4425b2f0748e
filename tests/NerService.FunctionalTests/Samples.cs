using System.Text;
using Grpc.Core;
using V1 = NerService.Contracts.V1;

namespace NerService.FunctionalTests;

/// <summary>Documents that the tests send, and how a caller slices them.</summary>
internal static class Samples
{
    /// <summary>Two people and two places.</summary>
    internal const string News = "التقى وزير الخارجية الروسي سيرغي لافروف نظيره المصري سامح شكري في القاهرة لبحث الأوضاع في غزة.";

    /// <summary>The same with tashkeel and tatweel sprinkled over it, an emoji of two code points before it and a flag within.</summary>
    internal const string Sprinkled = "👍🏽 التقى وزير الخارجية الروسي سِيرغي لافْروف نظيره المصري 🇪🇬 سامح شكري في القـاهرة لبحث الأوضاع في غَزّة.";

    internal static V1.ExtractEntitiesRequest Text(string text, V1.ExtractionOptions? options = null, string id = "") =>
        new()
        {
            Document = new V1.Document { Id = id, Text = text },
            Options = options,
        };

    internal static V1.ExtractEntitiesRequest Tokens(IEnumerable<string> tokens, V1.ExtractionOptions? options = null)
    {
        var request = new V1.ExtractEntitiesRequest
        {
            Document = new V1.Document { TokenizedText = new V1.TokenizedText() },
            Options = options,
        };
        request.Document.TokenizedText.Tokens.AddRange(tokens);
        return request;
    }

    /// <summary>The same as a message of a stream.</summary>
    internal static V1.StreamExtractEntitiesRequest Streamed(V1.ExtractEntitiesRequest request) =>
        new() { Document = request.Document, Options = request.Options };

    /// <inheritdoc cref="Text"/>
    internal static V1.StreamExtractEntitiesRequest Streamed(string text, V1.ExtractionOptions? options = null, string id = "") =>
        Streamed(Text(text, options, id));

    /// <summary>The outcomes of a stream.</summary>
    internal static ValueTask<List<V1.DocumentOutcome>> OutcomesAsync(
        this IAsyncStreamReader<V1.StreamExtractEntitiesResponse> responses,
        CancellationToken cancellationToken
    ) => responses.ReadAllAsync(cancellationToken).Select(response => response.Outcome).ToListAsync(cancellationToken);

    /// <summary>A long document of many sentences.</summary>
    internal static string Long(int sentences) => string.Join(' ', Enumerable.Repeat(News, sentences));

    /// <summary>Slices as a caller in each language would.</summary>
    internal static string Slice(string text, V1.Span span, V1.OffsetUnit unit) =>
        unit switch
        {
            V1.OffsetUnit.Utf16CodeUnit => text[span.Start..span.End],
            V1.OffsetUnit.Utf8Byte => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)[span.Start..span.End]),
            _ => string.Concat(text.EnumerateRunes().Skip(span.Start).Take(span.End - span.Start)),
        };

    /// <summary>A document of the given words: sentences cut from the news, the first word changed so that no two are alike.</summary>
    internal static string Varied(int seed)
    {
        var words = News.Split(' ');
        var length = 1 + seed * 7 % (words.Length * 3);
        return string.Join(' ', Enumerable.Range(0, length).Select(i => words[(i + seed) % words.Length]));
    }

    /// <summary>The part of an answer that must not depend on anything but the document: everything except timings.</summary>
    internal static V1.ExtractEntitiesResponse WithoutTimings(V1.ExtractEntitiesResponse response)
    {
        var copy = response.Clone();
        (copy.Statistics.QueueTime, copy.Statistics.PreparationTime, copy.Statistics.InferenceTime) = (null, null, null);
        return copy;
    }
}
