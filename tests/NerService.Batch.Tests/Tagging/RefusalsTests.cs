using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using NerService.Batch.Tagging;
using NerService.Protocol.Errors;

namespace NerService.Batch.Tests.Tagging;

public sealed class RefusalsTests
{
    // In the words of gRPC for .NET, C++, Go, Java and JavaScript.
    [Theory]
    [InlineData("Received message exceeds the maximum configured message size.")]
    [InlineData("SERVER: Received message larger than max (5242912 vs. 4194304)")]
    [InlineData("grpc: received message larger than max (5242912 vs. 4194304)")]
    [InlineData("grpc: received message after decompression larger than max (5242912 vs. 4194304)")]
    [InlineData("gRPC message exceeds maximum size 4194304: 5242912")]
    [InlineData("Received message larger than max (5242912 vs 4194304)")]
    public void The_limit_of_a_message_stays_whoever_says_it(string message) =>
        Assert.Equal((false, true), (Refusals.IsPassing(Exhausted(message)), Refusals.IsOfDocument(Exhausted(message))));

    [Fact]
    public void A_reason_that_is_not_known_yet_is_judged_by_whether_a_time_is_given()
    {
        var info = new ErrorInfo { Domain = ErrorTable.Domain, Reason = "NEWER_THAN_THIS" };
        var refusal = Exhausted("not now");
        refusal.Details.Add(Any.Pack(info));
        Assert.False(Refusals.IsPassing(refusal));
        refusal.Details.Add(Any.Pack(new RetryInfo()));
        Assert.True(Refusals.IsPassing(refusal));
    }

    private static Status Exhausted(string message) => new() { Code = (int)Code.ResourceExhausted, Message = message };
}
