using System.CommandLine;
using System.Runtime.CompilerServices;
using NerService.Cli.Input;
using NerService.Client;
using NerService.Contracts.V1;
using NerService.Mapping;
using NerService.Text;
using EntityType = NerService.Contracts.V1.EntityType;
using OffsetUnit = NerService.Contracts.V1.OffsetUnit;

namespace NerService.Cli.Tagging;

/// <summary><c>ner tag</c>: documents in, entities out.</summary>
internal sealed class TagCommand
{
    private readonly CliStreams _streams;
    private readonly ExtractorSetup _setup = new();

    private readonly Argument<string> _file = new("FILE") { Description = "UTF-8 text; - is standard input. A byte order mark is skipped.", DefaultValueFactory = _ => InputFile.StandardInput };

    private readonly Option<string?> _server = new("--server") { HelpName = "URL", Description = "Ask a server (http://localhost:5051) instead of running the model in this process; --model and the like have no effect then." };

    private readonly ChoiceOption<TagFormat> _format = new(
        "--format",
        "text marks the entities in the text, with colours on a terminal and in brackets elsewhere, each within a bidi isolate; json writes an ExtractResponse of the contract (proto3 JSON), one line a document; conll writes WORD<TAB>LABEL lines and an empty line after each document.",
        ("text", TagFormat.Text), ("json", TagFormat.Json), ("conll", TagFormat.Conll));

    private readonly ChoiceOption<OffsetUnit> _offsets = new(
        "--offsets", "What the offsets of json count.", ("codepoint", OffsetUnit.UnicodeCodePoint), ("utf16", OffsetUnit.Utf16CodeUnit), ("utf8", OffsetUnit.Utf8Byte));

    private readonly ChoiceOption<DocumentUnit> _document = new(
        "--document",
        "What is one document: each line that holds more than white space (documentId is the line's number, from 1), or the whole file (documentId is its name).",
        ("line", DocumentUnit.Line), ("file", DocumentUnit.File));

    private readonly Option<bool> _tokens = new("--tokens") { Description = "The text is already split: its words, separated by white space, are sent as tokens, and each gets one label. Offsets count in the tokens joined by one space." };

    private readonly Option<string[]> _types = new("--types") { HelpName = "TYPE[,TYPE]", Description = "Only these types: person, location, organization (or PER, LOC, ORG). Default: all.", DefaultValueFactory = _ => [] };

    private readonly Option<float?> _minConfidence = new("--min-confidence") { HelpName = "X", Description = "Leave out entities with a lower confidence, 0 to 1." };

    private readonly ChoiceOption<bool> _gazetteer = ChoiceOption.OnOff("--gazetteer", "Whether the gazetteer takes part.");

    private readonly Option<string[]> _deny = new("--deny") { HelpName = "NAME", Description = "A name that is not to be returned, whatever its spelling and proclitics. May be given several times.", DefaultValueFactory = _ => [] };

    private readonly Option<bool> _explain = new("--explain") { Description = "Say why: of each word its folded form, subwords and most likely labels; of each candidate its probability and what became of it. json carries all of it, features included; conll none of it." };

    private readonly Option<bool> _features = new("--features") { Description = "With --explain: the features of each candidate, those that are not 0, as the arbiter saw them." };

    private readonly ChoiceOption<bool?> _color = new("--color", "Colours of the text format; auto: on a terminal, unless NO_COLOR is set.", ("auto", null), ("always", true), ("never", false));

    private TagCommand(CliStreams streams) => _streams = streams;

