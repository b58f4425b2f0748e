using System.Text.Json;
using NerService.Inference.Tokenization;

namespace NerService.Inference.Models;

/// <summary>The tokenizer of an exported model.</summary>
internal static class ExportedTokenizer
{
    private const string LinesFile = "vocab.txt",
        JsonFile = "tokenizer.json",
        ConfigFile = "tokenizer_config.json",
        SpecialTokensFile = "special_tokens_map.json";

    /// <summary>Models whose positions are relative: where their text has no special token before it, the place may be left empty.</summary>
    private static readonly string[] WithoutBegin = ["t5", "mt5", "umt5", "longt5"];

    private static readonly string[] SentencePieceFiles =
    [
        "sentencepiece.bpe.model",
        "sentencepiece.model",
        "spiece.model",
        "spm.model",
        "tokenizer.model",
    ];

    /// <summary>Files that say how the tokenizer is used.</summary>
    internal static IReadOnlyList<string> SettingFiles => [ConfigFile, SpecialTokensFile, JsonFile];

    /// <summary>Reads what there is: <c>tokenizer.json</c>, which the reference reads first, else <c>vocab.txt</c>, else a SentencePiece
    /// file.</summary>
    /// <exception cref="ModelLoadException">There is no tokenizer, or one of a kind that this service does not read.</exception>
    internal static TokenizerSection Read(string folder, JsonElement config, List<string> notes, List<string> warnings)
    {
        var files = new Files(folder, config.String("model_type") ?? "", ModelFiles.JsonOf(folder, ConfigFile), ModelFiles.JsonOf(folder, JsonFile));
        if (config.String("model_type") == "xlnet")
            throw new ModelLoadException(
                $"'{folder}': models of type xlnet have both special tokens after the text; this service feeds one before it and one after it."
            );
        var type = files.Json is { } json ? TokenizerJson.ModelType(json) : null;
        if (type == "WordPiece")
            return WordPiece(files, JsonFile, notes, warnings);
        if (type == "Unigram")
            return Unigram(files, notes);
        if (type == "BPE" && ByteLevelBpeSubwordTokenizer.IsByteLevel(files.Json!.Value))
            return ByteLevelBpe(files, notes);
        if (File.Exists(Path.Combine(folder, LinesFile)))
            return WordPiece(files, LinesFile, notes, warnings);
        if (SentencePieceFiles.FirstOrDefault(name => File.Exists(Path.Combine(folder, name))) is { } file)
            return SentencePiece(files, config, file, notes);
        throw new ModelLoadException(
            type is null
                ? $"'{folder}' has no tokenizer: neither {LinesFile} nor {string.Join(" nor ", SentencePieceFiles)} nor {JsonFile}."
                : $"'{folder}': the model in {JsonFile} is {type}; this service reads WordPiece, Unigram, and BPE over bytes."
        );
    }

