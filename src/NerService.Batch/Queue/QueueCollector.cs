using System.Runtime.CompilerServices;
using NATS.Client.JetStream;
using NerService.Batch.Checkpoints;
using NerService.Batch.Documents;
using NerService.Batch.Output;
using NerService.Contracts.V1;

namespace NerService.Batch.Queue;

/// <summary>
/// Writes a job's answers in the documents' order, each once, with the checkpoints of a local job: the output is byte for byte what <c>ner batch</c> writes.
/// Answers that are ahead of a missing one wait in memory; a worker that dies delays its documents by the job's --ack-wait, no more.
/// </summary>
internal static class QueueCollector
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Collects a job; waits for what is not answered yet.</summary>
    /// <exception cref="BatchException">There is no such job, or the output belongs to another.</exception>
    internal static async Task<BatchTotals> CollectAsync(JobQueue queue, OutputOptions output, BatchProgress progress, CancellationToken cancellationToken)
    {
        if (await queue.GetJobAsync(cancellationToken) is not { Job: var job }) throw new BatchException(BatchFailure.BadInput, $"--job '{queue.Names.Job}' is not on the queue; 'ner queue submit' puts it there.");
        if (output.Format != OutputFormat.Auto && output.Format != job.Format) throw new BatchException(BatchFailure.Usage, $"--format {output.Format}: the job was submitted for {job.Format}, and its answers fit that.");
        output = (output with { Format = job.Format }).Resolved();
        var description = new Dictionary<string, string>(job.Description, StringComparer.Ordinal);
        BatchJob.DescribeOutput(description, output, ExtractionOptions.Parser.ParseFrom(job.Extract));
        foreach (var (name, value) in await ModelAsync(queue, cancellationToken)) description[name] = value;
        return await JobWriter.WriteAsync(output, description, (from, token) => ResultsAsync(queue, from.Records, progress, token), progress, cancellationToken);
    }

    /// <summary>The results behind a number, in order, each once.</summary>
    private static async IAsyncEnumerable<AnsweredDocument> ResultsAsync(JobQueue queue, long done, BatchProgress progress, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (next, ahead, complete) = (done + 1, new Dictionary<long, QueuedResult>(), false);
        var consumer = await queue.ResultsAsync(cancellationToken);
        while (true)
        {
            if (!complete && await queue.GetJobAsync(cancellationToken) is { } found) (progress.ExpectedDocuments, complete) = (found.Job.Submitted, found.Job.Complete);
            if (complete && next > progress.ExpectedDocuments) yield break;
            await foreach (var message in consumer.FetchAsync<byte[]>(new NatsJSFetchOpts { MaxMsgs = 500, Expires = Patience }, cancellationToken: cancellationToken))
            {
                var result = QueueJson.Read<QueuedResult>(message.Data);
                // A second answer for a document: a worker died between publishing and acknowledging, long ago.
                if (result.Document.Number < next || !ahead.TryAdd(result.Document.Number, result)) continue;
                while (ahead.Remove(next, out var ready))
                {
                    next++;
                    yield return ready.ToAnswer();
                }
                if (complete && next > progress.ExpectedDocuments) yield break;
            }
        }
    }

    private static async Task<SortedDictionary<string, string>> ModelAsync(JobQueue queue, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await queue.GetModelAsync(cancellationToken) is { } model) return model;
            await Task.Delay(Patience, cancellationToken);
        }
    }
}
