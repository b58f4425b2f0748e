using System.CommandLine.Parsing;
using NerService.Batch.Documents;

namespace NerService.Cli.Input;

/// <summary>Arguments that name files.</summary>
internal static class FileArgument
{
    /// <summary>Refuses an option that does not exist, which would pass for a file; a file of such a name is given as ./-name.</summary>
    internal static void RefuseOptions(ArgumentResult files)
    {
        foreach (var token in files.Tokens)
            if (token.Value.StartsWith('-') && token.Value != InputOptions.StandardInput) files.AddError($"There is no option '{token.Value}'.");
    }
}