    private static TokenizerSection WordPiece(Files files, string file, List<string> notes, List<string> warnings)
    {
        var pieces = VocabularyFile.Read(Path.Combine(files.Folder, file));
        var ids = Ids(pieces);
        var (normalizer, model) = (files.Json?.Member("normalizer"), files.Json?.Member("model"));
        var isBert = file == LinesFile || normalizer?.String("type") == "BertNormalizer";
        // Where neither file says it, the exporters' own library lowercases.
        var lowercase = isBert && (files.Settings?.Bool("do_lower_case") ?? normalizer?.Bool("lowercase") ?? true);
        var stripAccents = isBert && (files.Settings?.Bool("strip_accents") ?? normalizer?.Bool("strip_accents") ?? lowercase);
        notes.Add(
            $"Tokenizer: WordPiece, {pieces.Length} pieces from {file}{Changes(lowercase, stripAccents)}"
                + $"{(isBert ? "" : $", normalized as {JsonFile} says")}."
        );
        if (ids.ContainsKey("ال+") && (ids.ContainsKey("+ها") || ids.ContainsKey("+ة")))
            warnings.Add(
                "The vocabulary is of segmented text (it holds ال+ and +ها): the model expects words that Farasa has cut, which this "
                    + "service does not do. Use the unsegmented model of the family (for AraBERT a v0.1 or v0.2 model)."
            );
        if (!pieces.Any(piece => piece.AsSpan().ContainsAnyInRange('\u0621', '\u064A') && piece.Length > 3))
            warnings.Add("The vocabulary holds no Arabic piece of more than one letter: the model is hardly one for Arabic.");
        var usual = ("[CLS]", "[SEP]", "[PAD]", model?.String("unk_token") ?? "[UNK]");
        return files.Section(TokenizerSection.WordPiece, file, ids, usual) with
        {
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
        if (type == "camembert")
            throw new ModelLoadException(
                $"'{files.Folder}': models of type camembert number their pieces in a way of their own; add {JsonFile}, which says it."
            );
        var ids = Ids(SentencePieceFile.Read(Path.Combine(files.Folder, file)).Pieces);
        if (type is "xlm-roberta" or "xlm-roberta-xl")
        {
            // XLM-R puts <s> <pad> </s> <unk> before the pieces, of which it leaves out the file's own three.
            notes.Add($"Tokenizer: SentencePiece, {ids.Count} pieces from {file}, numbered as XLM-R does.");
            return new TokenizerSection
            {
                Kind = TokenizerSection.SentencePiece,
                File = file,
                BeginId = 0,
                PadId = 1,
                EndId = 2,
                UnknownId = 3,
                IdOffset = 1,
            };
        }
        // What ALBERT's tokenizer does where its settings do not say.
        var isAlbert = type == "albert";
        var (lowercase, stripAccents) = (files.Settings?.Bool("do_lower_case") ?? isAlbert, !(files.Settings?.Bool("keep_accents") ?? !isAlbert));
        notes.Add($"Tokenizer: SentencePiece, {ids.Count} pieces from {file}{Changes(lowercase, stripAccents)}.");
        return Marked(files, file, ids) with { Lowercase = lowercase, StripAccents = stripAccents };
    }

    private static TokenizerSection Unigram(Files files, List<string> notes)
    {
        var file = SentencePieceFile.Read(Path.Combine(files.Folder, JsonFile));
        notes.Add($"Tokenizer: Unigram, {file.Pieces.Count} pieces from {JsonFile}.");
        // The file says the unknown piece by its id, whatever it is called.
        return Marked(files, JsonFile, Ids(file.Pieces), file.UnknownId);
    }

    private static TokenizerSection ByteLevelBpe(Files files, List<string> notes)
    {
        var pieces = VocabularyFile.Read(Path.Combine(files.Folder, JsonFile));
        var ids = Ids(pieces);
        notes.Add($"Tokenizer: byte-level BPE, {pieces.Length} pieces from {JsonFile}.");
        return files.Section(TokenizerSection.ByteLevelBpe, JsonFile, ids, ("<s>", "</s>", "<pad>", "<unk>"));
    }

    private static string Changes(bool lowercase, bool stripAccents) =>
        (lowercase ? ", lowercased" : "") + (stripAccents ? ", accents dropped (for Arabic: أ إ آ as ا, ؤ as و, ئ as ي)" : "");

    private static TokenizerSection Marked(Files files, string file, Dictionary<string, int> ids, int? unknownId = null)
    {
        var isBert = ids.ContainsKey("[CLS]");
        var (begin, end) = isBert ? ("[CLS]", "[SEP]") : ("<s>", "</s>");
        var usual = (begin, end, isBert && ids.ContainsKey("[PAD]") ? "[PAD]" : "<pad>", isBert && ids.ContainsKey("[UNK]") ? "[UNK]" : "<unk>");
        return files.Section(TokenizerSection.SentencePiece, file, ids, usual, unknownId);
    }

    private static Dictionary<string, int> Ids(IEnumerable<string> pieces) =>
        pieces.Index().ToDictionary(piece => piece.Item, piece => piece.Index, StringComparer.Ordinal);

    /// <summary>The files that speak of the tokenizer.</summary>
    private sealed record Files(string Folder, string ModelType, JsonElement? Settings, JsonElement? Json)
    {
        private bool HasRelativePositions => WithoutBegin.Contains(ModelType);

        /// <summary>
        /// A section with the special tokens: around a text those of the post-processor, else those that the settings name, else the usual ones. A
        /// file that says itself what is unknown gives its id.
        /// </summary>
        internal TokenizerSection Section(
            string kind,
            string file,
            Dictionary<string, int> ids,
            (string Begin, string End, string Pad, string Unknown) usual,
            int? unknownId = null
        )
        {
            var around = file == JsonFile && Json is { } json ? TokenizerJson.SpecialTokens(json, Path.Combine(Folder, JsonFile)) : null;
            if (around is null && HasRelativePositions)
                around = (null, Special("eos_token", "</s>", ids, file));
            if (around is { Begin: null } && !HasRelativePositions)
                throw new ModelLoadException(
                    $"'{Folder}': {JsonFile} puts no special token before a text; this service feeds models so whose positions are relative "
                        + $"({string.Join(", ", WithoutBegin)}), and model_type is '{ModelType}'."
                );
            return new TokenizerSection
            {
                Kind = kind,
                File = file,
                BeginId = around is { } given ? given.Begin : Special("cls_token", usual.Begin, ids, file),
                EndId = around?.End ?? Special("sep_token", usual.End, ids, file),
                PadId = Special("pad_token", usual.Pad, ids, file),
                UnknownId = unknownId ?? Special("unk_token", usual.Unknown, ids, file),
            };
        }

        /// <summary>The id of a special token by the name that the settings give it.</summary>
        private int Special(string setting, string usual, Dictionary<string, int> ids, string file)
        {
            var name = Settings?.String(setting) ?? ModelFiles.JsonOf(Folder, SpecialTokensFile)?.String(setting) ?? usual;
            return ids.TryGetValue(name, out var id)
                ? id
                : throw new ModelLoadException($"'{Folder}': {file} has no piece '{name}', which the model needs ({setting} in {ConfigFile}).");
        }
    }
}
