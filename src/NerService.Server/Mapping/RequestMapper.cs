using NerService.Extraction;
using NerService.Gazetteer;
using NerService.Text;
using V1 = NerService.Contracts.V1;

namespace NerService.Server.Mapping;

/// <summary>Turns a validated request into what the extractor takes.</summary>
internal static class RequestMapper
{
    /// <param name="request">Validated.</param>
    /// <param name="deadline">When the caller stops waiting; null means never.</param>
    internal static ExtractionRequest Map(V1.ExtractRequest request, DateTimeOffset? deadline)
    {
        var options = request.Options ?? new V1.ExtractOptions();
        var gazetteer = options.Gazetteer ?? new V1.GazetteerOptions();
        return new ExtractionRequest
        {
            Source = request.DocumentCase == V1.ExtractRequest.DocumentOneofCase.TokenizedText ? SourceText.FromTokens(request.TokenizedText.Tokens) : SourceText.FromText(request.Text),
            Types = [.. options.Types_.Select(EnumMapping.ToEntityType).Distinct()],
            MinConfidence = options.MinConfidence,
            Priority = EnumMapping.ToPriority(options.Priority),
            Deadline = deadline,
            UseGazetteer = !gazetteer.Disabled,
            Entries = [.. gazetteer.Entries.Select(Map)],
            Deny = [.. gazetteer.Deny],
            Group = !options.DisableGrouping,
            IncludeSentences = options.IncludeSentences,
            Explain = options.Explain,
        };
    }

    private static GazetteerEntry Map(V1.GazetteerEntry entry) =>
        new(entry.Surface, EnumMapping.ToEntityType(entry.Type), entry.Id, Canonical: entry.Canonical.Length == 0 ? entry.Surface : entry.Canonical);
}
