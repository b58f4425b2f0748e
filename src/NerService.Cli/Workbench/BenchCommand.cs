using System.CommandLine;
using NerService.Batch.Documents;
using NerService.Cli.Input;
using NerService.Contracts.V1;
using NerService.Extraction.Pipeline;
using NerService.Workbench.Benchmark;
using NerService.Workbench.Load;

namespace NerService.Cli.Workbench;

/// <summary><c>ner bench</c>: the whole extractor beside the bare session, same batches, same process, turn by turn.</summary>
internal sealed class BenchCommand(CliStreams streams)
{
    private readonly ExtractorSetup _setup = new();
    private readonly LoadSetup _load = new();
    private readonly Option<bool> _json = new("--json") { Description = "Print one line of JSON for each measurement." };

    private readonly Option<int> _documents = CliOption.Number(
        "--documents",
        256,
        "Documents of one round; with --server, those that callers send in turn."
    );

    private readonly Option<int[]> _words = CliOption.Numbers(
        "--words",
        "N,N",
        "Words of each document; several lengths are measured one after the other.",
        30
    );

    private readonly Option<int> _rounds = CliOption.Number("--rounds", 7, "Rounds of each side; they alternate, and medians are reported.");

    private readonly Option<string?> _baseline = CliOption.Text(
        "--baseline",
        "GRAPH",
        "A graph of the model, by its name in model.json, to compare with: its bare session runs the same batches one after the other, each on all "
            + "cores, whose threads sleep while they wait for each other."
    );

    private readonly Option<string?> _text = CliOption.Text(
        "--text",
        "FILE",
        "Running text to cut the documents from; default: news sentences that come with the program."
    );

    private readonly Option<string?> _html = CliOption.Text(
        "--html",
        "FILE.html",
        "Write a report that needs no other file: what was measured, with histograms of latencies."
    );

    private readonly ChoiceOption<bool> _gazetteer = CliOption.OnOff("--gazetteer", "Whether the gazetteer takes part.");

    internal Command Create()
    {
        var command = new Command(
            "bench",
            "Measures words and subwords a second of the whole extractor, all documents at once, beside the bare ONNX session on the same "
                + "batches prepared beforehand; and the share of a single sentence's time that is spent outside inference. With --server: "
                + "throughput and latency of a server under load."
        )
        {
            _json,
            _documents,
            _words,
            _rounds,
            _baseline,
            _text,
            _html,
            _gazetteer,
            _load.All,
            _setup.All,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (plan, documents, lengths) = (_load.Plan(parsed), parsed.GetValue(_documents), parsed.GetValue(_words)!);
        var lines = await LinesAsync(parsed.GetValue(_text), cancellationToken);
        if (parsed.GetValue(_html) is { } written && parsed.GetValue(_text) is { } read)
            FileArgument.RefuseOneFile([read], written, $"--html '{written}'");
        (int Words, string[] Texts)[] sets = [.. lengths.Select(words => (words, BenchTexts.Make(lines, documents, words)))];
        if (plan is null)
            await MeasureExtractorAsync(parsed, sets, cancellationToken);
        else
            await MeasureServerAsync(parsed, plan, sets, cancellationToken);
        return ExitCode.Success;
    }

    private async Task MeasureExtractorAsync(ParseResult parsed, (int Words, string[] Texts)[] sets, CancellationToken cancellationToken)
    {
        using var extractor = await _setup.LoadAsync(parsed, _gazetteer.Value(parsed), cancellationToken);
        using var lease = extractor.AcquireSnapshot();
        var (rounds, results) = (parsed.GetValue(_rounds), new List<BenchResult>());
        foreach (var (_, texts) in sets)
        {
            using var bench = new ExtractorBench(extractor, lease.Snapshot, texts, parsed.GetValue(_baseline));
            var result = await ProgressBar.RunAsync(streams, "measuring", rounds + 2, tick => bench.MeasureAsync(rounds, tick, cancellationToken));
            await streams.Out.WriteLineAsync(parsed.GetValue(_json) ? result.ToJson() : result.ToText());
            results.Add(result);
        }
        if (parsed.GetValue(_html) is { } file)
            await File.WriteAllTextAsync(file, BenchPage.Of(results), cancellationToken);
    }

    private async Task MeasureServerAsync(ParseResult parsed, LoadPlan plan, (int Words, string[] Texts)[] sets, CancellationToken cancellationToken)
    {
        using var client = _load.Connect(parsed, plan);
        var info = await client.GetServiceInfoAsync(cancellationToken);
        using var metrics = plan.Metrics is { } address ? new MetricsPage(new HttpClient(), address) : null;
        using var extractor = plan.Saturation ? await LoadModelOfAsync(info, parsed, cancellationToken) : null;
        using var lease = extractor?.AcquireSnapshot();
        var measurements = await ProgressBar.RunAsync(
            streams,
            "measuring",
            plan.Steps * sets.Length,
            async tick =>
            {
                var all = new List<Measurement>();
                foreach (var (words, texts) in sets)
                {
                    using var session = lease is null ? null : BareSession.Of(lease.Snapshot.Model, texts);
                    await foreach (
                        var measurement in new ServerBench(client, metrics, plan, words, texts).MeasureAsync(session, tick, cancellationToken)
                    )
                    {
                        all.Add(measurement);
                        if (parsed.GetValue(_json))
                            await streams.Out.WriteLineAsync(LoadReport.Json(measurement));
                    }
                }
                return all;
            }
        );
        var served =
            $"{info.Model.Name}@{info.Model.Version} ({info.Model.File}), batches of at most {info.Limits.MaxPaddedSubwordsPerRun} padded subwords";
        if (parsed.GetValue(_html) is { } file)
            await File.WriteAllTextAsync(file, BenchPage.Of(served, measurements), cancellationToken);
        if (parsed.GetValue(_json))
            return;
        await streams.Out.WriteLineAsync(served);
        LoadReport.WriteTables(streams.Out, measurements);
    }

    /// <summary>Loads what the server serves, to be run as the server runs it.</summary>
    /// <exception cref="CliException">The server serves something else.</exception>
    private async Task<EntityExtractor> LoadModelOfAsync(ServiceInfo server, ParseResult parsed, CancellationToken cancellationToken)
    {
        var options = _setup.Options(parsed, useGazetteer: false);
        var inference = options.Inference with { MaxBatchPaddedSubwords = server.Limits.MaxPaddedSubwordsPerRun };
        var extractor = await EntityExtractor.LoadAsync(options with { Inference = inference }, cancellationToken);
        using var lease = extractor.AcquireSnapshot();
        if (lease.Snapshot.Model.Folder.GraphSha256 == server.Model.Sha256)
            return extractor;
        extractor.Dispose();
        throw new CliException(
            ExitCode.Usage,
            $"The server serves {server.Model.Name}@{server.Model.Version} ({server.Model.File}), not the model in '{options.ModelFolder}' "
                + "(--model): the two cannot be compared."
        );
    }

    private async Task<IReadOnlyList<string>> LinesAsync(string? file, CancellationToken cancellationToken)
    {
        var standardInput = file is null ? BenchTexts.OpenNews() : streams.In;
        return await TextFile
            .ReadAsync(file ?? InputOptions.StandardInput, DocumentExtent.Line, standardInput, cancellationToken)
            .Select(line => line.Text)
            .ToListAsync(cancellationToken);
    }
}
