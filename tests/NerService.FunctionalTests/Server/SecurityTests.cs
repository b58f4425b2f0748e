using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Health.V1;
using Microsoft.Extensions.DependencyInjection;
using NerService.Server.Security;
using V1 = NerService.Contracts.V1;

namespace NerService.FunctionalTests.Server;

public sealed class SecurityTests : IDisposable
{
    private const string Key = "kd83-2nfl-93hf-01mz";

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string PathOf(string name) => _folder[name];

    [Fact]
    public async Task Only_a_known_key_opens_the_service_and_no_key_reaches_a_log()
    {
        await File.WriteAllTextAsync(PathOf("keys"), $"# who calls\nnewsroom={Key}\n", Cancel);
        await using var server = await RunningServer.ServeAsync(
            $"Security:ApiKeysFile={PathOf("keys")}",
            "--Logging:LogLevel:Default=Trace",
            "--Logging:LogLevel:Microsoft.AspNetCore=Trace",
            "--Logging:LogLevel:Grpc=Trace"
        );
        using var counters = new Counters(server);
        foreach (
            var (headers, reason) in new[]
            {
                (new Metadata(), "API_KEY_MISSING"),
                (new Metadata { { "x-api-key", "wrong-wrong-wrong-wrong" } }, "API_KEY_INVALID"),
                (new Metadata { { "x-api-key", Key + "x" } }, "API_KEY_INVALID"),
            }
        )
        {
            var e = await Assert.ThrowsAsync<RpcException>(async () =>
                await server.Client.ExtractEntitiesAsync(Samples.Text(Samples.News), headers, cancellationToken: Cancel)
            );
            Assert.Equal(StatusCode.Unauthenticated, e.StatusCode);
            Assert.Equal(reason, e.GetRpcStatus()!.GetDetail<Google.Rpc.ErrorInfo>().Reason);
        }
        var known = new Metadata { { "x-api-key", Key } };
        Assert.NotEmpty((await server.Client.ExtractEntitiesAsync(Samples.Text(Samples.News), known, cancellationToken: Cancel)).Mentions);
        using var stream = server.Client.StreamExtractEntities(cancellationToken: Cancel);
        Assert.Equal(StatusCode.Unauthenticated, (await Assert.ThrowsAsync<RpcException>(() => stream.ResponseStream.MoveNext(Cancel))).StatusCode);
        Assert.Equal(
            StatusCode.Unauthenticated,
            (
                await Assert.ThrowsAsync<RpcException>(async () =>
                    await server.Client.GetServiceInfoAsync(new V1.GetServiceInfoRequest(), cancellationToken: Cancel)
                )
            ).StatusCode
        );
        // Health is open: load balancers have no key.
        Assert.Equal(
            HealthCheckResponse.Types.ServingStatus.Serving,
            (await new Health.HealthClient(server.Channel).CheckAsync(new HealthCheckRequest(), cancellationToken: Cancel)).Status
        );
        await counters.UntilNothingIsUnderWayAsync(4);
        Assert.Equal((1, 3), (counters.Completed("answered"), counters.Completed("refused")));
        foreach (var secret in new[] { Key, "wrong-wrong-wrong-wrong" })
            Assert.DoesNotContain(secret, server.Logs, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_claims_too_much_is_asked_for_its_key_first()
    {
        await File.WriteAllTextAsync(PathOf("keys"), $"reader={new string('a', 32)}\n", Cancel);
        await using var server = await RunningServer.ServeAsync($"Security:ApiKeysFile={PathOf("keys")}", "Limits:MaxMessageBytes=10000");
        using var http = new HttpClient();
        using var content = new StringContent(new string('a', 20_000), System.Text.Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(new Uri(server.Url, "/v1/entities:extract"), content, Cancel);
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Contains("API_KEY_MISSING", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_is_added_to_the_file_is_known_and_one_that_is_taken_out_is_not_and_a_bad_file_changes_nothing()
    {
        await File.WriteAllTextAsync(PathOf("keys"), $"newsroom={Key}\n", Cancel);
        await using var server = await RunningServer.ServeAsync($"Security:ApiKeysFile={PathOf("keys")}", "Reload:Watch=false");
        var store = server.Services.GetRequiredService<ApiKeyStore>();
        await File.WriteAllTextAsync(PathOf("keys"), "archive=zzzz-zzzz-zzzz-zzzz\n", Cancel);
        await store.ChangedAsync(Cancel);
        Assert.Equal(StatusCode.Unauthenticated, (await Assert.ThrowsAsync<RpcException>(() => CallAsync(server, Key))).StatusCode);
        await CallAsync(server, "zzzz-zzzz-zzzz-zzzz");
        await File.WriteAllTextAsync(PathOf("keys"), "archive=short\n", Cancel);
        await store.ChangedAsync(Cancel);
        await CallAsync(server, "zzzz-zzzz-zzzz-zzzz");
        Assert.Contains("stay as they were", server.Logs, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_open_stream_ends_when_its_key_is_revoked_and_one_of_another_key_goes_on()
    {
        await File.WriteAllTextAsync(PathOf("keys"), $"newsroom={Key}\narchive=zzzz-zzzz-zzzz-zzzz\n", Cancel);
        await using var server = await RunningServer.ServeAsync($"Security:ApiKeysFile={PathOf("keys")}", "Reload:Watch=false");
        using var revoked = server.Client.StreamExtractEntities(new Metadata { { "x-api-key", Key } }, cancellationToken: Cancel);
        using var kept = server.Client.StreamExtractEntities(new Metadata { { "x-api-key", "zzzz-zzzz-zzzz-zzzz" } }, cancellationToken: Cancel);
        foreach (var call in new[] { revoked, kept })
        {
            await call.RequestStream.WriteAsync(Samples.Streamed(Samples.News), Cancel);
            Assert.True(await call.ResponseStream.MoveNext(Cancel));
        }
        await File.WriteAllTextAsync(PathOf("keys"), "archive=zzzz-zzzz-zzzz-zzzz\n", Cancel);
        await server.Services.GetRequiredService<ApiKeyStore>().ChangedAsync(Cancel);
        var e = await Assert.ThrowsAsync<RpcException>(() => revoked.ResponseStream.MoveNext(Cancel).WithinLimitAsync());
        Assert.Equal((StatusCode.Unauthenticated, "API_KEY_INVALID"), (e.StatusCode, e.GetRpcStatus()!.GetDetail<Google.Rpc.ErrorInfo>()!.Reason));
        await kept.RequestStream.WriteAsync(Samples.Streamed(Samples.News), Cancel);
        Assert.True(await kept.ResponseStream.MoveNext(Cancel).WithinLimitAsync());
        await kept.RequestStream.CompleteAsync();
    }

    [Fact]
    public async Task One_key_has_no_more_calls_under_way_than_it_may_and_another_is_not_affected()
    {
        await File.WriteAllTextAsync(PathOf("keys"), $"greedy={Key}\nmodest=zzzz-zzzz-zzzz-zzzz\n", Cancel);
        await using var server = await RunningServer.ServeAsync($"Security:ApiKeysFile={PathOf("keys")}", "Admission:MaxConcurrentCallsPerKey=1");
        using var stream = server.Client.StreamExtractEntities(new Metadata { { "x-api-key", Key } }, cancellationToken: Cancel);
        await stream.RequestStream.WriteAsync(Samples.Streamed(Samples.News), Cancel);
        Assert.True(await stream.ResponseStream.MoveNext(Cancel));
        var e = await Assert.ThrowsAsync<RpcException>(() => CallAsync(server, Key));
        Assert.Equal(StatusCode.ResourceExhausted, e.StatusCode);
        Assert.Equal("CALLER_LIMIT", e.GetRpcStatus()!.GetDetail<Google.Rpc.ErrorInfo>()!.Reason);
        Assert.NotNull(e.GetRpcStatus()!.GetDetail<Google.Rpc.RetryInfo>());
        await CallAsync(server, "zzzz-zzzz-zzzz-zzzz");
    }

    [Fact]
    public async Task TLS_serves_HTTP_2_and_HTTP_1_with_the_certificate_of_the_files_and_takes_a_new_one_without_a_restart()
    {
        var first = WriteServerCertificate("first");
        await using var server = await RunningServer.ServeTlsAsync(
            $"Security:TlsCertificateFile={PathOf("server.pem")}",
            $"Security:TlsKeyFile={PathOf("server.key")}",
            "Reload:Watch=false"
        );
        Assert.Equal(first, await ThumbprintAsync(server.Url, null));
        var second = WriteServerCertificate("second");
        await server.Services.GetRequiredService<TlsCertificates>().ChangedAsync(Cancel);
        Assert.Equal(second, await ThumbprintAsync(server.Url, null));
        // A broken new file leaves the certificate in force.
        await File.WriteAllTextAsync(PathOf("server.pem"), "no certificate", Cancel);
        await server.Services.GetRequiredService<TlsCertificates>().ChangedAsync(Cancel);
        Assert.Equal(second, await ThumbprintAsync(server.Url, null));
        Assert.Contains("stays as it was", server.Logs, StringComparison.Ordinal);
        using var http = new HttpClient(RunningServer.TrustingHandler(null));
        using var response = await http.GetAsync(new Uri(server.Url, "/"), Cancel);
        Assert.Equal(1, response.Version.Major);
    }

    [Fact]
    public async Task With_client_authorities_only_a_client_with_their_certificate_gets_in()
    {
        WriteServerCertificate("server");
        using var authority = Authority("callers");
        using var stranger = Authority("strangers");
        await File.WriteAllTextAsync(PathOf("callers.pem"), authority.ExportCertificatePem(), Cancel);
        await using var server = await RunningServer.ServeTlsAsync(
            ClientCertificate(authority),
            $"Security:TlsCertificateFile={PathOf("server.pem")}",
            $"Security:TlsKeyFile={PathOf("server.key")}",
            $"Security:TlsClientCaFile={PathOf("callers.pem")}"
        );
        Assert.NotNull(await ThumbprintAsync(server.Url, ClientCertificate(authority)));
        await Assert.ThrowsAsync<RpcException>(() => ThumbprintAsync(server.Url, ClientCertificate(stranger)));
        await Assert.ThrowsAsync<RpcException>(() => ThumbprintAsync(server.Url, null));
    }

    private static async Task CallAsync(RunningServer server, string key) =>
        Assert.NotEmpty(
            (
                await server.Client.ExtractEntitiesAsync(Samples.Text(Samples.News), new Metadata { { "x-api-key", key } }, cancellationToken: Cancel)
            ).Mentions
        );

    /// <summary>Calls over a connection of its own and tells the server certificate's thumbprint.</summary>
    private static async Task<string?> ThumbprintAsync(Uri url, X509Certificate2? client)
    {
        string? thumbprint = null;
        using var channel = RunningServer.Connect(
            url,
            options => options.HttpHandler = RunningServer.TrustingHandler(client, seen => thumbprint = seen)
        );
        Assert.NotEmpty(
            (await new V1.NerService.NerServiceClient(channel).ExtractEntitiesAsync(Samples.Text(Samples.News), cancellationToken: Cancel)).Mentions
        );
        return thumbprint;
    }

    private string WriteServerCertificate(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(PathOf("server.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(PathOf("server.key"), key.ExportPkcs8PrivateKeyPem());
        return certificate.Thumbprint;
    }

    private static X509Certificate2 Authority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));
    }

    private static X509Certificate2 ClientCertificate(X509Certificate2 authority)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=caller", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], false));
        using var signed = request.Create(authority, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1), [1, 2, 3, 4]);
        using var withKey = signed.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null);
    }
}
