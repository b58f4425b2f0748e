using System.Globalization;
using System.IO.Compression;
using System.IO.Enumeration;
using System.Security.Cryptography;
using ZstdSharp;

namespace NerService.Batch.Documents;

/// <summary>A file to read.</summary>
/// <param name="Path">As the user named it, or as a pattern found it; - is standard input.</param>
/// <param name="Format">How documents stand in it; never automatic.</param>
/// <param name="Bytes">Its size on disk; 0 for standard input.</param>
internal sealed record InputFile(string Path, InputFormat Format, long Bytes)
{
    /// <summary>What an error calls it.</summary>
    internal string Name => Path == InputOptions.StandardInput ? "standard input" : $"'{Path}'";

    /// <summary>Finds the files that names and patterns mean: those of one pattern in ordinal order, each file once.</summary>
    /// <exception cref="BatchException">A name or pattern means no file.</exception>
    internal static IReadOnlyList<InputFile> Find(InputOptions options)
    {
        var files = new List<InputFile>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var pattern in options.Patterns)
        {
            var found = pattern == InputOptions.StandardInput || File.Exists(pattern) ? [pattern] : Glob(pattern);
            if (found.Count == 0) throw new BatchException(BatchFailure.BadInput, $"--in: there is no file '{pattern}'.");
            foreach (var path in found)
            {
                if (!seen.Add(path)) continue;
                var bytes = path == InputOptions.StandardInput ? 0 : new FileInfo(path).Length;
                files.Add(new InputFile(path, options.Format == InputFormat.Auto ? FormatOf(path) : options.Format, bytes));
            }
        }
        return files;
    }

    /// <summary>SHA-256 of the file as it lies on disk. Reading it costs seconds a gigabyte; tagging costs hours.</summary>
    internal async Task<string> HashAsync(CancellationToken cancellationToken)
    {
        await using var stream = OpenRaw(Stream.Null);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken));
    }

    /// <summary>Opens it; gzip and zstd are known by their first bytes, whatever the file is called.</summary>
    /// <param name="standardInput">What - means.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The content, and a function that says how many bytes of the file have been read for it.</returns>
    /// <exception cref="BatchException">It cannot be read.</exception>
    internal async Task<(Stream Content, Func<long> BytesRead)> OpenAsync(Stream standardInput, CancellationToken cancellationToken)
    {
        var raw = new CountingStream(OpenRaw(standardInput));
        var head = new byte[4];
        var read = await raw.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken);
        raw.Unread(head.AsSpan(0, read));
        Stream content = head switch
        {
            [0x1F, 0x8B, ..] => new GZipStream(raw, CompressionMode.Decompress),
            [0x28, 0xB5, 0x2F, 0xFD] => new DecompressionStream(raw, leaveOpen: false),
            _ => raw,
        };
        return (content, () => raw.BytesRead);
    }

    /// <summary>Opens it as it is.</summary>
    internal Stream OpenRaw(Stream standardInput)
    {
        if (Path == InputOptions.StandardInput) return standardInput;
        try
        {
            return new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 128 * 1024, FileOptions.SequentialScan | FileOptions.Asynchronous);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BatchException(BatchFailure.BadInput, $"{Name} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The format that a name's ending means, endings of compression left out.</summary>
    internal static InputFormat FormatOf(string path)
    {
        var name = System.IO.Path.GetFileName(path);
        foreach (var ending in (string[])[".gz", ".zst", ".zstd"])
            if (name.EndsWith(ending, StringComparison.OrdinalIgnoreCase)) name = name[..^ending.Length];
        return System.IO.Path.GetExtension(name).ToUpperInvariant() switch
        {
            ".JSONL" or ".NDJSON" or ".JSON" => InputFormat.Jsonl,
            ".CONLL" or ".BIO" or ".IOB" or ".TSV" => InputFormat.Conll,
            ".PARQUET" => InputFormat.Parquet,
            _ => InputFormat.Text,
        };
    }

    /// <summary>* and ? stand for part of a name in the last part of the path; ** as a folder stands for any folders.</summary>
    private static List<string> Glob(string pattern)
    {
        var name = System.IO.Path.GetFileName(pattern);
        if (!name.Contains('*', StringComparison.Ordinal) && !name.Contains('?', StringComparison.Ordinal)) return [];
        var folder = System.IO.Path.GetDirectoryName(pattern) ?? "";
        var deep = System.IO.Path.GetFileName(folder) == "**";
        if (deep) folder = System.IO.Path.GetDirectoryName(folder) ?? "";
        if (folder.AsSpan().ContainsAny('*', '?')) throw new BatchException(BatchFailure.Usage, $"--in '{pattern}': * and ? may stand in the file's name, and ** as the last folder before it.");
        if (folder.Length > 0 && !Directory.Exists(folder)) return [];
        var found = Directory.EnumerateFiles(folder.Length == 0 ? "." : folder, "*", new EnumerationOptions { RecurseSubdirectories = deep, AttributesToSkip = FileAttributes.None })
            .Where(path => FileSystemName.MatchesSimpleExpression(name, System.IO.Path.GetFileName(path), ignoreCase: false))
            .Select(path => folder.Length == 0 ? System.IO.Path.GetRelativePath(".", path) : path)
            .ToList();
        found.Sort(StringComparer.Ordinal);
        return found;
    }

    /// <summary>The identity of the file in a checkpoint.</summary>
    internal string Describe(string hash) => string.Create(CultureInfo.InvariantCulture, $"{Path} ({Bytes} bytes, sha256 {hash})");

    /// <summary>Counts what is read, and lets the first bytes be looked at and given back.</summary>
    private sealed class CountingStream(Stream inner) : Stream
    {
        private byte[] _unread = [];

        internal long BytesRead { get; private set; }

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        internal void Unread(ReadOnlySpan<byte> bytes)
        {
            _unread = bytes.ToArray();
            BytesRead -= bytes.Length;
        }

        public override int Read(Span<byte> buffer)
        {
            var read = TakeUnread(buffer);
            if (read == 0) read = inner.Read(buffer);
            BytesRead += read;
            return read;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = TakeUnread(buffer.Span);
            if (read == 0) read = await inner.ReadAsync(buffer, cancellationToken);
            BytesRead += read;
            return read;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Flush() => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing) inner.Dispose();
            base.Dispose(disposing);
        }

        private int TakeUnread(Span<byte> buffer)
        {
            var count = Math.Min(buffer.Length, _unread.Length);
            _unread.AsSpan(0, count).CopyTo(buffer);
            _unread = _unread[count..];
            return count;
        }
    }
}
