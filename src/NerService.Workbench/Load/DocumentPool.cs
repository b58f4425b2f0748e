using NerService.Contracts.V1;

namespace NerService.Workbench.Load;

/// <summary>The documents that callers send, one after the other and round again. Thread-safe.</summary>
internal sealed class DocumentPool(IEnumerable<string> texts, Priority priority)
{
    private readonly ExtractEntitiesRequest[] _requests =
    [
        .. texts.Select(text => new ExtractEntitiesRequest
        {
            Document = new Document { Text = text },
            Options = new ExtractionOptions { Priority = priority },
        }),
    ];
    private int _next = -1;

    /// <summary>The next document; not to be changed, others send it too.</summary>
    internal ExtractEntitiesRequest Next() => _requests[(int)((uint)Interlocked.Increment(ref _next) % (uint)_requests.Length)];
}
