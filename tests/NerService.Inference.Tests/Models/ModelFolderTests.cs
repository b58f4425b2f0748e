using System.Security.Cryptography;
using System.Text.Json.Nodes;
using NerService.Inference.Models;

namespace NerService.Inference.Tests.Models;

public sealed class ModelFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ModelFolderTests()
    {
        foreach (var file in (ReadOnlySpan<string>)["model.json", "model.onnx", "sentencepiece.model", "seen-names.tsv"])
            File.Copy(Path.Combine(BuiltInModel.Path, file), _folder[file]);
        // What is tested here is loading; other files that the shipped manifest may name are not needed for it.
        Edit(json =>
        {
            json.Remove("arbiter");
            json["onnx"]!["graphs"] = new JsonArray(new JsonObject { ["name"] = "fp32", ["file"] = "model.onnx" });
            foreach (var name in json["files"]!.AsObject().Select(file => file.Key).Where(name => !File.Exists(_folder[name])).ToArray())
                json["files"]!.AsObject().Remove(name);
        });
    }

    [Fact]
    public void The_shipped_folder_opens_with_a_graph_that_suits_this_processor() =>
        Assert.Equal(ProcessorFeatures.Has(ProcessorFeatures.Int8DotProduct) ? "int8" : "fp32", ModelFolder.Open(BuiltInModel.Path).Graph.Name);

    [Theory]
    [InlineData("int8")]
    [InlineData("fp32")]
    public void A_graph_that_is_asked_for_is_taken_whatever_the_processor(string name) =>
        Assert.Equal(name, ModelFolder.Open(BuiltInModel.Path, name).Graph.Name);

    [Fact]
    public void The_first_graph_without_a_need_is_taken_where_no_need_is_met() =>
        Assert.Equal(
            "plain",
            GraphSection
                .Choose([new GraphSection { Name = "plain", File = "a.onnx" }, new GraphSection { Name = "other", File = "b.onnx" }], null)
                .Name
        );

    [Fact]
    public void A_graph_that_the_manifest_does_not_have_is_refused_with_those_it_has()
    {
        var error = Assert.Throws<ModelLoadException>(() => ModelFolder.Open(_folder.Path, "int4"));
        Assert.Contains("has no graph 'int4' (option graph); it has fp32", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_need_that_nobody_knows_is_refused() =>
        Refuses(json => json["onnx"]!["graphs"]![0]!["needs"] = "quantum", "needs is 'quantum'; known are int8-dot-product");

    [Fact]
    public void Two_graphs_of_one_name_are_refused() =>
        Refuses(
            json => json["onnx"]!["graphs"]!.AsArray().Add(new JsonObject { ["name"] = "fp32", ["file"] = "model.onnx" }),
            "onnx.graphs[1].name 'fp32' is empty or another graph's"
        );

    [Fact]
    public void A_manifest_without_graphs_is_refused() => Refuses(json => json["onnx"]!["graphs"] = new JsonArray(), "onnx.graphs is empty");

    [Fact]
    public void A_gazetteer_bit_that_this_service_does_not_compute_is_refused() =>
        Refuses(json => json["gazetteerFeatures"]!["bits"]![12] = "moon", "gazetteerFeatures.bits[12] is 'moon'; this service computes PER-B");

    [Fact]
    public void A_gazetteer_bit_that_stands_twice_is_refused() =>
        Refuses(json => json["gazetteerFeatures"]!["bits"]![1] = "PER-B", "gazetteerFeatures.bits[1], 'PER-B', appears twice");

    [Fact]
    public void Fewer_gazetteer_bits_than_the_graph_reads_are_refused() =>
        Refuses(json => json["gazetteerFeatures"]!["bits"]!.AsArray().RemoveAt(12), "input 'gazetteer_features' is Float");

    [Fact]
    public void A_gazetteer_input_without_its_bits_is_refused() =>
        Refuses(json => json.Remove("gazetteerFeatures"), "one is there without the other");

    [Fact]
    public void A_graph_that_reads_the_gazetteer_is_refused_where_the_manifest_does_not_say_so() =>
        Refuses(
            json =>
            {
                json.Remove("gazetteerFeatures");
                json["onnx"]!["inputs"]!.AsObject().Remove("gazetteerFeatures");
            },
            "wants an input 'gazetteer_features' that model.json does not name"
        );

    [Fact]
    public void A_folder_that_does_not_exist_is_named() => Refuses(_folder["nowhere"], "nowhere' does not exist");

    [Fact]
    public void A_folder_without_manifest_is_named()
    {
        File.Delete(ManifestPath);
        Refuses(_folder.Path, "has no model.json");
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        File.Delete(_folder["sentencepiece.model"]);
        Refuses(_folder.Path, "file 'sentencepiece.model' is missing");
    }

    [Fact]
    public void A_file_that_differs_from_its_sum_is_named_with_both_sums()
    {
        var expected = JsonNode.Parse(File.ReadAllText(ManifestPath))!["files"]!["model.onnx"]!["sha256"]!.GetValue<string>();
        File.AppendAllText(_folder["model.onnx"], "x");
        var found = Sum("model.onnx");
        Refuses(_folder.Path, $"file 'model.onnx' has SHA-256 {found}, model.json says {expected}");
    }

    [Fact]
    public void A_file_outside_the_folder_is_refused() =>
        Refuses(json => json["files"]!["../secret"] = new JsonObject { ["sha256"] = "00" }, "file '../secret' lies outside the folder");

    [Fact]
    public void A_graph_without_the_expected_input_is_refused_with_the_inputs_it_has() =>
        Refuses(json => json["onnx"]!["inputs"]!["inputIds"] = "ids", "has no input 'ids'; its inputs are input_ids, attention_mask");

    [Fact]
    public void A_graph_that_wants_an_input_nobody_names_is_refused() =>
        Refuses(json => json["onnx"]!["inputs"]!["attentionMask"] = "input_ids", "wants an input 'attention_mask' that model.json does not name");

    [Fact]
    public void A_graph_without_the_expected_output_is_refused_with_the_outputs_it_has() =>
        Refuses(json => json["outputs"]!["scores"] = new JsonArray("O", "B-PER"), "has no output 'scores'; its outputs are logits, logits_anercorp");

    [Fact]
    public void A_graph_whose_output_is_narrower_or_wider_than_the_labels_is_refused() =>
        Refuses(json => json["outputs"]!["logits"] = new JsonArray("O", "B-PER", "I-PER"), "output 'logits' is Float");

    [Fact]
    public void A_file_that_is_not_a_graph_is_refused()
    {
        Replace("model.onnx", "not a graph");
        Refuses(_folder.Path, "model.onnx' is not an ONNX model");
    }

    [Fact]
    public void A_file_that_is_not_a_tokenizer_is_refused()
    {
        Replace("sentencepiece.model", "not a tokenizer");
        Refuses(_folder.Path, "sentencepiece.model' is not a SentencePiece model");
    }

    [Fact]
    public void A_manifest_that_is_not_json_is_refused()
    {
        File.WriteAllText(ManifestPath, "{ \"schemaVersion\": 1,");
        Refuses(_folder.Path, "model.json' is not a valid manifest");
    }

    [Fact]
    public void A_value_of_the_wrong_kind_is_told_with_its_place_and_the_kind_wanted() =>
        Refuses(json => json["tokenizer"]!["padId"] = "one", "model.json' is not a valid manifest: tokenizer.padId must be a whole number (line ");

    [Fact]
    public void What_is_wrong_with_a_manifest_is_told_without_the_programs_own_types()
    {
        Refuses(json => json["outputs"] = 5, "outputs must be an object (line ");
        var manifest = JsonNode.Parse(File.ReadAllText(ManifestPath))!.AsObject();
        foreach (var member in manifest.Select(pair => pair.Key).ToList())
        foreach (var value in (JsonNode?[])["x", 0.5, true, new JsonArray(1), new JsonObject { ["x"] = 1 }])
        {
            var edited = manifest.DeepClone().AsObject();
            edited[member] = value?.DeepClone();
            File.WriteAllText(ManifestPath, edited.ToJsonString());
            if (Record.Exception(() => ModelManifest.Read(_folder.Path)) is not { } error)
                continue;
            Assert.IsType<ModelLoadException>(error);
            Assert.DoesNotMatch("System\\.|NerService\\.|\\.NET|Parameter '", error.Message.Replace(_folder.Path, "", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_manifest_with_an_unknown_member_is_refused() => Refuses(json => json["windows"] = 1, "windows");

    [Fact]
    public void A_manifest_without_a_required_member_is_refused() => Refuses(json => json.Remove("tokenizer"), "tokenizer");

    [Fact]
    public void A_member_that_is_null_is_refused() => Refuses(json => json["folding"] = null, "folding");

    [Theory]
    [InlineData("outputs.logits.0", "outputs.logits[0] is null")]
    [InlineData("files.model.onnx", "files.model.onnx is null")]
    [InlineData("warmUp.expect.0", "warmUp.expect[0] is null")]
    [InlineData("onnx.graphs.0", "onnx.graphs[0] is null")]
    public void A_null_within_a_list_or_a_map_is_refused_with_its_place(string place, string reason) =>
        Refuses(
            json =>
            {
                var (parent, name) =
                    place == "files.model.onnx"
                        ? (json["files"]!, "model.onnx")
                        : (place.Split('.')[..^1].Aggregate((JsonNode)json, (node, part) => node[part]!), place.Split('.')[^1]);
                if (parent is JsonArray list)
                    list[int.Parse(name)] = null;
                else
                    parent[name] = null;
            },
            reason
        );

    [Fact]
    public void A_manifest_without_warm_up_sentence_is_refused() => Refuses(json => json.Remove("warmUp"), "warmUp");

    [Theory]
    [InlineData("")]
    [InlineData(" \t")]
    public void A_warm_up_sentence_without_a_word_is_refused(string text) =>
        Refuses(json => json["warmUp"]!["text"] = text, "warmUp.text has no word");

    [Theory]
    [InlineData("padId", 1_000_000_000)]
    [InlineData("beginId", -1)]
    [InlineData("endId", int.MaxValue)]
    [InlineData("unknownId", 9_937)]
    public void An_id_outside_of_the_vocabulary_is_refused(string id, int value) =>
        Refuses(json => json["tokenizer"]![id] = value, $"tokenizer.{id} is {value}; the ids of");

    [Fact]
    public void A_window_of_absurd_size_is_refused_before_memory_is_asked_for() =>
        Refuses(
            json =>
            {
                json["window"]!["size"] = int.MaxValue;
                json["onnx"]!["maxPositions"] = int.MaxValue;
            },
            "window.size is 2147483647; at most 8192 is allowed"
        );

    [Fact]
    public void A_window_longer_than_the_graph_takes_is_refused_when_the_model_is_tried() =>
        Refuses(
            json =>
            {
                json["window"]!["size"] = 600;
                json["onnx"]!["maxPositions"] = 700;
            },
            "fails on a window of"
        );

    [Fact]
    public void An_empty_tokenizer_with_the_right_sum_is_refused()
    {
        Replace("sentencepiece.model", "");
        Refuses(_folder.Path, "sentencepiece.model' is not a SentencePiece model: it holds no pieces");
    }

    [Fact]
    public void A_folder_where_a_file_should_be_is_refused()
    {
        File.Delete(_folder["sentencepiece.model"]);
        Directory.CreateDirectory(_folder["sentencepiece.model"]);
        Refuses(_folder.Path, "'sentencepiece.model' is a folder; a file is wanted");
    }

    [Fact]
    public void A_file_where_the_folder_should_be_is_refused() =>
        Refuses(_folder["model.json"], "model.json' is a file; the model's folder is wanted");

    [Fact]
    public void A_byte_order_mark_before_the_manifest_does_no_harm()
    {
        File.WriteAllText(ManifestPath, File.ReadAllText(ManifestPath), new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        Assert.Equal("arabic-news", ModelFolder.Open(_folder.Path).Manifest.Name);
    }

    [Fact]
    public void A_file_without_its_sum_is_refused() => Refuses(json => json["files"]!["model.onnx"] = new JsonObject(), "sha256");

    [Fact]
    public void A_default_holds_where_the_manifest_lacks_the_member()
    {
        Edit(json =>
        {
            foreach (var name in (ReadOnlySpan<string>)["description", "license", "labelScheme", "folding", "provenance", "scores"])
                json.Remove(name);
            json["tokenizer"]!.AsObject().Remove("maxSubwordsPerWord");
        });
        using var model = TokenClassifier.Load(_folder.Path);
        Assert.Equal(
            ("", NerService.Inference.Decoding.LabelScheme.Iob2, "model", 24),
            (model.Manifest.Description, model.Manifest.Scheme, model.Manifest.Folding, model.Manifest.Tokenizer.MaxSubwordsPerWord)
        );
    }

    [Fact]
    public void Another_schema_version_is_refused() => Refuses(json => json["schemaVersion"] = 2, "schemaVersion is 2; this service reads 1");

    [Fact]
    public void A_default_output_that_does_not_exist_is_refused() =>
        Refuses(json => json["defaultOutput"] = "scores", "defaultOutput 'scores' is not among outputs");

    [Fact]
    public void Labels_that_make_no_sense_are_refused() =>
        Refuses(json => json["outputs"]!["logits"] = new JsonArray("O", "I-PER"), "outputs.logits: I-PER has no B-PER.");

    [Fact]
    public void An_overlap_of_more_than_half_a_window_is_refused() =>
        Refuses(json => json["window"]!["overlap"] = 101, "window.overlap 101 must lie between 0 and half of window.size 200");

    [Fact]
    public void A_window_beyond_the_models_positions_is_refused() =>
        Refuses(json => json["window"]!["size"] = 511, "window.size 511 with its two special tokens exceeds onnx.maxPositions 512");

    [Fact]
    public void A_window_that_a_word_might_not_fit_is_refused() =>
        Refuses(
            json => json["window"] = new JsonObject { ["size"] = 20, ["overlap"] = 5 },
            "window.size 20 is smaller than " + "tokenizer.maxSubwordsPerWord 24"
        );

    // A noun of place and the proclitics before it are each cut off at as many subwords as a word.
    [Fact]
    public void A_window_that_a_word_of_two_parts_might_not_fit_is_refused() =>
        Refuses(
            json => json["window"] = new JsonObject { ["size"] = 40, ["overlap"] = 5 },
            "window.size 40 is smaller than twice tokenizer.maxSubwordsPerWord 24"
        );

    [Fact]
    public void An_unknown_folding_is_refused() => Refuses(json => json["folding"] = "some", "folding is 'some'");

    [Fact]
    public void An_unknown_tokenizer_is_refused() => Refuses(json => json["tokenizer"]!["kind"] = "words", "tokenizer.kind is 'words'");

    [Fact]
    public void A_graph_that_is_not_among_the_files_is_refused() =>
        Refuses(json => json["files"]!.AsObject().Remove("model.onnx"), "onnx.graphs[0].file is 'model.onnx', which is not among files");

    public void Dispose() => _folder.Dispose();

    private string ManifestPath => _folder[ModelManifest.FileName];

    private void Edit(Action<JsonObject> edit)
    {
        var json = JsonNode.Parse(File.ReadAllText(ManifestPath))!.AsObject();
        edit(json);
        File.WriteAllText(ManifestPath, json.ToJsonString());
    }

    private void Replace(string file, string content)
    {
        File.WriteAllText(_folder[file], content);
        Edit(json => json["files"]![file]!["sha256"] = Sum(file));
    }

    private string Sum(string file) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(_folder[file])));

    private void Refuses(Action<JsonObject> edit, string reason)
    {
        Edit(edit);
        Refuses(_folder.Path, reason);
    }

    private static void Refuses(string folder, string reason)
    {
        var error = Assert.Throws<ModelLoadException>(() => TokenClassifier.Load(folder).Dispose());
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }
}
