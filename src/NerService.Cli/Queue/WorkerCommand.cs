using System.CommandLine;
using NerService.Batch.Queue;
using NerService.Cli.Tagging;

namespace NerService.Cli.Queue;

/// <summary><c>ner worker</c>: answers the documents of a queue, beside any number of others.</summary>
internal static class WorkerCommand
{
    internal static Command Create(CliStreams streams)
    {
        var queue = new QueueSetup();
        var taggers = new TaggerSetup(
            "Ask a server instead of running the model in this process. A worker that gives it up ends; its documents go to the others.",
            isPatient: true
        );
        var pull = CliOption.Number(
            "--pull",
            new WorkerOptions().Pull,
            "Documents held at once: enough to fill batches, and what another worker does again when this one dies.",
            max: 10_000
        );
        var drain = new Option<bool>("--drain")
        {
            Description = "End when the whole job is answered; the job must be on the queue. Without it the worker waits for the job, and for more.",
        };
        var gazetteer = CliOption.OnOff("--gazetteer", "Whether the gazetteer is loaded; all workers of a job must agree.");
        var command = new Command(
            "worker",
            "Answers the documents of a queue ('ner queue submit'), one of any number of workers. An answer is published before its document is "
                + "acknowledged, under the document's number: a worker that is killed loses nothing and repeats nothing."
        )
        {
            pull,
            drain,
            gazetteer,
            taggers.All,
            queue.All,
        };
        command.SetAction(
            (parsed, cancellationToken) => queue.RunAsync(parsed, jobs => RunAsync(parsed, jobs, cancellationToken), cancellationToken)
        );
        return command;

        async Task<int> RunAsync(ParseResult parsed, JobQueue jobs, CancellationToken cancellationToken)
        {
            var (answered, failed) = (0L, 0L);
            var options = new WorkerOptions
            {
                Pull = parsed.GetValue(pull),
                Drain = parsed.GetValue(drain),
                Waiting = what => streams.Error.WriteLine($"ner: {what}"),
                Done = (number, error) =>
                {
                    Interlocked.Increment(ref answered);
                    if (error is null)
                        return;
                    Interlocked.Increment(ref failed);
                    streams.Error.WriteLine($"ner: document {number}: {error}");
                },
            };
            if (options.Drain)
                await jobs.RequireJobAsync(cancellationToken);
            await using var tagger = await taggers.CreateAsync(parsed, gazetteer.Value(parsed), cancellationToken);
            try
            {
                using var worker = new QueueWorker(jobs, tagger, options);
                await worker.RunAsync(cancellationToken);
            }
            finally
            {
                await streams.Error.WriteLineAsync($"{answered} deliveries, {failed} of them without answer");
            }
            return ExitCode.Success;
        }
    }
}
