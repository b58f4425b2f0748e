using NerService.Workbench.Load;

namespace NerService.Workbench.Tests.Load;

public sealed class PrometheusTextTests
{
    [Fact]
    public void Names_labels_and_values_are_read_and_comments_and_timestamps_passed_over()
    {
        var samples = PrometheusText.Parse(
            """
            # HELP up Whether it is up.
            # TYPE up gauge
            up 1

            requests_total{code="Ok",kind="call"} 12 1700000000000
            latency_bucket{le="+Inf",} +Inf
            odd{text="a \"b\" \\n c\nd, e}"} -1.5e-3
            """
        );
        Assert.Equal(["up", "requests_total", "latency_bucket", "odd"], samples.Select(sample => sample.Name));
        Assert.Equal([1, 12, double.PositiveInfinity, -0.0015], samples.Select(sample => sample.Value));
        Assert.Equal(("Ok", "call"), (samples[1].Labels["code"], samples[1].Labels["kind"]));
        Assert.Equal("a \"b\" \\n c\nd, e}", samples[3].Labels["text"]);
    }

    [Theory]
    [InlineData("up")]
    [InlineData("up one")]
    [InlineData("{a=\"b\"} 1")]
    [InlineData("up{a=\"b} 1")]
    [InlineData("up{a} 1")]
    [InlineData("<html>")]
    public void A_page_in_another_format_is_refused_with_its_line(string page) =>
        Assert.Contains(page, Assert.Throws<FormatException>(() => PrometheusText.Parse(page)).Message, StringComparison.Ordinal);

    [Fact]
    public void Counters_of_a_load_are_the_difference_of_two_readings_summed_over_kinds_and_codes()
    {
        var counters = Read(received: 10, answered: 9) - Read(received: 3, answered: 3);
        Assert.Equal(
            new ServerCounters(Received: 14, Answered: 12, Refused: 0, Cancelled: 0, Failed: 0, RealTokens: 60, PaddedTokens: 75),
            counters with
            {
                RealTokens = 60,
                PaddedTokens = 75,
            }
        );
        Assert.False(counters.AddUp);
        Assert.True((counters with { Refused = 1, Cancelled = 1 }).AddUp);
        Assert.Equal(0.8, (counters with { RealTokens = 60, PaddedTokens = 75 }).BatchFill, 1e-9);
        Assert.Equal(0, (counters with { PaddedTokens = 0 }).BatchFill);
    }

    private static ServerCounters Read(int received, int answered) =>
        ServerCounters.From(
            PrometheusText.Parse(
                $$"""
                ner_requests_received_total{kind="call"} {{received}}
                ner_requests_received_total{kind="stream"} {{received}}
                ner_requests_completed_total{kind="call",outcome="answered",code="Ok"} {{answered}}
                ner_requests_completed_total{kind="stream",outcome="answered",code="Ok"} {{answered}}
                ner_requests_completed_total{kind="call",outcome="refused",code="ResourceExhausted"} 2
                ner_requests_completed_total{kind="call",outcome="refused",code="InvalidArgument"} 1
                ner_inference_tokens_real_total 7
                ner_inference_tokens_padded_total 8
                """
            )
        );
}
