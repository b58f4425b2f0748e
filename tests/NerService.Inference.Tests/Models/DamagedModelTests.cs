using System.Text.Json.Nodes;
using NerService.Inference.Models;

namespace NerService.Inference.Tests.Models;

/// <summary>
/// Every file of a small model's folder, damaged in every place and way: the folder loads, or it is refused with the one exception of loading, whose
/// message names a file and says something. Nothing else is thrown, and nothing ends the process.
/// </summary>
public sealed class DamagedModelTests
{
    private static readonly string[] Wrong =
    [
        "null",
        "true",
        "-1",
        "0",
        "1e9",
        "2147483647",
        "0.5",
        "\"\"",
        "\" \"",
        "\"x\"",
        "[]",
        "[null]",
        "{}",
        "{\"x\":null}",
    ];

    [Theory]
    [InlineData("wordpiece-iob2", "config.json")]
    [InlineData("wordpiece-iob2", "tokenizer_config.json")]
    [InlineData("wordpiece-iobes", "config.json")]
    [InlineData("wordpiece-iobes", "tokenizer.json")]
    [InlineData("unigram-labels", "tokenizer.json")]
    [InlineData("unigram-labels", "labels.json")]
    [InlineData("unigram-labels", "config.json")]
    public void Every_value_of_every_json_file_may_be_wrong_or_missing(string model, string file)
    {
        MutateJson(ExportedModels.Copy(model), file, wrongOfEach: 3);
    }

    [Theory]
    [InlineData("wordpiece-iob2", int.MaxValue)]
    [InlineData("unigram-labels", 3)]
    [InlineData("albert-no-marks", 3)]
    public void Every_value_of_a_manifest_may_be_wrong_or_missing(string model, int wrongOfEach)
    {
        var folder = ExportedModels.Copy(model);
        var manifest = ExportedFolder.Derive(folder).Manifest;
        File.WriteAllText(Path.Combine(folder, ModelManifest.FileName), manifest.ToJson());
        MutateJson(folder, ModelManifest.FileName, wrongOfEach);
    }

    [Fact]
    public void Every_value_of_the_shipped_manifest_may_be_wrong_or_missing()
    {
        using var folder = new TemporaryFolder();
        File.Copy(Path.Combine(BuiltInModel.Path, ModelManifest.FileName), folder[ModelManifest.FileName]);
        MutateJson(folder.Path, ModelManifest.FileName, int.MaxValue, path => ModelManifest.Read(path));
    }

