namespace NerService.Batch.Documents;

/// <summary>The files of a job, found and looked at.</summary>
/// <param name="Options">How they are read.</param>
/// <param name="Files">In the order in which they are read.</param>
internal sealed record JobInput(InputOptions Options, IReadOnlyList<InputFile> Files)
{
    /// <summary>Bytes of all files; 0 for standard input.</summary>
    internal long Bytes => Files.Sum(file => file.Bytes);

    /// <summary>Finds the files that names and patterns mean: those of one pattern in ordinal order, each file once. Each is opened and its beginning
    /// looked at, so that a job of hours does not learn at its last file that it is UTF-16.</summary>
    /// <exception cref="BatchException">A name or pattern means no file, or a file cannot be read as text.</exception>
    internal static async Task<JobInput> FindAsync(InputOptions options, CancellationToken cancellationToken)
    {
        var files = new List<InputFile>();
        foreach (var pattern in options.Patterns)
        {
            var found = pattern == InputOptions.StandardInput || File.Exists(pattern) ? [pattern] : FilePatterns.Find(pattern);
            if (found.Count == 0)
                throw new BatchException(
                    BatchFailure.BadInput,
                    Directory.Exists(pattern)
                        ? $"--in: '{pattern}' is a folder; '{pattern}/*' means its files."
                        : $"--in: there is no file '{pattern}'."
                );
            foreach (var path in found.Where(path => files.TrueForAll(file => file.Path != path)))
                files.Add(InputFile.Of(path, options.Format == InputFormat.Auto ? InputFile.FormatOf(path) : options.Format));
        }
        if (options.Columns != default && files.TrueForAll(file => file.Format != InputFormat.Conll))
            throw new BatchException(
                BatchFailure.Usage,
                "--token-column and --label-column are about CoNLL files, and none is read (--in-format conll reads any as one)."
            );
        foreach (var file in files)
            await file.CheckAsync(cancellationToken);
        return new JobInput(options, files);
    }

    /// <summary>
    /// Adds what the input is to a job's description. What can be read once only has no identity, and so no job that reads it can be resumed.
    /// </summary>
    internal async Task DescribeAsync(Dictionary<string, string> job, CancellationToken cancellationToken)
    {
        job["inputs"] = $"{Files.Count}";
        foreach (var (i, file) in Files.Index().Where(file => !file.Item.IsReadOnce))
        {
            job[$"input {i + 1}"] = await file.DescribeAsync(cancellationToken);
            job[$"input {i + 1} format"] = $"{file.Format}";
        }
        job["--document"] = $"{Options.Extent}";
        if (Options.Columns != default)
            job["--token-column, --label-column"] = $"{Options.Columns}";
        job["--max-document-bytes"] = $"{Options.MaxDocumentBytes}";
    }
}
