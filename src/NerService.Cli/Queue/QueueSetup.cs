using System.CommandLine;
using NerService.Batch.Queue;

namespace NerService.Cli.Queue;

/// <summary>The options that say where a job's queue is.</summary>
internal sealed class QueueSetup
{
    private const string ServerVariable = "NER_NATS",
        DefaultServer = "nats://localhost:4222";

    private readonly Option<string?> _nats = CliOption.Text(
        "--nats",
        "URL",
        $"The NATS server, with JetStream switched on. Default: {ServerVariable} of the environment, else {DefaultServer}."
    );

    private readonly Option<string> _job = new("--job")
    {
        HelpName = "NAME",
        Description = "The job's name: letters, digits, - and _.",
        DefaultValueFactory = _ => "default",
    };

    internal IEnumerable<Option> All => [_nats, _job];

    /// <summary>Connects to what the options say and runs a command on it.</summary>
    /// <exception cref="NerService.Batch.BatchException">The server cannot be reached, or refuses.</exception>
    internal async Task<int> RunAsync(ParseResult parsed, Func<JobQueue, Task<int>> command, CancellationToken cancellationToken)
    {
        var server = parsed.Value(_nats, ServerVariable) ?? DefaultServer;
        await using var queue = await JobQueue.ConnectAsync(server, parsed.GetValue(_job)!, cancellationToken);
        return await queue.GuardAsync(() => command(queue));
    }
}
