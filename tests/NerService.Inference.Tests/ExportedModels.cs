using NerService.Inference.Decoding;
using NerService.Text.Documents;
using NerService.Text.Labels;

namespace NerService.Inference.Tests;

/// <summary>The exported models that tests/data/exported/make_models.py makes, and copies of them to spoil.</summary>
internal static class ExportedModels
{
    /// <summary>The one sentence that the models know: two people side by side, a place, an organization.</summary>
    internal const string Sentence = "التقى سيرغي لافروف سامح شكري في القاهرة قبل زيارة الأمم المتحدة";

    internal static readonly string[] Found = ["سيرغي لافروف PER", "سامح شكري PER", "القاهرة LOC", "الأمم المتحدة ORG"];

    internal static readonly string Root = Path.Combine(AppContext.BaseDirectory, "data", "exported");

    internal static TheoryData<string> All => ["wordpiece-iob2", "wordpiece-iobes", "xlmr-iob1", "unigram-labels"];

    internal static string Folder(string name) => Path.Combine(Root, name);

    /// <summary>A copy of a folder that a test may change.</summary>
    internal static string Copy(string name)
    {
        var folder = TemporaryFolder.UntilExit();
        foreach (var file in Directory.EnumerateFiles(Folder(name)))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        return folder;
    }

    internal static void Replace(string folder, string file, string old, string with)
    {
        var path = Path.Combine(folder, file);
        var text = File.ReadAllText(path);
        Assert.Contains(old, text);
        File.WriteAllText(path, text.Replace(old, with));
    }

    internal static async Task<string[]> TagAsync(TokenClassifier model, string text)
    {
        var source = SourceText.FromText(text);
        var answer = await model.ClassifyAsync(model.Encode(source), cancellationToken: TestContext.Current.CancellationToken);
        for (var word = 0; word < answer.Posteriors.WordCount; word++)
            Assert.Equal(1, answer.Posteriors[word].ToArray().Sum(), 4);
        return [.. LabelSpans.Read(model.Labels, answer.Path).Select(s => $"{source.SpanOf(s.Words).Of(text)} {TagOf(s.Type)}")];
    }

    /// <summary>PER for a model's PERS: the service's own name of a type.</summary>
    private static string TagOf(string type) => EntityTypeNames.TryRead(type, out var known) ? known.ToTag() : type;
}
