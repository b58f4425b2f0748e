using Google.Protobuf;
using NerService.Batch.Checkpoints;
using NerService.Batch.Documents;
using NerService.Batch.Output;
using NerService.Contracts.V1;

namespace NerService.Batch.Queue;

/// <summary>Puts the documents of files on a job's queue. Killed and started again it goes on where it was for certain; what it sends twice is recognized by its number.</summary>
internal static class QueueSubmitter
{
    /// <summary>Documents between two notes of how far it is, and those sent and not yet confirmed at most.</summary>
    private const int NoteEvery = 500, InFlight = 128;

    /// <summary>Submits a job.</summary>
    /// <param name="queue">Where to.</param>
    /// <param name="input">What is read.</param>
    /// <param name="format">What the answers are for.</param>
    /// <param name="extract">How documents are answered.</param>
    /// <param name="ackWait">How long a worker may be silent about a document before another gets it.</param>
    /// <param name="maxTries">Deliveries of a document before it counts as poison.</param>
    /// <param name="progress">Follows along.</param>
    /// <param name="cancellationToken">Stops; the same call goes on.</param>
    /// <exception cref="BatchException">The job is there with other input or options, or the input cannot be read.</exception>
    internal static async Task<BatchTotals> SubmitAsync(
        JobQueue queue, InputOptions input, OutputFormat format, ExtractionOptions extract, TimeSpan ackWait, int maxTries, BatchProgress progress, CancellationToken cancellationToken)
    {
        var files = await InputFile.FindAsync(input, cancellationToken);
        progress.InputBytes = files.Sum(file => file.Bytes);
        var options = BatchJob.OptionsFor(new OutputOptions { Path = OutputOptions.StandardOutput, Format = format }, extract);
        var description = new Dictionary<string, string>(StringComparer.Ordinal);
        await BatchJob.DescribeInputAsync(description, input, files, cancellationToken);
        BatchJob.DescribeAnswers(description, format, options);

        await queue.CreateAsync(ackWait, cancellationToken);
        var (job, revision) = await queue.GetJobAsync(cancellationToken)
            ?? (new QueueJob { Description = new(description, StringComparer.Ordinal), Extract = options.ToByteArray(), Format = format, MaxTries = maxTries }, 0UL);
        if (new Checkpoint { Job = job.Description }.Differences(description) is { Count: > 0 } differences)
            throw new BatchException(BatchFailure.CheckpointMismatch, $"--job '{queue.Names.Job}' is another job; 'ner queue delete' removes it. What differs:\n  {string.Join("\n  ", differences)}");
        var totals = progress.Totals;
        totals.Documents = job.Submitted;
        progress.Begin(totals);
        if (job.Complete) return totals;
        if (revision == 0) revision = await queue.PutJobAsync(job, revision, cancellationToken);

        var number = job.Submitted;
        var documents = DocumentReader.ReadAsync(files, input, new JobPosition(job.File, job.Records), cancellationToken);
        await foreach (var sending in OrderedWork.RunAsync(documents, SendAsync, InFlight, cancellationToken))
        {
            var document = await sending;
            totals.Documents++;
            if (document.Problem is not null) totals.Errors++;
            progress.Advance(document);
            job = job with { Submitted = job.Submitted + 1, File = document.Next.File, Records = document.Next.Records };
            if (job.Submitted % NoteEvery == 0) revision = await queue.PutJobAsync(job, revision, cancellationToken);
        }
        await queue.PutJobAsync(job with { Complete = true }, revision, cancellationToken);
        return totals;

        // Started one after the other, in the documents' order.
        async Task<BatchDocument> SendAsync(BatchDocument document, CancellationToken token)
        {
            var mine = ++number;
            var message = QueueJson.Write(QueuedDocument.From(document, mine));
            if (message.Length > queue.MaxPayload)
            {
                var problem = $"As a message the document has {message.Length} bytes; the queue's server takes {queue.MaxPayload} (its max_payload).";
                message = QueueJson.Write(QueuedDocument.From(new BatchDocument { File = document.File, Line = document.Line, Id = document.Id, Problem = problem }, mine));
            }
            await queue.PublishAsync(queue.Names.Documents, $"{queue.Names.Job}-{mine}", message, token);
            return document;
        }
    }
}
