using Google.Rpc;
using Grpc.Core;
using NerService.Protocol.Errors;
using Status = Google.Rpc.Status;

namespace NerService.Batch.Tagging;

/// <summary>Tells what a server's refusal means: whether it passes, and whether it is one document's own.</summary>
internal static class Refusals
{
    /// <summary>Whether trying again can help: as the reason says, and where there is none that is known, if the server is away or says when to come
    /// again. A RESOURCE_EXHAUSTED that does not is a limit that the request meets each time.</summary>
    internal static bool IsPassing(Status status) =>
        ErrorTable.RuleOf(status)?.Retry
        ?? (
            status.Code == (int)StatusCode.Unavailable
            || status.Code == (int)StatusCode.ResourceExhausted && status.Details.Any(detail => detail.Is(RetryInfo.Descriptor))
        );

    /// <summary>
    /// Whether a stream that ended so was ended by a document in it, which another stream would end again, and not by what the server thinks of the
    /// caller.
    /// </summary>
    internal static bool IsOfDocument(Status status) =>
        !IsPassing(status) && (StatusCode)status.Code is StatusCode.InvalidArgument or StatusCode.ResourceExhausted or StatusCode.OutOfRange;
}
