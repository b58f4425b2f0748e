using System.CommandLine.Parsing;
using NerService.Batch;
using NerService.Batch.Documents;
using NerService.Batch.Output;

namespace NerService.Cli.Input;

/// <summary>Arguments that name files.</summary>
internal static class FileArgument
{
    /// <summary>Refuses an option that does not exist, which would pass for a file; a file of such a name is given as ./-name.</summary>
    internal static void RefuseOptions(ArgumentResult files)
    {
        foreach (var token in files.Tokens)
            if (token.Value.StartsWith('-') && token.Value != InputOptions.StandardInput)
                files.AddError($"There is no option '{token.Value}'.");
    }

    /// <summary>Refuses to write what is read, by whatever name or link.</summary>
    /// <param name="inputs">What is read; - is standard input.</param>
    /// <param name="output">What will be written; - is standard output.</param>
    /// <param name="option">What an error calls it.</param>
    /// <exception cref="CliException">The output is one of the inputs.</exception>
    internal static void RefuseOneFile(IEnumerable<string> inputs, string output, string option)
    {
        var written = output == OutputOptions.StandardOutput ? "/dev/stdout" : output;
        foreach (var input in inputs)
            if (FileIdentity.AreOne(input == InputOptions.StandardInput ? "/dev/stdin" : input, written))
                throw new CliException(ExitCode.Usage, $"{option} is the file that is read, {InputFile.Of(input).Name}. Name another one.");
    }
}
