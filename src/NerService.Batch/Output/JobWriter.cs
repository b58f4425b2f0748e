using System.Runtime.CompilerServices;
using NerService.Batch.Checkpoints;
using NerService.Batch.Documents;

namespace NerService.Batch.Output;

/// <summary>Answers of a job from a position on, in order.</summary>
internal delegate IAsyncEnumerable<AnsweredDocument> AnswerSource(JobPosition from, CancellationToken cancellationToken);

/// <summary>
/// Writes the answers of a job into one output that survives being killed. The work goes in blocks whose borders follow from the input alone; after
/// each block output and errors are made durable, then the checkpoint is replaced. A run that finds a checkpoint of the same job cuts the files to
/// the lengths it names and goes on from there, so that the bytes in the end are those of a run that was never disturbed.
/// </summary>
internal static class JobWriter
{
    /// <summary>Writes answers in blocks, from the checkpoint of the same job on where there is one.</summary>
    /// <param name="output">Where to; resolved.</param>
    /// <param name="job">What the output depends on.</param>
    /// <param name="source">The answers.</param>
    /// <param name="progress">Follows along.</param>
    /// <param name="cancellationToken">Stops the job.</param>
    internal static async Task<BatchTotals> WriteAsync(
        OutputOptions output,
        IReadOnlyDictionary<string, string> job,
        AnswerSource source,
        BatchProgress progress,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return output.CanResume
                ? await WriteResumableAsync(output, job, source, progress, cancellationToken)
                : await WriteStreamAsync(output, source, progress, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException && !BrokenPipe.Is(e))
        {
            var hint = output.CanResume ? " What was written up to the last checkpoint is safe; the same command goes on from there." : "";
            throw new BatchException(BatchFailure.OutputUnwritable, $"--out '{output.Path}' cannot be written: {e.Message.TrimEnd('.')}.{hint}", e);
        }
    }

    private static async Task<BatchTotals> WriteResumableAsync(
        OutputOptions output,
        IReadOnlyDictionary<string, string> job,
        AnswerSource source,
        BatchProgress progress,
        CancellationToken cancellationToken
    )
    {
        var files = new JobFiles(output.Path, output.Format);
        var checkpoint = Begin(output, job, files);
        progress.Begin(checkpoint.Totals, checkpoint.Complete);
        progress.ErrorsFile = files.Errors;
        if (!checkpoint.Complete)
        {
            if (checkpoint.ErrorsLength == 0)
                File.Delete(files.Errors);
            await using var errors = new ErrorWriter(files.Errors, checkpoint.ErrorsLength);
            await using var writer = Open(output, checkpoint.OutputLength);
            var run = new Run(output, writer, progress, errors.Write);
            await foreach (var block in run.BlocksAsync(source, new JobPosition(checkpoint.File, checkpoint.Records), cancellationToken))
            {
                checkpoint = checkpoint with
                {
                    OutputLength = await writer.EndBlockAsync(cancellationToken),
                    ErrorsLength = await errors.EndBlockAsync(cancellationToken),
                    File = block.File,
                    Records = block.Records,
                    Totals = progress.Totals,
                };
                checkpoint.Save(files.Checkpoint);
            }
            await writer.CompleteAsync(cancellationToken);
            checkpoint = checkpoint with { Complete = true };
            checkpoint.Save(files.Checkpoint);
        }
        if (output.Format == OutputFormat.Parquet)
            File.Delete(ParquetWriter.PartOf(output.Path));
        return checkpoint.Totals;
    }

