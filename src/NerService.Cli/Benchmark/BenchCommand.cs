using System.CommandLine;
using System.Diagnostics;
using System.Reflection;
using NerService.Cli.Benchmark.Load;
using NerService.Batch.Documents;
using NerService.Cli.Input;
using NerService.Client;
using NerService.Contracts.V1;
using NerService.Extraction;
using NerService.Inference.Benchmarking;
using NerService.Text;

namespace NerService.Cli.Benchmark;

/// <summary><c>ner bench</c>: the whole extractor beside the bare session, same batches, same process, turn by turn.</summary>
internal sealed class BenchCommand
{
    private readonly CliStreams _streams;
    private readonly ExtractorSetup _setup = new();
    private readonly LoadSetup _load = new();

    private readonly Option<bool> _json = new("--json") { Description = "Print one line of JSON for each measurement." };

    private readonly Option<int> _documents = new("--documents") { HelpName = "N", Description = "Documents of one round; with --server, those that callers send in turn.", DefaultValueFactory = _ => 256 };

    private readonly Option<int[]> _words = NumberList.Option("--words", "N,N", "Words of each document; several lengths are measured one after the other.", [30]);

    private readonly Option<int> _rounds = new("--rounds") { HelpName = "N", Description = "Rounds of each side; they alternate, and medians are reported.", DefaultValueFactory = _ => 7 };

    private readonly Option<string?> _text = new("--text") { HelpName = "FILE", Description = "Running text to cut the documents from; default: news sentences that come with the program." };

    private readonly ChoiceOption<bool> _gazetteer = ChoiceOption.OnOff("--gazetteer", "Whether the gazetteer takes part.");

    private BenchCommand(CliStreams streams) => _streams = streams;

