using System.CommandLine;
using NerService.Batch.Tagging;

namespace NerService.Cli.Tagging;

/// <summary>Makes the tagger that a command's options name: a server's, or the model in this process.</summary>
internal static class TaggerSetup
{
    /// <summary>Makes it; a model is loaded, a server is first reached when it is asked.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="server">The options of a server.</param>
    /// <param name="extractor">The options of a model in this process.</param>
    /// <param name="useGazetteer">Whether a model in this process loads gazetteers.</param>
    /// <param name="retry">How patient it is with a server.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="CliException">An option is out of range, or has no effect on a server.</exception>
    internal static async Task<ITagger> CreateAsync(
        ParseResult parsed,
        ServerSetup server,
        ExtractorSetup extractor,
        bool useGazetteer,
        RetryOptions retry,
        CancellationToken cancellationToken
    ) =>
        server.Address(parsed) is { } address
            ? new RemoteTagger(server.Connect(parsed, extractor.NotBeside(parsed, address)), retry)
            : new LocalTagger(await extractor.LoadAsync(parsed, useGazetteer, cancellationToken));
}
