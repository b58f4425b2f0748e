using System.Net.Http.Headers;
using Google.Rpc;
using Grpc.Core;
using V1 = NerService.Contracts.V1;

namespace NerService.Server.FunctionalTests;

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
        var request = Samples.Tokens(["سيرغي", new string('ل', 1_001)], new V1.ExtractionOptions
        {
            OffsetUnit = (V1.OffsetUnit)(-1),
            MinConfidence = float.NaN,
            Types_ = { V1.EntityType.Person, V1.EntityType.Unspecified },
            Priority = (V1.Priority)77,
        });
        request.Document.Id = new string('x', 257);
        var fields = (await ViolationsAsync(request)).Select(v => v.Field);
        Assert.Equal(["document.id", "document.tokenized_text.tokens[1]", "options.offset_unit", "options.priority", "options.types[1]", "options.min_confidence"], fields);
    }

    [Fact]
    public async Task Text_that_is_not_valid_UTF8_is_refused_because_no_offset_into_it_could_be_trusted()
    {
        // Field 1 (document), six bytes: field 2 (text), four bytes, of which the third begins nothing.
        byte[] message = [0x0A, 0x06, 0x12, 0x04, 0xD8, 0xA7, 0xFF, 0x41];
        var (status, reason) = await PostAsync(shared.Server, message);
        Assert.Equal(StatusCode.InvalidArgument, status);
        Assert.Equal("INVALID_UTF8", reason);
    }

    [Fact]
    public async Task Bytes_that_are_no_message_are_refused()
    {
        var (status, reason) = await PostAsync(shared.Server, [0xFF, 0xFF, 0xFF]);
        Assert.Equal((StatusCode.InvalidArgument, "MALFORMED_MESSAGE"), (status, reason));
    }

    private async Task<IReadOnlyList<BadRequest.Types.FieldViolation>> ViolationsAsync(V1.ExtractEntitiesRequest request)
    {
        var e = await Assert.ThrowsAsync<RpcException>(async () => await shared.Server.Client.ExtractEntitiesAsync(request, cancellationToken: Cancel));
        Assert.Equal(StatusCode.InvalidArgument, e.StatusCode);
        return e.GetRpcStatus()!.GetDetail<BadRequest>()!.FieldViolations;
    }

    /// <summary>Sends bytes as a gRPC message, as no generated client would.</summary>
    private static async Task<(StatusCode Status, string Reason)> PostAsync(RunningServer server, byte[] message)
    {
        using var http = new HttpClient();
        byte[] framed = [0, 0, 0, 0, (byte)message.Length, .. message];
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Url, "/ner.v1.NerService/ExtractEntities"))
        {
            Version = System.Net.HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(framed) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } },
        };
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        using var response = await http.SendAsync(request, Cancel);
        await response.Content.ReadAsByteArrayAsync(Cancel);
        string Read(string name) => response.TrailingHeaders.Concat(response.Headers).Where(h => h.Key == name).SelectMany(h => h.Value).First();
        return ((StatusCode)int.Parse(Read("grpc-status"), System.Globalization.CultureInfo.InvariantCulture), Google.Rpc.Status.Parser.ParseFrom(Convert.FromBase64String(Read("grpc-status-details-bin"))).GetDetail<ErrorInfo>()!.Reason);
    }
}
