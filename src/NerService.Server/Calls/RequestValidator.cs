using System.Globalization;
using Google.Protobuf.Collections;
using NerService.Contracts.V1;
using NerService.Gazetteer;
using NerService.Protocol;
using NerService.Server.Options;
using EntityLabel = NerService.Text.Labels.EntityLabel;
using GazetteerEntry = NerService.Gazetteer.GazetteerEntry;
using GazetteerOptions = NerService.Contracts.V1.GazetteerOptions;
using V1 = NerService.Contracts.V1;

namespace NerService.Server.Calls;

/// <summary>
/// Checks a document and its options against the contract and the limits. Pure; what it finds never quotes the document.
/// </summary>
internal sealed class RequestValidator
{
    private const string CodeUnits = "UTF-16 code units";

    private readonly LimitsOptions _limits;
    private readonly Violations _violations;

    private RequestValidator(LimitsOptions limits, bool inJson) => (_limits, _violations) = (limits, new Violations(inJson));

    private Violations? Found => _violations.Count == 0 ? null : _violations;

    /// <summary>Finds everything that is wrong with a document and its options; null when nothing is.</summary>
    /// <param name="document">As received.</param>
    /// <param name="ofOptions">What is wrong with the options; null when nothing is.</param>
    /// <param name="limits">What a document may hold.</param>
    /// <param name="inJson">Whether errors name fields by their JSON names.</param>
    internal static Violations? Validate(Document? document, Violations? ofOptions, LimitsOptions limits, bool inJson)
    {
        var validator = new RequestValidator(limits, inJson);
        validator.CheckDocument(document);
        if (ofOptions is not null)
            validator._violations.Add(ofOptions);
        return validator.Found;
    }

    /// <summary>Finds everything that is wrong with options; null when nothing is.</summary>
    internal static Violations? Validate(ExtractionOptions? options, LimitsOptions limits, bool inJson)
    {
        var validator = new RequestValidator(limits, inJson);
        if (options is not null)
            validator.CheckOptions(options);
        return validator.Found;
    }

    private void CheckDocument(Document? document)
    {
        if (document is { Id.Length: var length } && length > _limits.MaxDocumentIdLength)
            _violations.Exceeds("document.id", ErrorReason.DocumentIdTooLong, length, _limits.MaxDocumentIdLength, CodeUnits);
        switch (document?.ContentCase)
        {
            case Document.ContentOneofCase.Text:
                if (document.Text.Length > _limits.MaxTextLength)
                    _violations.Exceeds("document.text", ErrorReason.TextTooLong, document.Text.Length, _limits.MaxTextLength, CodeUnits);
                break;
            case Document.ContentOneofCase.TokenizedText:
                CheckTokens(document.TokenizedText.Tokens);
                break;
            default:
                _violations.Add(
                    "document",
                    ErrorReason.DocumentMissing,
                    $"Neither text nor {_violations.NameOf("tokenized_text")} is set; an empty document is an empty text or an empty list of tokens."
                );
                break;
        }
    }

    private void CheckTokens(RepeatedField<string> tokens)
    {
        const string field = "document.tokenized_text.tokens";
        if (tokens.Count > _limits.MaxTokens)
            _violations.Exceeds(field, ErrorReason.TooManyTokens, tokens.Count, _limits.MaxTokens, "tokens");
        long joined = Math.Max(0, tokens.Count - 1);
        for (var i = 0; i < tokens.Count; i++)
        {
            joined += tokens[i].Length;
            if (tokens[i].Length > _limits.MaxTokenLength)
                _violations.Exceeds($"{field}[{i}]", ErrorReason.TokenTooLong, tokens[i].Length, _limits.MaxTokenLength, CodeUnits);
        }
        if (joined > _limits.MaxTextLength)
            _violations.Exceeds(
                "document.tokenized_text",
                ErrorReason.TextTooLong,
                (int)Math.Min(joined, int.MaxValue),
                _limits.MaxTextLength,
                $"{CodeUnits} when its tokens are joined by one space"
            );
    }

