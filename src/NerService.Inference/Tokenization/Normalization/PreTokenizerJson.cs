using System.Text.Json;
using System.Text.RegularExpressions;
using NerService.Inference.Models;

namespace NerService.Inference.Tokenization.Normalization;

/// <summary>The <c>pre_tokenizer</c> of a <c>tokenizer.json</c>: how a word is split before it is cut into pieces.</summary>
internal static partial class PreTokenizerJson
{
    /// <summary>What a pre-tokenizer does: it puts spaces between tokens.</summary>
    /// <exception cref="ModelLoadException">It is of a kind that this service does not do.</exception>
    internal static TextStep Step(JsonElement part, string path) =>
        part.String("type") switch
        {
            "BertPreTokenizer" => BertText.SplitPunctuation,
            "Punctuation" when (part.String("behavior") ?? "Isolated") == "Isolated" => BertText.SplitPunctuation,
            "Whitespace" => text => string.Join(' ', Words().Matches(text).Select(match => match.Value)),
            "WhitespaceSplit" => text => text,
            "Digits" when part.Bool("individual_digits") ?? false => text => Digit().Replace(text, " $0 "),
            "Digits" => text => Number().Replace(text, " $0 "),
            var type => throw new ModelLoadException(
                $"'{path}': the pre-tokenizer is of type {type ?? "not given"}; this service does "
                    + "BertPreTokenizer, Punctuation (Isolated), Whitespace, WhitespaceSplit, Digits and Sequence, and Metaspace for Unigram."
            ),
        };

    [GeneratedRegex(@"[\w\p{M}]+|[^\w\p{M}\s]+", RegexOptions.CultureInvariant)]
    private static partial Regex Words();

    [GeneratedRegex(@"\p{N}", RegexOptions.CultureInvariant)]
    private static partial Regex Digit();

    [GeneratedRegex(@"\p{N}+", RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}
