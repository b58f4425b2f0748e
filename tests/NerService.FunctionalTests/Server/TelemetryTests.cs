using System.Collections.Concurrent;
using System.Diagnostics;
using V1 = NerService.Contracts.V1;

namespace NerService.FunctionalTests.Server;

public sealed class TelemetryTests(SharedServer shared)
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_admin_port_tells_every_metric_that_the_dashboard_and_the_autoscaler_read()
    {
        await shared.Server.Client.ExtractEntitiesAsync(Samples.Text(Samples.News), cancellationToken: Cancel);
        using var http = new HttpClient();
        // The last bytes of an answer leave before its call is counted, and a page is shown again for a moment.
        var metrics = "";
        await Wait.UntilAsync(
            async () =>
            {
                metrics = await http.GetStringAsync(new Uri(shared.Server.AdminUrl!, "/metrics"), Cancel);
                return metrics.Contains("ner_request_duration_seconds_bucket", StringComparison.Ordinal);
            },
            "the call is counted"
        );
        foreach (
            var name in new[]
            {
                "ner_requests_received",
                "ner_requests_completed",
                "ner_request_duration_seconds_bucket",
                "ner_inference_queue_duration_seconds_bucket",
                "ner_inference_batch_duration_seconds_bucket",
                "ner_inference_tokens_real",
                "ner_inference_tokens_padded",
                "ner_inference_pending_tokens",
                "ner_inference_throughput",
                "ner_words",
                "ner_entities",
                "ner_process_memory",
                "ner_serving_info",
            }
        )
            Assert.Contains(name, metrics, StringComparison.Ordinal);
        Assert.Contains("model=\"arabic-news@2.0.0\"", metrics, StringComparison.Ordinal);
        Assert.Contains("type=\"Location\"", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain("القاهرة", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trace_shows_preparation_queue_inference_and_judging_under_the_call()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Microsoft.AspNetCore" or "NerService.Extraction",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        using var caller = new Activity("caller").SetIdFormat(ActivityIdFormat.W3C).Start();
        await shared.Server.Client.ExtractEntitiesAsync(
            Samples.Text(Samples.News, new V1.ExtractionOptions { Features = { V1.Feature.Sentences } }),
            cancellationToken: Cancel
        );
        caller.Stop();
        var own = spans.Where(s => s.TraceId == caller.TraceId && s.OperationName.StartsWith("ner.", StringComparison.Ordinal)).ToList();
        Assert.Equal(["ner.prepare", "ner.queue", "ner.infer", "ner.judge"], own.Select(s => s.OperationName));
        Assert.Single(own.Select(s => s.ParentSpanId).Distinct());
        Assert.All(own.SelectMany(s => s.TagObjects), tag => Assert.IsType<int>(tag.Value));
    }
}
