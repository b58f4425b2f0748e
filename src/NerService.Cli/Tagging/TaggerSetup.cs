using System.CommandLine;
using NerService.Batch;
using NerService.Batch.Tagging;

namespace NerService.Cli.Tagging;

/// <summary>The options that say who answers documents: a server, or the model in this process.</summary>
/// <param name="server">What asking a server means for the command.</param>
/// <param name="isPatient">Whether a server that fails is tried again, as long as an option says; else what fails is told at once.</param>
internal sealed class TaggerSetup(string server, bool isPatient = false)
{
    private readonly ServerSetup _server = new(server);
    private readonly ExtractorSetup _extractor = new();

    private readonly Option<int> _retries = CliOption.Number(
        "--retries",
        new RetryOptions().Attempts,
        "Tries in a row that fail, with a pause after each that the server asks for or that doubles, before the server is given up."
    );

    internal IEnumerable<Option> All => [.. _server.All, .. isPatient ? (Option[])[_retries] : [], .. _extractor.All];

    /// <summary>Makes the tagger; a model is loaded, a server is first reached when it is asked.</summary>
    /// <exception cref="CliException">An option is out of range, or has no effect on a server.</exception>
    internal async Task<ITagger> CreateAsync(ParseResult parsed, bool useGazetteer, CancellationToken cancellationToken)
    {
        if (_server.Address(parsed) is not { } address)
        {
            ServerSetup.RefuseWithoutServer(parsed, [_retries]);
            return new LocalTagger(await _extractor.LoadAsync(parsed, useGazetteer, cancellationToken));
        }
        _extractor.RefuseBeside(parsed, address);
        // One of the two is patient; the client tries again but for a moment.
        return isPatient
            ? new RemoteTagger(
                _server.Connect(parsed, address, options => options.MaxAttempts = 1),
                new RetryOptions { Attempts = parsed.GetValue(_retries) }
            )
            : new RemoteTagger(_server.Connect(parsed, address), RetryOptions.None);
    }
}
