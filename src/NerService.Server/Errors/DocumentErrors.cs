using System.Globalization;
using NerService.Contracts.V1;
using NerService.Extraction.Pipeline;
using NerService.Extraction.Snapshots;
using NerService.Inference;
using NerService.Protocol.Errors;
using NerService.Server.Calls;
using Status = Google.Rpc.Status;

namespace NerService.Server.Errors;

/// <summary>What a caller is told of a document that extraction did not answer.</summary>
internal static class DocumentErrors
{
    /// <summary>The error of the contract for what extraction threw.</summary>
    /// <param name="error">What it threw.</param>
    /// <param name="call">The document's call.</param>
    /// <param name="now">The time.</param>
    internal static Status Of(Exception error, Call call, DateTimeOffset now) =>
        error switch
        {
            SnapshotUnavailableException => ErrorTable.Make(ErrorReason.ModelLoading, error.Message),
            AdmissionException { Failure: AdmissionFailure.QueueFull } full => ErrorTable.Make(
                ErrorReason.QueueFull,
                error.Message,
                full.RetryAfter,
                ("limit", Text(full.Limit)),
                ("found", Text(full.Found))
            ),
            AdmissionException { RetryAfter: var retryAfter } => ErrorTable.Make(ErrorReason.DeadlineUnreachable, error.Message, retryAfter),
            RequestMismatchException mismatch => Of(mismatch),
            TimeoutException => ErrorTable.Make(ErrorReason.DeadlinePassed, error.Message),
            OperationCanceledException when call.Cancelled.IsCancellationRequested => call.Deadline <= now
                ? ErrorTable.Make(ErrorReason.DeadlinePassed, "The deadline passed before the document was answered.")
                : ErrorTable.Make(ErrorReason.CallerCancelled, "The caller cancelled."),
            ObjectDisposedException or OperationCanceledException => ErrorTable.Make(ErrorReason.ShuttingDown, "The server is shutting down."),
            InferenceException => ErrorTable.Make(ErrorReason.InferenceFailed, "The model failed on this document."),
            _ => ErrorTable.Make(ErrorReason.ServerFailed, "The server failed on this document."),
        };

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static Status Of(RequestMismatchException error)
    {
        if (error.Mismatch != RequestMismatch.Label)
        {
            var reason = error.Mismatch == RequestMismatch.ModelVersion ? ErrorReason.ModelVersionMismatch : ErrorReason.GazetteerVersionMismatch;
            return ErrorTable.Make(reason, error.Message, ("expected", error.Asked), ("found", error.Loaded));
        }
        var violations = new Violations();
        violations.Add("options", ErrorReason.LabelUnknown, error.Message, ("field", "options"), ("found", error.Asked), ("known", error.Loaded));
        return violations.ToStatus();
    }
}
