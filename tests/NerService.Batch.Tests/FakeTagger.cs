using NerService.Batch.Tagging;
using NerService.Contracts.V1;

namespace NerService.Batch.Tests;

/// <summary>Answers at once: every word is a name of the kind that its length says, or none. Offsets are code points or UTF-16, as asked.</summary>
internal sealed class FakeTagger : IDocumentTagger
{
    internal string Model { get; init; } = "fake@1";

    internal string Gazetteer { get; init; } = "names1";

    /// <summary>What goes wrong with a document; null when nothing does.</summary>
    internal Func<ExtractRequest, string?> Refuse { get; init; } = _ => null;

    public int Concurrency => 8;

    public IReadOnlyList<KeyValuePair<string, string>> Identity => [new("model", Model), new("gazetteer", Gazetteer)];

    public async Task<TaggingOutcome> TagAsync(ExtractRequest request, CancellationToken cancellationToken)
    {
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        return Refuse(request) is { } reason ? new TaggingOutcome(null, reason) : new TaggingOutcome(Answer(request), null);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    internal static ExtractResponse Answer(ExtractRequest request)
    {
        var words = request.DocumentCase == ExtractRequest.DocumentOneofCase.Text ? request.Text.Split(' ') : [.. request.TokenizedText.Tokens];
        var response = new ExtractResponse { OffsetUnit = request.Options.OffsetUnit, ModelVersion = "fake@1", GazetteerVersion = "names1", Statistics = new Statistics { Words = words.Length, Windows = 1 } };
        var start = 0;
        for (var i = 0; i < words.Length; i++)
        {
            var length = request.Options.OffsetUnit == OffsetUnit.Utf16CodeUnit ? words[i].Length : words[i].EnumerateRunes().Count();
            var span = new Span { Start = start, End = start + length };
            var type = (EntityType)(words[i].Length % 4);
            if (type != EntityType.Unspecified)
            {
                response.Entities.Add(new Entity
                {
                    Type = type,
                    Text = words[i],
                    Span = span,
                    CoreSpan = span,
                    CoreText = words[i],
                    Confidence = 0.1f + words[i].Length / 20f,
                    Source = Source.Model,
                    Words = new WordRange { Start = i, End = i + 1 },
                    NormalizedName = words[i],
                });
            }
            if (request.Options.IncludeTokenLabels) response.Words.Add(new Word { Span = span, Label = type switch { EntityType.Person => "B-PER", EntityType.Location => "B-LOC", EntityType.Organization => "B-ORG", _ => "O" } });
            start += length + 1;
        }
        return response;
    }
}
