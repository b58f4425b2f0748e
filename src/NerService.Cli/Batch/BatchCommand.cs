using System.CommandLine;
using NerService.Batch;
using NerService.Cli.Tagging;

namespace NerService.Cli.Batch;

/// <summary><c>ner batch</c>: files in, one output out, however often the process is killed in between.</summary>
internal static class BatchCommand
{
    internal static Command Create(CliStreams streams)
    {
        var (input, output, answer) = (new InputSetup(), new OutputSetup(), new AnswerSetup("jsonl and parquet"));
        var taggers = new TaggerSetup(
            "Ask a server over one stream, with bulk priority, instead of running the model in this process. While it is unavailable or full the "
                + "job waits and tries again.",
            isPatient: true
        );
        var command = new Command(
            "batch",
            "Finds the entities of many documents, in order. Stopped or killed at any moment, the same command goes on, and the output is byte "
                + "for byte that of a run without interruption; changed input, options, model or gazetteer are noticed and refused."
        )
        {
            input.All,
            output.All,
            taggers.All,
            answer.All,
        };
        command.SetAction(RunAsync);
        return command;

        async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
        {
            var extract = answer.Options(parsed);
            var job = await BatchJob.FindAsync(input.Options(parsed, streams), output.Options(parsed), cancellationToken);
            await using var tagger = await taggers.CreateAsync(parsed, answer.UsesGazetteer(parsed), cancellationToken);
            var totals = await ProgressDisplay.RunAsync(streams, progress => job.RunAsync(extract, tagger, progress, cancellationToken));
            return totals.Errors == 0 ? ExitCode.Success : ExitCode.Failure;
        }
    }
}
