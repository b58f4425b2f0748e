using System.CommandLine;
using System.CommandLine.Invocation;
using Grpc.Core;
using NerService.Batch;
using NerService.Cli.Batch;
using NerService.Cli.Calls;
using NerService.Cli.Gazetteer;
using NerService.Cli.Models;
using NerService.Cli.Queue;
using NerService.Cli.Tagging;
using NerService.Cli.Workbench;
using NerService.Client;
using NerService.Extraction.Pipeline;
using NerService.Gazetteer.Loading;
using NerService.Inference.Models;

namespace NerService.Cli;

/// <summary>The command line: parses, runs a command, and turns whatever ends it into a message and an exit code.</summary>
internal static class NerCommandLine
{
    /// <summary>Runs a command line.</summary>
    /// <returns>The exit code, one of <see cref="ExitCode"/>.</returns>
    internal static async Task<int> RunAsync(string[] arguments, CliStreams streams)
    {
        // @NAME is a name that begins so, as on any page with handles, and no file of further arguments.
        var parsed = Create(streams).Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is ParseErrorAction)
        {
            foreach (var error in parsed.Errors)
                await streams.Error.WriteLineAsync($"ner: {error.Message}");
            await streams.Error.WriteLineAsync("Try 'ner --help' or 'ner COMMAND --help'.");
            return ExitCode.Usage;
        }
        try
        {
            var code = await parsed.InvokeAsync(
                new InvocationConfiguration
                {
                    Output = streams.Out,
                    Error = streams.Error,
                    EnableDefaultExceptionHandler = false,
                }
            );
            await streams.Out.FlushAsync();
            return code;
        }
        catch (Exception e)
        {
            return await EndWithAsync(e, streams);
        }
    }

    /// <summary>All commands, with what each takes.</summary>
    internal static RootCommand Create(CliStreams streams) =>
        new RootCommand($"Finds people, places and organizations in Arabic text. {ExitCode.Help}")
        {
            new TagCommand(streams).Create(),
            new EvalCommand(streams).Create(),
            new BenchCommand(streams).Create(),
            ModelCommand.Create(streams),
            GazetteerCommand.Create(streams),
            new TrainArbiterCommand(streams).Create(),
            BatchCommand.Create(streams),
            QueueCommand.Create(streams),
            WorkerCommand.Create(streams),
            CallCommand.Create(streams),
            ReplCommand.Create(streams),
        };

    private static async Task<int> EndWithAsync(Exception error, CliStreams streams)
    {
        var (code, message) = error switch
        {
            CliException e => (e.ExitCode, e.Message),
            BatchException e => ((int)e.Failure, e.Message),
            ModelLoadException e => (ExitCode.ModelUnusable, e.Message),
            RequestMismatchException e => (ExitCode.Usage, e.Message),
            GazetteerFormatException e => (ExitCode.ModelUnusable, e.Message),
            RpcException e => (ExitCode.ServerRefused, NerErrors.Describe(e)),
            OperationCanceledException => (ExitCode.Interrupted, "Interrupted."),
            IOException e when BrokenPipe.Is(e) => (ExitCode.Success, ""),
            // Inputs are told by what reads them.
            IOException or UnauthorizedAccessException => (ExitCode.OutputUnwritable, $"An output cannot be written: {error.Message}"),
            // Nothing that this program knows to happen: everything that helps to find it.
            _ => (ExitCode.Failure, error.ToString()),
        };
        if (error is not (IOException or UnauthorizedAccessException))
            await streams.Out.FlushAsync();
        if (message.Length > 0)
            await streams.Error.WriteLineAsync($"ner: {message}{ServerSetup.Advice(error)}");
        return code;
    }
}
