using System.Collections.Concurrent;
using NerService.Inference.Models;

namespace NerService.Inference.Tests;

/// <summary>The model that the repository ships, each graph loaded once for all tests.</summary>
internal static class BuiltInModel
{
    internal static readonly string Path = Repository.PathOf("models", "arabic-news");

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
}