    private static async Task<BatchTotals> WriteStreamAsync(
        OutputOptions output,
        AnswerSource source,
        BatchProgress progress,
        CancellationToken cancellationToken
    )
    {
        await using var file =
            output.Path == OutputOptions.StandardOutput
                ? null
                : new FileStream(output.Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        await using var writer = new LineWriter(BlockFile.Over(file ?? output.Standard, output.Compression), FormatterOf(output));
        using var standardError = new StreamWriter(Console.OpenStandardError()) { AutoFlush = true };
        // Whoever reads gets each answer when it is there, unless compression needs more to work with.
        var run = new Run(
            output.Compression == OutputCompression.None ? output with { BlockDocuments = 1 } : output,
            writer,
            progress,
            (document, reason) => standardError.Write(ErrorWriter.Format(document, reason) + "\n")
        );
        await foreach (var _ in run.BlocksAsync(source, default, cancellationToken))
            await writer.EndBlockAsync(cancellationToken);
        return progress.Totals;
    }

    /// <summary>
    /// Finds the checkpoint to go on from, or makes the first one, before the output itself: an output without checkpoint is somebody else's.
    /// </summary>
    private static Checkpoint Begin(OutputOptions output, IReadOnlyDictionary<string, string> job, JobFiles files)
    {
        var found = Checkpoint.Load(files.Checkpoint);
        if (found is not null && !output.Restart)
        {
            if (found.Differences(job) is { Count: > 0 } differences)
                throw new BatchException(
                    BatchFailure.CheckpointMismatch,
                    $"'{files.Checkpoint}' belongs to another job; --restart begins anew. What differs:\n  {string.Join("\n  ", differences)}"
                );
            CheckLength(
                found.Complete || output.Format != OutputFormat.Parquet ? output.Path : ParquetWriter.PartOf(output.Path),
                output.Format,
                found
            );
            return found;
        }
        if (found is null)
            files.RefuseStrangers(output.Restart);
        else
            files.Remove();
        var directory = Path.GetDirectoryName(Path.GetFullPath(output.Path))!;
        if (!Directory.Exists(directory))
            throw new BatchException(BatchFailure.OutputUnwritable, $"--out '{output.Path}': the folder '{directory}' does not exist.");
        var checkpoint = new Checkpoint { Job = job };
        checkpoint.Save(files.Checkpoint);
        return checkpoint;
    }

    /// <summary>An output shorter than its checkpoint says was changed by somebody; what is missing cannot be known.</summary>
    private static void CheckLength(string path, OutputFormat format, Checkpoint checkpoint)
    {
        if (format == OutputFormat.Standoff || format == OutputFormat.Parquet && checkpoint.Complete)
            return;
        var length = File.Exists(path) ? new FileInfo(path).Length : 0;
        if (length < checkpoint.OutputLength)
            throw new BatchException(
                BatchFailure.CheckpointMismatch,
                $"'{path}' has {length} bytes, and its checkpoint says {checkpoint.OutputLength}: it was changed. --restart begins anew."
            );
    }

    private static IAnswerWriter Open(OutputOptions output, long length)
    {
        switch (output.Format)
        {
            case OutputFormat.Standoff:
                Directory.CreateDirectory(output.Path);
                return new StandoffWriter(output.Path, length);
            case OutputFormat.Parquet:
                return new ParquetWriter(
                    new LineWriter(BlockFile.Open(ParquetWriter.PartOf(output.Path), OutputCompression.None, length), FormatterOf(output)),
                    output.Path
                );
            default:
                return new LineWriter(BlockFile.Open(output.Path, output.Compression, length), FormatterOf(output));
        }
    }

    private static Func<AnsweredDocument, System.Text.StringBuilder, string?> FormatterOf(OutputOptions output) =>
        output.Format == OutputFormat.Conll ? ConllAnswers.Format : (answer, text) => JsonlAnswers.Format(answer, output.IncludeText, text);

    /// <summary>One run of a job.</summary>
    private sealed class Run(OutputOptions output, IAnswerWriter writer, BatchProgress progress, Action<BatchDocument, string> writeError)
    {
        /// <summary>Writes answers and yields the position behind each block, the last one included; the caller makes it durable.</summary>
        internal async IAsyncEnumerable<JobPosition> BlocksAsync(
            AnswerSource source,
            JobPosition from,
            [EnumeratorCancellation] CancellationToken cancellationToken
        )
        {
            var (position, documents, characters) = (from, 0, 0L);
            var (started, secondsBefore) = (output.Time.GetTimestamp(), progress.Totals.Seconds);
            await foreach (var answer in source(from, cancellationToken))
            {
                Write(answer);
                progress.Advance(answer.Document);
                progress.Totals.Seconds = secondsBefore + output.Time.GetElapsedTime(started).TotalSeconds;
                position = answer.Document.Next;
                characters += answer.Document.Length;
                if (++documents < output.BlockDocuments && characters < output.BlockCharacters)
                    continue;
                yield return position;
                (documents, characters) = (0, 0);
            }
            if (documents > 0)
                yield return position;
        }

        private void Write(AnsweredDocument answer)
        {
            var (document, response, error) = answer;
            error ??= writer.Write(answer);
            if (error is null)
            {
                if (response is not null)
                    progress.Totals.Add(response);
                return;
            }
            writeError(document, error);
            if (++progress.Totals.Errors > output.MaxErrors)
                throw new BatchException(
                    BatchFailure.TooManyErrors,
                    $"{progress.Totals.Errors} documents failed, more than --max-errors {output.MaxErrors} allows; the last: {document.File} "
                        + $"line {document.Line}: {error}"
                );
        }
    }
}
