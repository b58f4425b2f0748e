using System.Text;
using NerService.Inference.Models;
using NerService.Text.Documents;

namespace NerService.Inference.Tests.Models;

/// <summary>Graphs as exporters leave them: shapes that are fixed, weights in files of their own, other names. Made by
/// tests/data/exported/make_models.py.</summary>
public sealed class ExportedGraphTests
{
    private const string Weights = "model.onnx_data";

    [Theory]
    [InlineData("batch-1", 254)]
    [InlineData("length-32", 30)]
    [InlineData("batch-1-length-32", 30)]
    public async Task A_graph_with_fixed_shapes_serves_many_documents_at_once(string graph, int window)
    {
        using var model = TokenClassifier.Load(With(graph));
        Assert.Equal(window, model.Manifest.Window.Size);
        var documents = Enumerable.Range(1, 12).Select(count => string.Join(" . ", Enumerable.Repeat(ExportedModels.Sentence, count))).ToList();
        var answers = await Task.WhenAll(documents.Select(document => ExportedModels.TagAsync(model, document)));
        for (var i = 0; i < documents.Count; i++)
            Assert.Equal(Enumerable.Repeat(ExportedModels.Found, i + 1).SelectMany(found => found), answers[i]);
    }

    [Fact]
    public void A_graph_that_takes_batches_of_four_is_refused_in_plain_words() =>
        Refuses(With("batch-4"), "takes batches of exactly 4; export the model with a dynamic batch, or a batch of 1");

    [Fact]
    public void A_graph_that_answers_no_numbers_is_refused() => Refuses(With("no-numbers"), "its output 'logits' holds scores that are not numbers");

    [Fact]
    public void A_tokenizer_with_more_subwords_than_the_graph_is_refused()
    {
        var folder = ExportedModels.Copy("wordpiece-iob2");
        File.AppendAllText(Path.Combine(folder, "vocab.txt"), "زرقونة\n");
        Refuses(folder, "fails on the tokenizer's largest id (1626); is this the model's own tokenizer?");
    }