    [Fact]
    public void A_token_that_may_be_longer_than_the_stack_is_refused()
    {
        var folder = ExportedModels.Copy("wordpiece-iobes");
        ExportedModels.Replace(folder, "tokenizer.json", "\"max_input_chars_per_word\": 100", "\"max_input_chars_per_word\": 1000000000");
        var error = Assert.Throws<ModelLoadException>(() => TokenClassifier.Load(folder));
        Assert.Contains("tokenizer.maxCharactersPerToken is 1000000000; it must lie between 1 and 1000", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("wordpiece-iob2", "model.onnx")]
    [InlineData("wordpiece-iob2", "vocab.txt")]
    [InlineData("wordpiece-iob2", "config.json")]
    [InlineData("wordpiece-iobes", "tokenizer.json")]
    [InlineData("xlmr-iob1", "sentencepiece.bpe.model")]
    [InlineData("unigram-labels", "tokenizer.json")]
    public void A_file_may_be_cut_off_emptied_or_have_wrong_bytes(string model, string file)
    {
        var folder = ExportedModels.Copy(model);
        var path = Path.Combine(folder, file);
        var bytes = File.ReadAllBytes(path);
        var failures = new List<string>();
        foreach (var (what, content) in Damaged(bytes))
        {
            File.WriteAllBytes(path, content);
            Try(folder, $"{file}, {what}", failures);
        }
        Assert.Equal([], failures);
    }

    [Theory]
    [InlineData("wordpiece-iob2")]
    [InlineData("wordpiece-iobes")]
    [InlineData("xlmr-iob1")]
    [InlineData("unigram-labels")]
    [InlineData("albert-no-marks")]
    public void A_file_may_be_a_folder_or_a_link_to_nothing(string model)
    {
        var failures = new List<string>();
        foreach (var file in Directory.EnumerateFiles(ExportedModels.Folder(model)).Select(Path.GetFileName))
        {
            var folder = ExportedModels.Copy(model);
            var path = Path.Combine(folder, file!);
            File.Delete(path);
            Directory.CreateDirectory(path);
            Try(folder, $"{file} is a folder", failures);
            Directory.Delete(path);
            File.CreateSymbolicLink(path, Path.Combine(folder, "nowhere"));
            Try(folder, $"{file} is a link to nothing", failures);
            File.Delete(path);
            File.CreateSymbolicLink(path, path);
            Try(folder, $"{file} is a link to itself", failures);
        }
        Assert.Equal([], failures);
    }

    /// <param name="folder">The folder.</param>
    /// <param name="file">The file in it.</param>
    /// <param name="wrongOfEach">Wrong values that each place is given, others from place to place, besides being missing.</param>
    /// <param name="load">What is tried; null for loading the model.</param>
    private static void MutateJson(string folder, string file, int wrongOfEach, Action<string>? load = null)
    {
        var path = Path.Combine(folder, file);
        var text = File.ReadAllText(path);
        var failures = new List<string>();
        var (of, next) = (Math.Min(wrongOfEach, Wrong.Length), 0);
        foreach (var place in Places(JsonNode.Parse(text)!, []))
        {
            foreach (var wrong in (string?[])[.. Enumerable.Range(next, of).Select(i => Wrong[i % Wrong.Length]), null])
            {
                var root = JsonNode.Parse(text)!;
                DamagedJson.Replace(root, place, wrong);
                File.WriteAllText(path, root.ToJsonString());
                Try(folder, $"{file}: {string.Join('.', place)} is {wrong ?? "missing"}", failures, load);
            }
            next += of;
        }
        Assert.Equal([], failures);
    }

    private static void Try(string folder, string what, List<string> failures, Action<string>? load = null)
    {
        try
        {
            (load ?? (path => TokenClassifier.Load(path).Dispose()))(folder);
        }
        catch (ModelLoadException e)
            when (e.Message.Contains(folder, StringComparison.Ordinal)
                && e.InnerException is not (NullReferenceException or IndexOutOfRangeException or InvalidCastException or KeyNotFoundException)
            ) { }
        catch (Exception e)
        {
            failures.Add($"{what}: {e.GetType().Name} {e.Message} {e.InnerException?.GetType().Name}");
        }
    }

    /// <summary>Every place of a document; of a long list or a large object the first ones and the last.</summary>
    private static IEnumerable<string[]> Places(JsonNode node, string[] at)
    {
        if (at.Length > 0)
            yield return at;
        string[] children = node switch
        {
            JsonObject json => [.. json.Select(member => member.Key)],
            JsonArray json => [.. Enumerable.Range(0, json.Count).Select(i => $"{i}")],
            _ => [],
        };
        foreach (var child in children.Length <= 16 ? children : [.. children[..6], children[^1]])
        {
            if (node is JsonArray array ? array[int.Parse(child)] is { } element : (element = node[child]) is not null)
                foreach (var place in Places(element, [.. at, child]))
                    yield return place;
            else
                yield return [.. at, child];
        }
    }

    private static IEnumerable<(string What, byte[] Content)> Damaged(byte[] bytes)
    {
        yield return ("empty", []);
        yield return ("one byte", [0]);
        yield return ("twice", [.. bytes, .. bytes]);
        foreach (var part in Enumerable.Range(1, 15))
            yield return ($"the first {part} of 16 parts", bytes[..(bytes.Length * part / 16)]);
        var random = new Random(7);
        foreach (var round in Enumerable.Range(0, 60))
        {
            var changed = (byte[])bytes.Clone();
            // Where the structure is: the beginning, and anywhere.
            var at = round % 2 == 0 ? random.Next(Math.Min(bytes.Length, 200)) : random.Next(bytes.Length);
            changed[at] = round % 3 == 0 ? (byte)0xFF : (byte)random.Next(256);
            yield return ($"byte {at} is {changed[at]}", changed);
        }
    }
}
