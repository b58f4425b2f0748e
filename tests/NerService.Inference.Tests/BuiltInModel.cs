namespace NerService.Inference.Tests;

/// <summary>The model that the repository ships, loaded once for all tests.</summary>
internal static class BuiltInModel
{
    internal static readonly string Path = FindPath();

    // Small batches and small documents alike: a budget that lets many share one.
    private static readonly Lazy<TokenClassifier> Model = new(() => TokenClassifier.Load(Path, new InferenceOptions { MaxBatchTokens = 512 }));

    internal static TokenClassifier Get() => Model.Value;

    private static string FindPath()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (System.IO.Path.Combine(folder.FullName, "models", "arabic-news") is var path && Directory.Exists(path)) return path;
        throw new DirectoryNotFoundException($"There is no models/arabic-news above {AppContext.BaseDirectory}.");
    }
}
