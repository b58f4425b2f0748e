using System.Text.Json;
using System.Text.Json.Nodes;
using NerService.Inference.Models;
using NerService.Inference.Tokenization;
using NerService.Text.Documents;

namespace NerService.Inference.Tests.Tokenization;

/// <summary>
/// Every kind of tokenizer that exporters write gives the ids of the reference implementation, written down by tests/data/exported/make_golden.mjs
/// and make_golden_sentencepiece.py.
/// </summary>
public sealed class TokenizerKindTests
{
    private static readonly JsonNode Kinds = Read("kinds.json");
    private static readonly JsonNode Golden = Read("golden-kinds.json");
    private static readonly JsonNode SentencePieceGolden = Read("golden-sentencepiece.json");
    private static readonly string[] Words = [.. Kinds["words"]!.AsArray().Select(word => word!.GetValue<string>())];

    public static TheoryData<string> All => [.. Kinds["kinds"]!.AsObject().Select(kind => kind.Key)];

    [Theory]
    [MemberData(nameof(All))]
    public void Every_word_has_the_ids_of_the_reference(string kind)
    {
        var (tokenizer, _) = Load(kind);
        Assert.Equal([], Differing(tokenizer, Golden[kind]!["words"]!));
    }

    /// <summary>Those that part a line into words; without a pre-tokenizer a line is one word to the reference.</summary>
    public static TheoryData<string> OfLines =>
        [
            .. Kinds["kinds"]!
                .AsObject()
                .Where(kind => kind.Value!["set"]?.AsObject() is not { } set || !set.ContainsKey("pre_tokenizer") || set["pre_tokenizer"] is not null)
                .Select(kind => kind.Key),
        ];

    [Theory]
    [MemberData(nameof(OfLines))]
    public void Every_word_of_a_line_has_the_ids_that_the_reference_has_at_its_offsets(string kind)
    {
        var (tokenizer, section) = Load(kind);
        foreach (var (line, golden) in Kinds["lines"]!.AsArray().Zip(Golden[kind]!["lines"]!.AsArray()))
        {
            var text = line!.GetValue<string>();
            var source = SourceText.FromText(text);
            var encoded = new SubwordEncoder(tokenizer, fold: false, section.MaxSubwordsPerWord, section.UnknownId).Encode(source);
            // The reference counts code points. A subword that stands for the space before a word alone ends where the word begins.
            var ends = golden!["offsets"]!.AsArray().Select(offset => Utf16(text, offset![1]!.GetValue<int>())).ToArray();
            var ids = Ids(golden["ids"]!);
            for (var word = 0; word < source.WordCount; word++)
            {
                var (before, end) = (word == 0 ? -1 : source.Words[word - 1].End, source.Words[word].End);
                int[] expected = [.. ids.Where((_, i) => ends[i] > before && ends[i] <= end)];
                // Of a mark or number that the normalizer takes away the reference says nothing; this service has a label for every word.
                if (expected.Length == 0)
                    expected = [section.UnknownId];
                Assert.True(
                    expected.SequenceEqual(encoded.SubwordsOf(word).ToArray()),
                    $"{source.Word(word)} in {text}: "
                        + $"{string.Join(' ', encoded.SubwordsOf(word).ToArray())}, the reference has {string.Join(' ', expected)}"
                );
            }
        }
    }

    [Theory]
    [InlineData("albert", true, false)]
    [InlineData("albert-lower", true, true)]
    [InlineData("albert-lower-strip", false, true)]
    public void A_sentencepiece_file_without_special_tokens_of_its_own_has_the_ids_of_sentencepiece_with_case_and_accents_as_the_settings_say(
        string golden,
        bool keepAccents,
        bool lowercase
    )
    {
        var folder = ExportedModels.Copy("albert-no-marks");
        ExportedModels.Replace(folder, "tokenizer_config.json", "\"keep_accents\": false", $"\"keep_accents\": {(keepAccents ? "true" : "false")}");
        ExportedModels.Replace(folder, "tokenizer_config.json", "\"do_lower_case\": true", $"\"do_lower_case\": {(lowercase ? "true" : "false")}");
        Assert.Equal([], Differing(LoadFolder(folder, "albert").Tokenizer, SentencePieceGolden[golden]!));
    }

    [Fact]
    public void ALBERTs_own_defaults_hold_where_the_settings_say_nothing()
    {
        var folder = ExportedModels.Copy("albert-no-marks");
        File.Delete(Path.Combine(folder, "tokenizer_config.json"));
        Assert.Equal([], Differing(LoadFolder(folder, "albert").Tokenizer, SentencePieceGolden["albert-lower-strip"]!));
    }

