using System.Security.Cryptography;

namespace NerService.Batch.Documents;

/// <summary>A file to read.</summary>
/// <param name="Path">As the user named it, or as a pattern found it; - is standard input.</param>
/// <param name="Format">How documents stand in it; never automatic.</param>
/// <param name="Bytes">Its size on disk; 0 for standard input and pipes.</param>
internal sealed record InputFile(string Path, InputFormat Format, long Bytes)
{
    internal string Name => Path == InputOptions.StandardInput ? "standard input" : $"'{Path}'";

    internal static InputFile Of(string path, InputFormat format = InputFormat.Text)
    {
        var file = new InputFile(path, format, 0);
        return file.IsReadOnce || !File.Exists(path) ? file : file with { Bytes = new FileInfo(FileIdentity.Target(path)).Length };
    }

    /// <summary>Whether it can be read once only: standard input, a pipe by its name or its descriptor.</summary>
    internal bool IsReadOnce => Path == InputOptions.StandardInput || FileIdentity.Of(Path) is null && File.Exists(Path);

    /// <summary>Opens it and looks at its beginning, before a model is loaded for it or a job begun, unless it can be read once only.</summary>
    /// <exception cref="BatchException">It cannot be read, or is not a UTF-8 text.</exception>
    internal async Task CheckAsync(CancellationToken cancellationToken)
    {
        if (IsReadOnce)
            return;
        if (Format == InputFormat.Parquet)
            await OpenRaw(Stream.Null).DisposeAsync();
        else
            await (await InputContent.OpenAsync(this, Stream.Null, cancellationToken)).DisposeAsync();
    }

    internal Stream OpenRaw(Stream standardInput)
    {
        if (Path == InputOptions.StandardInput)
            return standardInput;
        try
        {
            return new FileStream(
                Path,
                FileMode.Open,
                FileAccess.Read,
                FileShare.Read,
                bufferSize: 128 * 1024,
                FileOptions.SequentialScan | FileOptions.Asynchronous
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BatchException(
                BatchFailure.BadInput,
                Directory.Exists(Path) ? $"{Name} is a folder; give a file." : $"{Name} cannot be read: {e.Message}",
                e
            );
        }
    }

    /// <summary>The format that a name's ending means, endings of compression left out.</summary>
    /// <exception cref="BatchException">It means a table whose cells would be taken for text.</exception>
    internal static InputFormat FormatOf(string path)
    {
        var name = System.IO.Path.GetFileName(path);
        foreach (var ending in (string[])[".gz", ".zst", ".zstd"])
            if (name.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
                name = name[..^ending.Length];
        return System.IO.Path.GetExtension(name).ToUpperInvariant() switch
        {
            ".JSONL" or ".NDJSON" or ".JSON" => InputFormat.Jsonl,
            ".CONLL" or ".CONLLU" or ".CONLLUP" or ".BIO" or ".BIOES" or ".IOB" or ".IOB2" or ".IOBES" or ".TSV" => InputFormat.Conll,
            ".PARQUET" => InputFormat.Parquet,
            ".CSV" => throw new BatchException(
                BatchFailure.BadInput,
                $"'{path}' is CSV by its name, which is not read; make JSON lines of it, or --in-format text takes each line as a document."
            ),
            _ => InputFormat.Text,
        };
    }

    /// <summary>
    /// The identity of the file in a checkpoint, with the SHA-256 of what lies on disk. Reading it costs seconds per gigabyte; tagging costs hours.
    /// </summary>
    internal async Task<string> DescribeAsync(CancellationToken cancellationToken)
    {
        await using var stream = OpenRaw(Stream.Null);
        var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken));
        return $"{Path} ({Bytes} bytes, sha256 {hash})";
    }
}
