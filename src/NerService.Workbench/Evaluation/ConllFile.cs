using NerService.Batch;
using NerService.Batch.Documents;
using NerService.Batch.Documents.Conll;
using NerService.Text.Labels;

namespace NerService.Workbench.Evaluation;

/// <summary>A sentence of a CoNLL file; each word has a label.</summary>
internal sealed record ConllSentence(IReadOnlyList<string> Tokens, IReadOnlyList<WordLabel> Labels);

/// <summary>A document of a CoNLL file: the sentences between two -DOCSTART- lines, or of the whole file when it has none.</summary>
internal sealed record ConllDocument(IReadOnlyList<ConllSentence> Sentences);

/// <summary>An annotated CoNLL file, read as <c>ner batch</c> reads it.</summary>
/// <param name="Name">Its name, without folder and extension.</param>
/// <param name="Documents">Its documents; the whole file is one when it does not say where they begin.</param>
/// <param name="NamesDocuments">Whether it says where documents begin.</param>
internal sealed record ConllFile(string Name, IReadOnlyList<ConllDocument> Documents, bool NamesDocuments)
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">Its path; - is standard input.</param>
    /// <param name="columns">What the user says about its columns.</param>
    /// <param name="standardInput">What - means.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="BatchException">The file cannot be read, is not UTF-8, or a token has no label; the message names the line.</exception>
    internal static async Task<ConllFile> ReadAsync(string path, AskedColumns columns, Stream standardInput, CancellationToken cancellationToken)
    {
        var file = InputFile.Of(path);
        await using var content = await InputContent.OpenAsync(file, standardInput, cancellationToken);
        var documents = new List<ConllDocument>();
        var (sentences, tokens, labels) = (new List<ConllSentence>(), new List<string>(), new List<WordLabel>());
        var (namesDocuments, brackets) = (false, new BracketLabels());
        await foreach (
            var row in ConllReader.ReadAsync(
                content.LinesAsync(InputOptions.DefaultMaxDocumentBytes, cancellationToken),
                file.Name,
                columns,
                cancellationToken
            )
        )
        {
            switch (row.Kind)
            {
                case ConllRowKind.Token when row.Label is { } label:
                    tokens.Add(row.Token);
                    labels.Add(row.InBrackets ? brackets.Read(label) : WordLabel.Parse(label));
                    break;
                case ConllRowKind.Token:
                    throw new BatchException(
                        BatchFailure.BadInput,
                        $"{file.Name} line {row.Number}: the token '{row.Token}' has no label such as O or B-PER; --label-column says in which "
                            + "column they stand."
                    );
                case ConllRowKind.Bad:
                    throw new BatchException(BatchFailure.BadInput, $"{file.Name} line {row.Number}: {row.Problem}");
                case ConllRowKind.DocumentStart:
                    namesDocuments = true;
                    EndSentence();
                    EndDocument();
                    break;
                case ConllRowKind.Blank:
                    EndSentence();
                    break;
                default:
                    break;
            }
        }
        EndSentence();
        EndDocument();
        return new ConllFile(path == InputOptions.StandardInput ? path : Path.GetFileNameWithoutExtension(path), documents, namesDocuments);

        void EndSentence()
        {
            brackets.EndSentence();
            if (tokens.Count == 0)
                return;
            sentences.Add(new ConllSentence(tokens, labels));
            (tokens, labels) = ([], []);
        }

        void EndDocument()
        {
            if (sentences.Count == 0)
                return;
            documents.Add(new ConllDocument(sentences));
            sentences = [];
        }
    }

    /// <summary>How many entities the file has of each type that the service does not know, such as MISC.</summary>
    internal IEnumerable<string> UnknownTypes(ScoredLabels labels) =>
        Documents.SelectMany(document => document.Sentences).SelectMany(sentence => TaggedSpans.OfUnknownType(sentence.Labels, labels));
}
