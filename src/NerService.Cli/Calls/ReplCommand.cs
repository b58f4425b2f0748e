using System.CommandLine;
using NerService.Cli.Tagging;
using NerService.Client;
using NerService.Contracts.V1;
using NerService.Mapping;
using OffsetUnit = NerService.Contracts.V1.OffsetUnit;

namespace NerService.Cli.Calls;

/// <summary>
/// <c>ner repl</c>: a line in, its entities out, until the end of the input. Each mark is a bidi isolate, so nothing moves in a right-to-left line; the terminal
/// itself edits the line. <c>:history</c> lists what was asked, <c>!3</c> asks it again.
/// </summary>
internal static class ReplCommand
{
    private const string Help = ":json and :text choose the answer's form; :history lists the lines, !N repeats line N; :quit or the end of the input ends.";

    /// <summary>Makes the command.</summary>
    internal static Command Create(CliStreams streams)
    {
        var setup = new ExtractorSetup();
        var server = new Option<string?>("--server") { HelpName = "URL", Description = "Ask this server instead of loading the model in process." };
        var command = new Command("repl", $"Reads a line and shows its entities, again and again. {Help} {ExitCode.Help}") { server };
        setup.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var tagger = await CreateTaggerAsync(setup, parsed, parsed.GetValue(server), cancellationToken);
            return await RunAsync(streams, tagger, cancellationToken);
        });
        return command;
    }

    private static async Task<ITagger> CreateTaggerAsync(ExtractorSetup setup, ParseResult parsed, string? server, CancellationToken cancellationToken)
    {
        if (server is null) return new LocalTagger(await setup.LoadAsync(parsed, useGazetteer: true, cancellationToken));
        return Uri.TryCreate(server, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? new RemoteTagger(NerClient.Connect(address))
            : throw new CliException(ExitCode.Usage, $"--server '{server}' is no http or https address, such as http://localhost:5051.");
    }

    /// <summary>Answers lines until there are no more.</summary>
    internal static async Task<int> RunAsync(CliStreams streams, ITagger tagger, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(streams.In, leaveOpen: true);
        var history = new List<string>();
        var json = false;
        await streams.Error.WriteLineAsync(Help);
        while (true)
        {
            if (streams.OutIsTerminal)
            {
                await streams.Out.WriteAsync($"{history.Count + 1}> ");
                await streams.Out.FlushAsync(cancellationToken);
            }
            if (await reader.ReadLineAsync(cancellationToken) is not { } line || line.Trim() == ":quit") return ExitCode.Success;
            switch (line.Trim())
            {
                case "":
                    continue;
                case ":json" or ":text":
                    json = line.Trim() == ":json";
                    continue;
                case ":help":
                    await streams.Error.WriteLineAsync(Help);
                    continue;
                case ":history":
                    for (var i = 0; i < history.Count; i++) await streams.Out.WriteLineAsync($"{i + 1}\t{history[i]}");
                    continue;
                case ['!', .. var number]:
                    if (!int.TryParse(number, out var index) || index < 1 || index > history.Count)
                    {
                        await streams.Error.WriteLineAsync($"ner: there is no line {number}; there are {history.Count}.");
                        continue;
                    }
                    line = history[index - 1];
                    break;
            }
            history.Add(line);
            await AnswerAsync(streams, tagger, line, json, cancellationToken);
        }
    }

    private static async Task AnswerAsync(CliStreams streams, ITagger tagger, string line, bool json, CancellationToken cancellationToken)
    {
        var request = new ExtractRequest { Text = line, Options = new ExtractOptions { OffsetUnit = OffsetUnit.Utf16CodeUnit } };
        await foreach (var (_, response, error) in tagger.TagAsync(AsyncEnumerable.Repeat(request, 1), cancellationToken))
        {
            if (response is null) await streams.Error.WriteLineAsync($"ner: {error}");
            else if (json) await streams.Out.WriteLineAsync(ProtoJson.Format(response));
            else
            {
                await TagOutput.WriteAsync(streams.Out, TagFormat.Text, streams.OutIsTerminal, line, response);
                foreach (var entity in response.Entities)
                    await streams.Out.WriteLineAsync($"  {EnumMapper.FromProto(entity.Type)} \u2068{entity.CoreText}\u2069 {entity.Confidence:0.00} {entity.Source}{(entity.Clitics.Count > 0 ? $" \u2068{string.Join('+', entity.Clitics)}+\u2069" : "")}");
            }
            await streams.Out.FlushAsync(cancellationToken);
        }
    }
}
