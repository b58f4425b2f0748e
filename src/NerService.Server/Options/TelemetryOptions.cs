using System.ComponentModel.DataAnnotations;

namespace NerService.Server.Options;

/// <summary>What is told to the outside about the server's work; never a caller's text.</summary>
internal sealed class TelemetryOptions : ICheckedOptions
{
    public static string Section => "Ner:Telemetry";

    /// <summary>Whether the admin port offers <c>/metrics</c>.</summary>
    public bool Prometheus { get; set; } = true;

    /// <summary>URL of an OTLP/gRPC collector for metrics, traces and logs; empty: none.</summary>
    public string OtlpEndpoint { get; set; } = "";

    /// <summary>Share of requests that are traced, in percent; a caller's own decision, in its trace header, takes precedence.</summary>
    [Range(0, 100)]
    public int TracePercent { get; set; } = 10;

    public void Check(OptionErrors errors) =>
        errors.Require(
            OtlpEndpoint.Length == 0 || Uri.TryCreate(OtlpEndpoint, UriKind.Absolute, out var url) && url.Scheme is "http" or "https",
            nameof(OtlpEndpoint),
            OtlpEndpoint,
            "an http or https URL is required"
        );
}
