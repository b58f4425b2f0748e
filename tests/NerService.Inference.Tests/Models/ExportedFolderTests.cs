using System.Text.Json.Nodes;
using NerService.Inference.Models;

namespace NerService.Inference.Tests.Models;

public sealed class ExportedFolderTests
{
    public static TheoryData<string> All => ExportedModels.All;

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_folder_as_exporters_write_it_is_served_without_a_manifest(string name)
    {
        using var model = TokenClassifier.Load(ExportedModels.Folder(name));
        Assert.Equal(ExportedModels.Found, await ExportedModels.TagAsync(model, ExportedModels.Sentence));
        Assert.NotNull(model.Folder.Derived);
        Assert.Contains("no sums were verified", model.Manifest.Description, StringComparison.Ordinal);
        Assert.Equal(name, model.Manifest.Name);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_document_longer_than_the_model_is_tagged_to_its_end(string name)
    {
        using var model = TokenClassifier.Load(ExportedModels.Folder(name));
        var answer = await ExportedModels.TagAsync(model, string.Join(" . ", Enumerable.Repeat(ExportedModels.Sentence, 60)));
        Assert.Equal(Enumerable.Repeat(ExportedModels.Found, 60).SelectMany(found => found), answer);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Tashkeel_and_tatweel_are_folded_before_an_exported_model_sees_them(string name)
    {
        using var model = TokenClassifier.Load(ExportedModels.Folder(name));
        // Vowel marks on a name and a stretched letter in another.
        Assert.Equal(["سِيرغي لافْروف PER", "القـاهرة LOC"], await ExportedModels.TagAsync(model, "التقى سِيرغي لافْروف في القـاهرة"));
    }

    [Theory]
    [InlineData("wordpiece-iob2", 512, 254, true)]
    [InlineData("wordpiece-iobes", 40, 38, false)]
    [InlineData("xlmr-iob1", 64, 62, false)]
    [InlineData("unigram-labels", 128, 126, false)]
    public void Length_and_inputs_come_from_the_configuration_and_the_graph(string name, int maxPositions, int window, bool hasTokenTypes)
    {
        var manifest = ExportedFolder.Derive(ExportedModels.Folder(name)).Manifest;
        Assert.Equal(maxPositions, manifest.Onnx.MaxPositions);
        Assert.Equal(window, manifest.Window.Size);
        Assert.Equal(hasTokenTypes ? "token_type_ids" : null, manifest.Onnx.Inputs.TokenTypeIds);
    }

    [Fact]
    public void The_tokenizers_own_limit_counts_when_it_is_smaller()
    {
        var folder = ExportedModels.Copy("wordpiece-iob2");
        ExportedModels.Replace(folder, "tokenizer_config.json", "512", "100");
        Assert.Equal(100, ExportedFolder.Derive(folder).Manifest.Onnx.MaxPositions);
        // What a tokenizer without a limit writes.
        ExportedModels.Replace(folder, "tokenizer_config.json", "100", "1000000000000000019884624838656");
        Assert.Equal(512, ExportedFolder.Derive(folder).Manifest.Onnx.MaxPositions);
    }

    [Fact]
    public void Labels_keep_the_models_own_types_and_those_that_the_service_does_not_know_are_named()
    {
        var derived = ExportedFolder.Derive(ExportedModels.Folder("wordpiece-iob2"));
        Assert.Equal(["O", "B-PERS", "I-PERS", "B-LOC", "I-LOC", "B-ORG", "I-ORG", "B-MISC", "I-MISC"], derived.Manifest.Outputs["logits"]);
        Assert.Contains(derived.Warnings, w => w.StartsWith("B-MISC is none of the service's types", StringComparison.Ordinal));
    }

    [Fact]
    public void The_manifest_that_is_written_for_a_folder_loads_and_is_then_verified()
    {
        var folder = ExportedModels.Copy("wordpiece-iobes");
        var derived = ExportedFolder.Derive(folder).Manifest;
        File.WriteAllText(Path.Combine(folder, ModelManifest.FileName), derived.ToJson());
        var opened = ModelFolder.Open(folder);
        Assert.Null(opened.Derived);
        Assert.Equal(derived.Identity, opened.Manifest.Identity);
        File.AppendAllText(Path.Combine(folder, "tokenizer.json"), " ");
        Assert.Contains(
            "tokenizer.json' has SHA-256",
            Assert.Throws<ModelLoadException>(() => ModelFolder.Open(folder)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_manifest_may_leave_out_what_has_a_default()
    {
        var folder = ExportedModels.Copy("wordpiece-iob2");
        var json = JsonNode.Parse(ExportedFolder.Derive(folder).Manifest.ToJson())!.AsObject();
        json.Remove("labelScheme");
        foreach (var name in (string[])["splitIdeographs", "continuingPrefix", "maxCharactersPerToken", "idOffset", "lowercase", "stripAccents"])
            json["tokenizer"]!.AsObject().Remove(name);
        File.WriteAllText(Path.Combine(folder, ModelManifest.FileName), json.ToJsonString());
        using var model = TokenClassifier.Load(folder);
        Assert.Equal(ExportedModels.Found, await ExportedModels.TagAsync(model, ExportedModels.Sentence));
    }

    [Theory]
    [InlineData("config.json", "has no model.json, and no config.json")]
    [InlineData("model.onnx", "has neither model.onnx nor onnx/model.onnx")]
    [InlineData("vocab.txt", "has no tokenizer: neither vocab.txt nor")]
    public void A_missing_file_is_named(string file, string message)
    {
        var folder = ExportedModels.Copy("wordpiece-iob2");
        File.Delete(Path.Combine(folder, file));
        Assert.Contains(message, Assert.Throws<ModelLoadException>(() => ModelFolder.Open(folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_that_mean_nothing_ask_for_a_label_file()
    {
        var folder = ExportedModels.Copy("unigram-labels");
        File.Delete(Path.Combine(folder, "labels.json"));
        var error = Assert.Throws<ModelLoadException>(() => ModelFolder.Open(folder));
        Assert.Contains("LABEL_0 to LABEL_8, which mean nothing", error.Message, StringComparison.Ordinal);
        Assert.Contains("labels.json", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    // A label that the model does not have.
    [InlineData("{\"labels\": {\"LABEL_77\": \"O\"}}", "'LABEL_77', which is not a label")]
    // A scheme that nobody knows.
    [InlineData("{\"scheme\": \"iob7\"}", "'iob7' is not a label scheme; known are iob2, iob1 and iobes")]
    // A misspelt member.
    [InlineData("{\"lables\": {}}", "member 'lables'; known are labels and scheme")]
    [InlineData("[]", "holds no JSON object")]
    [InlineData("{", "is not JSON")]
    public void A_label_file_that_does_not_fit_is_refused(string content, string message)
    {
        var folder = ExportedModels.Copy("unigram-labels");
        File.WriteAllText(Path.Combine(folder, "labels.json"), content);
        Assert.Contains(message, Assert.Throws<ModelLoadException>(() => ModelFolder.Open(folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_graph_with_another_number_of_labels_is_refused_with_its_outputs()
    {
        var folder = ExportedModels.Copy("wordpiece-iob2");
        File.Copy(Path.Combine(ExportedModels.Folder("wordpiece-iobes"), "model.onnx"), Path.Combine(folder, "model.onnx"), overwrite: true);
        var error = Assert.Throws<ModelLoadException>(() => ModelFolder.Open(folder));
        Assert.Contains("no output of shape [batch, sequence, 9]", error.Message, StringComparison.Ordinal);
        Assert.Contains("logits [-1, -1, 13]", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("this is not an ONNX file")]
    public void A_graph_that_is_none_is_refused(string content)
    {
        var folder = ExportedModels.Copy("wordpiece-iob2");
        File.WriteAllText(Path.Combine(folder, "model.onnx"), content);
        Assert.Contains("is not an ONNX model", Assert.Throws<ModelLoadException>(() => ModelFolder.Open(folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_vocabulary_of_segmented_text_is_warned_of()
    {
        var folder = ExportedModels.Copy("wordpiece-iob2");
        // What an AraBERT v1 or v2 vocabulary holds: the article and a pronoun as Farasa cuts them off.
        File.AppendAllText(Path.Combine(folder, "vocab.txt"), "ال+\n+ها\n");
        Assert.Contains(ExportedFolder.Derive(folder).Warnings, w => w.Contains("Farasa", StringComparison.Ordinal));
    }

    [Fact]
    public void Byte_level_tokenizers_are_refused_by_name()
    {
        var folder = ExportedModels.Copy("unigram-labels");
        ExportedModels.Replace(folder, "tokenizer.json", "\"Unigram\"", "\"BPE\"");
        Assert.Contains(
            "is BPE; this service reads WordPiece, Unigram, and BPE over bytes",
            Assert.Throws<ModelLoadException>(() => ModelFolder.Open(folder)).Message,
            StringComparison.Ordinal
        );
    }
}
