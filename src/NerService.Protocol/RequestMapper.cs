using NerService.Extraction;
using NerService.Gazetteer;
using NerService.Text;
using Proto = NerService.Contracts.V1;

namespace NerService.Protocol;

/// <summary>Turns a request of the contract into one that extraction understands. Limits are the host's matter and not checked here.</summary>
public static class RequestMapper
{
    /// <summary>Maps a document and how to answer for it; splits its text into words, so it costs what a pass over the text costs.</summary>
    /// <param name="document">The document.</param>
    /// <param name="options">How to answer; null means every option at its default.</param>
    /// <returns>A request without deadline: that comes from the call, not from the message.</returns>
    /// <exception cref="ArgumentException">Neither text nor tokens are set, or an enum value is unknown.</exception>
    public static ExtractionRequest ToExtraction(Proto.Document? document, Proto.ExtractionOptions? options)
    {
        options ??= new Proto.ExtractionOptions();
        var gazetteer = options.Gazetteer ?? new Proto.GazetteerOptions();
        return new ExtractionRequest
        {
            Source = Source(document),
            Types = [.. options.Types_.Select(EnumMapper.FromProto)],
            MinConfidence = options.MinConfidence,
            Priority = EnumMapper.FromProto(options.Priority),
            UseGazetteer = !gazetteer.Disabled,
            Entries = [.. gazetteer.Entries.Select(Entry)],
            Deny = [.. gazetteer.Deny],
            Group = options.Wants(Proto.Feature.Entities),
            IncludeSentences = options.Wants(Proto.Feature.Sentences),
            Explain = options.Wants(Proto.Feature.Explanation),
        };
    }

    private static SourceText Source(Proto.Document? document) => document?.ContentCase switch
    {
        Proto.Document.ContentOneofCase.Text => SourceText.FromText(document.Text),
        Proto.Document.ContentOneofCase.TokenizedText => SourceText.FromTokens(document.TokenizedText.Tokens),
        _ => throw new ArgumentException("There is no document: neither text nor tokenized_text is set.", nameof(document)),
    };

    private static GazetteerEntry Entry(Proto.GazetteerEntry entry) =>
        new(entry.Surface, EnumMapper.FromProto(entry.Type), entry.Id, Canonical: entry.CanonicalName.Length > 0 ? entry.CanonicalName : entry.Surface);
}
