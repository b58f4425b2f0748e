using System.Text.RegularExpressions;
using NerService.Gazetteer.Loading;
using NerService.Inference.Models;

namespace NerService.Server.Errors;

/// <summary>What went wrong with the files that are loaded, as operators and as callers are told.</summary>
internal static partial class LoadErrors
{
    /// <summary>
    /// Whether the message says what is wrong with which file; anything else is a fault of the service's own, of which the log wants the whole.
    /// </summary>
    internal static bool IsExpected(Exception error) =>
        error is ModelLoadException or GazetteerFormatException or IOException or UnauthorizedAccessException or ArgumentException;

    /// <summary>For operators: what was wrong, with the paths that help to find it.</summary>
    internal static string ForOperators(Exception error) =>
        IsExpected(error) ? error.Message : $"Loading failed in a way that the service does not know ({error.GetType().Name}: {error.Message}).";

    /// <summary>For callers: what was wrong, without where the files lie on this machine.</summary>
    /// <param name="error">What loading threw.</param>
    /// <param name="paths">The files and folders that are loaded; of each, only the name is told.</param>
    internal static string ForCallers(Exception error, IEnumerable<string> paths)
    {
        if (!IsExpected(error))
            return "Loading failed in a way that the service does not know; its log says more.";
        var message = paths
            .OrderByDescending(path => path.Length)
            .Aggregate(
                error.Message,
                (text, path) => text.Replace(path, Path.GetFileName(Path.TrimEndingDirectorySeparator(path)), StringComparison.Ordinal)
            );
        return Folders().Replace(message, "");
    }

    /// <summary>The folders of any absolute path that is left: a drive or a root, then names that end in a separator.</summary>
    [GeneratedRegex(@"(?<![\w/\\.:])(?:[A-Za-z]:)?[/\\](?:[^/\\\s'""]+[/\\])+")]
    private static partial Regex Folders();
}