    [Fact]
    public void A_sentencepiece_file_is_numbered_anew_for_XLM_R() =>
        Assert.Equal([], Differing(LoadFolder(ExportedModels.Folder("xlmr-iob1"), "xlm-roberta").Tokenizer, SentencePieceGolden["xlmr"]!));

    [Fact]
    public void Of_a_piece_that_stands_twice_in_a_vocabulary_the_last_line_counts()
    {
        var folder = ExportedModels.Copy("wordpiece-iob2");
        var path = Path.Combine(folder, "vocab.txt");
        var last = File.ReadAllLines(path).Length;
        File.AppendAllText(path, "القاهرة\n");
        Assert.Equal([last], LoadFolder(folder, "bert").Tokenizer.Encode("القاهرة"));
    }

    [Fact]
    public void A_tokenizer_json_is_read_rather_than_the_files_beside_it_as_the_reference_does()
    {
        var folder = ExportedModels.Copy("wordpiece-iobes");
        File.WriteAllText(Path.Combine(folder, "vocab.txt"), "[PAD]\n[UNK]\n[CLS]\n[SEP]\n");
        Assert.Equal("tokenizer.json", LoadFolder(folder, "bert").Section.File);
    }

    [Theory]
    [InlineData("""{ "type": "BertProcessing", "sep": ["[SEP]", 7], "cls": ["[CLS]", 6] }""")]
    [InlineData("""{ "type": "RobertaProcessing", "sep": ["</s>", 7], "cls": ["<s>", 6], "trim_offsets": true, "add_prefix_space": true }""")]
    [InlineData(
        """
            { "type": "Sequence", "processors": [{ "type": "ByteLevel" }, {
              "type": "TemplateProcessing",
              "single": [
                { "SpecialToken": { "id": "a", "type_id": 0 } }, { "Sequence": { "id": "A", "type_id": 0 } }, { "SpecialToken": { "id": "b" } }
              ],
              "special_tokens": { "a": { "id": "a", "ids": [6] }, "b": { "id": "b", "ids": [7] } } }] }
            """
    )]
    public void The_special_tokens_are_those_of_the_post_processor(string processor)
    {
        var section = LoadJson(file => file["post_processor"] = JsonNode.Parse(processor)).Section;
        Assert.Equal((6, 7), (section.BeginId, section.EndId));
    }

    [Fact]
    public async Task A_model_with_byte_level_BPE_is_served_with_a_manifest_and_without()
    {
        var folder = ExportedModels.Copy("wordpiece-iob2");
        File.Delete(Path.Combine(folder, "vocab.txt"));
        File.WriteAllText(Path.Combine(folder, "tokenizer.json"), FileOf(Kinds["kinds"]!["byte-level"]!).ToJsonString());
        var derived = ExportedFolder.Derive(folder).Manifest;
        Assert.Equal(
            (TokenizerSection.ByteLevelBpe, 0, 2, 1, 3),
            (derived.Tokenizer.Kind, derived.Tokenizer.BeginId, derived.Tokenizer.EndId, derived.Tokenizer.PadId, derived.Tokenizer.UnknownId)
        );
        // The graph was made for other pieces; that it answers with probabilities is what counts here.
        using (var model = TokenClassifier.Load(folder))
            await ExportedModels.TagAsync(model, ExportedModels.Sentence);
        File.WriteAllText(Path.Combine(folder, ModelManifest.FileName), derived.ToJson());
        using var again = TokenClassifier.Load(folder);
        Assert.Equal(derived.Tokenizer, again.Manifest.Tokenizer);
    }

    [Fact]
    public void Merges_may_be_texts_or_pairs()
    {
        var folder = TemporaryFolder.UntilExit();
        var file = FileOf(Kinds["kinds"]!["byte-level"]!);
        var merges = file["model"]!["merges"]!.AsArray().Select(merge => merge!.GetValue<string>().Split(' '));
        file["model"]!["merges"] = JsonSerializer.SerializeToNode(merges);
        File.WriteAllText(Path.Combine(folder, "tokenizer.json"), file.ToJsonString());
        Assert.Equal([], Differing(LoadFolder(folder, "roberta").Tokenizer, Golden["byte-level"]!["words"]!));
    }

