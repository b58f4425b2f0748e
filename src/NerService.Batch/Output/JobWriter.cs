using System.Runtime.CompilerServices;
using System.Text;
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
internal sealed class JobWriter
{
    private readonly OutputOptions _output;
    private readonly IReadOnlyDictionary<string, string> _job;
    private readonly AnswerSource _source;
    private readonly BatchProgress _progress;

    private JobWriter(OutputOptions output, IReadOnlyDictionary<string, string> job, AnswerSource source, BatchProgress progress) =>
        (_output, _job, _source, _progress) = (output, job, source, progress);

    /// <summary>Writes answers in blocks, from the checkpoint of the same job on where there is one.</summary>
    internal static async Task<BatchTotals> WriteAsync(
        OutputOptions output,
        IReadOnlyDictionary<string, string> job,
        AnswerSource source,
        BatchProgress progress,
        CancellationToken cancellationToken
    )
    {
        var writer = new JobWriter(output, job, source, progress);
        try
        {
            return output.CanResume ? await writer.WriteResumableAsync(cancellationToken) : await writer.WriteStreamAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException && !BrokenPipe.Is(e))
        {
            var hint = output.CanResume ? " What was written up to the last checkpoint is safe; the same command goes on from there." : "";
            throw new BatchException(BatchFailure.OutputUnwritable, $"--out '{output.Path}' cannot be written: {e.Message.TrimEnd('.')}.{hint}", e);
        }
    }

    private async Task<BatchTotals> WriteResumableAsync(CancellationToken cancellationToken)
    {
        var files = new JobFiles(_output.Path, _output.Format);
        var checkpoint = Begin(files);
        _progress.Begin(checkpoint.Totals, checkpoint.Complete);
        _progress.ErrorsFile = files.Errors;
        if (!checkpoint.Complete)
        {
            if (checkpoint.ErrorsLength == 0)
                File.Delete(files.Errors);
            await using var errors = new ErrorWriter(files.Errors, checkpoint.ErrorsLength);
            await using var writer = Open(checkpoint.OutputLength);
            var from = new JobPosition(checkpoint.File, checkpoint.Records);
            await foreach (var block in BlocksAsync(from, writer, errors.Write, _output.BlockDocuments, cancellationToken))
            {
                checkpoint = checkpoint with
                {
                    OutputLength = await writer.EndBlockAsync(cancellationToken),
                    ErrorsLength = await errors.EndBlockAsync(cancellationToken),
                    File = block.File,
                    Records = block.Records,
                    Totals = _progress.Totals,
                };
                checkpoint.Save(files.Checkpoint);
            }
            await writer.CompleteAsync(cancellationToken);
            checkpoint = checkpoint with { Complete = true };
            checkpoint.Save(files.Checkpoint);
        }
        if (_output.Format == OutputFormat.Parquet)
            File.Delete(ParquetWriter.PartOf(_output.Path));
        return checkpoint.Totals;
    }

