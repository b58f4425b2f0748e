using NerService.Contracts.V1;
using NerService.Extraction.Pipeline;
using NerService.Protocol;
using NerService.Server.Options;

namespace NerService.Server.Calls;

/// <summary>How documents are to be answered: checked and mapped once, by the first that needs it, for any number of them. Thread-safe.</summary>
/// <param name="options">As received; null means every option at its default.</param>
/// <param name="limits">What they, and documents, may hold.</param>
/// <param name="inJson">Whether errors name fields by their JSON names.</param>
internal sealed class AnswerOptions(ExtractionOptions? options, LimitsOptions limits, bool inJson)
{
    private readonly Lazy<Violations?> _violations = new(() => RequestValidator.Validate(options, limits, inJson));
    private readonly Lazy<ExtractionRequest> _template = new(() => RequestMapper.ToTemplate(options));

    /// <summary>As received.</summary>
    internal ExtractionOptions? Proto => options;

    /// <summary>A request without a document. Only of options without violations.</summary>
    internal ExtractionRequest Template => _template.Value;

    /// <summary>What is wrong with a document, or with these options; null when nothing is.</summary>
    internal Violations? ViolationsWith(Document? document) => RequestValidator.Validate(document, _violations.Value, limits, inJson);
}
