using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Grpc.Core;
using V1 = NerService.Contracts.V1;

namespace NerService.FunctionalTests.Server;

/// <summary>What hostile peers send, in short: none of it harms another caller.</summary>
public sealed class AttackTests(SharedServer shared)
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Streams_that_are_opened_and_reset_at_once_harm_nobody()
    {
        await using var attacker = await RawHttp2.ConnectAsync(shared.Server.Url);
        var headers = RawHttp2.CallHeaders();
        for (var stream = 1; stream < 10_000; stream += 2)
            if (
                !await attacker.SendAsync([
                    .. RawHttp2.Frame(RawHttp2.Headers, RawHttp2.EndHeaders, stream, headers),
                    .. RawHttp2.Frame(RawHttp2.Reset, 0, stream, [0, 0, 0, 8]),
                ])
            )
                break;
        await AnotherIsAnsweredAsync();
    }

    [Fact]
    public async Task Headers_that_never_end_close_their_connection_and_harm_nobody()
    {
        await using var attacker = await RawHttp2.ConnectAsync(shared.Server.Url);
        await attacker.SendAsync(RawHttp2.Frame(RawHttp2.Headers, 0, 1, RawHttp2.CallHeaders()));
        var more = RawHttp2.Frame(
            RawHttp2.Continuation,
            0,
            1,
            Enumerable.Range(0, 150).SelectMany(i => RawHttp2.Literal($"x-{i}", new string('a', 90))).ToArray()
        );
        var frames = 0;
        while (frames < 10_000 && await attacker.SendAsync(more))
            frames++;
        Assert.True(frames < 10_000, "The server takes headers without end.");
        await attacker.ClosedAsync();
        await AnotherIsAnsweredAsync();
    }

    [Fact]
    public async Task Pings_without_end_harm_nobody()
    {
        await using var attacker = await RawHttp2.ConnectAsync(shared.Server.Url);
        var pings = Enumerable.Repeat(RawHttp2.Frame(RawHttp2.Ping, 0, 0, new byte[8]), 500).SelectMany(frame => frame).ToArray();
        for (var i = 0; i < 40; i++)
            if (!await attacker.SendAsync(pings))
                break;
        await AnotherIsAnsweredAsync();
    }

    [Fact]
    public async Task A_small_packed_message_that_unpacks_to_a_large_one_is_refused()
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
            await gzip.WriteAsync(new byte[64_000_000], Cancel);
        var frame = RawCall.Frame(packed.ToArray());
        frame[0] = 1;
        using var content = new ByteArrayContent(frame);
        var (status, message) = await RawCall.PostAsync(shared.Server.Url, content, encoding: "gzip");
        Assert.Equal((StatusCode.InvalidArgument, "The message is larger than 8388608 bytes, the limit."), (status, message));
    }

    [Fact]
    public async Task Handshakes_that_stop_half_way_harm_nobody()
    {
        using var folder = new TemporaryFolder();
        var sockets = new List<Socket>();
        try
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            using var certificate = new CertificateRequest("CN=server", key, HashAlgorithmName.SHA256).CreateSelfSigned(
                DateTimeOffset.UtcNow.AddDays(-1),
                DateTimeOffset.UtcNow.AddDays(1)
            );
            var pem = folder.Write("server.pem", certificate.ExportCertificatePem());
            var pemKey = folder.Write("server.key", key.ExportPkcs8PrivateKeyPem());
            await using var server = await RunningServer.ServeTlsAsync(
                $"Security:TlsCertificateFile={pem}",
                $"Security:TlsKeyFile={pemKey}",
                "Reload:Watch=false"
            );
            for (var i = 0; i < 200; i++)
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                sockets.Add(socket);
                await socket.ConnectAsync(IPAddress.Loopback, server.Url.Port, Cancel);
                // The head of a ClientHello that goes on for 512 bytes, and no more of it.
                await socket.SendAsync(new byte[] { 0x16, 3, 1, 2, 0, 1, 0, 1, 0xFC, 3, 3 }, Cancel);
            }
            using var channel = RunningServer.Connect(server.Url, options => options.HttpHandler = RunningServer.TrustingHandler(null));
            Assert.NotEmpty(
                (
                    await new V1.NerService.NerServiceClient(channel).ExtractEntitiesAsync(Samples.Text(Samples.News), cancellationToken: Cancel)
                ).Mentions
            );
        }
        finally
        {
            foreach (var socket in sockets)
                socket.Dispose();
        }
    }

    [Fact]
    public async Task Whatever_is_made_of_a_message_is_answered_or_the_callers_fault()
    {
        await using var server = await RunningServer.ServeAsync();
        using var counters = new Counters(server);
        var random = new Random(17);
        var message = Samples
            .Text(Samples.News, new V1.ExtractionOptions { MinConfidence = 0.5f, OffsetUnit = V1.OffsetUnit.Utf8Byte }, "خبر")
            .ToByteArray();
        var found = new Dictionary<StatusCode, int>();
        for (var i = 0; i < 300; i++)
        {
            var status = (await RawCall.PostAsync(server.Url, RawCall.Frame(Mutate(message, random)))).Status;
            found[status] = found.GetValueOrDefault(status) + 1;
        }
        Assert.Equal([StatusCode.OK, StatusCode.InvalidArgument], found.Keys.Order());
        await counters.UntilNothingIsUnderWayAsync(300);
        Assert.Equal(
            (found[StatusCode.OK], found[StatusCode.InvalidArgument], 0),
            (counters.Completed("answered"), counters.Completed("refused"), counters.Completed("failed"))
        );
    }

    [Fact]
    public async Task Whatever_is_made_of_json_is_answered_or_a_problem_that_names_nothing_of_the_program()
    {
        using var http = new HttpClient { BaseAddress = shared.Server.Url };
        var random = new Random(18);
        var json = Encoding.UTF8.GetBytes(
            """
            {"document":{"id":"خبر","text":"وصل سيرغي لافروف إلى القاهرة"},
             "options":{"minConfidence":0.5,"offsetUnit":"OFFSET_UNIT_UTF8_BYTE","types":["ENTITY_TYPE_PERSON"]}}
            """
        );
        for (var i = 0; i < 400; i++)
        {
            using var content = new ByteArrayContent(Mutate(json, random)) { Headers = { ContentType = new("application/json") } };
            using var answer = await http.PostAsync("/v1/entities:extract", content, Cancel);
            var body = await answer.Content.ReadAsStringAsync(Cancel);
            if (answer.IsSuccessStatusCode)
                continue;
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            var problem = JsonNode.Parse(body)!;
            Assert.Equal("INVALID_ARGUMENT", (string?)problem["code"]);
            Assert.NotEmpty((string)problem["detail"]!);
            foreach (var name in new[] { "System.", "Exception", "Google.", "Grpc.", "Utf8JsonReader", "isFinalBlock", "BytePositionInLine" })
                Assert.DoesNotContain(name, body, StringComparison.Ordinal);
        }
    }

    private async Task AnotherIsAnsweredAsync()
    {
        using var channel = RunningServer.Connect(shared.Server.Url);
        var answer = await new V1.NerService.NerServiceClient(channel)
            .ExtractEntitiesAsync(Samples.Text(Samples.News), cancellationToken: Cancel)
            .ResponseAsync.WithinLimitAsync();
        Assert.NotEmpty(answer.Mentions);
    }

    /// <summary>A few bytes changed, taken out or put in.</summary>
    private static byte[] Mutate(byte[] original, Random random)
    {
        var bytes = original.ToList();
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(3))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveRange(at, Math.Min(bytes.Count - at, random.Next(1, 9)));
                    break;
                default:
                    bytes.InsertRange(at, bytes.GetRange(0, random.Next(bytes.Count)));
                    break;
            }
        }
        return [.. bytes];
    }
}
