using System.Security.Cryptography;
using System.Text.Json.Nodes;
using NerService.Extraction.Pipeline;
using NerService.Extraction.Snapshots;
using NerService.Extraction.Tests.Pipeline;
using NerService.Inference.Models;
using NerService.Text.Documents;

namespace NerService.Extraction.Tests.Selection;

/// <summary>The shipped arbiter beside a small model, damaged in every place: it loads and answers, or is refused with the one exception of
/// loading.</summary>
public sealed class DamagedArbiterTests : IDisposable
{
    private const string Sentence = "التقى سيرغي لافروف سامح شكري في القاهرة قبل زيارة الأمم المتحدة";
    private static readonly string[] Wrong = ["null", "-1", "1e300", "\"x\"", "[]", "{}"];

    private readonly TemporaryFolder _folder = new();
    private readonly JsonObject _manifest;
    private readonly string _file;

    public DamagedArbiterTests()
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "exported")))
            File.Copy(file, Path.Combine(_folder.Path, Path.GetFileName(file)));
        _manifest = JsonNode.Parse(ModelFolder.Open(_folder.Path).Manifest.ToJson())!.AsObject();
        var shipped = JsonNode.Parse(File.ReadAllText(Path.Combine(ShippedExtractor.ModelFolder, ModelManifest.FileName)))!;
        _manifest["arbiter"] = shipped["arbiter"]!.DeepClone();
        _file = shipped["arbiter"]!["file"]!.GetValue<string>();
        File.Copy(Path.Combine(ShippedExtractor.ModelFolder, _file), _folder[_file]);
        Write(_manifest);
    }

    [Fact]
    public async Task The_undamaged_arbiter_answers() => Assert.NotEmpty((await ExtractAsync()).Entities);

    [Fact]
    public async Task Every_value_of_its_section_may_be_wrong_or_missing()
    {
        var failures = new List<string>();
        foreach (var place in Places(_manifest["arbiter"]!, []))
        {
            foreach (var wrong in (string?[])[.. Wrong, null])
            {
                var changed = _manifest.DeepClone().AsObject();
                DamagedJson.Replace(changed["arbiter"]!, place, wrong);
                Write(changed);
                await TryAsync($"{string.Join('.', place)} is {wrong ?? "missing"}", failures);
            }
        }
        Assert.Equal([], failures);
    }

    [Fact]
    public async Task Its_file_may_be_cut_off_emptied_or_have_wrong_bytes()
    {
        var failures = new List<string>();
        var (path, random) = (_folder[_file], new Random(7));
        var bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        for (var round = 0; round < 24; round++)
        {
            var damaged = round < 8 ? bytes[..(bytes.Length * round / 8)] : [.. bytes];
            if (round >= 8)
                damaged[random.Next(damaged.Length)] ^= 0xFF;
            await File.WriteAllBytesAsync(path, damaged, TestContext.Current.CancellationToken);
            var changed = _manifest.DeepClone().AsObject();
            changed["files"]![_file] = new JsonObject { ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(damaged)) };
            Write(changed);
            await TryAsync($"round {round}", failures);
        }
        Assert.Equal([], failures);
    }

    public void Dispose() => _folder.Dispose();

    private async Task TryAsync(string what, List<string> failures)
    {
        try
        {
            _ = await ExtractAsync();
        }
        catch (ModelLoadException e) when (e.Message.Contains(_folder.Path, StringComparison.Ordinal)) { }
        catch (Exception e)
        {
            failures.Add($"{what}: {e.GetType().Name} {e.Message}");
        }
    }

    private async Task<ExtractionResult> ExtractAsync()
    {
        using var extractor = await EntityExtractor.LoadAsync(
            new ExtractorOptions { ModelFolder = _folder.Path },
            TestContext.Current.CancellationToken
        );
        return await extractor.ExtractAsync(new ExtractionRequest { Source = SourceText.FromText(Sentence) }, TestContext.Current.CancellationToken);
    }

    private void Write(JsonObject manifest)
    {
        if (manifest["files"]![_file] is null)
        {
            var sum = SHA256.HashData(File.ReadAllBytes(_folder[_file]));
            manifest["files"]![_file] = new JsonObject { ["sha256"] = Convert.ToHexStringLower(sum) };
        }
        File.WriteAllText(_folder[ModelManifest.FileName], manifest.ToJsonString());
    }

    /// <summary>Every place of the section but its report, which is for people; of the long list of features the first and the last.</summary>
    private static IEnumerable<string[]> Places(JsonNode node, string[] at)
    {
        if (at.Length > 0)
            yield return at;
        string[] children = node switch
        {
            JsonObject json => [.. json.Select(member => member.Key).Where(name => name != "report")],
            JsonArray json => ["0", $"{json.Count - 1}"],
            _ => [],
        };
        foreach (var child in children)
        foreach (var place in Places((node is JsonArray array ? array[int.Parse(child)] : node[child])!, [.. at, child]))
            yield return place;
    }
}
