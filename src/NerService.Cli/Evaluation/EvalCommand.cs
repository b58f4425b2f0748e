using System.CommandLine;
using NerService.Batch;
using NerService.Cli.Input;
using NerService.Extraction;
using NerService.Text;

namespace NerService.Cli.Evaluation;

/// <summary><c>ner eval</c>: scores the extractor on CoNLL files.</summary>
internal sealed class EvalCommand
{
    /// <summary>Documents under way at once; they share batches.</summary>
    private const int Concurrency = 128;

    private readonly CliStreams _streams;
    private readonly ExtractorSetup _setup = new();

    private readonly Argument<string[]> _files = new("FILE")
    {
        Description = "UTF-8 files of TOKEN<TAB>TAG lines (IOB2), an empty line after each sentence, -DOCSTART- lines before documents. Several files are scored together; - is standard input.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<bool> _json = new("--json") { Description = "Print one line of JSON, in percent: {\"overall\":{\"precision\":…,\"recall\":…,\"f1\":…},\"types\":{\"PER\":{…},…}}." };

    private readonly ChoiceOption<EvalUnit> _unit = new(
        "--unit",
        "What is one document for the model: each sentence of the file, or the stretch between -DOCSTART- lines (the whole file when it has none).",
        ("sentence", EvalUnit.Sentence), ("document", EvalUnit.Document));

    private readonly Option<string?> _output = new("--output") { HelpName = "NAME", Description = "The model's output to score; default: the model's own default. The arbiter belongs to the default output and judges no other." };

    private readonly ChoiceOption<bool> _gazetteer = ChoiceOption.OnOff("--gazetteer", "Whether the gazetteer takes part.");

    private readonly ChoiceOption<bool> _arbiter = ChoiceOption.OnOff("--arbiter", "Whether the arbiter judges; off, with --gazetteer off, scores the model's own spans.");

    private EvalCommand(CliStreams streams) => _streams = streams;

    /// <summary>Makes the command.</summary>
    internal static Command Create(CliStreams streams)
    {
        var self = new EvalCommand(streams);
        var command = new Command("eval", $"Scores the extractor on CoNLL files: strict span precision, recall and F1 of PER, LOC and ORG, each and together (micro average), counted as seqeval's default counts: an I- tag without beginning opens a span. Spans of other types, such as MISC, are left out. {ExitCode.Help}")
        {
            self._files, self._json, self._unit.Option, self._output, self._gazetteer.Option, self._arbiter.Option,
        };
        self._setup.AddTo(command);
        self._files.Validators.Add(InputFile.RefuseOptions);
        command.SetAction(self.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var documents = new List<EvalDocument>();
        foreach (var file in parsed.GetValue(_files)!)
            foreach (var document in await ConllFile.ReadAsync(file, _streams.In, cancellationToken))
                documents.AddRange(EvalDocument.From(document, _unit.Value(parsed)));
        if (documents.Count == 0) throw new CliException(ExitCode.BadInput, "There is no sentence to score.");

        var useGazetteer = _gazetteer.Value(parsed);
        using var extractor = await _setup.LoadAsync(parsed, useGazetteer, cancellationToken);
        var template = new ExtractionRequest
        {
            Source = SourceText.FromText(""),
            ModelOutput = Output(parsed, extractor),
            UseGazetteer = useGazetteer,
            Arbitrate = _arbiter.Value(parsed),
            Group = false,
        };
        var scores = await ProgressBar.RunAsync(_streams, "scoring", documents.Count, tick => ScoreAsync(extractor, template, documents, tick, cancellationToken));
        if (parsed.GetValue(_json)) await _streams.Out.WriteLineAsync(EvalReport.Json(scores));
        else EvalReport.WriteTable(_streams.Out, scores);
        return ExitCode.Success;
    }

    private string? Output(ParseResult parsed, EntityExtractor extractor)
    {
        var output = parsed.GetValue(_output);
        using var lease = extractor.AcquireSnapshot();
        var model = lease.Snapshot.Model;
        if (output is null || model.OutputNames.Contains(output)) return output;
        throw new CliException(ExitCode.Usage, $"--output: the model {lease.Snapshot.ModelVersion} has no output '{output}'; its outputs are {string.Join(", ", model.OutputNames)}.");
    }

    private static async Task<SpanScores> ScoreAsync(EntityExtractor extractor, ExtractionRequest template, List<EvalDocument> documents, Action tick, CancellationToken cancellationToken)
    {
        var scores = new SpanScores();
        await foreach (var scoring in OrderedWork.RunAsync(documents.ToAsyncEnumerable(), PredictAsync, Concurrency, cancellationToken))
        {
            var (document, predicted) = await scoring;
            scores.Add(document.Gold, predicted);
            tick();
        }
        return scores;

        async Task<(EvalDocument, TaggedSpan[])> PredictAsync(EvalDocument document, CancellationToken token)
        {
            var result = await extractor.ExtractAsync(template with { Source = SourceText.FromTokens(document.Tokens) }, token);
            return (document, [.. result.Entities.Select(entity => new TaggedSpan(entity.Words, entity.Type.ToTag()))]);
        }
    }
}
