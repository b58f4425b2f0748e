using System.Text.RegularExpressions;
using Google.Protobuf.Reflection;
using Google.Rpc;
using Grpc.Core;
using NerService.Protocol.Errors;
using Status = Google.Rpc.Status;

namespace NerService.Batch.Tagging;

/// <summary>Tells what a server's refusal means: whether it passes, and whether it is one document's own.</summary>
internal static partial class Refusals
{
    /// <summary>
    /// Whether trying again can help: as the reason says, and where there is none that is known, if the server is away or says when to come again. A
    /// RESOURCE_EXHAUSTED without any reason is not the service's: it passes where a proxy sheds load, and stays where gRPC's own limit of a message
    /// is met.
    /// </summary>
    internal static bool IsPassing(Status status)
    {
        return ErrorTable.RuleOf(status)?.Retry
            ?? (StatusCode)status.Code switch
            {
                StatusCode.Unavailable => true,
                StatusCode.ResourceExhausted => Has(RetryInfo.Descriptor) || !Has(ErrorInfo.Descriptor) && !MessageLimit().IsMatch(status.Message),
                _ => false,
            };

        bool Has(MessageDescriptor detail) => status.Details.Any(any => any.Is(detail));
    }

    /// <summary>
    /// Whether a stream that ended so was ended by a document in it, which another stream would end again, and not by what the server thinks of the
    /// caller.
    /// </summary>
    internal static bool IsOfDocument(Status status) =>
        !IsPassing(status) && (StatusCode)status.Code is StatusCode.InvalidArgument or StatusCode.ResourceExhausted or StatusCode.OutOfRange;

    /// <summary>How gRPC's implementations say that a message is larger than they take; there is nothing else to tell it by.</summary>
    [GeneratedRegex("message.*(larger than|exceeds (the )?maximum)", RegexOptions.IgnoreCase)]
    private static partial Regex MessageLimit();
}
