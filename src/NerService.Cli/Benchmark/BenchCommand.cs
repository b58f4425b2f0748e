using System.CommandLine;
using System.Diagnostics;
using System.Reflection;
using NerService.Cli.Input;
using NerService.Extraction;
using NerService.Inference.Benchmarking;
using NerService.Text;

namespace NerService.Cli.Benchmark;

/// <summary><c>ner bench</c>: the whole extractor beside the bare session, same batches, same process, turn by turn.</summary>
internal sealed class BenchCommand
{
    private readonly CliStreams _streams;
    private readonly ExtractorSetup _setup = new();

    private readonly Option<bool> _json = new("--json") { Description = "Print one line of JSON." };

    private readonly Option<int> _documents = new("--documents") { HelpName = "N", Description = "Documents of one round.", DefaultValueFactory = _ => 256 };

    private readonly Option<int> _words = new("--words") { HelpName = "N", Description = "Words of each document.", DefaultValueFactory = _ => 30 };

    private readonly Option<int> _rounds = new("--rounds") { HelpName = "N", Description = "Rounds of each side; they alternate, and medians are reported.", DefaultValueFactory = _ => 7 };

    private readonly Option<string?> _text = new("--text") { HelpName = "FILE", Description = "Running text to cut the documents from; default: news sentences that come with the program." };

    private readonly ChoiceOption<bool> _gazetteer = ChoiceOption.OnOff("--gazetteer", "Whether the gazetteer takes part.");

    private BenchCommand(CliStreams streams) => _streams = streams;

    /// <summary>Makes the command.</summary>
    internal static Command Create(CliStreams streams)
    {
        var self = new BenchCommand(streams);
        var command = new Command("bench", "Measures words and subwords a second of the whole extractor, all documents at once, beside the bare ONNX session on the same batches prepared beforehand; and the share of a single sentence's time that is spent outside inference.")
        {
            self._json, self._documents, self._words, self._rounds, self._text, self._gazetteer.Option,
        };
        self._setup.AddTo(command);
        command.SetAction(self.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (documents, words, rounds) = (Positive(parsed, _documents), Positive(parsed, _words), Positive(parsed, _rounds));
        var texts = BenchTexts.Make(await LinesAsync(parsed.GetValue(_text), cancellationToken), documents, words);
        using var extractor = await _setup.LoadAsync(parsed, _gazetteer.Value(parsed), cancellationToken);
        using var lease = extractor.AcquireSnapshot();
        var session = lease.Snapshot.Model.PrepareBareSession([.. texts.Select(text => lease.Snapshot.Model.Encode(SourceText.FromText(text)))]);
        var result = await ProgressBar.RunAsync(_streams, "measuring", 2 * rounds + 3, tick => MeasureAsync(extractor, lease.Snapshot, session, texts, rounds, tick, cancellationToken));
        await _streams.Out.WriteLineAsync(parsed.GetValue(_json) ? result.ToJson() : result.ToText());
        return ExitCode.Success;
    }

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
            Model = $"{snapshot.ModelVersion} ({snapshot.Model.Folder.OnnxFile})",
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
        var stream = file is null ? Assembly.GetExecutingAssembly().GetManifestResourceStream("news.txt")! : InputFile.Open(file, _streams.In);
        await using (stream) return await StrictUtf8.ReadLinesAsync(stream, InputFile.NameOf(file ?? "news.txt"), cancellationToken).ToListAsync(cancellationToken);
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
