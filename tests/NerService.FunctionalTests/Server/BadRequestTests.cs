using System.Buffers.Binary;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using V1 = NerService.Contracts.V1;

namespace NerService.FunctionalTests.Server;

public sealed class BadRequestTests(SharedServer shared)
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_without_a_document_is_refused()
    {
        var violation = Assert.Single(await ViolationsAsync(new V1.ExtractEntitiesRequest()));
        Assert.Equal("document", violation.Field);
    }

    [Fact]
    public async Task A_text_over_the_limit_is_refused_and_the_limit_named()
    {
        var violation = Assert.Single(await ViolationsAsync(Samples.Text(new string('ا', 1_000_001))));
        Assert.Equal("document.text", violation.Field);
        Assert.Contains("1000001", violation.Description, StringComparison.Ordinal);
        Assert.Contains("the limit is 1000000", violation.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_many_tokens_are_refused_and_the_limit_named()
    {
        var violations = await ViolationsAsync(Samples.Tokens(Enumerable.Repeat("و", 200_001)));
        var violation = Assert.Single(violations);
        Assert.Equal("document.tokenized_text.tokens", violation.Field);
        Assert.Contains("the limit is 200000", violation.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_enum_value_is_refused_never_guessed()
    {
        var violation = Assert.Single(await ViolationsAsync(Samples.Text(Samples.News, new V1.ExtractionOptions { OffsetUnit = (V1.OffsetUnit)9 })));
        Assert.Equal("options.offset_unit", violation.Field);
        Assert.Contains("9", violation.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_violation_of_a_request_is_told_at_once()
    {
        var request = Samples.Tokens(
            ["سيرغي", new string('ل', 1_001)],
            new V1.ExtractionOptions
            {
                OffsetUnit = (V1.OffsetUnit)(-1),
                MinConfidence = float.NaN,
                Types_ = { V1.EntityType.Person, V1.EntityType.Unspecified },
                Priority = (V1.Priority)77,
            }
        );
        request.Document.Id = new string('x', 257);
        var fields = (await ViolationsAsync(request)).Select(v => v.Field);
        Assert.Equal(
            [
                "document.id",
                "document.tokenized_text.tokens[1]",
                "options.offset_unit",
                "options.priority",
                "options.types[1]",
                "options.min_confidence",
            ],
            fields
        );
    }

    [Fact]
    public async Task Text_that_is_not_valid_UTF8_is_refused_because_no_offset_into_it_could_be_trusted()
    {
        // Field 1 (document), six bytes: field 2 (text), four bytes, of which the third begins nothing.
        byte[] message = [0x0A, 0x06, 0x12, 0x04, 0xD8, 0xA7, 0xFF, 0x41];
        var (status, _, reason) = await RawCall.PostAsync(shared.Server.Url, RawCall.Frame(message));
        Assert.Equal(StatusCode.InvalidArgument, status);
        Assert.Equal("INVALID_UTF8", reason);
    }

    [Fact]
    public async Task Bytes_that_are_not_a_message_are_refused()
    {
        var (status, _, reason) = await RawCall.PostAsync(shared.Server.Url, RawCall.Frame([0xFF, 0xFF, 0xFF]));
        Assert.Equal((StatusCode.InvalidArgument, "MALFORMED_MESSAGE"), (status, reason));
    }

    [Theory]
    // 4 GB, 2 GB, one byte too many.
    [InlineData(0xFFFFFFFF)]
    [InlineData(0x7FFFFFFF)]
    [InlineData(8_388_609)]
    public async Task A_message_that_claims_to_be_too_large_is_refused_by_its_first_bytes(uint claimed)
    {
        var frame = new byte[8];
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), claimed);
        // The rest never comes.
        using var content = new HeldContent(frame, new TaskCompletionSource().Task);
        var (status, text) = await RawCall.PostAsync(shared.Server.Url, content);
        Assert.Equal((StatusCode.InvalidArgument, "The message is larger than 8388608 bytes, the limit."), (status, text));
    }

    [Fact]
    public async Task What_is_cut_short_or_too_much_or_of_an_unknown_packing_is_the_callers_fault_and_counted_as_such()
    {
        await using var server = await RunningServer.ServeAsync();
        using var counters = new Counters(server);
        // Nothing at all, half a header, half a message, two messages, a packed message that does not say how.
        byte[][] bodies =
        [
            [],
            [0, 0, 0],
            [0, 0, 0, 0, 9, 1],
            [0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
            [1, 0, 0, 0, 1, 1],
        ];
        foreach (var body in bodies)
            Assert.Equal(StatusCode.InvalidArgument, (await RawCall.PostAsync(server.Url, body)).Status);
        await counters.UntilNothingIsUnderWayAsync(bodies.Length);
        Assert.Equal((bodies.Length, 0), (counters.Completed("refused"), counters.Completed("failed")));
        // One line each, no stack.
        Assert.DoesNotContain("   at ", server.Logs, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Application/GRPC")]
    [InlineData("APPLICATION/GRPC+PROTO")]
    public async Task The_content_type_of_grpc_may_be_of_any_case(string contentType)
    {
        await using var server = await RunningServer.ServeAsync();
        using var content = new ByteArrayContent(RawCall.Frame(Samples.Text(Samples.News).ToByteArray()));
        Assert.Equal(StatusCode.OK, (await RawCall.PostAsync(server.Url, content, contentType)).Status);
    }

    private async Task<IReadOnlyList<BadRequest.Types.FieldViolation>> ViolationsAsync(V1.ExtractEntitiesRequest request)
    {
        var e = await Assert.ThrowsAsync<RpcException>(async () =>
            await shared.Server.Client.ExtractEntitiesAsync(request, cancellationToken: Cancel)
        );
        Assert.Equal(StatusCode.InvalidArgument, e.StatusCode);
        return e.GetRpcStatus()!.GetDetail<BadRequest>()!.FieldViolations;
    }
}
