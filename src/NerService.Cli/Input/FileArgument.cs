using System.CommandLine;
using System.CommandLine.Parsing;
using NerService.Batch;
using NerService.Batch.Documents;
using NerService.Batch.Output;

namespace NerService.Cli.Input;

/// <summary>Arguments that name files.</summary>
internal static class FileArgument
{
    /// <summary>A file, by default standard input.</summary>
    internal static Argument<string> OrStandardInput(string description)
    {
        var argument = Of<string>("FILE", description, ArgumentArity.ZeroOrOne);
        argument.DefaultValueFactory = _ => InputOptions.StandardInput;
        return argument;
    }

    /// <summary>Files or a folder.</summary>
    internal static Argument<T> Of<T>(string name, string description, ArgumentArity arity) =>
        new(name)
        {
            Description = description,
            Arity = arity,
            Validators = { Refuse },
        };

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

    /// <summary>
    /// Refuses a file without name, and an option that does not exist, which would pass for one; a file of such a name is given as ./-name.
    /// </summary>
    private static void Refuse(ArgumentResult files)
    {
        foreach (var token in files.Tokens)
            if (token.Value.Length == 0)
                files.AddError($"The value of {files.Argument.Name} is empty.");
            else if (token.Value.StartsWith('-') && token.Value != InputOptions.StandardInput)
                files.AddError($"There is no option '{token.Value}'.");
    }
}
