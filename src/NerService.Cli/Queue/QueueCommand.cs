using System.CommandLine;
using System.Globalization;
using NerService.Batch.Output;
using NerService.Batch.Queue;
using NerService.Cli.Batch;
using NerService.Cli.Tagging;

namespace NerService.Cli.Queue;

/// <summary><c>ner queue</c>: a batch job spread over machines, its documents on a queue.</summary>
internal static class QueueCommand
{
    /// <summary>Makes the command.</summary>
    internal static Command Create(CliStreams streams) =>
        new(
            "queue",
            "A batch job on a work queue (NATS JetStream): submit puts the documents on it, any number of 'ner worker' processes answer them, "
                + "collect writes the answers in order."
        )
        {
            Submit(streams),
            Collect(streams),
            Status(streams),
            Delete(),
        };

    private static Command Submit(CliStreams streams)
    {
        var (queue, input, output, answer) = (new QueueSetup(), new InputSetup(), new OutputSetup(), new AnswerSetup("jsonl and parquet"));
        var ackWait = new Option<int>("--ack-wait")
        {
            HelpName = "SECONDS",
            Description = "How long a worker may be silent about a document before another gets it.",
            DefaultValueFactory = _ => 60,
        };
        var maxTries = new Option<int>("--max-tries")
        {
            HelpName = "N",
            Description = "Deliveries of a document before it goes to the dead letters with its reason.",
            DefaultValueFactory = _ => 5,
        };
        var command = new Command(
            "submit",
            "Puts documents on the queue. Killed, the same command goes on; once all are there it puts those there again that the queue's "
                + "server has lost."
        )
        {
            ackWait,
            maxTries,
            output.Format.Option,
        };
        queue.AddTo(command);
        input.AddTo(command);
        answer.AddTo(command);
        command.SetAction(
            (parsed, cancellationToken) =>
            {
                var (wait, tries) = (parsed.GetValue(ackWait), parsed.GetValue(maxTries));
                if (wait < 1)
                    throw new CliException(ExitCode.Usage, $"--ack-wait is {wait}; it must be at least 1 second.");
                if (tries < 1)
                    throw new CliException(ExitCode.Usage, $"--max-tries is {tries}; it must be at least 1.");
                var (options, extract) = (input.Options(parsed, streams), answer.Options(parsed));
                var format = output.Format.Value(parsed) is var asked && asked == OutputFormat.Auto ? OutputFormat.Jsonl : asked;
                return queue.RunAsync(parsed, SubmitAsync, cancellationToken);

                async Task<int> SubmitAsync(JobQueue jobs)
                {
                    var submission = new Submission(0, 0, 0);
                    await ProgressDisplay.RunAsync(
                        streams,
                        async progress =>
                        {
                            submission = await QueueSubmitter.SubmitAsync(
                                jobs,
                                options,
                                format,
                                extract,
                                TimeSpan.FromSeconds(wait),
                                tries,
                                progress,
                                cancellationToken
                            );
                            return progress.Totals;
                        },
                        summary: false
                    );
                    await streams.Error.WriteLineAsync($"{submission.Documents} documents are on the queue of job '{jobs.Names.Job}'.");
                    if (submission.Again > 0)
                        await streams.Error.WriteLineAsync(
                            $"{submission.Again} of them had been lost by the queue's server and were put there again."
                        );
                    if (submission.Refused == 0)
                        return ExitCode.Success;
                    await streams.Error.WriteLineAsync(
                        $"{submission.Refused} lines or documents were refused; 'ner queue collect' writes each with its reason among the job's "
                            + "errors."
                    );
                    return ExitCode.Failure;
                }
            }
        );
        return command;
    }

    private static Command Collect(CliStreams streams)
    {
        var (queue, output) = (new QueueSetup(), new OutputSetup());
        var command = new Command(
            "collect",
            "Writes a job's answers in the order of its documents, waiting for those that are not there yet; the output is byte for byte that "
                + "of 'ner batch', and killed, the same command goes on."
        );
        queue.AddTo(command);
        output.AddTo(command);
        command.SetAction(
            (parsed, cancellationToken) =>
                queue.RunAsync(
                    parsed,
                    async jobs =>
                    {
                        var totals = await ProgressDisplay.RunAsync(
                            streams,
                            progress => QueueCollector.CollectAsync(jobs, output.Options(parsed), progress, cancellationToken)
                        );
                        return totals.Errors == 0 ? ExitCode.Success : ExitCode.Failure;
                    },
                    cancellationToken
                )
        );
        return command;
    }

    private static Command Status(CliStreams streams)
    {
        var queue = new QueueSetup();
        var command = new Command("status", "Says how far a job is: a line of JSON.");
        queue.AddTo(command);
        command.SetAction(
            (parsed, cancellationToken) =>
                queue.RunAsync(
                    parsed,
                    async jobs =>
                    {
                        var job = await jobs.RequireJobAsync(cancellationToken);
                        var consumer = (await jobs.WorkersAsync(cancellationToken)).Info;
                        var (answered, dead) = (
                            await jobs.CountAnsweredAsync(cancellationToken),
                            await jobs.CountAsync(jobs.Names.DeadLetters, cancellationToken)
                        );
                        var lost = (await jobs.LostAsync(job, 0, cancellationToken)).Count;
                        await streams.Out.WriteLineAsync(
                            string.Create(
                                CultureInfo.InvariantCulture,
                                $"{{\"job\":\"{jobs.Names.Job}\",\"submitted\":{job.Submitted},\"refused\":{job.Refused},"
                                    + $"\"submittedAll\":{(job.Complete ? "true" : "false")},\"waiting\":{consumer.NumPending},"
                                    + $"\"withWorkers\":{consumer.NumAckPending},\"redelivered\":{consumer.NumRedelivered},"
                                    + $"\"answered\":{answered},\"dead\":{dead},\"lost\":{lost}}}"
                            )
                        );
                        return ExitCode.Success;
                    },
                    cancellationToken
                )
        );
        return command;
    }

    private static Command Delete()
    {
        var queue = new QueueSetup();
        var command = new Command("delete", "Removes a job from the queue, its documents, answers and dead letters included.");
        queue.AddTo(command);
        command.SetAction(
            (parsed, cancellationToken) =>
                queue.RunAsync(
                    parsed,
                    async jobs =>
                    {
                        await jobs.DeleteAsync(cancellationToken);
                        return ExitCode.Success;
                    },
                    cancellationToken
                )
        );
        return command;
    }
}
