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
/// Checks a document and its options against the contract and the limits. Pure; what it finds never quotes the document. Fields are named as in the
/// proto file.
/// </summary>
internal static class RequestValidator
{
    private const string CodeUnits = "UTF-16 code units";

    /// <summary>Finds everything that is wrong with a document and its options; null when nothing is.</summary>
    internal static Violations? Validate(Document? document, Violations? ofOptions, LimitsOptions limits)
    {
        var violations = new Violations();
        CheckDocument(document, limits, violations);
        if (ofOptions is not null)
            violations.Add(ofOptions);
        return violations.Count == 0 ? null : violations;
    }

    /// <summary>Finds everything that is wrong with options; null when nothing is.</summary>
    internal static Violations? Validate(ExtractionOptions? options, LimitsOptions limits)
    {
        var violations = new Violations();
        if (options is not null)
            CheckOptions(options, limits, violations);
        return violations.Count == 0 ? null : violations;
    }

    private static void CheckDocument(Document? document, LimitsOptions limits, Violations violations)
    {
        if (document is { Id.Length: var length } && length > limits.MaxDocumentIdLength)
            violations.Exceeds("document.id", ErrorReason.DocumentIdTooLong, length, limits.MaxDocumentIdLength, CodeUnits);
        switch (document?.ContentCase)
        {
            case Document.ContentOneofCase.Text:
                if (document.Text.Length > limits.MaxTextLength)
                    violations.Exceeds("document.text", ErrorReason.TextTooLong, document.Text.Length, limits.MaxTextLength, CodeUnits);
                break;
            case Document.ContentOneofCase.TokenizedText:
                CheckTokens(document.TokenizedText.Tokens, limits, violations);
                break;
            default:
                violations.Add(
                    "document",
                    ErrorReason.DocumentMissing,
                    "Neither text nor tokenized_text is set; an empty document is an empty text or an empty list of tokens.",
                    ("field", "document")
                );
                break;
        }
    }

    private static void CheckTokens(RepeatedField<string> tokens, LimitsOptions limits, Violations violations)
    {
        const string field = "document.tokenized_text.tokens";
        if (tokens.Count > limits.MaxTokens)
            violations.Exceeds(field, ErrorReason.TooManyTokens, tokens.Count, limits.MaxTokens, "tokens");
        long joined = Math.Max(0, tokens.Count - 1);
        for (var i = 0; i < tokens.Count; i++)
        {
            joined += tokens[i].Length;
            if (tokens[i].Length > limits.MaxTokenLength)
                violations.Exceeds($"{field}[{i}]", ErrorReason.TokenTooLong, tokens[i].Length, limits.MaxTokenLength, CodeUnits);
        }
        if (joined > limits.MaxTextLength)
            violations.Exceeds(
                "document.tokenized_text",
                ErrorReason.TextTooLong,
                (int)Math.Min(joined, int.MaxValue),
                limits.MaxTextLength,
                $"{CodeUnits} when its tokens are joined by one space"
            );
    }

    private static void CheckOptions(ExtractionOptions options, LimitsOptions limits, Violations violations)
    {
        CheckEnum("options.offset_unit", options.OffsetUnit, mayBeUnspecified: true, violations);
        CheckEnum("options.priority", options.Priority, mayBeUnspecified: true, violations);
        for (var i = 0; i < options.Features.Count; i++)
            CheckEnum($"options.features[{i}]", options.Features[i], mayBeUnspecified: false, violations);
        for (var i = 0; i < options.Types_.Count; i++)
            CheckEnum($"options.types[{i}]", options.Types_[i], mayBeUnspecified: false, violations);
        if (options.HasMinConfidence)
            CheckProbability("options.min_confidence", options.MinConfidence, violations);
        foreach (var (label, confidence) in options.MinConfidenceByLabel)
            CheckProbability($"options.min_confidence_by_label[{label}]", confidence, violations);
        if (options.Gazetteer is { } gazetteer)
            CheckGazetteer(gazetteer, limits, violations);
    }

