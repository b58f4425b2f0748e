using System.Runtime.CompilerServices;

namespace NerService.Batch.Documents.Conll;

/// <summary>
/// Reads the lines of CoNLL files and their like: CoNLL-U, CoNLL-2012, WikiANN, IOB, BIOES, with tabs, spaces or bars, with comments, numbers and
/// further columns.
/// </summary>
internal static class ConllReader
{
    /// <summary>Lines at the beginning of a file by which its columns are told apart, and the UTF-16 code units they may have.</summary>
    private const int HeadLines = 500,
        HeadCharacters = 1_000_000;

    /// <summary>Reads lines as they come, once the first ones have said what the columns are.</summary>
    /// <exception cref="BatchException">The columns cannot be told apart.</exception>
    internal static async IAsyncEnumerable<ConllRow> ReadAsync(
        IAsyncEnumerable<Line> lines,
        string name,
        AskedColumns asked,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var (head, characters) = (new List<Line>(), 0);
        await using var reader = lines.GetAsyncEnumerator(cancellationToken);
        while (head.Count < HeadLines && characters < HeadCharacters && await reader.MoveNextAsync())
        {
            head.Add(reader.Current);
            characters += reader.Current.Text?.Length ?? 0;
        }
        var layout = ConllLayout.Of(head, asked, name);
        foreach (var row in head.SelectMany(layout.Read))
            yield return row;
        while (await reader.MoveNextAsync())
            foreach (var row in layout.Read(reader.Current))
                yield return row;
    }
}
