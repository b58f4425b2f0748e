using Status = Google.Rpc.Status;

namespace NerService.Server.Errors;

/// <summary>Ends a call, or one document of it, with an error of the contract.</summary>
internal sealed class CallException(Status status) : Exception(status.Message)
{
    internal Status Status => status;
}