    /// <summary>Makes the command.</summary>
    internal static Command Create(CliStreams streams)
    {
        var self = new BenchCommand(streams);
        var command = new Command("bench", "Measures words and subwords a second of the whole extractor, all documents at once, beside the bare ONNX session on the same batches prepared beforehand; and the share of a single sentence's time that is spent outside inference. With --server: throughput and latency of a server under load.")
        {
            self._json, self._documents, self._words, self._rounds, self._text, self._gazetteer.Option,
        };
        self._load.AddTo(command);
        self._setup.AddTo(command);
        command.SetAction(self.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (plan, documents, lengths, rounds) = (_load.Plan(parsed), Positive(parsed, _documents), parsed.GetValue(_words)!, Positive(parsed, _rounds));
        var lines = await LinesAsync(parsed.GetValue(_text), cancellationToken);
        (int Words, string[] Texts)[] sets = [.. lengths.Select(words => (words, BenchTexts.Make(lines, documents, words)))];
        if (plan is null) await MeasureExtractorAsync(parsed, sets, rounds, cancellationToken);
        else await MeasureServerAsync(parsed, plan, sets, cancellationToken);
        return ExitCode.Success;
    }

    private async Task MeasureExtractorAsync(ParseResult parsed, (int Words, string[] Texts)[] sets, int rounds, CancellationToken cancellationToken)
    {
        using var extractor = await _setup.LoadAsync(parsed, _gazetteer.Value(parsed), cancellationToken);
        using var lease = extractor.AcquireSnapshot();
        foreach (var (_, texts) in sets)
        {
            using var session = Session(lease.Snapshot, texts);
            var result = await ProgressBar.RunAsync(_streams, "measuring", 2 * rounds + 3, tick => MeasureAsync(extractor, lease.Snapshot, session, texts, rounds, tick, cancellationToken));
            await _streams.Out.WriteLineAsync(parsed.GetValue(_json) ? result.ToJson() : result.ToText());
        }
    }

    private async Task MeasureServerAsync(ParseResult parsed, LoadPlan plan, (int Words, string[] Texts)[] sets, CancellationToken cancellationToken)
    {
        using var client = NerClient.Connect(plan.Server);
        var info = await client.GetServiceInfoAsync(cancellationToken);
        using var metrics = plan.Metrics is { } address ? new MetricsPage(new HttpClient(), address) : null;
        using var extractor = plan.Saturation ? await LoadModelOfAsync(info, parsed, cancellationToken) : null;
        using var lease = extractor?.AcquireSnapshot();
        var measurements = await ProgressBar.RunAsync(_streams, "measuring", plan.Steps * sets.Length, async tick =>
        {
            var all = new List<Measurement>();
            foreach (var (words, texts) in sets)
            {
                using var session = lease is null ? null : Session(lease.Snapshot, texts);
                await foreach (var measurement in new ServerBench(client, metrics, plan, words, texts).MeasureAsync(session, tick, cancellationToken))
                {
                    all.Add(measurement);
                    if (parsed.GetValue(_json)) await _streams.Out.WriteLineAsync(LoadReport.Json(measurement));
                }
            }
            return all;
        });
        if (parsed.GetValue(_json)) return;
        await _streams.Out.WriteLineAsync($"{info.Model.Name}@{info.Model.Version} ({info.Model.File}), batches of at most {info.Limits.MaxPaddedSubwordsPerRun} padded subwords");
        LoadReport.WriteTables(_streams.Out, measurements);
    }

    /// <summary>Loads what the server serves, to be run as the server runs it.</summary>
    /// <exception cref="CliException">The server serves something else.</exception>
    private async Task<EntityExtractor> LoadModelOfAsync(ServiceInfo server, ParseResult parsed, CancellationToken cancellationToken)
    {
        var options = _setup.Options(parsed, useGazetteer: false);
        var extractor = await EntityExtractor.LoadAsync(options with { Inference = options.Inference with { MaxBatchTokens = server.Limits.MaxPaddedSubwordsPerRun } }, cancellationToken);
        using var lease = extractor.AcquireSnapshot();
        if (lease.Snapshot.Model.Folder.GraphSha256 == server.Model.Sha256) return extractor;
        extractor.Dispose();
        throw new CliException(ExitCode.Usage, $"The server serves {server.Model.Name}@{server.Model.Version} ({server.Model.File}), not the model in '{options.ModelFolder}' (--model): the two cannot be compared.");
    }

    private static BareSessionBenchmark Session(Snapshot snapshot, string[] texts) => snapshot.Model.PrepareBareSession([.. texts.Select(text => snapshot.Model.Encode(SourceText.FromText(text)))]);

    private static async Task<BenchResult> MeasureAsync(
        EntityExtractor extractor, Snapshot snapshot, BareSessionBenchmark session, string[] texts, int rounds, Action tick, CancellationToken cancellationToken)
    {
        // The first round of each side warms up: caches, tiered compilation, the session's memory arena.
        await TimeExtractorAsync(extractor, texts, cancellationToken);
        tick();
        TimeSession(session);
        tick();
        var (extractorSeconds, sessionSeconds) = (new double[rounds], new double[rounds]);
        for (var round = 0; round < rounds; round++)
        {
            extractorSeconds[round] = await TimeExtractorAsync(extractor, texts, cancellationToken);
            tick();
            sessionSeconds[round] = TimeSession(session);
            tick();
        }
        var (singleMs, outside) = await MeasureSingleAsync(extractor, texts, cancellationToken);
        tick();
        return new BenchResult
        {
            Model = $"{snapshot.ModelVersion} ({snapshot.Model.Graph.Name})",
            Threads = snapshot.Model.Threads,
            MaxBatchTokens = snapshot.Model.Options.MaxBatchTokens,
            Documents = texts.Length,
            Words = texts.Sum(text => WordSplitter.Split(text).Length),
            Subwords = session.Subwords,
            PaddingShare = 1 - (double)session.Subwords / session.PaddedSubwords,
            ExtractorSeconds = Median(extractorSeconds),
            SessionSeconds = Median(sessionSeconds),
            Ratio = Median([.. sessionSeconds.Zip(extractorSeconds, (s, e) => s / e)]),
            SingleMs = singleMs,
            SingleOutsideInference = outside,
        };
    }

    /// <summary>Seconds from the first document handed in to the last answer.</summary>
    private static async Task<double> TimeExtractorAsync(EntityExtractor extractor, string[] texts, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(texts.Select(text => extractor.ExtractAsync(new ExtractionRequest { Source = SourceText.FromText(text) }, cancellationToken)));
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static double TimeSession(BareSessionBenchmark session)
    {
        var started = Stopwatch.GetTimestamp();
        session.Run();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>Extracts one document at a time.</summary>
    private static async Task<(double Milliseconds, double OutsideInference)> MeasureSingleAsync(EntityExtractor extractor, string[] texts, CancellationToken cancellationToken)
    {
        var (milliseconds, outside) = (new List<double>(), new List<double>());
        foreach (var text in texts.Take(100))
        {
            var started = Stopwatch.GetTimestamp();
            var result = await extractor.ExtractAsync(new ExtractionRequest { Source = SourceText.FromText(text) }, cancellationToken);
            var elapsed = Stopwatch.GetElapsedTime(started);
            milliseconds.Add(elapsed.TotalMilliseconds);
            outside.Add(1 - result.Statistics.InferenceTime / elapsed);
        }
        return (Median([.. milliseconds]), Median([.. outside]));
    }

    private async Task<IReadOnlyList<string>> LinesAsync(string? file, CancellationToken cancellationToken)
    {
        var standardInput = file is null ? Assembly.GetExecutingAssembly().GetManifestResourceStream("news.txt")! : _streams.In;
        return await TextFile.ReadLinesAsync(file ?? InputOptions.StandardInput, standardInput, cancellationToken).ToListAsync(cancellationToken);
    }

    private static int Positive(ParseResult parsed, Option<int> option)
    {
        var value = parsed.GetValue(option);
        return value > 0 ? value : throw new CliException(ExitCode.Usage, $"{option.Name} is {value}; it must be at least 1.");
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return values.Length % 2 == 1 ? values[values.Length / 2] : (values[values.Length / 2 - 1] + values[values.Length / 2]) / 2;
    }
}
