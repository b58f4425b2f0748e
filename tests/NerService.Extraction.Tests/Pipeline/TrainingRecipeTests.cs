using System.Diagnostics;
using System.Text.Json;
using NerService.Extraction.Pipeline;
using NerService.Extraction.Snapshots;
using NerService.Inference;
using NerService.Text.Documents;

namespace NerService.Extraction.Tests.Pipeline;

/// <summary>What the recipe in models/training exports, the service loads, and both give the same labels.</summary>
public sealed class TrainingRecipeTests
{
    private const string Python = "/usr/bin/python3";

    /// <summary>Fails where one is missing. To import them takes seconds.</summary>
    private const string LookForPackages =
        "from importlib.util import find_spec; assert all(map(find_spec, ('torch', 'onnx', 'sentencepiece', 'numpy')))";

    [Fact]
    public async Task A_model_trained_and_exported_by_the_recipe_gets_the_same_labels_from_the_extractor_as_from_PyTorch()
    {
        if (!await HasTrainingPackagesAsync())
            Assert.Skip($"{Python} lacks torch, onnx, sentencepiece or numpy; models/training/test.sh installs them.");
        using var folder = new TemporaryFolder();
        var script = Repository.PathOf("models", "training", "tests", "make_tiny_model.py");
        var end = await RunAsync(script, folder.Path);
        Assert.True(end.ExitCode == 0, end.Output + end.Error);

        foreach (var graph in new[] { "fp32", "int8" })
            await CompareAsync(folder.Path, graph);
    }

    /// <summary>The extractor reads the same lists as the recipe; nothing decides after the model.</summary>
    private static async Task CompareAsync(string folder, string graph)
    {
        var options = new ExtractorOptions
        {
            ModelFolder = folder,
            GazetteerFolder = Path.Combine(folder, "gazetteer"),
            Inference = new InferenceOptions { Graph = graph },
        };
        using var extractor = await EntityExtractor.LoadAsync(options, TestContext.Current.CancellationToken);
        var different = new List<string>();
        var (words, told) = (0, 0);
        foreach (var line in await File.ReadAllLinesAsync(Path.Combine(folder, "expected.jsonl"), TestContext.Current.CancellationToken))
        {
            using var expected = JsonDocument.Parse(line);
            var tokens = Strings(expected.RootElement.GetProperty("words"));
            var labels = Strings(expected.RootElement.GetProperty("labels"));
            told += expected.RootElement.GetProperty("features").EnumerateArray().Sum(bits => bits.GetArrayLength());
            var request = new ExtractionRequest { Source = SourceText.FromTokens(tokens), UseArbiter = false };
            var found = (await extractor.ExtractAsync(request, TestContext.Current.CancellationToken)).WordLabels();
            words += tokens.Length;
            for (var i = 0; i < tokens.Length; i++)
                if (found[i] != labels[i])
                    different.Add($"{graph}: {tokens[i]}: {found[i]}, PyTorch {labels[i]}");
        }
        Assert.True(words > 100, $"only {words} words were compared");
        Assert.True(told > 100, $"the lists proposed only {told} features");
        Assert.Empty(different);
    }

    private static string[] Strings(JsonElement array) => [.. array.EnumerateArray().Select(e => e.GetString()!)];

    private static async Task<bool> HasTrainingPackagesAsync() => File.Exists(Python) && (await RunAsync("-c", LookForPackages)).ExitCode == 0;

    private static Task<ProcessEnd> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(Python, arguments);
        start.Environment["OMP_NUM_THREADS"] = "1";
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        return ChildProcess.RunAsync(start);
    }
}
