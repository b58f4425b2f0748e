using NerService.Batch.Documents;

namespace NerService.Batch.Output;

/// <summary>
/// The files of a job: its output and what lies beside it. What a checkpoint stands beside is the job's own; anything else is somebody else's, and
/// never touched.
/// </summary>
internal sealed class JobFiles(string output, OutputFormat format)
{
    private readonly string _output = output;

    /// <summary>What is done, and what the job is made of.</summary>
    internal string Checkpoint { get; } = Checkpoints.Checkpoint.PathOf(output);

    internal string Errors { get; } = output + ".errors.jsonl";

    /// <summary>The names of a standoff folder's files that are the job's.</summary>
    internal string Listing { get; } = StandoffWriter.ListingOf(output);

    /// <summary>Everything that a job writes, whether it is there or not; of a folder, the folder.</summary>
    private IEnumerable<string> All => [_output, Errors, Listing, ParquetWriter.PartOf(_output), ParquetWriter.UnfinishedOf(_output), Checkpoint];

    /// <summary>Refuses a job that would write what it reads, by whatever name or link.</summary>
    /// <exception cref="BatchException">An input is the output, lies beside it where the job writes, or lies in its folder.</exception>
    internal void RefuseInputs(IEnumerable<InputFile> inputs)
    {
        var read = inputs.Select(input => (input.Name, Path: input.Path == InputOptions.StandardInput ? "/dev/stdin" : input.Path)).ToList();
        foreach (var path in All.Select(path => path == OutputOptions.StandardOutput ? "/dev/stdout" : path))
        {
            if (FileIdentity.Of(path) is not { } written)
                continue;
            if (read.FirstOrDefault(input => FileIdentity.Of(input.Path) == written) is { Name: { } name })
                throw new BatchException(
                    BatchFailure.Usage,
                    $"--out '{_output}': the job would write '{path}', which is its input {name}. Name another output."
                );
        }
        if (format != OutputFormat.Standoff || !Directory.Exists(_output) || FileIdentity.Of(_output) is not { } folder)
            return;
        var inside = Directory.EnumerateFiles(_output).Select(FileIdentity.Of).ToHashSet();
        foreach (var (name, path) in read)
        {
            if (inside.Contains(FileIdentity.Of(path)) || Folders(path).Any(parent => FileIdentity.Of(parent) == folder))
                throw new BatchException(BatchFailure.Usage, $"--out '{_output}' is a folder that holds the input {name}. Name another output.");
        }
    }

    /// <summary>Refuses to begin where something lies that no checkpoint calls the job's. A standoff folder that holds other files is used when
    /// asked: each file is looked at when it is written.</summary>
    /// <param name="restart">Whether the user asked to start over.</param>
    /// <exception cref="BatchException">There is such a thing.</exception>
    internal void RefuseStrangers(bool restart)
    {
        foreach (var path in All)
        {
            var isStrange =
                format == OutputFormat.Standoff && path == _output && Directory.Exists(path)
                    ? !restart && Directory.EnumerateFileSystemEntries(path).Any()
                    : Path.Exists(path);
            if (isStrange)
                throw new BatchException(
                    BatchFailure.CheckpointMismatch,
                    $"'{path}' is there already, and no checkpoint beside it says that this program made it; it is left as it is. Remove it, or "
                        + "name another output (--out)."
                );
        }
    }

    /// <summary>Removes what an earlier job made; its checkpoint stays until another takes its place.</summary>
    internal void Remove()
    {
        if (File.Exists(Listing))
            StandoffWriter.Remove(_output);
        foreach (var path in All.Where(path => path != Checkpoint && File.Exists(path)))
            File.Delete(path);
    }

    /// <summary>The folders that a file lies in, its own first, and those that what it links to lies in.</summary>
    private static IEnumerable<string> Folders(string path)
    {
        foreach (var file in (string[])[Path.GetFullPath(path), FileIdentity.Target(path)])
            for (var folder = Path.GetDirectoryName(file); folder is not null; folder = Path.GetDirectoryName(folder))
                yield return folder;
    }
}
