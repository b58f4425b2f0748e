using Google.Protobuf;
using NerService.Batch.Checkpoints;
using NerService.Batch.Documents;
using NerService.Batch.Output;
using NerService.Contracts.V1;

namespace NerService.Batch.Queue;

/// <summary>Puts the documents of files on a job's queue. Killed and started again it goes on where it was for certain; what it sends twice is
/// recognized by its number. A job that is on the queue as a whole is looked through for documents that the server has lost; those are put there
/// again.</summary>
internal static class QueueSubmitter
{
    /// <summary>Documents between two notes of how far it is, and those sent and not yet confirmed at most.</summary>
    private const int NoteEvery = 500,
        InFlight = 128;

    /// <summary>UTF-16 code units of an id that goes with a refusal.</summary>
    private const int MaxIdLength = 1000;

    /// <exception cref="BatchException">The job is there with other input or options, or the input cannot be read.</exception>
    internal static async Task<Submission> SubmitAsync(
        JobQueue queue,
        JobInput input,
        SubmissionOptions options,
        BatchProgress progress,
        CancellationToken cancellationToken
    )
    {
        progress.InputBytes = input.Bytes;
        var extract = BatchJob.OptionsFor(options.Format, options.Extract);
        var description = new Dictionary<string, string>(StringComparer.Ordinal);
        await input.DescribeAsync(description, cancellationToken);
        BatchJob.DescribeAnswers(description, options.Format, extract);

        await queue.CreateAsync(options.AckWait, cancellationToken);
        var (job, revision) =
            await queue.GetJobAsync(cancellationToken)
            ?? (
                new QueueJob
                {
                    Description = new(description, StringComparer.Ordinal),
                    Extract = extract.ToByteArray(),
                    Format = options.Format,
                    MaxTries = options.MaxTries,
                },
                0UL
            );
        if (new Checkpoint { Job = job.Description }.Differences(description) is { Count: > 0 } differences)
            throw new BatchException(
                BatchFailure.CheckpointMismatch,
                $"--job '{queue.Names.Job}' is another job; 'ner queue delete' removes it. What differs:\n  {string.Join("\n  ", differences)}"
            );
        var totals = progress.Totals;
        (totals.Documents, totals.Errors) = (job.Submitted - job.Refused, job.Refused);
        progress.Begin(totals);
        if (job.Complete)
            return await SubmitAgainAsync(queue, job, revision, input, cancellationToken);
        if (revision == 0)
            revision = await queue.PutJobAsync(job, revision, cancellationToken);

        var number = job.Submitted;
        var documents = DocumentReader.ReadAsync(input, new JobPosition(job.File, job.Records), cancellationToken);
        await foreach (var sending in OrderedWork.RunAsync(documents, SendAsync, InFlight, cancellationToken))
        {
            var document = await sending;
            if (document.Problem is null)
                totals.Documents++;
            else
                totals.Errors++;
            progress.Advance(document);
            job = job with { Submitted = job.Submitted + 1, Refused = totals.Errors, File = document.Next.File, Records = document.Next.Records };
            if (job.Submitted % NoteEvery == 0)
                revision = await queue.PutJobAsync(job, revision, cancellationToken);
        }
        await queue.PutJobAsync(job with { Complete = true }, revision, cancellationToken);
        return new Submission(totals.Documents, totals.Errors, 0);

        // Started one after the other, in the documents' order.
        Task<BatchDocument> SendAsync(BatchDocument document, CancellationToken token)
        {
            var mine = ++number;
            return PublishAsync(queue, document, mine, queue.MessageId(mine), token);
        }
    }

    /// <summary>
    /// Puts those documents of a job on the queue again that the server has lost, as one does that was restored from an older copy.
    /// </summary>
    private static async Task<Submission> SubmitAgainAsync(
        JobQueue queue,
        QueueJob job,
        ulong revision,
        JobInput input,
        CancellationToken cancellationToken
    )
    {
        var lost = (await queue.LostAsync(job, 0, cancellationToken)).ToHashSet();
        if (lost.Count > 0)
        {
            // Another id than the first time, by which the server may still know them; one of two processes that do this at once is refused here.
            var id = await queue.PutJobAsync(job, revision, cancellationToken);
            var number = 0L;
            await foreach (var document in DocumentReader.ReadAsync(input, default, cancellationToken))
                if (lost.Contains(++number))
                    await PublishAsync(queue, document, number, $"{queue.MessageId(number)}-{id}", cancellationToken);
        }
        return new Submission(job.Submitted - job.Refused, job.Refused, lost.Count);
    }

    /// <summary>Puts a record on the queue, or, where the server takes no message as large as it, its place and the reason.</summary>
    /// <returns>The record as it is on the queue.</returns>
    private static async Task<BatchDocument> PublishAsync(
        JobQueue queue,
        BatchDocument document,
        long number,
        string messageId,
        CancellationToken cancellationToken
    )
    {
        var message = QueueJson.Write(new QueuedDocument(document, number));
        if (message.Length > queue.MaxPayload)
        {
            document = new QueuedDocument(document, number).WithoutContent() with
            {
                Next = document.Next,
                Id = document.Id.Length <= MaxIdLength ? document.Id : "null",
                Problem =
                    document.Problem
                    ?? $"As a message the document has {message.Length} bytes; the queue's server takes {queue.MaxPayload} (its max_payload).",
            };
            message = QueueJson.Write(new QueuedDocument(document, number));
        }
        await queue.PublishDocumentAsync(messageId, message, cancellationToken);
        return document;
    }
}

/// <summary>How the documents of a job are to be answered.</summary>
internal sealed record SubmissionOptions
{
    internal required OutputFormat Format { get; init; }

    internal required ExtractionOptions Extract { get; init; }

    /// <summary>How long a worker may be silent about a document before another gets it.</summary>
    internal required TimeSpan AckWait { get; init; }

    /// <summary>Deliveries of a document before it counts as poison.</summary>
    internal required int MaxTries { get; init; }
}

/// <summary>What a submission did.</summary>
/// <param name="Documents">Documents of the job that are on the queue, or were.</param>
/// <param name="Refused">Records that are not documents or too large for the queue: the job's errors will have them with their reasons.</param>
/// <param name="Again">Documents that the server had lost and that were put there again.</param>
internal sealed record Submission(long Documents, long Refused, long Again);
