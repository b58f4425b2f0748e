using System.Text.Json;
using NerService.Inference.Tokenization;

namespace NerService.Inference.Models;

/// <summary>The tokenizer of an exported model.</summary>
internal static class ExportedTokenizer
{
    private const string VocabularyFile = "vocab.txt", JsonFile = "tokenizer.json", ConfigFile = "tokenizer_config.json", SpecialTokensFile = "special_tokens_map.json";

    private static readonly string[] SentencePieceFiles = ["sentencepiece.bpe.model", "sentencepiece.model", "spiece.model", "spm.model", "tokenizer.model"];

    /// <summary>Reads what there is: <c>vocab.txt</c>, else a SentencePiece file, else <c>tokenizer.json</c>.</summary>
    /// <exception cref="ModelLoadException">There is no tokenizer, or one of a kind that this service does not read.</exception>
    internal static TokenizerSection Read(string folder, JsonElement config, List<string> notes, List<string> warnings)
    {
        var settings = ExportedJson.Read(folder, ConfigFile);
        var json = ExportedJson.Read(folder, JsonFile);
        if (File.Exists(Path.Combine(folder, VocabularyFile)))
            return WordPiece(new Files(folder, settings, json), VocabularyFile, WordPieceSubwordTokenizer.ReadLines(Path.Combine(folder, VocabularyFile)), notes, warnings);
        if (SentencePieceFiles.FirstOrDefault(name => File.Exists(Path.Combine(folder, name))) is { } file) return SentencePiece(new Files(folder, settings, json), config, file, notes);
        if (json is not { } tokenizer)
            throw new ModelLoadException($"'{folder}' has no tokenizer: neither {VocabularyFile} nor {string.Join(" nor ", SentencePieceFiles)} nor {JsonFile}.");
        return (tokenizer.TryGetProperty("model", out var model) ? model.String("type") : null) switch
        {
            "WordPiece" => WordPiece(new Files(folder, settings, json), JsonFile, WordPieceSubwordTokenizer.ReadJson(Path.Combine(folder, JsonFile)), notes, warnings),
            "Unigram" => Unigram(new Files(folder, settings, json), notes),
            var type => throw new ModelLoadException($"'{folder}': the model in {JsonFile} is {type ?? "not given"}; this service reads WordPiece and Unigram."),
        };
    }

