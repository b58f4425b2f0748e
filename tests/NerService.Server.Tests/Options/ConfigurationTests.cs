using System.Text.Json;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using NerService.Server.Options;
using NerService.Server.Ports;
using NerService.Server.Telemetry;

namespace NerService.Server.Tests.Options;

public sealed class ConfigurationTests
{
    private static readonly string SettingsFile = Path.Combine(AppContext.BaseDirectory, "appsettings.json");

    [Fact]
    public void The_shipped_settings_name_every_option_with_its_default()
    {
        using var settings = JsonDocument.Parse(
            File.ReadAllText(SettingsFile),
            new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip }
        );
        var configuration = new ConfigurationBuilder().AddJsonFile(SettingsFile).Build();
        Assert.Empty(ConfigurationCheck.Errors(configuration));
        Same(new ModelOptions());
        Same(new GazetteerOptions());
        Same(new EndpointOptions());
        Same(new LimitsOptions());
        Same(new BatchingOptions());
        Same(new AdmissionOptions());
        Same(new SecurityOptions());
        Same(new ReloadOptions());
        Same(new TelemetryOptions());
        Same(new ShutdownOptions());

        void Same<T>(T defaults)
            where T : class, ICheckedOptions, new()
        {
            var shipped = new T();
            configuration.GetSection(T.Section).Bind(shipped);
            var written = T.Section.Split(':').Aggregate(settings.RootElement, (element, name) => element.GetProperty(name));
            foreach (var property in typeof(T).GetProperties().Where(p => p.CanWrite))
            {
                Assert.True(written.TryGetProperty(property.Name, out _), $"{T.Section}:{property.Name} is not in appsettings.json.");
                Assert.Equal(property.GetValue(defaults), property.GetValue(shipped));
            }
        }
    }

    [Theory]
    [InlineData("Ner:Limits:MaxTokens", "0", "Ner:Limits:MaxTokens is 0; allowed are 1 to 100000000.")]
    [InlineData("Ner:Limits:MaxTokens", "many", "'many' at 'Ner:Limits:MaxTokens'")]
    [InlineData("Ner:Limits:MaxTokns", "5", "Ner:Limits:MaxTokns is not an option")]
    [InlineData("Ner:Limit:MaxTokens", "5", "Ner:Limit is not a section")]
    [InlineData("Ner:Endpoints:Address", "example.com", "Ner:Endpoints:Address is 'example.com'")]
    [InlineData("Ner:Endpoints:Port", "70000", "Ner:Endpoints:Port is 70000; allowed are 0 to 65535.")]
    [InlineData("Ner:Security:TlsCertificateFile", "/nowhere.pem", "Ner:Security:TlsKeyFile is ''")]
    [InlineData("Ner:Security:ApiKeysFile", "/nowhere.txt", "the file does not exist")]
    [InlineData("Ner:Telemetry:OtlpEndpoint", "collector", "an http or https URL is required")]
    [InlineData("Ner:Batching:MaxBatchPaddedSubwords", "7", "allowed are 8 to 1048576")]
    [InlineData("Ner:Admission:MaxQueuedPaddedSubwords", "-1", "Ner:Admission:MaxQueuedPaddedSubwords is -1")]
    [InlineData("Ner:Reload:PollSeconds", "0", "Ner:Reload:PollSeconds is 0")]
    public void A_mistake_is_told_with_the_option_the_value_and_what_is_allowed(string key, string value, string told)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { [key] = value }).Build();
        Assert.Contains(ConfigurationCheck.Errors(configuration), error => error.Contains(told, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("P", null)]
    [InlineData("PRI", null)]
    [InlineData("PRI ", HttpProtocols.Http2)]
    [InlineData("PRI * HTTP/2.0\r\n", HttpProtocols.Http2)]
    [InlineData("PROPFIND / ", HttpProtocols.Http1)]
    [InlineData("PRINT", HttpProtocols.Http1)]
    [InlineData("GET /", HttpProtocols.Http1)]
    public void The_first_bytes_tell_the_protocol(string bytes, HttpProtocols? protocol)
    {
        Assert.Equal(protocol, SharedPort.Judge(System.Text.Encoding.ASCII.GetBytes(bytes)));
    }

    [Theory]
    [InlineData(Google.Rpc.Code.Ok, Outcome.Answered)]
    [InlineData(Google.Rpc.Code.InvalidArgument, Outcome.Refused)]
    [InlineData(Google.Rpc.Code.FailedPrecondition, Outcome.Refused)]
    [InlineData(Google.Rpc.Code.ResourceExhausted, Outcome.Refused)]
    [InlineData(Google.Rpc.Code.Unauthenticated, Outcome.Refused)]
    [InlineData(Google.Rpc.Code.DeadlineExceeded, Outcome.Cancelled)]
    [InlineData(Google.Rpc.Code.Cancelled, Outcome.Cancelled)]
    [InlineData(Google.Rpc.Code.Internal, Outcome.Failed)]
    [InlineData(Google.Rpc.Code.Unknown, Outcome.Failed)]
    internal void Each_code_has_one_outcome(Google.Rpc.Code code, Outcome outcome) => Assert.Equal(outcome, ServerMetrics.OutcomeOf(code));
}
