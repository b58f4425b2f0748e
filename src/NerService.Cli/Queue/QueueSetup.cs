using System.CommandLine;
using NerService.Batch.Queue;

namespace NerService.Cli.Queue;

/// <summary>The options that say where a job's queue is.</summary>
internal sealed class QueueSetup
{
    /// <summary>The queue's server when --nats is not given.</summary>
    private const string ServerVariable = "NER_NATS";

    private readonly Option<string?> _nats = new("--nats") { HelpName = "URL", Description = $"The NATS server, with JetStream switched on. Default: {ServerVariable} of the environment, else nats://localhost:4222." };

    private readonly Option<string> _job = new("--job") { HelpName = "NAME", Description = "The job's name: letters, digits, - and _.", DefaultValueFactory = _ => "default" };

    /// <summary>Adds the options to a command.</summary>
    internal void AddTo(Command command)
    {
        command.Add(_nats);
        command.Add(_job);
    }

    /// <summary>Connects to what the options say.</summary>
    internal Task<JobQueue> ConnectAsync(ParseResult parsed, CancellationToken cancellationToken) =>
        JobQueue.ConnectAsync(parsed.GetValue(_nats) ?? Environment.GetEnvironmentVariable(ServerVariable) ?? "nats://localhost:4222", parsed.GetValue(_job)!, cancellationToken);
}
