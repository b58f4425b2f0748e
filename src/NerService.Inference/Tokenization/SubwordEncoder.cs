using System.Collections.Concurrent;
using NerService.Text.Clitics;
using NerService.Text.Documents;
using NerService.Text.Folding;

namespace NerService.Inference.Tokenization;

/// <summary>
/// Folds (<see cref="FoldingProfile.Model"/>) and encodes a document's words. Words repeat, so their subwords are cached by the word as written, in
/// two generations: when the young one is full it becomes the old one and what the old one held and nobody asked for again is forgotten. Thread-safe;
/// memory is bounded.
/// </summary>
internal sealed class SubwordEncoder
{
    /// <summary>Words a generation of the cache holds.</summary>
    internal const int GenerationSize = 65_536;

    /// <summary>Longer words are not worth remembering.</summary>
    private const int MaxCachedLength = 48;

    private readonly ISubwordTokenizer _tokenizer;
    private readonly bool _fold;
    private readonly int _maxSubwordsPerWord;
    private readonly int[] _unknown;
    private volatile Generations _cache = new(NewGeneration(), NewGeneration());

    /// <summary>Creates an encoder that keeps at least one subword of a word; the unknown id stands for a word that cannot be encoded.</summary>
    internal SubwordEncoder(ISubwordTokenizer tokenizer, bool fold, int maxSubwordsPerWord, int unknownId)
    {
        (_tokenizer, _fold, _maxSubwordsPerWord, _unknown) = (tokenizer, fold, maxSubwordsPerWord, [unknownId]);
    }

    /// <summary>Words that the cache holds now, in both generations.</summary>
    internal int CachedWords => _cache.Young.Count + _cache.Old.Count;

    /// <summary>Encodes every word of a document.</summary>
    /// <param name="source">The document.</param>
    /// <param name="placeKindsApart">Whether nouns of <see cref="PlaceKinds"/> are encoded apart from proclitics before them, unless the vocabulary
    /// has both as one subword.</param>
    internal EncodedDocument Encode(SourceText source, bool placeKindsApart = false)
    {
        var starts = new int[source.WordCount + 1];
        var heads = new int[source.WordCount];
        var ids = new List<int>(source.WordCount * 2);
        var young = _cache.Young.GetAlternateLookup<ReadOnlySpan<char>>();
        for (var word = 0; word < source.WordCount; word++)
        {
            var surface = source.Word(word);
            var whole = Known(surface);
            if (placeKindsApart && whole.Length > 1 && TryCutBeforePlaceKind(source, word, out var noun))
            {
                ids.AddRange(Known(surface[..^noun.Length]));
                whole = Known(source.Read(noun));
            }
            heads[word] = ids.Count;
            ids.AddRange(whole);
            starts[word + 1] = ids.Count;
        }
        return new EncodedDocument([.. ids], starts, heads);

        int[] Known(ReadOnlySpan<char> surface) => young.TryGetValue(surface, out var known) ? known : EncodeAndRemember(surface);
    }

    /// <summary>The word as it is fed: folded; <c>.</c> when nothing is left of it.</summary>
    internal string Fold(ReadOnlySpan<char> word)
    {
        var folded = _fold ? ArabicFolding.Fold(word, FoldingProfile.Model) : word.ToString();
        return string.IsNullOrWhiteSpace(folded) ? "." : folded;
    }

    /// <summary>The subword as the vocabulary writes it.</summary>
    internal string Piece(int id) => _tokenizer.Piece(id);

    private static bool TryCutBeforePlaceKind(SourceText source, int word, out TextSpan noun)
    {
        noun = default;
        return PlaceKinds.ProcliticsBefore(source.Keys.Word(word)) is > 0 and var proclitics && source.Keys.TryCut(word, proclitics, out noun);
    }

    private int[] EncodeAndRemember(ReadOnlySpan<char> surface)
    {
        var cache = _cache;
        // Again the young one: it may have turned over since the document began.
        if (cache.Young.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(surface, out var ids))
            return ids;
        if (!cache.Old.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(surface, out ids))
            ids = EncodeWord(surface);
        if (surface.Length > MaxCachedLength || !cache.Young.TryAdd(surface.ToString(), ids))
            return ids;
        // Two threads may both turn the generation over; one of them then forgets a few words, which costs time and nothing else.
        if (Interlocked.Increment(ref cache.Added) >= GenerationSize && ReferenceEquals(cache, _cache))
            _cache = new Generations(NewGeneration(), cache.Young);
        return ids;
    }

    private int[] EncodeWord(ReadOnlySpan<char> surface)
    {
        var ids = _tokenizer.Encode(Fold(surface));
        if (ids.Count == 0)
            return _unknown;
        return [.. ids.Take(_maxSubwordsPerWord)];
    }

    private static ConcurrentDictionary<string, int[]> NewGeneration() => new(StringComparer.Ordinal);

    private sealed record Generations(ConcurrentDictionary<string, int[]> Young, ConcurrentDictionary<string, int[]> Old)
    {
        internal int Added;
    }
}