    private static void CheckGazetteer(GazetteerOptions gazetteer, LimitsOptions limits, Violations violations)
    {
        CheckCount("options.gazetteer.entries", gazetteer.Entries.Count, limits, violations);
        CheckCount("options.gazetteer.deny", gazetteer.Deny.Count, limits, violations);
        for (var i = 0; i < Math.Min(gazetteer.Entries.Count, limits.MaxGazetteerEntries); i++)
        {
            var (field, entry) = ($"options.gazetteer.entries[{i}]", gazetteer.Entries[i]);
            CheckSurface($"{field}.surface", entry.Surface, violations);
            CheckEnum($"{field}.type", entry.Type, mayBeUnspecified: entry.Label.Length > 0, violations);
            CheckLabel($"{field}.label", entry, violations);
            CheckLength($"{field}.id", entry.Id, violations);
            CheckLength($"{field}.canonical_name", entry.CanonicalName, violations);
        }
        for (var i = 0; i < Math.Min(gazetteer.Deny.Count, limits.MaxGazetteerEntries); i++)
            CheckSurface($"options.gazetteer.deny[{i}]", gazetteer.Deny[i], violations);
    }

    private static void CheckLabel(string field, V1.GazetteerEntry entry, Violations violations)
    {
        if (entry.Label.Length == 0)
            return;
        if (!EntityLabel.IsName(entry.Label))
            violations.Invalid(field, "It cannot be a label; allowed are 1 to 64 letters, digits, _ and -, a letter first.");
        else if (
            entry.Type != V1.EntityType.Unspecified
            && Enum.IsDefined(entry.Type)
            && EnumMapper.FromProto(entry.Type) is var type
            && EntityLabel.Of(entry.Label).Type != type
        )
            violations.Invalid(
                field,
                $"It is of type {EnumNames.Of(EnumMapper.ToProto(EntityLabel.Of(entry.Label).Type))}, and the entry's type is "
                    + $"{EnumNames.Of(entry.Type)}."
            );
    }

    private static void CheckCount(string field, int found, LimitsOptions limits, Violations violations)
    {
        if (found > limits.MaxGazetteerEntries)
            violations.Exceeds(field, ErrorReason.TooManyGazetteerEntries, found, limits.MaxGazetteerEntries, "entries");
    }

    private static void CheckSurface(string field, string surface, Violations violations)
    {
        if (GazetteerRules.Problem(new GazetteerEntry(surface, NerService.Text.Labels.EntityType.Person, "")) is { } problem)
            violations.Invalid(field, $"It cannot be a name: {problem}.");
    }

    private static void CheckLength(string field, string value, Violations violations)
    {
        if (value.Length > GazetteerRules.MaxSurfaceLength)
            violations.Invalid(field, $"It has {value.Length} {CodeUnits}; allowed are {GazetteerRules.MaxSurfaceLength}.");
    }

    private static void CheckProbability(string field, float value, Violations violations)
    {
        if (value is not (>= 0 and <= 1))
            violations.Invalid(field, string.Create(CultureInfo.InvariantCulture, $"It is {value}; allowed are 0 to 1."));
    }

    /// <summary>Refuses values that this server does not know; of a request it would have to guess what they ask for.</summary>
    private static void CheckEnum<T>(string field, T value, bool mayBeUnspecified, Violations violations)
        where T : struct, Enum
    {
        if (Enum.IsDefined(value) && (mayBeUnspecified || !value.Equals(default(T))))
            return;
        var allowed = Enum.GetValues<T>().Where(known => !known.Equals(default(T))).Select(known => $"{EnumNames.Of(known)} ({known:D})");
        violations.Invalid(field, $"The value {value:D} is not known; allowed are {string.Join(", ", allowed)}.");
    }
}