    private void CheckOptions(ExtractionOptions options)
    {
        CheckEnum("options.offset_unit", options.OffsetUnit, mayBeUnspecified: true);
        CheckEnum("options.priority", options.Priority, mayBeUnspecified: true);
        for (var i = 0; i < options.Features.Count; i++)
            CheckEnum($"options.features[{i}]", options.Features[i], mayBeUnspecified: false);
        for (var i = 0; i < options.Types_.Count; i++)
            CheckEnum($"options.types[{i}]", options.Types_[i], mayBeUnspecified: false);
        if (options.HasMinConfidence)
            CheckProbability("options.min_confidence", options.MinConfidence);
        foreach (var (label, confidence) in options.MinConfidenceByLabel)
            CheckProbability($"options.min_confidence_by_label[\"{label}\"]", confidence);
        if (options.Gazetteer is { } gazetteer)
            CheckGazetteer(gazetteer);
    }

    private void CheckGazetteer(GazetteerOptions gazetteer)
    {
        CheckCount("options.gazetteer.entries", gazetteer.Entries.Count);
        CheckCount("options.gazetteer.deny", gazetteer.Deny.Count);
        for (var i = 0; i < Math.Min(gazetteer.Entries.Count, _limits.MaxGazetteerEntries); i++)
        {
            var (field, entry) = ($"options.gazetteer.entries[{i}]", gazetteer.Entries[i]);
            CheckSurface($"{field}.surface", entry.Surface);
            CheckEnum($"{field}.type", entry.Type, mayBeUnspecified: entry.Label.Length > 0);
            CheckLabel($"{field}.label", entry);
            CheckLength($"{field}.id", entry.Id);
            CheckLength($"{field}.canonical_name", entry.CanonicalName);
        }
        for (var i = 0; i < Math.Min(gazetteer.Deny.Count, _limits.MaxGazetteerEntries); i++)
            CheckSurface($"options.gazetteer.deny[{i}]", gazetteer.Deny[i]);
    }

    private void CheckLabel(string field, V1.GazetteerEntry entry)
    {
        if (entry.Label.Length == 0)
            return;
        if (!EntityLabel.IsName(entry.Label))
            _violations.Invalid(field, "It cannot be a label; allowed are 1 to 64 letters, digits, _ and -, a letter first.");
        else if (
            entry.Type != V1.EntityType.Unspecified
            && Enum.IsDefined(entry.Type)
            && EnumMapper.FromProto(entry.Type) is var type
            && EntityLabel.Of(entry.Label).Type != type
        )
            _violations.Invalid(
                field,
                $"It is of type {EnumNames.Of(EnumMapper.ToProto(EntityLabel.Of(entry.Label).Type))}, and the entry's type is "
                    + $"{EnumNames.Of(entry.Type)}."
            );
    }

    private void CheckCount(string field, int found)
    {
        if (found > _limits.MaxGazetteerEntries)
            _violations.Exceeds(field, ErrorReason.TooManyGazetteerEntries, found, _limits.MaxGazetteerEntries, "entries");
    }

    private void CheckSurface(string field, string surface)
    {
        if (GazetteerRules.Problem(new GazetteerEntry(surface, NerService.Text.Labels.EntityType.Person, "")) is { } problem)
            _violations.Invalid(field, $"It cannot be a name: {problem}.");
    }

    private void CheckLength(string field, string value)
    {
        if (value.Length > GazetteerRules.MaxSurfaceLength)
            _violations.Invalid(field, $"It has {value.Length} {CodeUnits}; allowed are {GazetteerRules.MaxSurfaceLength}.");
    }

    private void CheckProbability(string field, float value)
    {
        if (value is not (>= 0 and <= 1))
            _violations.Invalid(field, string.Create(CultureInfo.InvariantCulture, $"It is {value}; allowed are 0 to 1."));
    }

    /// <summary>Refuses values that this server does not know; of a request it would have to guess what they ask for.</summary>
    private void CheckEnum<T>(string field, T value, bool mayBeUnspecified)
        where T : struct, Enum
    {
        if (Enum.IsDefined(value) && (mayBeUnspecified || !value.Equals(default(T))))
            return;
        var allowed = Enum.GetValues<T>().Where(known => !known.Equals(default(T))).Select(known => $"{EnumNames.Of(known)} ({known:D})");
        _violations.Invalid(field, $"The value {value:D} is not known; allowed are {string.Join(", ", allowed)}.");
    }
}
