using NerService.Inference.Models;

namespace NerService.Inference.Tests;

/// <summary>The model that the repository ships, each variant loaded once for all tests.</summary>
internal static class BuiltInModel
{
    private static readonly Lazy<TokenClassifier> DefaultVariant = new(() => Load(ModelVariant.Default));
    private static readonly Lazy<TokenClassifier> VnniVariant = new(() => Load(ModelVariant.Vnni));

    internal static string Path { get; } = FindPath();

    internal static TokenClassifier Get(ModelVariant variant) => variant == ModelVariant.Vnni ? VnniVariant.Value : DefaultVariant.Value;

    // Small batches and small documents alike: a budget that lets many share one.
    private static TokenClassifier Load(ModelVariant variant) => TokenClassifier.Load(Path, new InferenceOptions { Variant = variant, MaxBatchTokens = 512 });

    private static string FindPath()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (System.IO.Path.Combine(folder.FullName, "models", "arabic-news") is var path && Directory.Exists(path)) return path;
        throw new DirectoryNotFoundException($"There is no models/arabic-news above {AppContext.BaseDirectory}.");
    }
}