    private async Task<BatchTotals> WriteStreamAsync(CancellationToken cancellationToken)
    {
        await using var file =
            _output.Path == OutputOptions.StandardOutput
                ? null
                : new FileStream(_output.Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        await using var writer = new LineWriter(BlockFile.Over(file ?? _output.Standard, _output.Compression), Formatter);
        using var standardError = new StreamWriter(Console.OpenStandardError()) { AutoFlush = true };
        // Whoever reads gets each answer when it is there, unless compression needs more to work with.
        var blockDocuments = _output.Compression == OutputCompression.None ? 1 : _output.BlockDocuments;
        await foreach (var _ in BlocksAsync(default, writer, WriteError, blockDocuments, cancellationToken))
            await writer.EndBlockAsync(cancellationToken);
        return _progress.Totals;

        void WriteError(BatchDocument document, string reason) => standardError.Write(ErrorWriter.Format(document, reason) + "\n");
    }

    /// <summary>
    /// Finds the checkpoint to go on from, or makes the first one, before the output itself: an output without checkpoint is somebody else's.
    /// </summary>
    private Checkpoint Begin(JobFiles files)
    {
        var found = Checkpoint.Load(files.Checkpoint);
        if (found is not null && !_output.Restart)
        {
            if (found.Differences(_job) is { Count: > 0 } differences)
                throw new BatchException(
                    BatchFailure.CheckpointMismatch,
                    $"'{files.Checkpoint}' belongs to another job; --restart starts over. What differs:\n  {string.Join("\n  ", differences)}"
                );
            CheckLength(found);
            return found;
        }
        if (found is null)
            files.RefuseStrangers(_output.Restart);
        else
            files.Remove();
        var directory = Path.GetDirectoryName(Path.GetFullPath(_output.Path))!;
        if (!Directory.Exists(directory))
            throw new BatchException(BatchFailure.OutputUnwritable, $"--out '{_output.Path}': the folder '{directory}' does not exist.");
        var checkpoint = new Checkpoint { Job = _job };
        checkpoint.Save(files.Checkpoint);
        return checkpoint;
    }

    /// <summary>An output shorter than its checkpoint says was changed by somebody; what is missing cannot be known.</summary>
    private void CheckLength(Checkpoint checkpoint)
    {
        if (_output.Format == OutputFormat.Standoff || _output.Format == OutputFormat.Parquet && checkpoint.Complete)
            return;
        var path = _output.Format == OutputFormat.Parquet ? ParquetWriter.PartOf(_output.Path) : _output.Path;
        var length = File.Exists(path) ? new FileInfo(path).Length : 0;
        if (length < checkpoint.OutputLength)
            throw new BatchException(
                BatchFailure.CheckpointMismatch,
                $"'{path}' has {length} bytes, and its checkpoint says {checkpoint.OutputLength}: it was changed. --restart starts over."
            );
    }

    private IAnswerWriter Open(long length) =>
        _output.Format switch
        {
            OutputFormat.Standoff => new StandoffWriter(_output.Path, length),
            OutputFormat.Parquet => new ParquetWriter(
                new LineWriter(BlockFile.Open(ParquetWriter.PartOf(_output.Path), OutputCompression.None, length), Formatter),
                _output.Path
            ),
            _ => new LineWriter(BlockFile.Open(_output.Path, _output.Compression, length), Formatter),
        };

    private Func<AnsweredDocument, StringBuilder, string?> Formatter =>
        _output.Format == OutputFormat.Conll ? ConllAnswers.Format : (answer, text) => JsonlAnswers.Format(answer, _output.IncludeText, text);

    /// <summary>Writes answers and yields the position after each block, the last one included; the caller makes it durable.</summary>
    private async IAsyncEnumerable<JobPosition> BlocksAsync(
        JobPosition from,
        IAnswerWriter writer,
        Action<BatchDocument, string> writeError,
        int blockDocuments,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var (position, documents, characters) = (from, 0, 0L);
        var (started, secondsBefore) = (_output.Time.GetTimestamp(), _progress.Totals.Seconds);
        await foreach (var answer in _source(from, cancellationToken))
        {
            Write(answer);
            _progress.Advance(answer.Document);
            _progress.Totals.Seconds = secondsBefore + _output.Time.GetElapsedTime(started).TotalSeconds;
            position = answer.Document.Next;
            characters += answer.Document.Length;
            if (++documents < blockDocuments && characters < _output.BlockCharacters)
                continue;
            yield return position;
            (documents, characters) = (0, 0);
        }
        if (documents > 0)
            yield return position;

        void Write(AnsweredDocument answer)
        {
            var (document, response, error) = answer;
            error ??= writer.Write(answer);
            if (error is null)
            {
                if (response is not null)
                    _progress.Totals.Add(response);
                return;
            }
            writeError(document, error);
            if (++_progress.Totals.Errors > _output.MaxErrors)
                throw new BatchException(
                    BatchFailure.TooManyErrors,
                    $"{_progress.Totals.Errors} documents failed, more than --max-errors {_output.MaxErrors} allows; the last: {document.File} "
                        + $"line {document.Line}: {error}"
                );
        }
    }
}
