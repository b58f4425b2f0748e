using System.Globalization;
using System.Text.Json.Nodes;
using NerService.Workbench.Load;

namespace NerService.Cli.Workbench;

/// <summary>Prints what <c>ner bench --server</c> measured.</summary>
internal static class LoadReport
{
    private const int PageWidth = 140;

    private static readonly (string, Func<Load, string>) Words = ("words", load => $"{load.Words}");

    private static readonly (string, Func<Load, string>)[] Seen =
    [
        Words,
        ("doc/s", load => F1(load.Counts.DocumentsPerSecond)),
        ("words/s", load => F0(load.Counts.WordsPerSecond)),
        ("subw/s", load => F0(load.Counts.SubwordsPerSecond)),
        ("in time/s", load => F1(load.Counts.GoodputPerSecond)),
        ("refused", load => $"{load.Counts.Refused}"),
        ("expired", load => $"{load.Counts.Expired}"),
        ("failed", load => $"{load.Counts.Failed}"),
        ("p50", load => F1(load.Counts.Latency.P50Ms)),
        ("p95", load => F1(load.Counts.Latency.P95Ms)),
        ("p99", load => F1(load.Counts.Latency.P99Ms)),
        ("max", load => F1(load.Counts.Latency.MaxMs)),
        ("late p99", load => F1(load.Counts.Lateness.P99Ms)),
    ];

    private static readonly (string, Func<Load, string>)[] Parts =
    [
        Words,
        ("mean", load => F1(load.Counts.Latency.MeanMs)),
        ("queue", load => F1(load.Counts.QueueMs)),
        ("preparation", load => F1(load.Counts.PreparationMs)),
        ("inference", load => F1(load.Counts.InferenceMs)),
        ("outside", load => F1(load.Counts.OutsideMs)),
        ("refusal p50", load => Refusal(load, refusals => refusals.P50Ms)),
        ("refusal p99", load => Refusal(load, refusals => refusals.P99Ms)),
        ("refusal max", load => Refusal(load, refusals => refusals.MaxMs)),
    ];

    private static readonly (string, Func<Load, string>)[] Counted =
    [
        Words,
        ("sent", load => $"{load.Counts.Sent}"),
        ("received", load => $"{load.Server!.Received}"),
        ("answered", load => $"{load.Server!.Answered}"),
        ("refused", load => $"{load.Server!.Refused}"),
        ("cancelled", load => $"{load.Server!.Cancelled}"),
        ("failed", load => $"{load.Server!.Failed}"),
        ("lost", load => $"{load.Server!.Received - load.Server.Ended}"),
        ("batch fill", load => load.Server!.BatchFill.ToString("F3", CultureInfo.InvariantCulture)),
    ];

    internal static string Json(Measurement measurement)
    {
        var json = measurement switch
        {
            LoadMeasurement m => new JsonObject
            {
                ["kind"] = m.Kind,
                [
                    m.Kind switch
                    {
                        "closed" => "callers",
                        "open" => "rate",
                        _ => "streams",
                    }
                ] = m.Load,
                ["wordsPerDocument"] = m.Words,
            },
            MixedMeasurement m => new JsonObject
            {
                ["kind"] = "mixed",
                ["bulkStreams"] = m.Streams,
                ["wordsPerDocument"] = m.Words,
                ["aloneMs"] = Json(m.Alone),
                ["besideBulkMs"] = Json(m.Beside),
                ["p95Ratio"] = Number(m.Ratio, 3),
                ["bulkDocumentsPerSecond"] = Number(m.BulkPerSecond),
                ["failed"] = m.Failed,
            },
            OverloadMeasurement m => new JsonObject
            {
                ["kind"] = "overload",
                ["factor"] = m.Factor,
                ["wordsPerDocument"] = m.Words,
                ["deadlineSeconds"] = m.DeadlineSeconds,
                ["capacityPerSecond"] = Number(m.CapacityPerSecond),
                ["goodputOverCapacity"] = Number(m.Goodput, 3),
            },
            SaturationMeasurement m => new JsonObject
            {
                ["kind"] = "saturation",
                ["wordsPerDocument"] = m.Words,
                ["sessionSubwordsPerSecondBefore"] = Number(m.SessionBefore),
                ["sessionSubwordsPerSecondAfter"] = Number(m.SessionAfter),
                ["ratio"] = Number(m.Ratio, 3),
            },
            _ => throw new ArgumentOutOfRangeException(nameof(measurement)),
        };
        var load = Load.Of(measurement)?.Load;
        if (load is not null)
            Add(json, load.Counts);
        if ((load?.Server ?? (measurement as MixedMeasurement)?.Server) is { } server)
            json["server"] = Json(server, load?.Counts.Sent);
        return json.ToJsonString();
    }

