using System.Text.Json;
using System.Text.RegularExpressions;
using NerService.Inference.Models;

namespace NerService.Inference.Tokenization.Normalization;

/// <summary>The <c>normalizer</c> of a <c>tokenizer.json</c>.</summary>
internal static class NormalizerJson
{
    /// <summary>What a normalizer does.</summary>
    /// <exception cref="ModelLoadException">It is of a kind that this service does not do, or its settings make no sense.</exception>
    internal static TextStep Step(JsonElement part, string path) =>
        part.String("type") switch
        {
            "BertNormalizer" => Bert(part),
            "Lowercase" => TextSteps.Lower,
            "StripAccents" => text => TextSteps.DropMarks(text, nonSpacingOnly: false),
            "NFC" => text => UnicodeForms.Compose(text),
            "NFD" => text => UnicodeForms.Decompose(text),
            "NFKC" => text => UnicodeForms.Compose(text, compatibility: true),
            "NFKD" => text => UnicodeForms.Decompose(text, compatibility: true),
            "Nmt" => TextSteps.Nmt,
            "Strip" => Strip(part.Bool("strip_left") ?? true, part.Bool("strip_right") ?? true),
            "Replace" => Replace(part, path),
            var type => throw new ModelLoadException(
                $"'{path}': the normalizer is of type {type ?? "not given"}; this service does BertNormalizer, "
                    + "Lowercase, StripAccents, NFC, NFD, NFKC, NFKD, Nmt, Strip, Replace, Precompiled (Unigram) and Sequence."
            ),
        };

    /// <summary>Whether a normalizer only concerns white space, of which a word has none.</summary>
    internal static bool IsOfWhiteSpace(JsonElement part) =>
        part.String("type") switch
        {
            "Strip" => true,
            "Replace" => part.Member("pattern") is { } pattern
                && (pattern.String("String") ?? pattern.String("Regex")) is { } text
                && (text.StartsWith(' ') || text.StartsWith(@"\s", StringComparison.Ordinal)),
            _ => false,
        };

    private static TextStep Bert(JsonElement part)
    {
        var lowercase = part.Bool("lowercase") ?? true;
        var options = new BertTextOptions(
            lowercase,
            part.Bool("strip_accents") ?? lowercase,
            part.Bool("handle_chinese_chars") ?? true,
            part.Bool("clean_text") ?? true
        );
        return text => BertText.Normalize(text, options);
    }

    private static TextStep Strip(bool left, bool right) =>
        text =>
        {
            text = left ? text.TrimStart() : text;
            return right ? text.TrimEnd() : text;
        };

    private static TextStep Replace(JsonElement part, string path)
    {
        var content = part.String("content") ?? "";
        if (part.Member("pattern")?.String("String") is { Length: > 0 } literal)
            return text => text.Replace(literal, content, StringComparison.Ordinal);
        var pattern = part.Member("pattern")?.String("Regex") ?? throw new ModelLoadException($"'{path}': the normalizer Replace has no pattern.");
        try
        {
            // Without backtracking, so that no pattern takes more than linear time.
            var regex = new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
            return text => regex.Replace(text, _ => content);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new ModelLoadException($"'{path}': this service cannot follow the pattern '{pattern}' of the normalizer Replace: {e.Message}", e);
        }
    }
}
