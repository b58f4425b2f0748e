using NerService.Text.Documents;
using NerService.Text.Folding;
using NerService.Text.Labels;

namespace NerService.Gazetteer.Tests.Matching;

/// <summary>
/// What matching means, written down without any thought of speed: every word, every way to cut it, every number of words, every entry.
/// </summary>
internal static class SlowMatcher
{
    private static readonly string[] Conjunctions = ["", "و", "ف"],
        Prepositions = ["", "ب", "ل", "ك", "س"];

    internal static List<string> Match(GazetteerEntry[] entries, SourceText source)
    {
        var matches = new List<string>();
        for (var start = 0; start < source.WordCount; start++)
        {
            var proposals =
                from way in WaysToRead(source, start)
                from length in Enumerable.Range(1, source.WordCount - start)
                let rest = Enumerable.Range(start + 1, length - 1).Select(word => Fold(source, word)).ToArray()
                where rest.LastOrDefault("x").Length > 0 // a name does not end with a word of marks
                let key = string.Join(' ', rest.Where(word => word.Length > 0).Prepend(way.Name))
                let found = EntriesOf(entries, key)
                where found.Count > 0 && (way.Cut == 0 || length > 1 || way.Name.Length >= 3)
                orderby length descending, way.Cut, way.Restored.Length
                select (Words: new WordRange(start, start + length), way.Cut, found);
            foreach (var (words, cut, found) in proposals.Take(1))
                matches.Add(Show(words, cut, found));
        }
        return matches;
    }

    /// <summary>The entries of a key, heaviest first, each surface, type and id once.</summary>
    internal static List<(string Surface, EntityType Type, string Id, double Weight)> EntriesOf(GazetteerEntry[] entries, string key) =>
        [
            .. entries
                .Where(entry => FoldedText.KeyOf(entry.Surface) == key)
                .OrderByDescending(entry => entry.Weight)
                .DistinctBy(entry => (entry.Surface, entry.Type, entry.Id))
                .Select(entry => (entry.Surface, entry.Type, entry.Id, entry.Weight)),
        ];

    internal static string Show(WordRange words, int cut, IEnumerable<(string Surface, EntityType Type, string Id, double Weight)> entries) =>
        $"{words} {cut}: {string.Join("; ", entries)}";

    /// <summary>The names that a word may be, with what was taken off and put back.</summary>
    private static IEnumerable<(string Name, int Cut, string Restored)> WaysToRead(SourceText source, int word)
    {
        var folded = Fold(source, word);
        if (folded.Length == 0)
            yield break;
        yield return (folded, 0, "");
        foreach (var conjunction in Conjunctions)
        {
            foreach (var preposition in Prepositions)
            {
                foreach (
                    var (article, restored) in preposition == "ل"
                        ? [("", ""), ("ال", ""), ("ل", ""), ("", "ا"), ("", "ال")]
                        : new[] { ("", ""), ("ال", "") }
                )
                {
                    var clitics = conjunction + preposition + article;
                    if (clitics.Length == 0 || clitics.Length >= folded.Length || !folded.StartsWith(clitics, StringComparison.Ordinal))
                        continue;
                    var rest = folded[clitics.Length..];
                    // The article's alef is dropped after ل only where its ل is still there.
                    if (restored.Length > 0 && rest[0] != 'ل')
                        continue;
                    if (CanCut(source, word, clitics.Length))
                        yield return (restored + rest, clitics.Length, restored);
                }
            }
        }
    }

    /// <summary>Whether there is a place in the word up to which the word folds to just what comes before a folded character: not when a ligature
    /// holds it and the one before.</summary>
    private static bool CanCut(SourceText source, int word, int folded)
    {
        var written = source.Word(word);
        var key = Fold(written);
        for (var length = 1; length < written.Length; length++)
        {
            var before = Fold(written[..length]);
            var next = Fold(written[..(length + 1)]);
            if (before == key[..folded] && next.Length > before.Length)
                return true;
        }
        return false;
    }

    private static string Fold(SourceText source, int word) => Fold(source.Word(word));

    private static string Fold(ReadOnlySpan<char> word) => WithoutWhitespace(ArabicFolding.Fold(word, FoldingProfile.GazetteerKey));

    private static string WithoutWhitespace(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));
}
