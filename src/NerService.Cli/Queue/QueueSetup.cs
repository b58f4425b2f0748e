using System.CommandLine;
using NerService.Batch.Queue;

namespace NerService.Cli.Queue;

/// <summary>The options that say where a job's queue is.</summary>
internal sealed class QueueSetup
{
    /// <summary>The queue's server when --nats is not given.</summary>
    private const string ServerVariable = "NER_NATS";

    private readonly Option<string?> _nats = new("--nats")
    {
        HelpName = "URL",
        Description = $"The NATS server, with JetStream switched on. Default: {ServerVariable} of the environment, else nats://localhost:4222.",
    };

    private readonly Option<string> _job = new("--job")
    {
        HelpName = "NAME",
        Description = "The job's name: letters, digits, - and _.",
        DefaultValueFactory = _ => "default",
    };

    /// <summary>Adds the options to a command.</summary>
    internal void AddTo(Command command)
    {
        command.Add(_nats);
        command.Add(_job);
    }

    /// <summary>Connects to what the options say and runs a command on it.</summary>
    /// <exception cref="NerService.Batch.BatchException">The server cannot be reached, or refuses.</exception>
    internal async Task<int> RunAsync(ParseResult parsed, Func<JobQueue, Task<int>> command, CancellationToken cancellationToken)
    {
        var server = parsed.GetValue(_nats) ?? Environment.GetEnvironmentVariable(ServerVariable) ?? "nats://localhost:4222";
        await using var queue = await JobQueue.ConnectAsync(server, parsed.GetValue(_job)!, cancellationToken);
        return await queue.GuardAsync(() => command(queue));
    }
}
