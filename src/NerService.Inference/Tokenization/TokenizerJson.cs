using System.Text.Json;
using NerService.Inference.Models;

namespace NerService.Inference.Tokenization;

/// <summary>What a <c>tokenizer.json</c> says beside its pieces.</summary>
internal static class TokenizerJson
{
    /// <summary>The kind of its model: what <c>model.type</c> says, and for files that lack it, what the model's members show, as the reference
    /// does.</summary>
    internal static string ModelType(JsonElement root)
    {
        var model = root.Member("model");
        return model?.String("type")
            ?? model?.Member("vocab")?.ValueKind switch
            {
                JsonValueKind.Array => "Unigram",
                JsonValueKind.Object when model?.Member("merges") is not null => "BPE",
                JsonValueKind.Object
                    when model?.Member("max_input_chars_per_word") is not null || model?.Member("continuing_subword_prefix") is not null =>
                    "WordPiece",
                JsonValueKind.Object => "WordLevel",
                _ => "not given",
            };
    }

    /// <summary>What is done to a text, in order, sequences opened; nothing when the file says nothing.</summary>
    internal static IEnumerable<JsonElement> Normalizers(JsonElement root) => Parts(root.Member("normalizer"), "normalizers");

    /// <summary>How a text is split, likewise.</summary>
    internal static IEnumerable<JsonElement> PreTokenizers(JsonElement root) => Parts(root.Member("pre_tokenizer"), "pretokenizers");

    /// <summary>The tokens that stand beside the model's pieces, by id.</summary>
    /// <exception cref="ModelLoadException">One has no id or no content.</exception>
    internal static IEnumerable<(int Id, string Content)> AddedTokens(JsonElement root, string path) =>
        root.Elements("added_tokens")
            .Select(token =>
                (
                    token.Int("id") ?? throw new ModelLoadException($"'{path}': an added token has no id."),
                    token.String("content") ?? throw new ModelLoadException($"'{path}': an added token has no content.")
                )
            );

    /// <summary>The special tokens that the post-processor puts around a text; null when the file has none.</summary>
    /// <exception cref="ModelLoadException">There is not one special token after the text, and one or none before it.</exception>
    internal static (int? Begin, int End)? SpecialTokens(JsonElement root, string path)
    {
        foreach (var part in Parts(root.Member("post_processor"), "processors"))
        {
            if (part.String("type") is "BertProcessing" or "RobertaProcessing")
                return (SecondOf(part, "cls", path), SecondOf(part, "sep", path));
            if (part.String("type") is not "TemplateProcessing")
                continue;
            var pattern = part.Elements("single").Select(item => item.Member("SpecialToken")?.String("id")).ToList();
            return pattern switch
            {
                [{ } begin, null, { } end] => (IdOf(part, begin, path), IdOf(part, end, path)),
                [null, { } end] => (null, IdOf(part, end, path)),
                _ => throw new ModelLoadException(
                    $"'{path}': the post-processor makes {string.Join(' ', pattern.Select(token => token ?? "TEXT"))} of a text; this service feeds "
                        + "one special token before it, or none, and one after it."
                ),
            };
        }
        return null;
    }

    private static IEnumerable<JsonElement> Parts(JsonElement? whole, string members) =>
        whole is not { } json ? []
        : json.String("type") == "Sequence" ? json.Elements(members).SelectMany(part => Parts(part, members))
        : [json];

    private static int IdOf(JsonElement part, string token, string path) =>
        Id(part.Member("special_tokens")?.Member(token)?.Elements("ids").FirstOrDefault(), token, path);

    private static int SecondOf(JsonElement part, string token, string path) => Id(part.Elements(token).ElementAtOrDefault(1), token, path);

    private static int Id(JsonElement? id, string token, string path) =>
        id is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var number)
            ? number
            : throw new ModelLoadException($"'{path}': the post-processor does not say the id of '{token}'.");
}
