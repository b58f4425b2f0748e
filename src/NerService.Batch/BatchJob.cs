using System.Globalization;
using System.Runtime.CompilerServices;
using NerService.Batch.Checkpoints;
using NerService.Batch.Documents;
using NerService.Batch.Output;
using NerService.Batch.Tagging;
using NerService.Contracts.V1;

namespace NerService.Batch;

/// <summary>Answers of a job from a position on, in order.</summary>
internal delegate IAsyncEnumerable<AnsweredDocument> AnswerSource(JobPosition from, CancellationToken cancellationToken);

/// <summary>
/// Writes the answers of a job into one output that survives being killed. The work goes in blocks whose borders follow from the input alone; after each
/// block output and errors are made durable, then the checkpoint is replaced. A run that finds a checkpoint of the same job cuts the files to the lengths
/// it names and goes on from there, so that the bytes in the end are those of a run that was never disturbed.
/// </summary>
internal static class BatchJob
{
    /// <summary>Reads, tags and writes.</summary>
    /// <param name="input">What is read.</param>
    /// <param name="output">Where answers go.</param>
    /// <param name="extract">How documents are answered; completed by <see cref="OptionsFor"/>.</param>
    /// <param name="tagger">Who answers.</param>
    /// <param name="progress">Follows along.</param>
    /// <param name="cancellationToken">Stops the job; it can be gone on with.</param>
    /// <exception cref="BatchException">Says why the job ended before its time.</exception>
    internal static async Task<BatchTotals> RunAsync(
        InputOptions input, OutputOptions output, ExtractionOptions extract, IDocumentTagger tagger, BatchProgress progress, CancellationToken cancellationToken)
    {
        output = output.Resolved();
        var files = await InputFile.FindAsync(input, cancellationToken);
        progress.InputBytes = files.Sum(file => file.Bytes);
        var options = OptionsFor(output, extract);
        var job = new Dictionary<string, string>(StringComparer.Ordinal);
        if (output.CanResume)
        {
            await DescribeInputAsync(job, input, files, cancellationToken);
            DescribeOutput(job, output, options);
            foreach (var (name, value) in tagger.Identity) job[name] = value;
        }
        return await WriteAsync(output, job, (from, token) => TagAsync(DocumentReader.ReadAsync(files, input, from, token), options, tagger, token), progress, cancellationToken);
    }

    /// <summary>How a document is asked about so that the output's format finds what it needs.</summary>
    internal static ExtractionOptions OptionsFor(OutputOptions output, ExtractionOptions extract)
    {
        var options = extract.Clone();
        options.Priority = Priority.Bulk;
        // A server and the model in this process must count alike; the client would choose for itself.
        if (options.OffsetUnit == OffsetUnit.Unspecified) options.OffsetUnit = OffsetUnit.UnicodeCodePoint;
        if (output.Format == OutputFormat.Conll)
        {
            options.OffsetUnit = OffsetUnit.Utf16CodeUnit;
            options.Features.Clear();
            options.Features.Add(Feature.WordLabels);
        }
        if (output.Format == OutputFormat.Standoff) options.OffsetUnit = OffsetUnit.UnicodeCodePoint;
        return options;
    }

    /// <summary>Adds what the input is to a job's description. Standard input has no identity, and so no job that reads it can be gone on with.</summary>
    internal static async Task DescribeInputAsync(Dictionary<string, string> job, InputOptions input, IReadOnlyList<InputFile> files, CancellationToken cancellationToken)
    {
        job["inputs"] = $"{files.Count}";
        for (var i = 0; i < files.Count; i++)
        {
            if (files[i].Path == InputOptions.StandardInput) continue;
            job[$"input {i + 1}"] = files[i].Describe(await files[i].HashAsync(cancellationToken));
            job[$"input {i + 1} format"] = $"{files[i].Format}";
        }
        job["--document"] = $"{input.Extent}";
        if (input.Columns != default) job["--token-column, --label-column"] = $"{input.Columns}";
        job["--max-document-bytes"] = $"{input.MaxDocumentBytes}";
    }

    /// <summary>Adds what the output is to a job's description.</summary>
    internal static void DescribeOutput(Dictionary<string, string> job, OutputOptions output, ExtractionOptions options)
    {
        DescribeAnswers(job, output.Format, options);
        job["--compression"] = $"{output.Compression}";
        job["--include-text"] = output.IncludeText ? "on" : "off";
        job["--checkpoint-every"] = $"{output.BlockDocuments} documents or {output.BlockCharacters} characters";
    }

