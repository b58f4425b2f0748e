using System.CommandLine;
using System.Runtime.CompilerServices;
using NerService.Batch;
using NerService.Batch.Documents;
using NerService.Batch.Output;
using NerService.Cli.Input;
using NerService.Contracts.V1;
using NerService.Protocol;

namespace NerService.Cli.Tagging;

/// <summary><c>ner tag</c>: documents in, entities out.</summary>
internal sealed class TagCommand(CliStreams streams)
{
    private readonly AnswerSetup _answer = new("json");
    private readonly TaggerSetup _taggers = new("Ask a server instead of running the model in this process.");
    private readonly Argument<string> _file = FileArgument.OrStandardInput("UTF-8 text; - is standard input. A byte order mark is skipped.");

    private readonly ChoiceOption<TagFormat> _format = new(
        "--format",
        "text marks the entities in the text, with colours on a terminal and in brackets elsewhere, each within a bidi isolate; json writes an "
            + "ExtractEntitiesResponse of the contract (proto3 JSON), one line per document; conll writes WORD<TAB>LABEL lines and an empty line "
            + "after each document.",
        ("text", TagFormat.Text),
        ("json", TagFormat.Json),
        ("conll", TagFormat.Conll)
    );

    private readonly ChoiceOption<DocumentExtent> _document = new(
        "--document",
        "What is one document: each line that holds more than white space (documentId is the line's number, from 1), or the whole file "
            + "(documentId is its name).",
        ("line", DocumentExtent.Line),
        ("file", DocumentExtent.File)
    );

    private readonly Option<bool> _tokens = new("--tokens")
    {
        Description =
            "The text is already split: its words, separated by white space, are sent as tokens, and each gets one label. Offsets count in the "
            + "tokens joined by one space.",
    };

    private readonly Option<bool> _explain = new("--explain")
    {
        Description =
            "Say why: of each word its folded form, subwords and most likely labels; of each candidate its probability and what became of it. "
            + "json carries all of it, features included; conll none of it.",
    };

    private readonly Option<bool> _features = new("--features")
    {
        Description = "With --explain: the features of each candidate, those that are not 0, as the arbiter saw them.",
    };

    private readonly ChoiceOption<bool?> _color = new(
        "--color",
        "Colours of the text format; auto: on a terminal, unless NO_COLOR is set.",
        ("auto", null),
        ("always", true),
        ("never", false)
    );

    internal Command Create()
    {
        var command = new Command("tag", "Finds the entities of documents.")
        {
            _file,
            _format,
            _document,
            _tokens,
            _explain,
            _features,
            _color,
            _taggers.All,
            _answer.All,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var format = _format.Value(parsed);
        var options = Options(parsed, format);
        var colour = _color.Value(parsed) ?? streams.OutIsTerminal;
        var file = InputFile.Of(parsed.GetValue(_file)!);
        FileArgument.RefuseOneFile([file.Path], OutputOptions.StandardOutput, "Standard output");
        await file.CheckAsync(cancellationToken);
        await using var tagger = await _taggers.CreateAsync(parsed, useGazetteer: true, cancellationToken);
        var labels = options.Wants(Feature.Explanation) && format == TagFormat.Text ? (await tagger.DescribeAsync(cancellationToken)).WordLabels : [];
        var refused = 0;
        await foreach (
            var tagging in OrderedWork.RunAsync(
                DocumentsAsync(file.Path, _document.Value(parsed), parsed.GetValue(_tokens), cancellationToken),
                async (document, token) => (document, await tagger.TagAsync(document, options, token)),
                tagger.Concurrency,
                cancellationToken
            )
        )
        {
            var (document, (response, error, _)) = await tagging;
            if (response is null)
            {
                refused++;
                await streams.Error.WriteLineAsync($"ner: document '{document.Id}': {error}");
                continue;
            }
            var text = document.ContentCase == Document.ContentOneofCase.Text ? document.Text : string.Join(' ', document.TokenizedText.Tokens);
            await TagOutput.WriteAsync(streams.Out, format, colour, text, response, labels, parsed.GetValue(_features));
            // Whoever reads, person or program, gets each answer when it is there.
            await streams.Out.FlushAsync(cancellationToken);
        }
        return refused == 0 ? ExitCode.Success : ExitCode.Failure;
    }

    private ExtractionOptions Options(ParseResult parsed, TagFormat format)
    {
        var options = _answer.Options(parsed);
        // The other formats print no offsets; they slice .NET strings.
        if (format != TagFormat.Json)
            options.OffsetUnit = OffsetUnit.Utf16CodeUnit;
        options.Features.Add(format == TagFormat.Conll ? Feature.WordLabels : Feature.Entities);
        if ((parsed.GetValue(_explain) || parsed.GetValue(_features)) && format != TagFormat.Conll)
            options.Features.Add(Feature.Explanation);
        return options;
    }

    /// <summary>Reads documents as they come; what cannot be read ends the reading.</summary>
    private async IAsyncEnumerable<Document> DocumentsAsync(
        string path,
        DocumentExtent extent,
        bool tokens,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await foreach (var (line, text) in TextFile.ReadAsync(path, extent, streams.In, cancellationToken))
        {
            var document = new Document { Id = extent == DocumentExtent.File ? Path.GetFileName(path) : $"{line}" };
            if (tokens)
                document.TokenizedText = new TokenizedText { Tokens = { text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) } };
            else
                document.Text = text;
            yield return document;
        }
    }
}
