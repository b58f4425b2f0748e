using NerService.Contracts.V1;

namespace NerService.Cli.Benchmark.Load;

/// <summary>The documents that callers send, one after the other and round again. Thread-safe.</summary>
internal sealed class DocumentPool(IEnumerable<string> texts, Priority priority)
{
    private readonly ExtractRequest[] _requests = [.. texts.Select(text => new ExtractRequest { Text = text, Options = new ExtractOptions { Priority = priority } })];
    private int _next = -1;

    /// <summary>The next document; not to be changed, others send it too.</summary>
    internal ExtractRequest Next() => _requests[(int)((uint)Interlocked.Increment(ref _next) % (uint)_requests.Length)];
}
