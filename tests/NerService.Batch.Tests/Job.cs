using System.Runtime.CompilerServices;
using NerService.Batch.Checkpoints;
using NerService.Batch.Documents;
using NerService.Batch.Output;
using NerService.Batch.Tagging;
using NerService.Contracts.V1;

namespace NerService.Batch.Tests;

/// <summary>Runs jobs in this process.</summary>
internal static class Job
{
    internal static ExtractionOptions Extract => new() { OffsetUnit = OffsetUnit.UnicodeCodePoint };

    internal static async Task<BatchTotals> RunAsync(
        string input,
        string output,
        Func<OutputOptions, OutputOptions>? with = null,
        ITagger? tagger = null,
        Func<InputOptions, InputOptions>? reading = null
    )
    {
        var options = new OutputOptions { Path = output, BlockDocuments = 10 };
        var from = new InputOptions { Patterns = [input] };
        var job = await BatchJob.FindAsync(reading?.Invoke(from) ?? from, with?.Invoke(options) ?? options, TestContext.Current.CancellationToken);
        return await job.RunAsync(Extract, tagger ?? new FakeTagger(), new BatchProgress(), TestContext.Current.CancellationToken);
    }

    /// <summary>The job dies when it comes to a document, as far as the files can tell.</summary>
    internal static async Task DieAtAsync(int document, string input, string output, Func<OutputOptions, OutputOptions>? with = null)
    {
        var asked = 0;
        var tagger = new FakeTagger { Refuse = _ => Interlocked.Increment(ref asked) == document ? throw new DeathException() : null };
        await Assert.ThrowsAsync<DeathException>(() => RunAsync(input, output, with, tagger));
    }

    internal static async IAsyncEnumerable<T> Of<T>(IEnumerable<T> items, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var item in items)
        {
            await Task.Yield();
            cancellationToken.ThrowIfCancellationRequested();
            yield return item;
        }
    }

    private sealed class DeathException : Exception;
}
