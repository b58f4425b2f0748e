using Google.Protobuf.Collections;
using NerService.Gazetteer;
using NerService.Text;
using V1 = NerService.Contracts.V1;

namespace NerService.Server.Validation;

/// <summary>
/// Checks a request against the contract and the limits. Pure; what it finds never quotes the document. Fields are named as in the proto file.
/// </summary>
internal static class RequestValidator
{
    /// <summary>Finds everything that is wrong; null when nothing is.</summary>
    internal static Violations? Validate(V1.ExtractRequest request, LimitsOptions limits)
    {
        var violations = new Violations();
        if (request.DocumentId.Length > limits.MaxDocumentIdLength)
            violations.Add("document_id", TooLong(request.DocumentId.Length, limits.MaxDocumentIdLength, nameof(limits.MaxDocumentIdLength)));
        switch (request.DocumentCase)
        {
            case V1.ExtractRequest.DocumentOneofCase.Text:
                if (request.Text.Length > limits.MaxTextLength) violations.Add("text", TooLong(request.Text.Length, limits.MaxTextLength, nameof(limits.MaxTextLength)));
                break;
            case V1.ExtractRequest.DocumentOneofCase.TokenizedText:
                CheckTokens(request.TokenizedText.Tokens, limits, violations);
                break;
            default:
                violations.Add("document", "Neither text nor tokenized_text is set; an empty document is an empty text or an empty list of tokens.");
                break;
        }
        if (request.Options is { } options) CheckOptions(options, limits, violations);
        return violations.Count == 0 ? null : violations;
    }

    private static void CheckTokens(RepeatedField<string> tokens, LimitsOptions limits, Violations violations)
    {
        if (tokens.Count > limits.MaxTokens)
            violations.Add("tokenized_text.tokens", $"There are {tokens.Count} tokens; the limit is {limits.MaxTokens} ({LimitsOptions.Section}:{nameof(limits.MaxTokens)}).");
        long joined = Math.Max(0, tokens.Count - 1);
        for (var i = 0; i < tokens.Count; i++)
        {
            joined += tokens[i].Length;
            if (tokens[i].Length > limits.MaxTokenLength) violations.Add($"tokenized_text.tokens[{i}]", TooLong(tokens[i].Length, limits.MaxTokenLength, nameof(limits.MaxTokenLength)));
        }
        if (joined > limits.MaxTextLength)
            violations.Add("tokenized_text", $"Joined by one space, the tokens have {joined} UTF-16 code units; the limit is {limits.MaxTextLength} ({LimitsOptions.Section}:{nameof(limits.MaxTextLength)}).");
    }

    private static void CheckOptions(V1.ExtractOptions options, LimitsOptions limits, Violations violations)
    {
        if (!Enum.IsDefined(options.OffsetUnit)) violations.Add("options.offset_unit", Unknown((int)options.OffsetUnit, "UNICODE_CODE_POINT (1), UTF16_CODE_UNIT (2) and UTF8_BYTE (3)"));
        if (!Enum.IsDefined(options.Priority)) violations.Add("options.priority", Unknown((int)options.Priority, "INTERACTIVE (1) and BULK (2)"));
        for (var i = 0; i < options.Types_.Count; i++) CheckType($"options.types[{i}]", options.Types_[i], violations);
        if (options.HasMinConfidence && options.MinConfidence is not (>= 0 and <= 1))
            violations.Add("options.min_confidence", string.Create(System.Globalization.CultureInfo.InvariantCulture, $"It is {options.MinConfidence}; allowed are 0 to 1."));
        if (options.Gazetteer is { } gazetteer) CheckGazetteer(gazetteer, limits, violations);
    }

    private static void CheckGazetteer(V1.GazetteerOptions gazetteer, LimitsOptions limits, Violations violations)
    {
        if (gazetteer.Entries.Count > limits.MaxGazetteerEntries) violations.Add("options.gazetteer.entries", TooMany(gazetteer.Entries.Count, limits));
        if (gazetteer.Deny.Count > limits.MaxGazetteerEntries) violations.Add("options.gazetteer.deny", TooMany(gazetteer.Deny.Count, limits));
        for (var i = 0; i < Math.Min(gazetteer.Entries.Count, limits.MaxGazetteerEntries); i++)
        {
            var entry = gazetteer.Entries[i];
            CheckSurface($"options.gazetteer.entries[{i}].surface", entry.Surface, violations);
            CheckType($"options.gazetteer.entries[{i}].type", entry.Type, violations);
            CheckLength($"options.gazetteer.entries[{i}].id", entry.Id, violations);
            CheckLength($"options.gazetteer.entries[{i}].canonical", entry.Canonical, violations);
        }
        for (var i = 0; i < Math.Min(gazetteer.Deny.Count, limits.MaxGazetteerEntries); i++) CheckSurface($"options.gazetteer.deny[{i}]", gazetteer.Deny[i], violations);
    }

    private static void CheckSurface(string field, string surface, Violations violations)
    {
        if (GazetteerRules.Problem(new GazetteerEntry(surface, EntityType.Person, "")) is { } problem) violations.Add(field, $"It cannot be a name: {problem}.");
    }

    private static void CheckLength(string field, string value, Violations violations)
    {
        if (value.Length > GazetteerRules.MaxSurfaceLength) violations.Add(field, $"It has {value.Length} UTF-16 code units; the contract allows {GazetteerRules.MaxSurfaceLength}.");
    }

    private static void CheckType(string field, V1.EntityType type, Violations violations)
    {
        if (type == V1.EntityType.Unspecified || !Enum.IsDefined(type)) violations.Add(field, Unknown((int)type, "PERSON (1), LOCATION (2) and ORGANIZATION (3)"));
    }

    private static string TooLong(int length, int limit, string option) => $"It has {length} UTF-16 code units; the limit is {limit} ({LimitsOptions.Section}:{option}).";

    private static string TooMany(int count, LimitsOptions limits) => $"There are {count}; the limit is {limits.MaxGazetteerEntries} ({LimitsOptions.Section}:{nameof(limits.MaxGazetteerEntries)}).";

    private static string Unknown(int value, string allowed) => $"The value {value} is not known; allowed are {allowed}.";
}
