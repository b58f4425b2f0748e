using System.CommandLine;
using NerService.Batch.Queue;
using NerService.Batch.Tagging;
using NerService.Cli.Tagging;

namespace NerService.Cli.Queue;

/// <summary><c>ner worker</c>: answers the documents of a queue, beside any number of others.</summary>
internal static class WorkerCommand
{
    /// <summary>Makes the command.</summary>
    internal static Command Create(CliStreams streams)
    {
        var (queue, setup) = (new QueueSetup(), new ExtractorSetup());
        var server = new ServerSetup("Ask a server instead of running the model in this process.");
        var pull = new Option<int>("--pull")
        {
            HelpName = "N",
            Description = "Documents held at once: enough to fill batches, and what another worker does again when this one dies.",
            DefaultValueFactory = _ => new WorkerOptions().Pull,
        };
        var drain = new Option<bool>("--drain")
        {
            Description = "End when the whole job is answered; the job must be on the queue. Without it the worker waits for the job, and for more.",
        };
        var gazetteer = ChoiceOption.OnOff("--gazetteer", "Whether the gazetteer is loaded; all workers of a job must agree.");
        var command = new Command(
            "worker",
            "Answers the documents of a queue ('ner queue submit'), one of any number of workers. An answer is published before its document is "
                + "acknowledged, under the document's number: a worker that is killed loses nothing and repeats nothing."
        )
        {
            pull,
            drain,
            gazetteer.Option,
        };
        server.AddTo(command);
        queue.AddTo(command);
        setup.AddTo(command);
        command.SetAction(
            (parsed, cancellationToken) => queue.RunAsync(parsed, jobs => RunAsync(parsed, jobs, cancellationToken), cancellationToken)
        );
        return command;

        async Task<int> RunAsync(ParseResult parsed, JobQueue jobs, CancellationToken cancellationToken)
        {
            var size = parsed.GetValue(pull);
            if (size is < 1 or > 10_000)
                throw new CliException(ExitCode.Usage, $"--pull is {size}; allowed are 1 to 10000.");
            await using var tagger = await TaggerSetup.CreateAsync(
                parsed,
                server,
                setup,
                gazetteer.Value(parsed),
                new RetryOptions(),
                cancellationToken
            );
            var (answered, failed) = (0L, 0L);
            var options = new WorkerOptions
            {
                Pull = size,
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
