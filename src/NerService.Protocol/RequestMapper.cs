using System.Collections.Immutable;
using NerService.Extraction.Pipeline;
using NerService.Gazetteer;
using NerService.Text.Documents;
using NerService.Text.Labels;
using Proto = NerService.Contracts.V1;

namespace NerService.Protocol;

/// <summary>Turns a request of the contract into one that extraction understands. Limits are the host's matter and not checked here.</summary>
public static class RequestMapper
{
    private static readonly SourceText NoDocument = SourceText.FromText("");

    /// <summary>Maps a document and how to answer for it; splits its text into words, so it costs what a pass over the text costs.</summary>
    /// <param name="document">The document.</param>
    /// <param name="options">How to answer; null means every option at its default.</param>
    /// <returns>A request without deadline: that comes from the call, not from the message.</returns>
    /// <exception cref="ArgumentException">Neither text nor tokens are set, or an enum value is unknown.</exception>
    public static ExtractionRequest ToExtraction(Proto.Document? document, Proto.ExtractionOptions? options) =>
        ToTemplate(options) with
        {
            Source = ToSource(document),
        };

    /// <summary>Maps how documents are answered; the caller's names in it are indexed once, however many documents are answered by it.</summary>
    /// <param name="options">How to answer; null means every option at its default.</param>
    /// <returns>A request without a document.</returns>
    /// <exception cref="ArgumentException">An enum value is unknown.</exception>
    public static ExtractionRequest ToTemplate(Proto.ExtractionOptions? options)
    {
        options ??= new Proto.ExtractionOptions();
        var gazetteer = options.Gazetteer ?? new Proto.GazetteerOptions();
        return new ExtractionRequest
        {
            Source = NoDocument,
            Types = [.. options.Types_.Select(EnumMapper.FromProto)],
            Labels = [.. options.Labels],
            MinConfidence = options.MinConfidence,
            MinConfidenceByLabel = options.MinConfidenceByLabel.ToImmutableDictionary(StringComparer.Ordinal),
            Priority = EnumMapper.FromProto(options.Priority),
            UseGazetteer = !gazetteer.Disabled,
            Names = gazetteer is { Entries.Count: 0, Deny.Count: 0 }
                ? CallerNames.None
                : new CallerNames(gazetteer.Entries.Select(Entry), gazetteer.Deny),
            Group = options.Wants(Proto.Feature.Entities),
            IncludeSentences = options.Wants(Proto.Feature.Sentences),
            Explain = options.Wants(Proto.Feature.Explanation),
            ModelVersion = options.ModelVersion.Length > 0 ? options.ModelVersion : null,
            GazetteerVersion = options.GazetteerVersion.Length > 0 ? options.GazetteerVersion : null,
        };
    }

    /// <summary>Maps a document; splits its text into words, so it costs what a pass over the text costs.</summary>
    /// <exception cref="ArgumentException">Neither text nor tokens are set.</exception>
    public static SourceText ToSource(Proto.Document? document) =>
        document?.ContentCase switch
        {
            Proto.Document.ContentOneofCase.Text => SourceText.FromText(document.Text),
            Proto.Document.ContentOneofCase.TokenizedText => SourceText.FromTokens(document.TokenizedText.Tokens),
            _ => throw new ArgumentException("There is no document: neither text nor tokenized_text is set.", nameof(document)),
        };

    private static GazetteerEntry Entry(Proto.GazetteerEntry entry) =>
        new(
            entry.Surface,
            entry.Label.Length > 0 ? EntityLabel.Of(entry.Label) : EnumMapper.FromProto(entry.Type),
            entry.Id,
            Canonical: entry.CanonicalName.Length > 0 ? entry.CanonicalName : entry.Surface
        );
}
