using Google.Rpc;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NerService.Contracts.V1;
using NerService.Extraction.Pipeline;
using NerService.Extraction.Snapshots;
using NerService.Inference;
using NerService.Protocol.Errors;
using NerService.Server.Calls;
using NerService.Server.Errors;

namespace NerService.Server.Tests.Errors;

public sealed class CallErrorsTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static TheoryData<Exception, bool, int, ErrorReason> Errors =>
        new()
        {
            { new SnapshotUnavailableException(), false, 60, ErrorReason.ModelLoading },
            { new ObjectDisposedException(nameof(SnapshotStore)), false, 60, ErrorReason.ShuttingDown },
            { new AdmissionException(AdmissionFailure.QueueFull, "Full.", TimeSpan.FromSeconds(3)), false, 60, ErrorReason.QueueFull },
            {
                new AdmissionException(AdmissionFailure.DeadlineUnreachable, "Late.", TimeSpan.FromSeconds(3)),
                false,
                60,
                ErrorReason.DeadlineUnreachable
            },
            { new RequestMismatchException(RequestMismatch.Label, "PRODCT", "PER, PRODUCT"), false, 60, ErrorReason.LabelUnknown },
            { new RequestMismatchException(RequestMismatch.MinConfidenceLabel, "PRODCT", "PER, PRODUCT"), false, 60, ErrorReason.LabelUnknown },
            { new RequestMismatchException(RequestMismatch.ModelVersion, "a@1", "a@2"), false, 60, ErrorReason.ModelVersionMismatch },
            { new RequestMismatchException(RequestMismatch.GazetteerVersion, "1", "2"), false, 60, ErrorReason.GazetteerVersionMismatch },
            { new TimeoutException("Queued too long."), false, 60, ErrorReason.DeadlinePassed },
            { new OperationCanceledException(), true, -1, ErrorReason.DeadlinePassed },
            { new OperationCanceledException(), true, 60, ErrorReason.CallerCancelled },
            { new OperationCanceledException(), false, 60, ErrorReason.ShuttingDown },
            { new InferenceException("The graph broke.", new InvalidOperationException()), false, 60, ErrorReason.InferenceFailed },
            { new InvalidOperationException("System.Private.CoreLib"), false, 60, ErrorReason.ServerFailed },
        };

    [Theory]
    [MemberData(nameof(Errors))]
    public void Whatever_extraction_throws_has_a_reason_and_only_what_may_pass_says_when_to_try_again(
        Exception error,
        bool cancelled,
        int deadlineSeconds,
        ErrorReason reason
    )
    {
        var call = new Call("/ner.v1.NerService/ExtractEntities", "caller", Now.AddSeconds(deadlineSeconds), new CancellationToken(cancelled));
        var status = new CallErrors(new FakeTimeProvider(Now), NullLogger<CallErrors>.Instance).Of(error, call, CallErrors.Document);
        var (info, rule) = (status.GetDetail<ErrorInfo>()!, ErrorTable.RuleOf(reason));
        Assert.Equal((ErrorTable.NameOf(reason), ErrorTable.Domain, (int)rule.Code), (info.Reason, info.Domain, status.Code));
        Assert.Equal(rule.Metadata.Order(), info.Metadata.Keys.Order());
        Assert.Equal(rule.Retry, status.GetDetail<RetryInfo>() is not null);
        Assert.DoesNotContain("System.", status.Message, StringComparison.Ordinal);
    }
}