    private static TokenizerSection WordPiece(Files files, string file, string[] pieces, List<string> notes, List<string> warnings)
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var id = 0; id < pieces.Length; id++) ids.TryAdd(pieces[id], id);
        var normalizer = files.Json is { } json && json.TryGetProperty("normalizer", out var found) && found.ValueKind == JsonValueKind.Object ? found : (JsonElement?)null;
        var model = files.Json is { } root && root.TryGetProperty("model", out var m) ? m : (JsonElement?)null;
        // Where neither file says it, the exporters' own library takes small letters.
        var lowercase = files.Settings?.Bool("do_lower_case") ?? normalizer?.Bool("lowercase") ?? true;
        var stripAccents = files.Settings?.Bool("strip_accents") ?? normalizer?.Bool("strip_accents") ?? lowercase;
        notes.Add($"Tokenizer: WordPiece, {pieces.Length} pieces from {file}{(lowercase ? ", small letters" : "")}{(stripAccents ? ", accents dropped (for Arabic: أ إ آ as ا, ؤ as و, ئ as ي)" : "")}.");
        if (ids.ContainsKey("ال+") && (ids.ContainsKey("+ها") || ids.ContainsKey("+ة")))
            warnings.Add("The vocabulary is of segmented text (it holds ال+ and +ها): the model expects words that Farasa has cut, which this service does not do. Use the unsegmented model of the family (for AraBERT a v0.1 or v0.2 model).");
        if (!pieces.Any(piece => piece.AsSpan().ContainsAnyInRange('\u0621', '\u064A') && piece.Length > 3)) warnings.Add("The vocabulary holds no Arabic piece of more than one letter: the model is hardly one for Arabic.");
        return new TokenizerSection
        {
            Kind = TokenizerSection.WordPiece,
            File = file,
            BeginId = files.Special("cls_token", "[CLS]", ids, file),
            EndId = files.Special("sep_token", "[SEP]", ids, file),
            PadId = files.Special("pad_token", "[PAD]", ids, file),
            UnknownId = files.Special("unk_token", "[UNK]", ids, file),
            Lowercase = lowercase,
            StripAccents = stripAccents,
            SplitIdeographs = files.Settings?.Bool("tokenize_chinese_chars") ?? normalizer?.Bool("handle_chinese_chars") ?? true,
            ContinuingPrefix = model?.String("continuing_subword_prefix") ?? "##",
            MaxCharactersPerToken = model?.Int("max_input_chars_per_word") ?? 100,
        };
    }

    private static TokenizerSection SentencePiece(Files files, JsonElement config, string file, List<string> notes)
    {
        var type = config.String("model_type") ?? "";
        if (type == "camembert") throw new ModelLoadException($"'{files.Folder}': models of type camembert number their pieces in a way of their own; remove {file} and keep {JsonFile}.");
        if (type is "xlm-roberta" or "xlm-roberta-xl")
        {
            // XLM-R puts <s> <pad> </s> <unk> before the pieces, of which it leaves out the file's own three.
            _ = SentencePieceSubwordTokenizer.Load(Path.Combine(files.Folder, file));
            notes.Add($"Tokenizer: SentencePiece from {file}, numbered as XLM-R does.");
            return new TokenizerSection { Kind = TokenizerSection.SentencePiece, File = file, BeginId = 0, PadId = 1, EndId = 2, UnknownId = 3, IdOffset = 1 };
        }
        var ids = SentencePieceSubwordTokenizer.ReadIds(Path.Combine(files.Folder, file));
        notes.Add($"Tokenizer: SentencePiece, {ids.Count} pieces from {file}.");
        return Marks(files, TokenizerSection.SentencePiece, file, ids);
    }

    private static TokenizerSection Unigram(Files files, List<string> notes)
    {
        var ids = SentencePieceSubwordTokenizer.ReadIds(Path.Combine(files.Folder, JsonFile));
        notes.Add($"Tokenizer: Unigram, {ids.Count} pieces from {JsonFile}.");
        return Marks(files, TokenizerSection.SentencePiece, JsonFile, ids);
    }

    private static TokenizerSection Marks(Files files, string kind, string file, Dictionary<string, int> ids)
    {
        var isBert = ids.ContainsKey("[CLS]");
        return new TokenizerSection
        {
            Kind = kind,
            File = file,
            BeginId = files.Special("cls_token", isBert ? "[CLS]" : "<s>", ids, file),
            EndId = files.Special("sep_token", isBert ? "[SEP]" : "</s>", ids, file),
            PadId = files.Special("pad_token", isBert && ids.ContainsKey("[PAD]") ? "[PAD]" : "<pad>", ids, file),
            UnknownId = files.Special("unk_token", isBert && ids.ContainsKey("[UNK]") ? "[UNK]" : "<unk>", ids, file),
        };
    }

    /// <summary>The files that speak of the tokenizer.</summary>
    private sealed record Files(string Folder, JsonElement? Settings, JsonElement? Json)
    {
        /// <summary>The id of a special token by the name that the settings give it.</summary>
        internal int Special(string setting, string usual, Dictionary<string, int> ids, string file)
        {
            var name = Settings?.String(setting) ?? ExportedJson.Read(Folder, SpecialTokensFile)?.String(setting) ?? usual;
            return ids.TryGetValue(name, out var id) ? id : throw new ModelLoadException($"'{Folder}': {file} has no piece '{name}', which the model needs ({setting} in {ConfigFile}).");
        }
    }
}
