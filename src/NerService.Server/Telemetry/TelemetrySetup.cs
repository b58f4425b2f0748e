using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;
using NerService.Extraction.Pipeline;
using NerService.Extraction.Snapshots;
using NerService.Inference.Scheduling;
using NerService.Server.Options;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace NerService.Server.Telemetry;

/// <summary>Sends metrics, traces and logs where the configuration says.</summary>
internal static class TelemetrySetup
{
    /// <summary>Bounds, in seconds, for everything that takes milliseconds to seconds.</summary>
    private static readonly double[] DurationBounds = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60];

    internal static void AddNerTelemetry(this WebApplicationBuilder builder)
    {
        var options = builder.Configuration.GetSection(TelemetryOptions.Section).Get<TelemetryOptions>() ?? new TelemetryOptions();
        var telemetry = builder
            .Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("ner-service", serviceVersion: ServerHost.Version))
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(ServerMetrics.MeterName, InferenceMetrics.MeterName, "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime");
                metrics.AddView(instrument =>
                    instrument is Histogram<double> { Unit: "s" } && instrument.Name.StartsWith("ner.", StringComparison.Ordinal)
                        ? new ExplicitBucketHistogramConfiguration { Boundaries = DurationBounds }
                        : null
                );
                if (options.Prometheus)
                    metrics.AddPrometheusExporter();
            });
        if (options.OtlpEndpoint.Length == 0)
            return;
        void Configure(OtlpExporterOptions exporter) => exporter.Endpoint = new Uri(options.OtlpEndpoint);
        telemetry
            .WithMetrics(metrics => metrics.AddOtlpExporter(Configure))
            .WithTracing(tracing =>
                tracing
                    .AddSource("Microsoft.AspNetCore", ExtractionActivities.SourceName)
                    .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(options.TracePercent / 100.0)))
                    .AddOtlpExporter(Configure)
            )
            .WithLogging(logs => logs.AddOtlpExporter(Configure));
    }

    internal static void MapNerTelemetry(this WebApplication app, object metadata)
    {
        if (app.Services.GetRequiredService<IOptions<TelemetryOptions>>().Value.Prometheus)
            app.MapPrometheusScrapingEndpoint("/metrics").WithMetadata(metadata);
        var (meter, store) = (app.Services.GetRequiredService<ServerMetrics>().Meter, app.Services.GetRequiredService<SnapshotStore>());
        meter.CreateObservableGauge(
            "ner.serving.info",
            () => OfSnapshot(store, s => new Measurement<int>(1, new("model", s.ModelVersion), new("gazetteer", s.GazetteerVersion))),
            description: "1, with the versions that serve."
        );
        meter.CreateObservableGauge(
            "ner.gazetteer.skipped.lines",
            () => OfSnapshot(store, s => new Measurement<int>(s.SkippedLines.Count)),
            "{line}",
            "Lines of gazetteer files that were left out."
        );
        meter.CreateObservableGauge(
            "ner.inference.pending.tokens",
            () => OfSnapshot(store, s => new Measurement<long>(s.Model.PendingTokens)),
            "{token}",
            "Padded subwords handed to the model and not done."
        );
        meter.CreateObservableGauge(
            "ner.inference.throughput",
            () => OfSnapshot(store, s => new Measurement<double>(s.Model.TokensPerSecond)),
            "{token}/s",
            "Padded subwords a second over the latest batches."
        );
        meter.CreateObservableGauge("ner.process.memory", () => Environment.WorkingSet, "By", "Resident memory of the process.");
    }

    private static IEnumerable<Measurement<T>> OfSnapshot<T>(SnapshotStore store, Func<Snapshot, Measurement<T>> read)
        where T : struct
    {
        if (!store.IsReady)
            return [];
        try
        {
            using var lease = store.Acquire();
            return [read(lease.Snapshot)];
        }
        catch (Exception e) when (e is SnapshotUnavailableException or ObjectDisposedException)
        {
            return [];
        }
    }
}
