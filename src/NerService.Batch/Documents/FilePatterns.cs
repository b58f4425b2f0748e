using System.IO.Enumeration;

namespace NerService.Batch.Documents;

/// <summary>Patterns that stand for several files.</summary>
internal static class FilePatterns
{
    /// <summary>
    /// The files that a pattern means, in ordinal order: * and ? stand for part of a name in the last part of the path; ** as a folder stands for any
    /// folders.
    /// </summary>
    /// <exception cref="BatchException">A star stands where it means nothing.</exception>
    internal static List<string> Find(string pattern)
    {
        var name = Path.GetFileName(pattern);
        if (!name.Contains('*', StringComparison.Ordinal) && !name.Contains('?', StringComparison.Ordinal))
            return [];
        var folder = Path.GetDirectoryName(pattern) ?? "";
        var deep = Path.GetFileName(folder) == "**";
        if (deep)
            folder = Path.GetDirectoryName(folder) ?? "";
        if (folder.AsSpan().ContainsAny('*', '?'))
            throw new BatchException(
                BatchFailure.Usage,
                $"--in '{pattern}': * and ? may stand in the file's name, and ** as the last folder before it."
            );
        if (folder.Length > 0 && !Directory.Exists(folder))
            return [];
        var found = Directory
            .EnumerateFiles(
                folder.Length == 0 ? "." : folder,
                "*",
                new EnumerationOptions { RecurseSubdirectories = deep, AttributesToSkip = FileAttributes.None }
            )
            .Where(path => FileSystemName.MatchesSimpleExpression(name, Path.GetFileName(path), ignoreCase: false))
            .Select(path => folder.Length == 0 ? Path.GetRelativePath(".", path) : path)
            .ToList();
        found.Sort(StringComparer.Ordinal);
        return found;
    }
}
