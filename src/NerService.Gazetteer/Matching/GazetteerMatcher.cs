using System.Buffers;
using NerService.Gazetteer.Index;
using NerService.Text.Clitics;
using NerService.Text.Documents;
using NerService.Text.Folding;

namespace NerService.Gazetteer.Matching;

/// <summary>
/// Finds the names of gazetteers in documents. The rule: at each word, each index yields its longest key (in words) that starts there; between keys
/// of equal length the one with the fewest letters cut off the first word, and then the one that restores the fewest, wins. Matches from different
/// words may overlap: matching proposes, the arbiter decides. Time per word does not depend on the size of an index.
/// </summary>
public static class GazetteerMatcher
{
    /// <summary>
    /// Fewest characters of a one-word key that is found by cutting: shorter rests are chance (لدى is not ل + دى), the more so as the two-letter
    /// places of the world are many.
    /// </summary>
    public const int MinCutKeyLength = 3;

    /// <summary>Finds names.</summary>
    /// <param name="source">The document.</param>
    /// <param name="indexes">The gazetteers, each on its own: a caller's name hides none of the service's.</param>
    /// <returns>The matches by first word, then in the order of the indexes.</returns>
    public static List<GazetteerMatch> Match(SourceText source, params ReadOnlySpan<GazetteerIndex> indexes)
    {
        ArgumentNullException.ThrowIfNull(source);
        var text = source.Keys;
        var matches = new List<GazetteerMatch>();
        if (text.WordCount == 0 || indexes.IsEmpty)
            return matches;
        var rented = ArrayPool<int>.Shared.Rent(checked(text.WordCount * indexes.Length));
        var numbers = rented.AsSpan(0, text.WordCount * indexes.Length);
        NumberWords(text, indexes, numbers);

        Span<ProcliticCut> cuts = new ProcliticCut[Proclitics.MaxCuts];
        Span<uint> hashes = stackalloc uint[Proclitics.MaxCuts];
        for (var start = 0; start < text.WordCount; start++)
        {
            var word = text.Word(start);
            if (word.IsEmpty)
                continue;
            var count = Proclitics.List(word, cuts);
            for (var i = 0; i < count; i++)
                hashes[i] = WordHash.Of(cuts[i].Restored, word[cuts[i].Length..]);
            for (var i = 0; i < indexes.Length; i++)
            {
                var from = new Start(text, indexes[i], numbers.Slice(i * text.WordCount, text.WordCount), start);
                if (from.Longest(cuts[..count], hashes) is { } match)
                    matches.Add(match);
            }
        }
        ArrayPool<int>.Shared.Return(rented);
        return matches;
    }

    /// <summary>Looks every word up in every index, apart from what follows from it: the looks are independent, so that the processor overlaps their
    /// waits for memory. The numbers come index by index, one per word, -1 for a word that is not there.</summary>
    private static void NumberWords(FoldedText text, ReadOnlySpan<GazetteerIndex> indexes, Span<int> numbers)
    {
        for (var i = 0; i < text.WordCount; i++)
        {
            var word = text.Word(i);
            var hash = WordHash.Of(word);
            for (var index = 0; index < indexes.Length; index++)
                numbers[index * text.WordCount + i] = word.IsEmpty ? -1 : indexes[index].FindWord(hash, [], word);
        }
    }

    /// <summary>A word of a document from which an index is asked for its longest key.</summary>
    private readonly ref struct Start(FoldedText text, GazetteerIndex index, ReadOnlySpan<int> numbers, int start)
    {
        private readonly ReadOnlySpan<int> _numbers = numbers;

        internal GazetteerMatch? Longest(ReadOnlySpan<ProcliticCut> cuts, ReadOnlySpan<uint> hashes)
        {
            var (bestEnd, bestNode, bestCut, bestRestored) = (start, 0, 0, 0);
            if (_numbers[start] >= 0)
                (bestEnd, bestNode) = Walk(_numbers[start]);
            var word = text.Word(start);
            for (var i = 0; i < cuts.Length; i++)
            {
                var (cut, restored) = (cuts[i].Length, cuts[i].Restored);
                var number = index.FindWord(hashes[i], restored, word[cut..]);
                if (number < 0 || !text.TryCut(start, cut, out _))
                    continue;
                var (end, node) = Walk(number);
                if (end <= bestEnd || end == start + 1 && restored.Length + word.Length - cut < MinCutKeyLength)
                    continue;
                (bestEnd, bestNode, bestCut, bestRestored) = (end, node, cut, restored.Length);
            }
            return bestEnd == start ? null : new GazetteerMatch(new WordRange(start, bestEnd), bestCut, bestRestored, index.EntriesAt(bestNode));
        }

        /// <summary>Follows the words after the first as far as keys go; words that are nothing but marks are stepped over.</summary>
        /// <param name="node">Where the first word leads to.</param>
        /// <returns>The word after the longest key and its node; the start itself when no key ends on the way.</returns>
        private (int End, int Node) Walk(int node)
        {
            var (end, found) = index.IsKey(node) ? (start + 1, node) : (start, 0);
            for (var i = start + 1; i < text.WordCount; i++)
            {
                if (_numbers[i] < 0)
                {
                    if (text.Word(i).IsEmpty)
                        continue;
                    break;
                }
                if (!index.TryStep(node, _numbers[i], out node))
                    break;
                if (index.IsKey(node))
                    (end, found) = (i + 1, node);
            }
            return (end, found);
        }
    }
}
