using System.CommandLine;
using NerService.Batch.Documents;
using NerService.Batch.Output;
using NerService.Batch.Queue;
using NerService.Cli.Batch;
using NerService.Cli.Tagging;

namespace NerService.Cli.Queue;

/// <summary><c>ner queue</c>: a batch job spread over machines, its documents on a queue.</summary>
internal static class QueueCommand
{
    internal static Command Create(CliStreams streams) =>
        new(
            "queue",
            "A batch job on a work queue (NATS JetStream): submit puts the documents on it, any number of 'ner worker' processes answer them, "
                + "collect writes the answers in order."
        )
        {
            Submit(streams),
            Collect(streams),
            Of("status", "Says how far a job is: a line of JSON.", (jobs, cancellationToken) => WriteStatusAsync(streams, jobs, cancellationToken)),
            Of(
                "delete",
                "Removes a job from the queue, its documents, answers and dead letters included.",
                async (jobs, cancellationToken) =>
                {
                    await jobs.DeleteAsync(cancellationToken);
                    return ExitCode.Success;
                }
            ),
        };

    /// <summary>A command that needs the queue and nothing else.</summary>
    private static Command Of(string name, string description, Func<JobQueue, CancellationToken, Task<int>> run)
    {
        var queue = new QueueSetup();
        var command = new Command(name, description) { queue.All };
        command.SetAction((parsed, cancellationToken) => queue.RunAsync(parsed, jobs => run(jobs, cancellationToken), cancellationToken));
        return command;
    }

    private static Command Submit(CliStreams streams)
    {
        var (queue, input, output, answer) = (new QueueSetup(), new InputSetup(), new OutputSetup(), new AnswerSetup("jsonl and parquet"));
        var ackWait = CliOption.Number(
            "--ack-wait",
            60,
            "How long a worker may be silent about a document before another gets it.",
            helpName: "SECONDS"
        );
        var maxTries = CliOption.Number("--max-tries", 5, "Deliveries of a document before it goes to the dead letters with its reason.");
        var command = new Command(
            "submit",
            "Puts documents on the queue. Killed, the same command goes on; once all are there it puts those there again that the queue's "
                + "server has lost."
        )
        {
            ackWait,
            maxTries,
            output.Format,
            queue.All,
            input.All,
            answer.All,
        };
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                var found = await JobInput.FindAsync(input.Options(parsed, streams), cancellationToken);
                var options = new SubmissionOptions
                {
                    Format = output.Format.Value(parsed) is var asked && asked == OutputFormat.Auto ? OutputFormat.Jsonl : asked,
                    Extract = answer.Options(parsed),
                    AckWait = TimeSpan.FromSeconds(parsed.GetValue(ackWait)),
                    MaxTries = parsed.GetValue(maxTries),
                };
                return await queue.RunAsync(parsed, jobs => SubmitAsync(streams, jobs, found, options, cancellationToken), cancellationToken);
            }
        );
        return command;
    }

    private static async Task<int> SubmitAsync(
        CliStreams streams,
        JobQueue jobs,
        JobInput input,
        SubmissionOptions options,
        CancellationToken cancellationToken
    )
    {
        var submission = new Submission(0, 0, 0);
        await ProgressDisplay.RunAsync(
            streams,
            async progress => submission = await QueueSubmitter.SubmitAsync(jobs, input, options, progress, cancellationToken),
            summary: false
        );
        await streams.Error.WriteLineAsync($"{submission.Documents} documents are on the queue of job '{jobs.Names.Job}'.");
        if (submission.Again > 0)
            await streams.Error.WriteLineAsync($"{submission.Again} of them had been lost by the queue's server and were put there again.");
        if (submission.Refused == 0)
            return ExitCode.Success;
        await streams.Error.WriteLineAsync(
            $"{submission.Refused} lines or documents were refused; 'ner queue collect' writes each with its reason among the job's errors."
        );
        return ExitCode.Failure;
    }

    private static Command Collect(CliStreams streams)
    {
        var (queue, output) = (new QueueSetup(), new OutputSetup());
        var command = new Command(
            "collect",
            "Writes a job's answers in the order of its documents, waiting for those that are not there yet; the output is byte for byte that "
                + "of 'ner batch', and killed, the same command goes on."
        )
        {
            queue.All,
            output.All,
        };
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

    private static async Task<int> WriteStatusAsync(CliStreams streams, JobQueue jobs, CancellationToken cancellationToken)
    {
        var job = await jobs.RequireJobAsync(cancellationToken);
        var consumer = (await jobs.WorkersAsync(cancellationToken)).Info;
        var answered = await jobs.CountAnsweredAsync(cancellationToken);
        var dead = await jobs.CountAsync(jobs.Names.DeadLetters, cancellationToken);
        var lost = (await jobs.LostAsync(job, 0, cancellationToken)).Count;
        await streams.Out.WriteLineAsync(
            $"{{\"job\":\"{jobs.Names.Job}\",\"submitted\":{job.Submitted},\"refused\":{job.Refused},"
                + $"\"submittedAll\":{(job.Complete ? "true" : "false")},\"waiting\":{consumer.NumPending},"
                + $"\"withWorkers\":{consumer.NumAckPending},\"redelivered\":{consumer.NumRedelivered},"
                + $"\"answered\":{answered},\"dead\":{dead},\"lost\":{lost}}}"
        );
        return ExitCode.Success;
    }
}
