using System.Collections.Immutable;
using System.CommandLine;
using NerService.Cli.Input;
using NerService.Extraction.Pipeline;
using NerService.Text.Documents;
using NerService.Workbench.Evaluation;

namespace NerService.Cli.Workbench;

/// <summary><c>ner eval</c>: scores model, arbiter or the whole service on CoNLL files.</summary>
internal sealed class EvalCommand(CliStreams streams)
{
    private const string Purpose =
        "Scores on CoNLL files: strict span precision, recall and F1 of PER, LOC and ORG, each and together (micro average), counted as "
        + "seqeval's default counts: an I- tag without beginning opens a span. "
        + "PERS, PERSON, LOCATION, GPE, FAC and the like are read as those three; spans of other types, such as MISC, are left out and counted. "
        + "One of four things is scored, and the report says which: the model alone, its own decoding (the default); the model where it reads "
        + "the gazetteer "
        + "(--gazetteer on --arbiter off); model and arbiter without gazetteer (--gazetteer off); the whole service (--gazetteer on). The "
        + "arbiter belongs to the model's default output.";

    private readonly ExtractorSetup _setup = new();
    private readonly ColumnSetup _columns = new();

    private readonly Argument<string[]> _files = FileArgument.Of<string[]>(
        "FILE",
        "UTF-8 files of one token and its label per line, an empty line after each sentence, -DOCSTART- lines before documents, as 'ner batch' reads "
            + "them: tabs or spaces, further columns, comments, any scheme (IOB, IOBES, BILOU, BMES). Several files are scored together; - is "
            + "standard input.",
        ArgumentArity.OneOrMore
    );

    private readonly Option<bool> _json = new("--json")
    {
        Description =
            "Print one line of JSON, scores in percent, null where undefined: {\"scored\":\"model|model+gazetteer|model+arbiter|service\","
            + "\"overall\":{\"precision\":…,\"recall\":…,\"f1\":…,…},\"types\":{\"PER\":{…},…},\"calibration\":{…},\"curve\":[…],"
            + "\"slices\":{…},\"unknownTypes\":{\"MISC\":…}}.",
    };

    private readonly ChoiceOption<EvalUnit> _unit = new(
        "--unit",
        "What is one document for the model: each sentence of the file, or the stretch between -DOCSTART- lines (the whole file when it has none).",
        ("sentence", EvalUnit.Sentence),
        ("document", EvalUnit.Document)
    );

    private readonly Option<string?> _output = CliOption.Text(
        "--output",
        "NAME",
        "The model's output to score; default: the model's own default. The arbiter belongs to the default output, so any other is scored as the "
            + "model alone."
    );

    private readonly ChoiceOption<bool?> _gazetteer = CliOption.OnOffOrNot(
        "--gazetteer",
        "on: the gazetteer takes part; off: model and arbiter without it. Not given: the model alone."
    );

    private readonly ChoiceOption<bool?> _arbiter = CliOption.OnOffOrNot(
        "--arbiter",
        "off: the model's own decoding; on: the whole service, or with --gazetteer off model and arbiter without it."
    );

    private readonly Option<string?> _reliability = CliOption.Text(
        "--reliability",
        "FILE.svg",
        "Write a reliability diagram: how often entities of a confidence are right."
    );

    private readonly Option<string?> _html = CliOption.Text(
        "--html",
        "FILE.html",
        "Write a report that needs no other file: scores by label and file, confusion, the reliability diagram, and the worst errors in their "
            + "context."
    );

    private readonly Option<bool> _curve = new("--curve")
    {
        Description = "Report the scores of the entities from each confidence on, in steps of 0.05.",
    };

    private readonly Option<bool> _slices = new("--slices")
    {
        Description =
            "Report parts and variants too: mentions seen and unseen in --train, with and without a proclitic; all words vocalised (tashkeel "
            + "added by rule), all words in noisy spelling (hamza, ya and ta marbuta flattened), long documents (all sentences in one "
            + "request).",
    };

    private readonly Option<string[]> _train = CliOption.Paths(
        "--train",
        "FILE",
        "Files whose mentions count as seen, for --slices.",
        severalEach: true
    );

    internal Command Create()
    {
        var command = new Command("eval", Purpose)
        {
            _files,
            _json,
            _unit,
            _output,
            _gazetteer,
            _arbiter,
            _reliability,
            _html,
            _curve,
            _slices,
            _train,
            _columns.All,
            _setup.All,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var unit = _unit.Value(parsed);
        foreach (var option in (Option<string?>[])[_reliability, _html])
            if (parsed.GetValue(option) is { } written)
                FileArgument.RefuseOneFile([.. parsed.GetValue(_files)!, .. parsed.GetValue(_train)!], written, $"{option.Name} '{written}'");
        var files = await AnnotatedFiles.ReadAsync(parsed.GetValue(_files)!, _columns.Value(parsed), streams, cancellationToken);
        var training = await AnnotatedFiles.ReadAsync(parsed.GetValue(_train)!, default, streams, cancellationToken);
        if (!files.SelectMany(file => LabelledDocuments.ForScoring(file, unit, ScoredLabels.OfTypes)).Any())
            throw new CliException(ExitCode.BadInput, "There is no sentence to score.");

        using var extractor = await _setup.LoadAsync(parsed, useGazetteer: true, cancellationToken);
        var labels = ScoredLabels.Of(extractor);
        var documents = files.SelectMany(file => LabelledDocuments.ForScoring(file, unit, labels)).ToList();
        var (system, output) = Choose(parsed, extractor);
        var template = new ExtractionRequest
        {
            Source = SourceText.FromText(""),
            Output = output,
            UseGazetteer = system.Gazetteer,
            UseArbiter = system.Arbiter,
            Group = false,
        };
        var answers = await ProgressBar.RunAsync(
            streams,
            "scoring",
            documents.Count,
            tick => Answers.OfAsync(extractor, template, documents, labels, tick, cancellationToken)
        );
        var slices = parsed.GetValue(_slices)
            ? await new EvalSlices(extractor, template, files, unit, labels).ScoreAsync(answers, training, cancellationToken)
            : ImmutableArray<SliceScore>.Empty;
        var evaluation = Evaluation.Of(system, answers, files, labels, parsed.GetValue(_curve), slices);

        if (parsed.GetValue(_reliability) is { } diagram)
            await File.WriteAllTextAsync(diagram, ReliabilityDiagram.Svg(evaluation.Calibration, system.Describe()), cancellationToken);
        if (parsed.GetValue(_html) is { } report)
            await File.WriteAllTextAsync(report, EvalPage.Html(evaluation, answers), cancellationToken);
        if (parsed.GetValue(_json))
            await streams.Out.WriteLineAsync(EvalReport.Json(evaluation));
        else
            EvalReport.WriteTables(streams.Out, evaluation);
        return ExitCode.Success;
    }

    private (ScoredSystem System, string? Output) Choose(ParseResult parsed, EntityExtractor extractor)
    {
        var output = parsed.GetValue(_output);
        using var lease = extractor.AcquireSnapshot();
        var (snapshot, model) = (lease.Snapshot, lease.Snapshot.Model);
        if (output is not null && !model.OutputNames.Contains(output))
            throw new CliException(
                ExitCode.Usage,
                $"--output: the model {snapshot.ModelVersion} has no output '{output}'; its outputs are {string.Join(", ", model.OutputNames)}."
            );
        var isDefault = output is null || output == model.Manifest.DefaultOutput;
        return (ScoredSystem.Choose(_gazetteer.Value(parsed), _arbiter.Value(parsed), isDefault, snapshot.HasArbiter), output);
    }
}
