using NerService.Extraction;
using NerService.Gazetteer;
using NerService.Text;
using Proto = NerService.Contracts.V1;

namespace NerService.Mapping;

/// <summary>Turns a request of the contract into one that extraction understands. Limits are the host's matter and not checked here.</summary>
public static class RequestMapper
{
    /// <summary>Maps a request; splits its text into words, so it costs what a pass over the text costs.</summary>
    /// <returns>A request without deadline: that comes from the call, not from the message.</returns>
    /// <exception cref="ArgumentException">Neither text nor tokens are set, or an enum value is unknown.</exception>
    public static ExtractionRequest ToExtraction(Proto.ExtractRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var options = request.Options ?? new Proto.ExtractOptions();
        var gazetteer = options.Gazetteer ?? new Proto.GazetteerOptions();
        return new ExtractionRequest
        {
            Source = Source(request),
            Types = [.. options.Types_.Select(EnumMapper.FromProto)],
            MinConfidence = options.MinConfidence,
            Priority = EnumMapper.FromProto(options.Priority),
            UseGazetteer = !gazetteer.Disabled,
            Entries = [.. gazetteer.Entries.Select(Entry)],
            Deny = [.. gazetteer.Deny],
            Group = !options.DisableGrouping,
            IncludeSentences = options.IncludeSentences,
            Explain = options.Explain,
        };
    }

    private static SourceText Source(Proto.ExtractRequest request) => request.DocumentCase switch
    {
        Proto.ExtractRequest.DocumentOneofCase.Text => SourceText.FromText(request.Text),
        Proto.ExtractRequest.DocumentOneofCase.TokenizedText => SourceText.FromTokens(request.TokenizedText.Tokens),
        _ => throw new ArgumentException("The request holds no document: neither text nor tokenized_text is set.", nameof(request)),
    };

    private static GazetteerEntry Entry(Proto.GazetteerEntry entry) =>
        new(entry.Surface, EnumMapper.FromProto(entry.Type), entry.Id, Canonical: entry.Canonical.Length > 0 ? entry.Canonical : entry.Surface);
}
