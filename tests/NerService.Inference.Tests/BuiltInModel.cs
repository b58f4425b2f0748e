using System.Collections.Concurrent;
using NerService.Inference.Models;

namespace NerService.Inference.Tests;

/// <summary>The model that the repository ships, each graph loaded once for all tests.</summary>
internal static class BuiltInModel
{
    internal static readonly string Path = FindPath();

    // Small batches and small documents alike: a budget that lets many share one.
    private static readonly ConcurrentDictionary<string, Lazy<TokenClassifier>> Models = new();

    /// <summary>The model.</summary>
    /// <param name="graph">Its graph; null for the one that suits this processor.</param>
    internal static TokenClassifier Get(string? graph = null) =>
        Models
            .GetOrAdd(
                graph ?? ModelFolder.Open(Path).Graph.Name,
                name => new Lazy<TokenClassifier>(() =>
                    TokenClassifier.Load(Path, new InferenceOptions { Graph = name, MaxBatchPaddedSubwords = 512 })
                )
            )
            .Value;

    private static string FindPath()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (System.IO.Path.Combine(folder.FullName, "models", "arabic-news") is var path && Directory.Exists(path))
                return path;
        throw new DirectoryNotFoundException($"There is no models/arabic-news above {AppContext.BaseDirectory}.");
    }
}