    /// <summary>Makes the command.</summary>
    internal static Command Create(CliStreams streams)
    {
        var self = new TagCommand(streams);
        var command = new Command("tag", $"Finds the entities of documents. {ExitCode.Help}")
        {
            self._file, self._server, self._format.Option, self._offsets.Option, self._document.Option, self._tokens, self._types, self._minConfidence, self._gazetteer.Option,
            self._deny, self._explain, self._features, self._color.Option,
        };
        self._setup.AddTo(command);
        self._file.Validators.Add(InputFile.RefuseOptions);
        command.SetAction(self.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var format = _format.Value(parsed);
        var options = Options(parsed, format);
        var colour = _color.Value(parsed) ?? _streams.OutIsTerminal;
        var documents = InputDocument.ReadAsync(parsed.GetValue(_file)!, _document.Value(parsed), _streams.In, cancellationToken);
        using var tagger = await CreateTaggerAsync(parsed, cancellationToken);
        var labels = options.Explain && format == TagFormat.Text ? await tagger.LabelsAsync(cancellationToken) : [];
        var refused = 0;
        await foreach (var (request, response, error) in tagger.TagAsync(Requests(documents, parsed.GetValue(_tokens), options, cancellationToken), cancellationToken))
        {
            if (response is null)
            {
                refused++;
                await _streams.Error.WriteLineAsync($"ner: document '{request.DocumentId}': {error}");
                continue;
            }
            var text = request.DocumentCase == ExtractRequest.DocumentOneofCase.Text ? request.Text : string.Join(' ', request.TokenizedText.Tokens);
            await TagOutput.WriteAsync(_streams.Out, format, colour, text, response, labels, parsed.GetValue(_features));
            // Whoever reads, person or program, gets each answer when it is there.
            await _streams.Out.FlushAsync(cancellationToken);
        }
        return refused == 0 ? ExitCode.Success : ExitCode.Failure;
    }

    private async Task<ITagger> CreateTaggerAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(_server) is not { } server) return new LocalTagger(await _setup.LoadAsync(parsed, useGazetteer: true, cancellationToken));
        if (!Uri.TryCreate(server, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            throw new CliException(ExitCode.Usage, $"--server '{server}' is no http or https address, such as http://localhost:5051.");
        return new RemoteTagger(NerClient.Connect(address));
    }

    private ExtractOptions Options(ParseResult parsed, TagFormat format)
    {
        var options = new ExtractOptions
        {
            // The other formats print no offsets; they slice .NET strings.
            OffsetUnit = format == TagFormat.Json ? _offsets.Value(parsed) : OffsetUnit.Utf16CodeUnit,
            IncludeTokenLabels = format == TagFormat.Conll,
            Gazetteer = new GazetteerOptions { Disabled = !_gazetteer.Value(parsed), Deny = { parsed.GetValue(_deny)! } },
            Explain = (parsed.GetValue(_explain) || parsed.GetValue(_features)) && format != TagFormat.Conll,
        };
        options.Types_.AddRange(parsed.GetValue(_types)!.SelectMany(list => list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Select(ParseType));
        if (parsed.GetValue(_minConfidence) is { } minConfidence)
        {
            if (minConfidence is not (>= 0 and <= 1)) throw new CliException(ExitCode.Usage, $"--min-confidence is {minConfidence}; allowed are 0 to 1.");
            options.MinConfidence = minConfidence;
        }
        return options;
    }

    private static EntityType ParseType(string name)
    {
        if (EntityTypes.TryParseTag(name.ToUpperInvariant(), out var type)) return EnumMapper.ToProto(type);
        if (Enum.TryParse<EntityType>(name, ignoreCase: true, out var named) && named != EntityType.Unspecified && !char.IsDigit(name[0])) return named;
        throw new CliException(ExitCode.Usage, $"--types: '{name}' is no type; known are person, location, organization.");
    }

    private static async IAsyncEnumerable<ExtractRequest> Requests(
        IAsyncEnumerable<InputDocument> documents, bool tokens, ExtractOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var (id, text) in documents.WithCancellation(cancellationToken))
        {
            var request = new ExtractRequest { DocumentId = id, Options = options };
            if (tokens) request.TokenizedText = new TokenizedText { Tokens = { text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) } };
            else request.Text = text;
            yield return request;
        }
    }
}
