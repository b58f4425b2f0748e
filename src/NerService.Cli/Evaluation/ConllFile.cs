using NerService.Cli.Input;

namespace NerService.Cli.Evaluation;

/// <summary>A sentence of a CoNLL file.</summary>
/// <param name="Tokens">Its words.</param>
/// <param name="Tags">One tag a word: O, B-X or I-X.</param>
internal sealed record ConllSentence(IReadOnlyList<string> Tokens, IReadOnlyList<string> Tags);

/// <summary>A document of a CoNLL file: the sentences between two -DOCSTART- lines, or of the whole file when it has none.</summary>
internal sealed record ConllDocument(IReadOnlyList<ConllSentence> Sentences);

/// <summary>A <c>TOKEN&lt;TAB&gt;TAG</c> file: one token a line, an empty line after each sentence, a line that starts with -DOCSTART- before each document.</summary>
/// <param name="Name">Its name, without folder and extension.</param>
/// <param name="Documents">Its documents; the whole file is one when it does not say where they begin.</param>
/// <param name="NamesDocuments">Whether it says where documents begin.</param>
internal sealed record ConllFile(string Name, IReadOnlyList<ConllDocument> Documents, bool NamesDocuments)
{
    private const string DocumentStart = "-DOCSTART-";

    /// <summary>Reads a file.</summary>
    /// <exception cref="CliException">The file cannot be read, is not UTF-8, or a line is neither empty nor a token with its tag; the message names the line.</exception>
    internal static async Task<ConllFile> ReadAsync(string path, Stream standardInput, CancellationToken cancellationToken)
    {
        await using var stream = InputFile.Open(path, standardInput);
        var documents = new List<ConllDocument>();
        var (sentences, tokens, tags) = (new List<ConllSentence>(), new List<string>(), new List<string>());
        var number = 0;
        var namesDocuments = false;
        await foreach (var line in StrictUtf8.ReadLinesAsync(stream, InputFile.NameOf(path), cancellationToken))
        {
            number++;
            if (line.StartsWith(DocumentStart, StringComparison.Ordinal))
            {
                namesDocuments = true;
                EndSentence();
                EndDocument();
            }
            else if (string.IsNullOrWhiteSpace(line))
            {
                EndSentence();
            }
            else
            {
                var (token, tag) = ParseLine(line, path, number);
                tokens.Add(token);
                tags.Add(tag);
            }
        }
        EndSentence();
        EndDocument();
        return new ConllFile(path == InputFile.StandardInput ? path : Path.GetFileNameWithoutExtension(path), documents, namesDocuments);

        void EndSentence()
        {
            if (tokens.Count == 0) return;
            sentences.Add(new ConllSentence(tokens, tags));
            (tokens, tags) = ([], []);
        }

        void EndDocument()
        {
            if (sentences.Count == 0) return;
            documents.Add(new ConllDocument(sentences));
            sentences = [];
        }
    }

    private static (string Token, string Tag) ParseLine(string line, string path, int number)
    {
        var tab = line.IndexOf('\t');
        if (tab <= 0 || line.IndexOf('\t', tab + 1) >= 0) throw Bad("is no TOKEN<TAB>TAG");
        var tag = line[(tab + 1)..].Trim();
        if (tag != "O" && !(tag.Length > 2 && tag[0] is 'B' or 'I' && tag[1] == '-')) throw Bad($"has the tag '{tag}', which is neither O nor B-X nor I-X");
        return (line[..tab], tag);

        CliException Bad(string what) => new(ExitCode.BadInput, $"{InputFile.NameOf(path)} line {number} {what}.");
    }
}