    [Theory]
    [InlineData("pre_tokenizer", """{ "type": "ByteLevel", "use_regex": false }""", "must be ByteLevel by itself, with its own pattern")]
    [InlineData("model.ignore_merges", "true", "model.ignore_merges is true, which this service does not do")]
    [InlineData("model.end_of_word_suffix", "\"</w>\"", "model.end_of_word_suffix is '</w>'; byte-level BPE has none")]
    [InlineData("model.merges", "[7]", "model.merges[0] is not a pair of pieces")]
    [InlineData("model.merges", "[\"no such\"]", "is not a BPE model that can be run")]
    [InlineData(
        "model.vocab",
        """{ "<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3, "a": 4 }""",
        "1 pieces of one letter; each of the 256 bytes must have"
    )]
    public void What_byte_level_BPE_may_not_have_is_refused_by_name(string member, string value, string message)
    {
        var folder = TemporaryFolder.UntilExit();
        var file = FileOf(Kinds["kinds"]!["byte-level"]!);
        var holder = member.StartsWith("model.", StringComparison.Ordinal) ? file["model"]!.AsObject() : file;
        holder[member.Split('.')[^1]] = JsonNode.Parse(value);
        File.WriteAllText(Path.Combine(folder, "tokenizer.json"), file.ToJsonString());
        var error = Assert.Throws<ModelLoadException>(() => LoadFolder(folder, "roberta"));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void T5_has_no_mark_before_the_text_and_one_after_it()
    {
        var (_, section) = Load("unigram-t5");
        Assert.Equal((null, 1, 0, 2), (section.BeginId, section.EndId, section.PadId, section.UnknownId));
    }

    [Fact]
    public async Task A_model_of_type_t5_is_served_with_a_manifest_and_without()
    {
        var folder = ExportedModels.Copy("unigram-labels");
        ExportedModels.Replace(folder, "config.json", "\"model_type\": \"xlm-roberta\"", "\"model_type\": \"t5\"");
        var derived = ExportedFolder.Derive(folder).Manifest;
        Assert.Null(derived.Tokenizer.BeginId);
        using (var model = TokenClassifier.Load(folder))
            Assert.Equal(ExportedModels.Found, await ExportedModels.TagAsync(model, ExportedModels.Sentence));
        File.WriteAllText(Path.Combine(folder, ModelManifest.FileName), derived.ToJson());
        Assert.Null(ModelFolder.Open(folder).Manifest.Tokenizer.BeginId);
    }

    [Theory]
    // As T5 does, but the model is one that knows a word's place by its number.
    [InlineData(
        "post_processor",
        """
            { "type": "TemplateProcessing", "single": [{ "Sequence": { "id": "A" } }, { "SpecialToken": { "id": "</s>" } }],
              "special_tokens": { "</s>": { "id": "</s>", "ids": [2] } } }
            """,
        "puts no special token before a text; this service feeds models so whose positions are relative (t5, mt5, umt5, longt5), "
            + "and model_type is 'bert'"
    )]
    // XLNet puts both special tokens after the text.
    [InlineData(
        "post_processor",
        """
            { "type": "TemplateProcessing",
              "single": [{ "Sequence": { "id": "A" } }, { "SpecialToken": { "id": "<sep>" } }, { "SpecialToken": { "id": "<cls>" } }] }
            """,
        "TEXT <sep> <cls> of a text; this service feeds one special token before it, or none, and one after it"
    )]
    [InlineData("normalizer", """{ "type": "ByteLevel" }""", "the normalizer is of type ByteLevel; this service does")]
    [InlineData("normalizer", """{ "type": "Replace", "pattern": { "Regex": "(a)\\1" }, "content": "" }""", "cannot follow the pattern '(a)\\1'")]
    [InlineData("normalizer", """{ "type": "Replace", "pattern": { "Regex": "(" }, "content": "" }""", "cannot follow the pattern '('")]
    [InlineData("pre_tokenizer", """{ "type": "ByteLevel" }""", "the pre-tokenizer is of type ByteLevel; this service does")]
    [InlineData(
        "pre_tokenizer",
        """{ "type": "Punctuation", "behavior": "Removed" }""",
        "the pre-tokenizer is of type Punctuation; this service does BertPreTokenizer, Punctuation (Isolated)"
    )]
    [InlineData(
        "model",
        """{ "type": "BPE", "vocab": {}, "merges": [] }""",
        "the model in tokenizer.json is BPE; this service reads WordPiece, Unigram, and BPE over bytes"
    )]
    [InlineData("model", """{ "vocab": {}, "merges": [] }""", "the model in tokenizer.json is BPE")]
    [InlineData("model", """{ "vocab": { "a": 0 } }""", "the model in tokenizer.json is WordLevel")]
    [InlineData("model", """{ "type": "WordPiece", "vocab": { "[PAD]": 0, "far": 999999999 } }""", "ids run from 0 to 999999999, and there are")]
    public void What_this_service_does_not_do_is_refused_by_name(string member, string value, string message)
    {
        var error = Assert.Throws<ModelLoadException>(() => LoadJson(file => file[member] = JsonNode.Parse(value)));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    private static (ISubwordTokenizer Tokenizer, TokenizerSection Section) LoadJson(Action<JsonObject> edit)
    {
        var folder = ExportedModels.Copy("wordpiece-iobes");
        var path = Path.Combine(folder, "tokenizer.json");
        var file = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        edit(file);
        File.WriteAllText(path, file.ToJsonString());
        return LoadFolder(folder, "bert");
    }

    private static (ISubwordTokenizer Tokenizer, TokenizerSection Section) Load(string kind)
    {
        var folder = TemporaryFolder.UntilExit();
        File.WriteAllText(Path.Combine(folder, "tokenizer.json"), FileOf(Kinds["kinds"]![kind]!).ToJsonString());
        return LoadFolder(folder, Kinds["kinds"]![kind]!["modelType"]?.GetValue<string>() ?? "bert");
    }

    /// <summary>As a folder's tokenizer is found and loaded, with every subword of a word kept.</summary>
    private static (ISubwordTokenizer Tokenizer, TokenizerSection Section) LoadFolder(string folder, string modelType)
    {
        var config = JsonDocument.Parse($$"""{ "model_type": "{{modelType}}" }""").RootElement;
        var section = ExportedTokenizer.Read(folder, config, [], []) with { MaxSubwordsPerWord = 200 };
        return (SubwordTokenizers.Load(Path.Combine(folder, section.File), section), section);
    }

    /// <summary>The file of a kind, put together as make_golden.mjs does.</summary>
    private static JsonObject FileOf(JsonNode kind)
    {
        var isWordPiece = kind["base"]!.GetValue<string>() == "wordpiece";
        var name = kind["base"]!.GetValue<string>() switch
        {
            "wordpiece" => "wordpiece-iobes/tokenizer.json",
            "unigram" => "unigram-labels/tokenizer.json",
            _ => "byte-level-bpe.json",
        };
        var file = Read(name).AsObject();
        var model = file["model"]!.AsObject();
        if (isWordPiece)
        {
            model["vocab"] = new JsonObject(
                File.ReadLines(Path.Combine(ExportedModels.Folder("wordpiece-iob2"), "vocab.txt"))
                    .Index()
                    .Select(piece => KeyValuePair.Create(piece.Item, (JsonNode?)piece.Index))
            );
            file["added_tokens"] = new JsonArray();
            file["normalizer"]!["lowercase"] = false;
        }
        foreach (var (member, value) in kind["set"]?.AsObject() ?? [])
            file[member] = value is null ? null : JsonNode.Parse(value.ToJsonString().Replace("\"RULES\"", Kinds["rules"]!.ToJsonString()));
        foreach (var (member, value) in kind["model"]?.AsObject() ?? [])
        {
            if (value is null)
                model.Remove(member);
            else
                model[member] = value.DeepClone();
        }
        foreach (var (piece, id) in (kind["head"]?.AsArray() ?? []).Select((piece, id) => (piece, id)))
        {
            model["vocab"]![id]![0] = piece!.DeepClone();
            foreach (var token in file["added_tokens"]!.AsArray().Where(token => token!["id"]!.GetValue<int>() == id))
                token!["content"] = piece.DeepClone();
        }
        foreach (var piece in kind["tail"]?.AsArray() ?? [])
            model["vocab"]!.AsArray().Add(piece!.DeepClone());
        return file;
    }

    private static List<string> Differing(ISubwordTokenizer tokenizer, JsonNode golden) =>
        [
            .. Words
                .Zip(golden.AsArray(), (word, ids) => (Word: word, Expected: Ids(ids!), Found: tokenizer.Encode(word)))
                .Where(word => !word.Expected.SequenceEqual(word.Found))
                .Select(word => $"{word.Word}: {string.Join(' ', word.Found)}, the reference has {string.Join(' ', word.Expected)}"),
        ];

    private static int[] Ids(JsonNode ids) => [.. ids.AsArray().Select(id => id!.GetValue<int>())];

    private static int Utf16(string text, int codePoints) => text.EnumerateRunes().Take(codePoints).Sum(rune => rune.Utf16SequenceLength);

    private static JsonNode Read(string name) => JsonNode.Parse(File.ReadAllText(Path.Combine(ExportedModels.Root, name)))!;
}
