using System.CommandLine;
using NerService.Batch;
using NerService.Batch.Tagging;
using NerService.Cli.Calls.Lines;
using NerService.Cli.Tagging;
using NerService.Contracts.V1;

namespace NerService.Cli.Calls;

/// <summary>
/// <c>ner repl</c>: a line in, its entities out, until the end of the input. Each mark is a bidi isolate, so nothing moves in a right-to-left line.
/// In a terminal the line can be edited; <c>:history</c> lists what was asked, <c>!3</c> asks it again.
/// </summary>
internal static class ReplCommand
{
    private const string Help =
        ":text, :json and :why choose the answer's form; :history lists the lines, !N repeats line N and !! the last; :quit or the end of the "
        + "input ends. "
        + "In a terminal the arrow keys move and go through the lines before, Ctrl+U and Ctrl+W delete to the start of the line or word, Ctrl+C "
        + "gives up the line.";

    internal static Command Create(CliStreams streams)
    {
        var taggers = new TaggerSetup("Ask a server instead of loading the model in this process.");
        var command = new Command(
            "repl",
            $"Reads a line and shows its entities, again and again; a server that is away for a while does not end it. {Help}"
        )
        {
            taggers.All,
        };
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                await using var tagger = await taggers.CreateAsync(parsed, useGazetteer: true, cancellationToken);
                using var piped = new PipedLines(streams.In);
                return await RunAsync(streams, tagger, streams.IsInteractive ? new TerminalLines(streams.Out) : piped, cancellationToken);
            }
        );
        return command;
    }

    private static async Task<int> RunAsync(CliStreams streams, ITagger tagger, ILineSource lines, CancellationToken cancellationToken)
    {
        var history = new List<string>();
        var form = Form.Text;
        await streams.Error.WriteLineAsync(Help);
        while (true)
        {
            await streams.Out.FlushAsync(cancellationToken);
            if (await lines.ReadAsync(history, cancellationToken) is not { } read)
                return ExitCode.Success;
            if (read.Text is not { } line)
            {
                await streams.Error.WriteLineAsync($"ner: {read.Problem}");
                continue;
            }
            var word = line.Trim();
            if (word == ":quit")
                return ExitCode.Success;
            if (word is ":text" or ":json" or ":why")
                form = word switch
                {
                    ":json" => Form.Json,
                    ":why" => Form.Why,
                    _ => Form.Text,
                };
            else if (word == ":history")
                for (var i = 0; i < history.Count; i++)
                    await streams.Out.WriteLineAsync($"{i + 1}\t{EntityHighlighter.Isolated(history[i])}");
            else if (word.StartsWith(':'))
                await streams.Error.WriteLineAsync(Help);
            else if (word.StartsWith('!'))
            {
                if (Recall(history, word[1..]) is { } earlier)
                    await AnswerAsync(earlier);
                else
                    await streams.Error.WriteLineAsync($"ner: there is no line {word[1..]}; the lines are 1 to {history.Count}.");
            }
            else if (word.Length > 0)
            {
                history.Add(line);
                await AnswerAsync(line);
            }
        }

        // Answers a line, or says why the server did not: the next line may find it back.
        async Task AnswerAsync(string line)
        {
            try
            {
                await WriteAnswerAsync(streams, tagger, line, form, cancellationToken);
            }
            catch (BatchException e) when (e.Failure == BatchFailure.ServerRefused)
            {
                await streams.Error.WriteLineAsync($"ner: {e.Message}{ServerSetup.Advice(e)}");
            }
        }
    }

    /// <summary>The line that <c>!N</c> or <c>!!</c> means; null when there is none.</summary>
    private static string? Recall(List<string> history, string number) =>
        number == "!" ? history.LastOrDefault()
        : int.TryParse(number, out var index) && index >= 1 && index <= history.Count ? history[index - 1]
        : null;

    private static async Task WriteAnswerAsync(CliStreams streams, ITagger tagger, string line, Form form, CancellationToken cancellationToken)
    {
        var options = new ExtractionOptions { OffsetUnit = OffsetUnit.Utf16CodeUnit, Features = { Feature.Entities } };
        if (form == Form.Why)
            options.Features.Add(Feature.Explanation);
        var labels = form == Form.Why ? (await tagger.DescribeAsync(cancellationToken)).WordLabels : [];
        var (response, error, _) = await tagger.TagAsync(new Document { Text = line }, options, cancellationToken);
        if (response is null)
        {
            await streams.Error.WriteLineAsync($"ner: {error}");
            return;
        }
        var format = form == Form.Json ? TagFormat.Json : TagFormat.Text;
        await TagOutput.WriteAsync(streams.Out, format, streams.OutIsTerminal, line, response, labels, features: false);
        if (form == Form.Text)
            foreach (var mention in response.Mentions)
                await streams.Out.WriteLineAsync(Describe(mention));
    }

    private static string Describe(Mention mention)
    {
        var clitics = mention.Clitics.Count == 0 ? "" : $"  {EntityHighlighter.Isolated(string.Join('+', mention.Clitics) + '+')}";
        var title = mention.Title is null ? "" : $"  {EntityHighlighter.Isolated(mention.Title.Text)}";
        return $"  {mention.Label}  {EntityHighlighter.Isolated(mention.CoreText)}  {mention.Confidence:0.00}  "
            + $"{mention.Source.ToString().ToUpperInvariant()}{clitics}{title}";
    }

    /// <summary>How answers are shown.</summary>
    private enum Form
    {
        Text,
        Json,
        Why,
    }
}
