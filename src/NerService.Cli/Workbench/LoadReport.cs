using System.Globalization;
using System.Text;
using System.Text.Json;
using NerService.Workbench.Load;
using Spectre.Console;

namespace NerService.Cli.Workbench;

/// <summary>Prints what <c>ner bench --server</c> measured.</summary>
internal static class LoadReport
{
    private const int PageWidth = 140;

    /// <summary>One measurement as one line of JSON.</summary>
    internal static string Json(Measurement measurement)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            switch (measurement)
            {
                case LoadMeasurement m:
                    json.WriteString("kind", m.Kind);
                    json.WriteNumber(
                        m.Kind switch
                        {
                            "closed" => "callers",
                            "open" => "rate",
                            _ => "streams",
                        },
                        m.Load
                    );
                    json.WriteNumber("wordsPerDocument", m.Words);
                    Write(json, m.Counts);
                    Write(json, m.Server, m.Counts.Sent);
                    break;
                case MixedMeasurement m:
                    json.WriteString("kind", "mixed");
                    json.WriteNumber("bulkStreams", m.Streams);
                    json.WriteNumber("wordsPerDocument", m.Words);
                    Write(json, "aloneMs", m.Alone);
                    Write(json, "besideBulkMs", m.Beside);
                    Write(json, "p95Ratio", m.Ratio, 3);
                    Write(json, "bulkDocumentsPerSecond", m.BulkPerSecond);
                    json.WriteNumber("failed", m.Failed);
                    Write(json, m.Server, sent: null);
                    break;
                case OverloadMeasurement m:
                    json.WriteString("kind", "overload");
                    json.WriteNumber("factor", m.Factor);
                    json.WriteNumber("wordsPerDocument", m.Words);
                    json.WriteNumber("deadlineSeconds", m.DeadlineSeconds);
                    Write(json, "capacityPerSecond", m.CapacityPerSecond);
                    Write(json, "goodputOverCapacity", m.Goodput, 3);
                    Write(json, m.Counts);
                    Write(json, m.Server, m.Counts.Sent);
                    break;
                case SaturationMeasurement m:
                    json.WriteString("kind", "saturation");
                    json.WriteNumber("wordsPerDocument", m.Words);
                    Write(json, "sessionSubwordsPerSecondBefore", m.SessionBefore);
                    Write(json, "sessionSubwordsPerSecondAfter", m.SessionAfter);
                    Write(json, "ratio", m.Ratio, 3);
                    Write(json, m.Counts);
                    Write(json, m.Server, m.Counts.Sent);
                    break;
            }
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    /// <summary>Everything as tables for people.</summary>
    internal static void WriteTables(TextWriter output, IReadOnlyList<Measurement> measurements)
    {
        var console = PlainTables.Console(output, PageWidth);
        var loads = measurements.Select(LoadOf).OfType<(string Name, int Words, LoadCounts Counts, ServerCounters? Server)>().ToList();
        if (loads.Count > 0)
        {
            output.WriteLine("What callers saw; documents, words and subwords a second, latency in ms from when a document should have been sent");
            var table = PlainTables.Of(
                "load",
                "words",
                "doc/s",
                "words/s",
                "subw/s",
                "in time/s",
                "refused",
                "expired",
                "failed",
                "p50",
                "p95",
                "p99",
                "max",
                "late p99"
            );
            foreach (var (name, words, c, _) in loads)
                table.AddRow(
                    name,
                    $"{words}",
                    F1(c.DocumentsPerSecond),
                    F0(c.WordsPerSecond),
                    F0(c.SubwordsPerSecond),
                    F1(c.GoodputPerSecond),
                    $"{c.Refused}",
                    $"{c.Expired}",
                    $"{c.Failed}",
                    F1(c.Latency.P50Ms),
                    F1(c.Latency.P95Ms),
                    F1(c.Latency.P99Ms),
                    F1(c.Latency.MaxMs),
                    F1(c.Lateness.P99Ms)
                );
            console.Write(table);
            output.WriteLine("Where the mean latency went, ms; outside: network, serialization, thread pools. Refusals in ms.");
            var parts = PlainTables.Of(
                "load",
                "words",
                "mean",
                "queue",
                "preparation",
                "inference",
                "outside",
                "refusal p50",
                "refusal p99",
                "refusal max"
            );
            foreach (var (name, words, c, _) in loads)
                parts.AddRow(
                    name,
                    $"{words}",
                    F1(c.Latency.MeanMs),
                    F1(c.QueueMs),
                    F1(c.PreparationMs),
                    F1(c.InferenceMs),
                    F1(c.OutsideMs),
                    Refusal(c, r => r.P50Ms),
                    Refusal(c, r => r.P99Ms),
                    Refusal(c, r => r.MaxMs)
                );
            console.Write(parts);
        }
        if (loads.Any(load => load.Server is not null))
        {
            output.WriteLine("What the server counted, warm-up included; lost: received, and neither answered, refused, cancelled nor failed");
            var table = PlainTables.Of("load", "words", "sent", "received", "answered", "refused", "cancelled", "failed", "lost", "batch fill");
            foreach (var (name, words, c, server) in loads)
                if (server is { } s)
                    table.AddRow(
                        name,
                        $"{words}",
                        $"{c.Sent}",
                        $"{s.Received}",
                        $"{s.Answered}",
                        $"{s.Refused}",
                        $"{s.Cancelled}",
                        $"{s.Failed}",
                        $"{s.Received - s.Ended}",
                        F3(s.BatchFill)
                    );
            console.Write(table);
        }
        foreach (var measurement in measurements)
            if (Sentence(measurement) is { } sentence)
                output.WriteLine(sentence);
        foreach (var (name, words, c, _) in loads)
            if (c.FirstFailure is { } failure)
                output.WriteLine($"{name}, {words} words: the first failure was {failure}");
    }

