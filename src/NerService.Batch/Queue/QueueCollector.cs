using System.Runtime.CompilerServices;
using NATS.Client.JetStream;
using NerService.Batch.Checkpoints;
using NerService.Batch.Documents;
using NerService.Batch.Output;
using NerService.Contracts.V1;

namespace NerService.Batch.Queue;

/// <summary>
/// Writes a job's answers in the documents' order, each once, with the checkpoints of a local job: the output is byte for byte what <c>ner batch</c>
/// writes. Answers that are ahead of a missing one wait in memory; a worker that dies delays its documents by the job's --ack-wait, no more.
/// </summary>
internal static class QueueCollector
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Collects a job; waits for what is not answered yet.</summary>
    /// <exception cref="BatchException">There is no such job, the output belongs to another, or the server has lost documents.</exception>
    internal static async Task<BatchTotals> CollectAsync(
        JobQueue queue,
        OutputOptions output,
        BatchProgress progress,
        CancellationToken cancellationToken
    )
    {
        var job = await queue.RequireJobAsync(cancellationToken);
        if (output.Format != OutputFormat.Auto && output.Format != job.Format)
            throw new BatchException(
                BatchFailure.Usage,
                $"--format {output.Format}: the job was submitted for {job.Format}, and its answers fit that."
            );
        output = (output with { Format = job.Format }).Resolved();
        var description = new Dictionary<string, string>(job.Description, StringComparer.Ordinal);
        BatchJob.DescribeOutput(description, output, ExtractionOptions.Parser.ParseFrom(job.Extract));
        foreach (var (name, value) in await ModelAsync(queue, cancellationToken))
            description[name] = value;
        return await JobWriter.WriteAsync(
            output,
            description,
            (from, token) => ResultsAsync(queue, from.Records, progress, token),
            progress,
            cancellationToken
        );
    }

    /// <summary>The results after a number, in order, each once.</summary>
    private static async IAsyncEnumerable<AnsweredDocument> ResultsAsync(
        JobQueue queue,
        long done,
        BatchProgress progress,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var (next, ahead) = (done + 1, new Dictionary<long, QueuedResult>());
        var job = await queue.RequireJobAsync(cancellationToken);
        var consumer = await queue.ResultsAsync(cancellationToken);
        while (true)
        {
            progress.ExpectedDocuments = job.Submitted;
            if (job.Complete && next > job.Submitted)
                yield break;
            var came = false;
            await foreach (
                var message in consumer.FetchAsync<byte[]>(
                    new NatsJSFetchOpts { MaxMsgs = 500, Expires = Patience },
                    cancellationToken: cancellationToken
                )
            )
            {
                came = true;
                var result = QueueJson.Read<QueuedResult>(message.Data);
                // A second answer for a document: a worker died between publishing and acknowledging.
                if (result.Document.Number < next || !ahead.TryAdd(result.Document.Number, result))
                    continue;
                while (ahead.Remove(next, out var ready))
                {
                    next++;
                    yield return ready.ToAnswer();
                }
                if (job.Complete && next > job.Submitted)
                    yield break;
            }
            if (came && job.Complete)
                continue;
            job = await queue.RequireJobAsync(cancellationToken);
            if (came)
                continue;
            // Nothing came for a while: what nobody works on will never come.
            var lost = (await queue.LostAsync(job, next - 1, cancellationToken)).Where(number => !ahead.ContainsKey(number)).ToList();
            if (lost.Count > 0)
                throw QueueErrors.Lost(queue.Names.Job, lost);
        }
    }

    private static async Task<SortedDictionary<string, string>> ModelAsync(JobQueue queue, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await queue.GetModelAsync(cancellationToken) is { } model)
                return model;
            var job = await queue.RequireJobAsync(cancellationToken);
            // A job without documents needs no worker.
            if (job is { Complete: true, Submitted: 0 })
                return [];
            if (await queue.LostAsync(job, 0, cancellationToken) is { Count: > 0 } lost)
                throw QueueErrors.Lost(queue.Names.Job, lost);
            await Task.Delay(Patience, cancellationToken);
        }
    }
}
