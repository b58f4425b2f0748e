using System.Globalization;
using NerService.Contracts.V1;
using NerService.Extraction.Pipeline;
using NerService.Extraction.Snapshots;
using NerService.Inference;
using NerService.Protocol.Errors;
using NerService.Server.Calls;
using Status = Google.Rpc.Status;

namespace NerService.Server.Errors;

/// <summary>The error of the contract for whatever a call, or one document of it, failed with.</summary>
internal sealed class CallErrors(TimeProvider time, ILogger<CallErrors> logger)
{
    /// <summary>What failed, in the texts of errors.</summary>
    internal const string Document = "document",
        Call = "call";

    /// <summary>The error for what was thrown. Of the server's own faults the caller learns that there was one, and the log which.</summary>
    /// <param name="error">What was thrown.</param>
    /// <param name="call">The call.</param>
    /// <param name="subject"><see cref="Document"/> or <see cref="Call"/>.</param>
    internal Status Of(Exception error, Call call, string subject)
    {
        var status = error switch
        {
            CallException told => told.Status,
            SnapshotUnavailableException => ErrorTable.Make(ErrorReason.ModelLoading, error.Message),
            AdmissionException { Failure: AdmissionFailure.QueueFull } full => ErrorTable.Make(
                ErrorReason.QueueFull,
                error.Message,
                full.RetryAfter,
                ("limit", Text(full.Limit)),
                ("found", Text(full.Found))
            ),
            AdmissionException { RetryAfter: var retryAfter } => ErrorTable.Make(ErrorReason.DeadlineUnreachable, error.Message, retryAfter),
            RequestMismatchException mismatch => Of(mismatch, call),
            TimeoutException => ErrorTable.Make(ErrorReason.DeadlinePassed, error.Message),
            InferenceException => ErrorTable.Make(ErrorReason.InferenceFailed, $"The model failed on this {subject}."),
            // Once nobody waits for a call, whatever else fails in it follows from that.
            _ when call.Cancelled.IsCancellationRequested => call.Deadline <= time.GetUtcNow()
                ? ErrorTable.Make(ErrorReason.DeadlinePassed, $"The deadline passed before the {subject} was answered.")
                : ErrorTable.Make(ErrorReason.CallerCancelled, "The caller cancelled."),
            ObjectDisposedException or OperationCanceledException => ErrorTable.Make(ErrorReason.ShuttingDown, "The server is shutting down."),
            _ => ErrorTable.Make(ErrorReason.ServerFailed, $"The server failed on this {subject}."),
        };
        if (status.Code == (int)Google.Rpc.Code.Internal)
            logger.LogError(error, "A {Subject} of {Method} failed", subject, call.Method);
        return status;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static Status Of(RequestMismatchException error, Call call)
    {
        return error.Mismatch switch
        {
            RequestMismatch.ModelVersion => Version(ErrorReason.ModelVersionMismatch),
            RequestMismatch.GazetteerVersion => Version(ErrorReason.GazetteerVersionMismatch),
            RequestMismatch.Label => Label("options.labels"),
            _ => Label($"options.min_confidence_by_label[\"{error.Asked}\"]"),
        };

        Status Version(ErrorReason reason) => ErrorTable.Make(reason, error.Message, ("expected", error.Asked), ("found", error.Loaded));

        Status Label(string field)
        {
            var violations = new Violations(call.IsJson);
            violations.Add(field, ErrorReason.LabelUnknown, error.Message, ("found", error.Asked), ("known", error.Loaded));
            return violations.ToStatus();
        }
    }
}