    private static (string Name, int Words, LoadCounts Counts, ServerCounters? Server)? LoadOf(Measurement measurement) =>
        measurement switch
        {
            LoadMeasurement m => (
                string.Create(CultureInfo.InvariantCulture, $"{m.Load}{m.Kind switch { "closed" => " callers", "open" => "/s", _ => " streams" }}"),
                m.Words,
                m.Counts,
                m.Server
            ),
            OverloadMeasurement m => (string.Create(CultureInfo.InvariantCulture, $"{m.Factor}x capacity"), m.Words, m.Counts, m.Server),
            SaturationMeasurement m => ("saturation", m.Words, m.Counts, m.Server),
            _ => null,
        };

    private static string? Sentence(Measurement measurement) =>
        measurement switch
        {
            MixedMeasurement m => string.Create(
                CultureInfo.InvariantCulture,
                $"{m.Words} words, an interactive caller beside {m.Streams} bulk streams ({m.BulkPerSecond:F1} documents/s): p50 "
                    + $"{m.Beside.P50Ms:F1}, p95 {m.Beside.P95Ms:F1}, p99 {m.Beside.P99Ms:F1} ms; alone p50 {m.Alone.P50Ms:F1}, p95 "
                    + $"{m.Alone.P95Ms:F1}, p99 {m.Alone.P99Ms:F1} ms; p95 ratio {m.Ratio:F2}"
            ),
            OverloadMeasurement m => string.Create(
                CultureInfo.InvariantCulture,
                $"{m.Words} words, {m.Factor}x capacity, deadline {m.DeadlineSeconds} s: {m.Counts.GoodputPerSecond:F1} of "
                    + $"{m.CapacityPerSecond:F1} documents/s in time, {m.Goodput:F2} of capacity; refusals p99 {m.Counts.Refusals.P99Ms:F1} ms"
            ),
            SaturationMeasurement m => string.Create(
                CultureInfo.InvariantCulture,
                $"{m.Words} words, 64 callers: {m.Counts.SubwordsPerSecond:F0} subwords/s; bare session {m.SessionBefore:F0} before, "
                    + $"{m.SessionAfter:F0} after; ratio {m.Ratio:F3}"
            ),
            _ => null,
        };

    private static void Write(Utf8JsonWriter json, LoadCounts counts)
    {
        json.WriteNumber("seconds", counts.Seconds);
        Write(json, "documentsPerSecond", counts.DocumentsPerSecond);
        Write(json, "wordsPerSecond", counts.WordsPerSecond);
        Write(json, "subwordsPerSecond", counts.SubwordsPerSecond);
        Write(json, "goodputPerSecond", counts.GoodputPerSecond);
        json.WriteNumber("sent", counts.Sent);
        json.WriteNumber("answered", counts.Answered);
        json.WriteNumber("answeredInTime", counts.InTime);
        json.WriteNumber("refused", counts.Refused);
        json.WriteNumber("expired", counts.Expired);
        json.WriteNumber("failed", counts.Failed);
        if (counts.FirstFailure is { } failure)
            json.WriteString("firstFailure", failure);
        Write(json, "latencyMs", counts.Latency);
        Write(json, "refusalMs", counts.Refusals);
        Write(json, "sentLateMs", counts.Lateness);
        json.WriteStartObject("meanMs");
        Write(json, "queue", counts.QueueMs, 3);
        Write(json, "preparation", counts.PreparationMs, 3);
        Write(json, "inference", counts.InferenceMs, 3);
        Write(json, "outside", counts.OutsideMs, 3);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ServerCounters? server, long? sent)
    {
        if (server is null)
            return;
        json.WriteStartObject("server");
        if (sent is { } known)
            json.WriteNumber("sent", known);
        json.WriteNumber("received", server.Received);
        json.WriteNumber("answered", server.Answered);
        json.WriteNumber("refused", server.Refused);
        json.WriteNumber("cancelled", server.Cancelled);
        json.WriteNumber("failed", server.Failed);
        json.WriteBoolean("addUp", server.AddUp);
        Write(json, "batchFill", server.BatchFill, 4);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, LatencySummary latency)
    {
        json.WriteStartObject(name);
        json.WriteNumber("count", latency.Count);
        Write(json, "mean", latency.MeanMs, 3);
        Write(json, "p50", latency.P50Ms, 3);
        Write(json, "p95", latency.P95Ms, 3);
        Write(json, "p99", latency.P99Ms, 3);
        Write(json, "max", latency.MaxMs, 3);
        json.WriteEndObject();
    }

    /// <summary>A number; null where there is none, because nothing was measured.</summary>
    private static void Write(Utf8JsonWriter json, string name, double value, int digits = 1)
    {
        if (double.IsFinite(value))
            json.WriteNumber(name, Math.Round(value, digits));
        else
            json.WriteNull(name);
    }

    private static string Refusal(LoadCounts counts, Func<LatencySummary, double> part) => counts.Refused == 0 ? "" : F1(part(counts.Refusals));

    private static string F0(double value) => value.ToString("F0", CultureInfo.InvariantCulture);

    private static string F1(double value) => value.ToString("F1", CultureInfo.InvariantCulture);

    private static string F3(double value) => value.ToString("F3", CultureInfo.InvariantCulture);
}
