using System.Text.Json;
using System.Text.Json.Serialization;

namespace NerService.Batch.Checkpoints;

/// <summary>
/// The manifest beside an output (FILE.checkpoint): what the job is made of, how far it is, and how long its files are at that point. It is replaced
/// as a whole, after what it speaks of is on the disk, so whenever the process dies the files hold at least what the checkpoint says.
/// </summary>
internal sealed record Checkpoint
{
    private const int CurrentFormat = 1;

    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>Of this file's layout.</summary>
    public int Format { get; init; } = CurrentFormat;

    /// <summary>What the output depends on: inputs, options, model, gazetteer, each by name. Another value of any means another output.</summary>
    public required IReadOnlyDictionary<string, string> Job { get; init; }

    /// <summary>Index of the input file that is being read, from 0.</summary>
    public int File { get; init; }

    /// <summary>Records of that file that are done.</summary>
    public long Records { get; init; }

    /// <summary>Bytes of the output (documents, for a folder) that hold what is done.</summary>
    public long OutputLength { get; init; }

    /// <summary>Bytes of the errors' file that hold what is done.</summary>
    public long ErrorsLength { get; init; }

    public BatchTotals Totals { get; init; } = new();

    public bool Complete { get; init; }

    internal static string PathOf(string output) => output + ".checkpoint";

    /// <summary>Reads a checkpoint; null where there is none.</summary>
    /// <exception cref="BatchException">It is there and cannot be understood.</exception>
    internal static Checkpoint? Load(string path)
    {
        if (!System.IO.File.Exists(path))
            return null;
        try
        {
            var checkpoint = JsonSerializer.Deserialize<Checkpoint>(System.IO.File.ReadAllBytes(path), Json)!;
            return checkpoint.Format == CurrentFormat
                ? checkpoint
                : throw Unknown($"has format {checkpoint.Format}; this program knows {CurrentFormat}.", null);
        }
        catch (JsonException e)
        {
            throw Unknown($"is not a checkpoint of this program: {e.Message}", e);
        }

        BatchException Unknown(string what, Exception? inner) =>
            new(
                BatchFailure.CheckpointMismatch,
                $"'{path}' {what} What it stands beside is left as it is: remove both, or name another output (--out).",
                inner
            );
    }

    /// <summary>Writes the checkpoint as a whole or not at all.</summary>
    /// <exception cref="IOException">The disk is full or gone.</exception>
    internal void Save(string path)
    {
        var writing = path + ".tmp";
        using (var handle = System.IO.File.OpenHandle(writing, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            RandomAccess.Write(handle, JsonSerializer.SerializeToUtf8Bytes(this, Json), 0);
            RandomAccess.FlushToDisk(handle);
        }
        System.IO.File.Move(writing, path, overwrite: true);
    }

    /// <summary>What differs between the job of this checkpoint and another, a line each; empty when nothing does.</summary>
    internal IReadOnlyList<string> Differences(IReadOnlyDictionary<string, string> job)
    {
        var differences = new List<string>();
        foreach (var (name, now) in job)
        {
            if (!Job.TryGetValue(name, out var then))
                differences.Add($"{name}: was not there, is {now}");
            else if (then != now)
                differences.Add($"{name}: was {then}, is {now}");
        }
        differences.AddRange(Job.Where(then => !job.ContainsKey(then.Key)).Select(then => $"{then.Key}: was {then.Value}, is not there"));
        return differences;
    }
}
