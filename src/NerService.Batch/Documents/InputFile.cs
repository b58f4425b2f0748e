using System.Globalization;
using System.Security.Cryptography;

namespace NerService.Batch.Documents;

/// <summary>A file to read.</summary>
/// <param name="Path">As the user named it, or as a pattern found it; - is standard input.</param>
/// <param name="Format">How documents stand in it; never automatic.</param>
/// <param name="Bytes">Its size on disk; 0 for standard input.</param>
internal sealed record InputFile(string Path, InputFormat Format, long Bytes)
{
    /// <summary>What an error calls it.</summary>
    internal string Name => Path == InputOptions.StandardInput ? "standard input" : $"'{Path}'";

    /// <summary>Finds the files that names and patterns mean: those of one pattern in ordinal order, each file once. Each is opened and its beginning
    /// looked at, so that a job of hours does not learn at its last file that it is UTF-16.</summary>
    /// <exception cref="BatchException">A name or pattern means no file, or a file cannot be read as text.</exception>
    internal static async Task<IReadOnlyList<InputFile>> FindAsync(InputOptions options, CancellationToken cancellationToken)
    {
        var files = new List<InputFile>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var pattern in options.Patterns)
        {
            var found = pattern == InputOptions.StandardInput || File.Exists(pattern) ? [pattern] : FilePatterns.Find(pattern);
            if (found.Count == 0)
                throw new BatchException(BatchFailure.BadInput, $"--in: there is no file '{pattern}'.");
            foreach (var path in found)
            {
                if (!seen.Add(path))
                    continue;
                var bytes = path == InputOptions.StandardInput ? 0 : new FileInfo(path).Length;
                files.Add(new InputFile(path, options.Format == InputFormat.Auto ? FormatOf(path) : options.Format, bytes));
            }
        }
        foreach (var file in files.Where(file => file.Path != InputOptions.StandardInput && file.Format != InputFormat.Parquet))
            await (await InputContent.OpenAsync(file, Stream.Null, cancellationToken)).DisposeAsync();
        return files;
    }

    /// <summary>A single file of text that a command names, or standard input.</summary>
    internal static InputFile Of(string path) => new(path, InputFormat.Text, 0);

    /// <summary>SHA-256 of the file as it lies on disk. Reading it costs seconds a gigabyte; tagging costs hours.</summary>
    internal async Task<string> HashAsync(CancellationToken cancellationToken)
    {
        await using var stream = OpenRaw(Stream.Null);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken));
    }

    /// <summary>Opens it as it is.</summary>
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
            _ => InputFormat.Text,
        };
    }

    /// <summary>The identity of the file in a checkpoint.</summary>
    internal string Describe(string hash) => string.Create(CultureInfo.InvariantCulture, $"{Path} ({Bytes} bytes, sha256 {hash})");
}