    internal static void WriteTables(TextWriter output, IReadOnlyList<Measurement> measurements)
    {
        var console = PlainTables.Console(output, PageWidth);
        var loads = measurements.Select(Load.Of).OfType<(string Name, Load Load)>().ToList();
        if (loads.Count > 0)
        {
            output.WriteLine("What callers saw; documents, words and subwords a second, latency in ms from when a document should have been sent");
            console.Write(PlainTables.Of("load", loads, Seen));
            output.WriteLine("Where the mean latency went, ms; outside: network, serialization, thread pools. Refusals in ms.");
            console.Write(PlainTables.Of("load", loads, Parts));
        }
        var counted = loads.Where(load => load.Load.Server is not null).ToList();
        if (counted.Count > 0)
        {
            output.WriteLine("What the server counted, warm-up included; lost: received, and neither answered, refused, cancelled nor failed");
            console.Write(PlainTables.Of("load", counted, Counted));
        }
        foreach (var measurement in measurements)
            if (Sentence(measurement) is { } sentence)
                output.WriteLine(sentence);
        foreach (var (name, load) in loads)
            if (load.Counts.FirstFailure is { } failure)
                output.WriteLine($"{name}, {load.Words} words: the first failure was {failure}");
    }

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

    private static void Add(JsonObject json, LoadCounts counts)
    {
        json["seconds"] = counts.Seconds;
        json["documentsPerSecond"] = Number(counts.DocumentsPerSecond);
        json["wordsPerSecond"] = Number(counts.WordsPerSecond);
        json["subwordsPerSecond"] = Number(counts.SubwordsPerSecond);
        json["goodputPerSecond"] = Number(counts.GoodputPerSecond);
        json["sent"] = counts.Sent;
        json["answered"] = counts.Answered;
        json["answeredInTime"] = counts.InTime;
        json["refused"] = counts.Refused;
        json["expired"] = counts.Expired;
        json["failed"] = counts.Failed;
        if (counts.FirstFailure is { } failure)
            json["firstFailure"] = failure;
        json["latencyMs"] = Json(counts.Latency);
        json["refusalMs"] = Json(counts.Refusals);
        json["sentLateMs"] = Json(counts.Lateness);
        json["meanMs"] = new JsonObject
        {
            ["queue"] = Number(counts.QueueMs, 3),
            ["preparation"] = Number(counts.PreparationMs, 3),
            ["inference"] = Number(counts.InferenceMs, 3),
            ["outside"] = Number(counts.OutsideMs, 3),
        };
    }

    private static JsonObject Json(ServerCounters server, long? sent)
    {
        var json = new JsonObject();
        if (sent is not null)
            json["sent"] = sent;
        json["received"] = server.Received;
        json["answered"] = server.Answered;
        json["refused"] = server.Refused;
        json["cancelled"] = server.Cancelled;
        json["failed"] = server.Failed;
        json["addUp"] = server.AddUp;
        json["batchFill"] = Number(server.BatchFill, 4);
        return json;
    }

    private static JsonObject Json(LatencySummary latency) =>
        new()
        {
            ["count"] = latency.Count,
            ["mean"] = Number(latency.MeanMs, 3),
            ["p50"] = Number(latency.P50Ms, 3),
            ["p95"] = Number(latency.P95Ms, 3),
            ["p99"] = Number(latency.P99Ms, 3),
            ["max"] = Number(latency.MaxMs, 3),
        };

    /// <summary>A number; null where there is none, because nothing was measured.</summary>
    private static JsonNode? Number(double value, int digits = 1) => double.IsFinite(value) ? Math.Round(value, digits) : null;

    private static string Refusal(Load load, Func<LatencySummary, double> part) => load.Counts.Refused == 0 ? "" : F1(part(load.Counts.Refusals));

    private static string F0(double value) => value.ToString("F0", CultureInfo.InvariantCulture);

    private static string F1(double value) => value.ToString("F1", CultureInfo.InvariantCulture);

    /// <summary>What the measurements of one load have in common.</summary>
    private sealed record Load(int Words, LoadCounts Counts, ServerCounters? Server)
    {
        /// <summary>The load of a measurement and what it is called; null where there were several.</summary>
        internal static (string Name, Load Load)? Of(Measurement measurement) =>
            measurement switch
            {
                LoadMeasurement m => (
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{m.Load}{m.Kind switch { "closed" => " callers", "open" => "/s", _ => " streams" }}"
                    ),
                    new Load(m.Words, m.Counts, m.Server)
                ),
                OverloadMeasurement m => (
                    string.Create(CultureInfo.InvariantCulture, $"{m.Factor}x capacity"),
                    new Load(m.Words, m.Counts, m.Server)
                ),
                SaturationMeasurement m => ("saturation", new Load(m.Words, m.Counts, m.Server)),
                _ => null,
            };
    }
}
