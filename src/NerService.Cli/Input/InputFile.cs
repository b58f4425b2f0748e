using System.CommandLine.Parsing;

namespace NerService.Cli.Input;

/// <summary>A file named on the command line, or standard input for <c>-</c>.</summary>
internal static class InputFile
{
    /// <summary>The name that stands for standard input.</summary>
    internal const string StandardInput = "-";

    /// <summary>What an error calls it.</summary>
    internal static string NameOf(string path) => path == StandardInput ? "standard input" : $"'{path}'";

    /// <summary>Refuses an option that does not exist, which would pass for a file; a file of such a name is given as ./-name.</summary>
    internal static void RefuseOptions(ArgumentResult files)
    {
        foreach (var token in files.Tokens)
            if (token.Value.StartsWith('-') && token.Value != StandardInput) files.AddError($"There is no option '{token.Value}'.");
    }

    /// <summary>Opens it for reading.</summary>
    /// <exception cref="CliException">It does not exist or may not be read.</exception>
    internal static Stream Open(string path, Stream standardInput)
    {
        if (path == StandardInput) return standardInput;
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1, useAsync: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.BadInput, $"'{path}' cannot be read: {e.Message}", e);
        }
    }
}
