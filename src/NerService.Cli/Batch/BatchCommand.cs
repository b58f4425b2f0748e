using System.CommandLine;
using NerService.Batch;
using NerService.Batch.Tagging;
using NerService.Cli.Tagging;

namespace NerService.Cli.Batch;

/// <summary><c>ner batch</c>: files in, one output out, however often the process is killed in between.</summary>
internal sealed class BatchCommand
{
    private readonly CliStreams _streams;
    private readonly InputSetup _input = new();
    private readonly OutputSetup _output = new();
    private readonly AnswerSetup _answer = new("jsonl and parquet");
    private readonly ExtractorSetup _setup = new();

    private readonly ServerSetup _server = new(
        "Ask a server over one stream, with bulk priority, instead of running the model in this process. While it is unavailable or full the "
            + "job waits and tries again."
    );

    private readonly Option<int> _retries = new("--retries")
    {
        HelpName = "N",
        Description = "Tries in a row, each after a longer pause, before the job gives a server up.",
        DefaultValueFactory = _ => new RetryOptions().Attempts,
    };

    private BatchCommand(CliStreams streams) => _streams = streams;

    /// <summary>Makes the command.</summary>
    internal static Command Create(CliStreams streams)
    {
        var self = new BatchCommand(streams);
        var command = new Command(
            "batch",
            "Finds the entities of many documents, in order. Stopped or killed at any moment, the same command goes on, and the output is byte "
                + "for byte that of a run without interruption; changed input, options, model or gazetteer are noticed and refused."
        );
        self._input.AddTo(command);
        self._output.AddTo(command);
        self._server.AddTo(command);
        command.Add(self._retries);
        self._answer.AddTo(command);
        self._setup.AddTo(command);
        command.SetAction(self.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (input, output, extract) = (_input.Options(parsed, _streams), _output.Options(parsed), _answer.Options(parsed));
        var retries = parsed.GetValue(_retries);
        if (retries < 1)
            throw new CliException(ExitCode.Usage, $"--retries is {retries}; it must be at least 1.");
        await using var tagger = await TaggerSetup.CreateAsync(
            parsed,
            _server,
            _setup,
            _answer.UsesGazetteer(parsed),
            new RetryOptions { Attempts = retries },
            cancellationToken
        );
        var totals = await ProgressDisplay.RunAsync(
            _streams,
            progress => BatchJob.RunAsync(input, output, extract, tagger, progress, cancellationToken)
        );
        return totals.Errors == 0 ? ExitCode.Success : ExitCode.Failure;
    }
}