    /// <summary>Adds what documents are asked to a job's description.</summary>
    internal static void DescribeAnswers(Dictionary<string, string> job, OutputFormat format, ExtractionOptions options)
    {
        job["program"] = typeof(BatchJob).Assembly.GetName().Version!.ToString(3);
        job["--format"] = $"{format}";
        job["--offsets"] = $"{options.OffsetUnit}";
        job["--types"] = options.Types_.Count == 0 ? "all" : string.Join(',', options.Types_);
        job["--min-confidence"] = options.MinConfidence.ToString(CultureInfo.InvariantCulture);
        job["--gazetteer"] = options.Gazetteer?.Disabled == true ? "off" : "on";
    }

    /// <summary>Answers records as they come, in their order, many at once.</summary>
    internal static async IAsyncEnumerable<AnsweredDocument> TagAsync(
        IAsyncEnumerable<BatchDocument> documents, ExtractionOptions options, IDocumentTagger tagger, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var answer in OrderedWork.RunAsync(documents, AnswerAsync, tagger.Concurrency, cancellationToken)) yield return await answer;

        async Task<AnsweredDocument> AnswerAsync(BatchDocument document, CancellationToken token)
        {
            if (!document.IsDocument) return new AnsweredDocument(document, null, document.Problem);
            var (response, error) = await tagger.TagAsync(document.ToProto(), options, token);
            return new AnsweredDocument(document, response, error);
        }
    }

    /// <summary>Writes answers in blocks, from the checkpoint of the same job on where there is one.</summary>
    /// <param name="output">Where to; resolved.</param>
    /// <param name="job">What the output depends on.</param>
    /// <param name="source">The answers.</param>
    /// <param name="progress">Follows along.</param>
    /// <param name="cancellationToken">Stops the job.</param>
    internal static async Task<BatchTotals> WriteAsync(
        OutputOptions output, IReadOnlyDictionary<string, string> job, AnswerSource source, BatchProgress progress, CancellationToken cancellationToken)
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
        OutputOptions output, IReadOnlyDictionary<string, string> job, AnswerSource source, BatchProgress progress, CancellationToken cancellationToken)
    {
        var checkpointPath = Checkpoint.PathOf(output.Path);
        var checkpoint = Begin(output, job, checkpointPath);
        progress.Begin(checkpoint.Totals);
        if (!checkpoint.Complete)
        {
            if (checkpoint.ErrorsLength == 0) File.Delete(ErrorsOf(output.Path));
            await using var errors = new ErrorWriter(ErrorsOf(output.Path), checkpoint.ErrorsLength);
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
                checkpoint.Save(checkpointPath);
            }
            await writer.CompleteAsync(cancellationToken);
            checkpoint = checkpoint with { Complete = true };
            checkpoint.Save(checkpointPath);
        }
        if (output.Format == OutputFormat.Parquet) File.Delete(ParquetWriter.PartOf(output.Path));
        return checkpoint.Totals;
    }

    private static async Task<BatchTotals> WriteStreamAsync(OutputOptions output, AnswerSource source, BatchProgress progress, CancellationToken cancellationToken)
    {
        await using var file = output.Path == OutputOptions.StandardOutput ? null : new FileStream(output.Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        await using var writer = new LineWriter(BlockFile.Over(file ?? output.Standard, output.Compression), FormatterOf(output));
        using var standardError = new StreamWriter(Console.OpenStandardError()) { AutoFlush = true };
        // Whoever reads gets each answer when it is there, unless compression needs more to work with.
        var run = new Run(output.Compression == OutputCompression.None ? output with { BlockDocuments = 1 } : output, writer, progress, (document, reason) => standardError.Write(ErrorWriter.Format(document, reason) + "\n"));
        await foreach (var _ in run.BlocksAsync(source, default, cancellationToken)) await writer.EndBlockAsync(cancellationToken);
        return progress.Totals;
    }

    /// <summary>Finds the checkpoint to go on from, or makes the first one, before the output itself: an output without checkpoint is somebody else's.</summary>
    private static Checkpoint Begin(OutputOptions output, IReadOnlyDictionary<string, string> job, string checkpointPath)
    {
        if (!output.Restart && Checkpoint.Load(checkpointPath) is { } found)
        {
            var differences = found.Differences(job);
            if (differences.Count > 0) throw new BatchException(BatchFailure.CheckpointMismatch, $"'{checkpointPath}' belongs to another job; --restart begins anew. What differs:\n  {string.Join("\n  ", differences)}");
            CheckLength(found.Complete || output.Format != OutputFormat.Parquet ? output.Path : ParquetWriter.PartOf(output.Path), output.Format, found);
            return found;
        }
        if (!output.Restart && (File.Exists(output.Path) || Directory.Exists(output.Path) && Directory.EnumerateFileSystemEntries(output.Path).Any()))
            throw new BatchException(BatchFailure.CheckpointMismatch, $"--out '{output.Path}' is there already and has no checkpoint; --restart overwrites it.");
        var directory = Path.GetDirectoryName(Path.GetFullPath(output.Path))!;
        if (!Directory.Exists(directory)) throw new BatchException(BatchFailure.OutputUnwritable, $"--out '{output.Path}': the folder '{directory}' does not exist.");
        if (output.Restart && output.Format == OutputFormat.Standoff && Directory.Exists(output.Path)) RemoveAnnotations(output.Path);
        var checkpoint = new Checkpoint { Job = job };
        checkpoint.Save(checkpointPath);
        return checkpoint;
    }

    /// <summary>An output shorter than its checkpoint says was changed by somebody; what is missing cannot be known.</summary>
    private static void CheckLength(string path, OutputFormat format, Checkpoint checkpoint)
    {
        if (format == OutputFormat.Standoff || format == OutputFormat.Parquet && checkpoint.Complete) return;
        var length = File.Exists(path) ? new FileInfo(path).Length : 0;
        if (length < checkpoint.OutputLength) throw new BatchException(BatchFailure.CheckpointMismatch, $"'{path}' has {length} bytes, and its checkpoint says {checkpoint.OutputLength}: it was changed. --restart begins anew.");
    }

    private static void RemoveAnnotations(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder).Where(file => Path.GetExtension(file) is ".txt" or ".ann").ToList()) File.Delete(file);
    }

    private static IAnswerWriter Open(OutputOptions output, long length)
    {
        switch (output.Format)
        {
            case OutputFormat.Standoff:
                Directory.CreateDirectory(output.Path);
                return new StandoffWriter(output.Path, length);
            case OutputFormat.Parquet:
                return new ParquetWriter(new LineWriter(BlockFile.Open(ParquetWriter.PartOf(output.Path), OutputCompression.None, length), FormatterOf(output)), output.Path);
            default:
                return new LineWriter(BlockFile.Open(output.Path, output.Compression, length), FormatterOf(output));
        }
    }

    private static Func<AnsweredDocument, System.Text.StringBuilder, string?> FormatterOf(OutputOptions output) =>
        output.Format == OutputFormat.Conll ? ConllAnswers.Format : (answer, text) => JsonlAnswers.Format(answer, output.IncludeText, text);

    private static string ErrorsOf(string path) => path + ".errors.jsonl";

    /// <summary>One run of a job.</summary>
    private sealed class Run(OutputOptions output, IAnswerWriter writer, BatchProgress progress, Action<BatchDocument, string> writeError)
    {
        /// <summary>Writes answers and yields the position behind each block, the last one included; the caller makes it durable.</summary>
        internal async IAsyncEnumerable<JobPosition> BlocksAsync(AnswerSource source, JobPosition from, [EnumeratorCancellation] CancellationToken cancellationToken)
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
                if (++documents < output.BlockDocuments && characters < output.BlockCharacters) continue;
                yield return position;
                (documents, characters) = (0, 0);
            }
            if (documents > 0) yield return position;
        }

        private void Write(AnsweredDocument answer)
        {
            var (document, response, error) = answer;
            error ??= writer.Write(answer);
            if (error is null)
            {
                if (response is not null) progress.Totals.Add(response);
                return;
            }
            writeError(document, error);
            if (++progress.Totals.Errors > output.MaxErrors)
                throw new BatchException(BatchFailure.TooManyErrors, $"{progress.Totals.Errors} documents failed, more than --max-errors {output.MaxErrors} allows; the last: {document.File} line {document.Line}: {error}");
        }
    }
}
