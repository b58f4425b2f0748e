using NerService.Batch.Tagging;
using NerService.Contracts.V1;
using NerService.Protocol;

namespace NerService.Batch.Tests;

/// <summary>Answers at once: every word is a name of the kind that its length says, or none. Offsets are code points or UTF-16, as asked.</summary>
internal sealed class FakeTagger : ITagger
{
    internal string Model { get; init; } = "fake@1";

    internal string Gazetteer { get; init; } = "names1";

    /// <summary>What goes wrong with a document; null when nothing does.</summary>
    internal Func<Document, string?> Refuse { get; init; } = _ => null;

    public int Concurrency => 8;

    public Task<TaggerInfo> DescribeAsync(CancellationToken cancellationToken) =>
        Task.FromResult(new TaggerInfo(Model, Gazetteer, [], [new("model", Model), new("gazetteer", Gazetteer)]));

    public async Task<TaggingOutcome> TagAsync(Document document, ExtractionOptions options, CancellationToken cancellationToken)
    {
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        return Refuse(document) is { } reason ? new TaggingOutcome(null, reason) : new TaggingOutcome(Answer(document, options), null);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    internal static ExtractEntitiesResponse Answer(Document document, ExtractionOptions options)
    {
        var words = document.ContentCase == Document.ContentOneofCase.Text ? document.Text.Split(' ') : [.. document.TokenizedText.Tokens];
        var response = new ExtractEntitiesResponse
        {
            OffsetUnit = options.OffsetUnit,
            ModelVersion = "fake@1",
            GazetteerVersion = "names1",
            Statistics = new Statistics { Words = words.Length, Windows = 1 },
        };
        var start = 0;
        for (var i = 0; i < words.Length; i++)
        {
            var length = options.OffsetUnit == OffsetUnit.Utf16CodeUnit ? words[i].Length : words[i].EnumerateRunes().Count();
            var span = new Span { Start = start, End = start + length };
            var type = (EntityType)(words[i].Length % 4);
            var label = type switch
            {
                EntityType.Person => "PER",
                EntityType.Location => "LOC",
                EntityType.Organization => "ORG",
                _ => "",
            };
            if (type != EntityType.Unspecified)
            {
                response.Mentions.Add(
                    new Mention
                    {
                        Type = type,
                        Label = label,
                        Text = words[i],
                        Span = span,
                        CoreSpan = span,
                        CoreText = words[i],
                        Confidence = 0.1f + words[i].Length / 20f,
                        Source = Source.Model,
                        Words = new WordRange { Start = i, End = i + 1 },
                        NormalizedName = words[i],
                    }
                );
            }
            if (options.Wants(Feature.WordLabels))
                response.Words.Add(new Word { Span = span, Label = label.Length > 0 ? "B-" + label : "O" });
            start += length + 1;
        }
        return response;
    }
}