    [Theory]
    [InlineData("depends-on-batch")]
    [InlineData("dynamic-int8")]
    public async Task The_check_warns_that_a_graph_whose_answer_would_depend_on_its_company_is_slower(string graph)
    {
        var report = await ModelCheck.RunAsync(With(graph), TestContext.Current.CancellationToken);
        Assert.True(report.CanServe);
        Assert.Contains(
            report.Findings,
            finding => finding.Kind == FindingKind.Warning && finding.Text.Contains("so each text has a run of its own", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_dynamically_quantized_graph_answers_a_text_the_same_alone_and_in_company()
    {
        // With one thread the first text runs alone, and the others, of one length, wait for one batch.
        using var model = TokenClassifier.Load(With("dynamic-int8"), new InferenceOptions { Threads = 1 });
        Assert.True(model.DependsOnBatch);
        // Words of no name have scores of a smaller range than names.
        var plain = string.Join(' ', Enumerable.Repeat("قبل", ExportedModels.Sentence.Split(' ').Length));
        string[] texts = [plain, .. Enumerable.Repeat((string[])[ExportedModels.Sentence, plain], 6).SelectMany(pair => pair)];
        var alone = new List<float[]>();
        foreach (var text in texts)
            alone.Add(await PosteriorsAsync(model, text));
        Assert.Equal(alone, await Task.WhenAll(texts.Select(text => PosteriorsAsync(model, text))));
    }

    [Theory]
    [InlineData("batch-1", "The graph's batch is fixed at 1, so windows do not share a run.")]
    [InlineData("length-32", "The graph's length is fixed at 32: every window is padded to it.")]
    public async Task The_check_says_that_a_shape_is_fixed(string graph, string note)
    {
        var report = await ModelCheck.RunAsync(With(graph), TestContext.Current.CancellationToken);
        Assert.Contains(report.Findings, finding => finding.Text == note);
    }

    [Fact]
    public async Task Weights_in_a_file_of_their_own_are_part_of_the_version_the_sums_and_the_graphs_sum()
    {
        var (one, other) = (External(), External());
        Spoil(other);
        var (first, second) = (ModelFolder.Open(one), ModelFolder.Open(other));
        Assert.NotEqual(first.Manifest.Version, second.Manifest.Version);
        Assert.NotEqual(first.GraphSha256, second.GraphSha256);
        Assert.NotEqual(first.Manifest.Files[Weights], second.Manifest.Files[Weights]);
        using var model = TokenClassifier.Load(one);
        Assert.Equal(ExportedModels.Found, await ExportedModels.TagAsync(model, ExportedModels.Sentence));
    }

    [Fact]
    public void Exchanged_weights_in_a_file_of_their_own_are_noticed_once_a_manifest_is_written()
    {
        var folder = External();
        WriteManifest(folder, ExportedFolder.Derive(folder).Manifest);
        Assert.Null(ModelFolder.Open(folder).Derived);
        Spoil(folder);
        Refuses(folder, $"file '{Weights}' has SHA-256");
    }

    [Fact]
    public void A_manifest_that_does_not_list_a_file_of_weights_is_refused()
    {
        var folder = External();
        var manifest = ExportedFolder.Derive(folder).Manifest;
        WriteManifest(folder, manifest with { Files = manifest.Files.Where(file => file.Key != Weights).ToDictionary() });
        Refuses(folder, $"model.onnx keeps weights in '{Weights}', which is not among files; name it there with its SHA-256");
    }

    [Fact]
    public void Weights_outside_of_the_folder_are_refused()
    {
        var folder = External();
        var path = Path.Combine(folder, "model.onnx");
        File.WriteAllBytes(
            path,
            Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(File.ReadAllBytes(path)).Replace(Weights, "../../../weight", StringComparison.Ordinal))
        );
        Refuses(folder, "lies outside the folder");
    }

    [Theory]
    [InlineData("config.json", "bert", "qert")]
    [InlineData("tokenizer_config.json", "512", "511")]
    [InlineData("vocab.txt", "[UNK]\n", "[UNK]\n\n")]
    public void The_version_changes_with_every_file_that_an_answer_may_depend_on(string file, string old, string with)
    {
        var folder = ExportedModels.Copy("wordpiece-iob2");
        var before = ExportedFolder.Derive(folder).Manifest.Version;
        ExportedModels.Replace(folder, file, old, with);
        Assert.NotEqual(before, ExportedFolder.Derive(folder).Manifest.Version);
    }

    [Theory]
    [InlineData("model_quantized.onnx")]
    [InlineData("onnx/model.onnx")]
    [InlineData("onnx/model_int8.onnx")]
    [InlineData("camelbert-ner.onnx")]
    public async Task A_graph_is_found_by_its_usual_names_and_by_any_name_when_it_is_the_only_one(string file)
    {
        var folder = Renamed(file);
        using var model = TokenClassifier.Load(folder);
        Assert.Equal(file, model.Graph.File);
        Assert.Equal(ExportedModels.Found, await ExportedModels.TagAsync(model, ExportedModels.Sentence));
    }

    [Fact]
    public void Of_several_graphs_the_exact_one_is_served_and_the_check_names_the_others()
    {
        var folder = Renamed("onnx/model.onnx");
        File.Copy(Path.Combine(folder, "onnx", "model.onnx"), Path.Combine(folder, "onnx", "model_quantized.onnx"));
        Assert.Contains("The graph is onnx/model.onnx; not used: onnx/model_quantized.onnx.", ExportedFolder.Derive(folder).Notes);
    }

    [Fact]
    public void Several_graphs_by_other_names_are_named_and_refused()
    {
        var folder = Renamed("one.onnx");
        File.Copy(Path.Combine(folder, "one.onnx"), Path.Combine(folder, "two.onnx"));
        Refuses(folder, "has the graphs one.onnx, two.onnx, none by a usual name; rename the one to serve to model.onnx");
    }

    [Theory]
    [InlineData("wordpiece-iob2", "config.json")]
    [InlineData("wordpiece-iob2", "tokenizer_config.json")]
    [InlineData("wordpiece-iob2", "vocab.txt")]
    [InlineData("wordpiece-iobes", "tokenizer.json")]
    [InlineData("unigram-labels", "labels.json")]
    [InlineData("unigram-labels", "tokenizer.json")]
    public async Task A_byte_order_mark_before_a_file_does_no_harm(string name, string file)
    {
        var folder = ExportedModels.Copy(name);
        var path = Path.Combine(folder, file);
        File.WriteAllBytes(path, [0xEF, 0xBB, 0xBF, .. File.ReadAllBytes(path)]);
        using var model = TokenClassifier.Load(folder);
        Assert.Equal(ExportedModels.Found, await ExportedModels.TagAsync(model, ExportedModels.Sentence));
    }

    [Fact]
    public async Task BMES_labels_with_white_space_around_them_are_read()
    {
        var folder = ExportedModels.Copy("wordpiece-iobes");
        foreach (var type in (string[])["PER", "LOC", "ORG"])
            ExportedModels.Replace(folder, "config.json", $"\"I-{type}\"", $"\"M-{type} \"");
        using var model = TokenClassifier.Load(folder);
        Assert.Equal(["O", "B-PER", "I-PER", "B-LOC", "I-LOC", "B-ORG", "I-ORG"], model.Labels.Names);
        Assert.Equal(ExportedModels.Found, await ExportedModels.TagAsync(model, ExportedModels.Sentence));
    }

    [Fact]
    public async Task The_check_of_a_folder_names_the_entities_that_its_manifest_expects_of_the_warm_up_sentence()
    {
        var report = await ModelCheck.RunAsync(ExportedModels.Folder("wordpiece-iob2"), TestContext.Current.CancellationToken);
        Assert.Contains(new WarmUpEntity("القاهرة", "LOC"), report.Manifest!.WarmUp.Expect);
    }

    private static async Task<float[]> PosteriorsAsync(TokenClassifier model, string text)
    {
        var source = SourceText.FromText(text);
        var answer = await model.ClassifyAsync(model.Encode(source), cancellationToken: TestContext.Current.CancellationToken);
        return [.. Enumerable.Range(0, answer.Posteriors.WordCount).SelectMany(word => answer.Posteriors[word].ToArray())];
    }

    private static string With(string graph)
    {
        var folder = ExportedModels.Copy("wordpiece-iob2");
        File.Copy(Path.Combine(ExportedModels.Root, "graphs", graph + ".onnx"), Path.Combine(folder, "model.onnx"), overwrite: true);
        return folder;
    }

    private static string External()
    {
        var folder = With("external");
        File.Copy(Path.Combine(ExportedModels.Root, "graphs", Weights), Path.Combine(folder, Weights));
        return folder;
    }

    private static string Renamed(string file)
    {
        var folder = ExportedModels.Copy("wordpiece-iob2");
        Directory.CreateDirectory(Path.Combine(folder, "onnx"));
        File.Move(Path.Combine(folder, "model.onnx"), Path.Combine(folder, file));
        return folder;
    }

    /// <summary>Exchanges weights for others of the same size.</summary>
    private static void Spoil(string folder)
    {
        var path = Path.Combine(folder, Weights);
        var bytes = File.ReadAllBytes(path);
        bytes[40] ^= 0x01;
        File.WriteAllBytes(path, bytes);
    }

    private static void WriteManifest(string folder, ModelManifest manifest) =>
        File.WriteAllText(Path.Combine(folder, ModelManifest.FileName), manifest.ToJson());

    private static void Refuses(string folder, string reason)
    {
        var error = Assert.Throws<ModelLoadException>(() => TokenClassifier.Load(folder).Dispose());
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }
}
