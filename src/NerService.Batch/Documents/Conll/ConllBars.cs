using NerService.Text.Labels;

namespace NerService.Batch.Documents.Conll;

/// <summary>Tokens with label and perhaps part of speech after bars, <c>غزة|PROPN|B-LOC</c>: one sentence per line, or one token per line.</summary>
/// <param name="bars">Bars of a token: 1, or 2 with a part of speech.</param>
/// <param name="lineIsSentence">Whether a sentence ends with its line.</param>
internal sealed class ConllBars(int bars, bool lineIsSentence) : ConllLines
{
    private const char Bar = '|';

    /// <summary>Tells whether a file is of this layout: every token of every line has its bars, and a label after the last.</summary>
    /// <param name="head">The first lines of the file.</param>
    /// <returns>Null when it is not.</returns>
    internal static ConllBars? Of(IEnumerable<string> head)
    {
        var lines = head.Select(text => Tokens(text).ConvertAll(token => text[token])).ToList();
        var tokens = lines.SelectMany(line => line).ToList();
        if (
            tokens.Count == 0
            || !tokens.TrueForAll(token => token.Contains(Bar) && WordLabel.IsLabel(token.AsSpan()[(token.LastIndexOf(Bar) + 1)..]))
        )
            return null;
        return new ConllBars(Math.Min(2, tokens.Min(token => token.AsSpan().Count(Bar))), lines.Exists(line => line.Count > 1));
    }

    protected override IEnumerable<ConllRow> ReadTokens(string text, Line line)
    {
        var ranges = Tokens(text);
        if (BeginsAsComment(text) && ranges.Exists(range => !text.AsSpan(range).Contains(Bar)))
            return [new ConllRow(ConllRowKind.Layout, line, text, line.End)];
        var rows = new List<ConllRow>();
        var written = 0;
        foreach (var range in ranges)
        {
            var token = text[range];
            var label = token.LastIndexOf(Bar);
            var word = bars == 1 || label <= 0 ? label : token.LastIndexOf(Bar, label - 1);
            if (word <= 0)
            {
                var parts = bars == 1 ? "its label" : "part of speech and label";
                var bad = new ConllRow(ConllRowKind.Bad, line, text, line.End)
                {
                    Problem = $"holds '{token}', which is not a word with {parts} after |",
                };
                return [bad, .. SentenceEnd(line)];
            }
            var place = range.Start.Value + label + 1;
            rows.Add(new ConllRow(ConllRowKind.Token, line, text[written..place], "") { Token = token[..word], Label = token[(label + 1)..] });
            written = range.End.Value;
        }
        rows[^1] = rows[^1] with { After = text[written..] + line.End };
        return [.. rows, .. SentenceEnd(line)];
    }

    private IEnumerable<ConllRow> SentenceEnd(Line line) => lineIsSentence ? [new ConllRow(ConllRowKind.Blank, line, "", "")] : [];

    private static List<Range> Tokens(string text)
    {
        var tokens = new List<Range>();
        foreach (var range in text.AsSpan().SplitAny(" \t"))
            if (!text.AsSpan(range).Trim('\uFEFF').IsWhiteSpace())
                tokens.Add(text[range.Start] == '\uFEFF' ? (range.Start.Value + 1)..range.End : range);
        return tokens;
    }
}
