using NerService.Gazetteer.Index;
using NerService.Gazetteer.Loading;
using NerService.Gazetteer.Matching;
using NerService.Inference;
using NerService.Text.Clitics;
using NerService.Text.Documents;
using NerService.Text.Folding;

namespace NerService.Extraction.Pipeline;

/// <summary>
/// Mends lam-alef inside words (<see cref="TurnedLamAlef"/>), where letters alone do not tell عالء (علاء) from سالم.
/// <list type="bullet">
/// <item>A document where more lam-alefs are surely turned round than stand in order came out of such a program, which turns them all. There a word
/// is turned if that makes it a word of a known name, and it is none as it stands or the model, too, reads it in more subwords then.</item>
/// <item>In another, a word is turned if it is not a word of a known name as it stands, and turned it makes a known name of several words with its
/// neighbours (فلاديمير بوتين, الولايات المتحدة), or the model reads it in fewer subwords and it is a name by itself (وعلاء) or a word of one after
/// لل (للأردن). That it is some word of a longer name is not enough (علاقة against عالقة).</item>
/// </list>
/// Linear in the length of the document.
/// </summary>
internal sealed class TurnedWords(TokenClassifier model, NameParts nameParts, GazetteerIndex[] gazetteers)
{
    private const int MinWordLength = 4,
        MaxWordLength = 64;

    /// <summary>Words on either side that a known name may hold too.</summary>
    private const int Neighbours = 3;

    /// <summary>From this weight on a name is so well known that the model need not read it in fewer subwords: a big city, a country.</summary>
    private const double Prominent = 1e5;

    /// <summary>Whether a word of the document turned round is meant rather than the written one.</summary>
    private delegate bool Judge(ReadOnlySpan<char> turned, SourceText source, int word);

    /// <summary>The document as it is to be read.</summary>
    internal SourceText Mend(SourceText source, CancellationToken cancellationToken = default)
    {
        var mended = Mend(source, 1, IsSurelyMeant, cancellationToken);
        return mended.IsMended && TurnedLamAlef.IsMostlyTurned(mended) ? Mend(mended, 0, IsRatherMeant, cancellationToken) : mended;
    }

    private static SourceText Mend(SourceText source, int from, Judge isMeant, CancellationToken cancellationToken)
    {
        char[]? reading = null;
        Span<char> turned = stackalloc char[MaxWordLength];
        for (var i = 0; i < source.WordCount; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var word = source.Word(i);
            if (word.Length is < MinWordLength or > MaxWordLength || !TryTurn(source, i, turned[..word.Length], from, isMeant))
                continue;
            turned[..word.Length].CopyTo((reading ??= source.Read(new TextSpan(0, source.Text.Length)).ToArray()).AsSpan(source.Words[i].Start));
        }
        return reading is null ? source : source.WithReading(new string(reading));
    }

    /// <summary>Turns one lam-alef of a word, or all from one on, so that a word comes out which is meant.</summary>
    private static bool TryTurn(SourceText source, int index, Span<char> turned, int from, Judge isMeant)
    {
        var word = source.Word(index);
        for (var first = TurnedLamAlef.Find(word, from); first >= 0; first = TurnedLamAlef.Find(word, first + 1))
        {
            word.CopyTo(turned);
            for (var alef = first; alef >= 0; alef = TurnedLamAlef.Find(word, alef + 2))
            {
                TurnedLamAlef.Turn(turned, alef);
                if (isMeant(turned, source, index))
                    return true;
            }
        }
        return false;
    }

    private bool IsRatherMeant(ReadOnlySpan<char> turned, SourceText source, int word)
    {
        var written = source.Word(word);
        // What looks like an article is one, unless no known name holds the word and one holds the turned word as it stands (الفروف).
        if (turned[0] != written[0])
            return IsWordOfName(Key(turned)) && !IsKnown(source.Keys.Word(word));
        if (!IsKnown(Key(turned)))
            return false;
        var fewer = Subwords(written) - Subwords(turned);
        return fewer > 0 || fewer == 0 && !IsKnown(source.Keys.Word(word));
    }

    private bool IsSurelyMeant(ReadOnlySpan<char> turned, SourceText source, int word)
    {
        var written = source.Word(word);
        // An article that only the written word would have (ف + ال + ديمير) says nothing against a name of several words.
        if (!IsKnown(Key(turned)) || AnyReading(source.Keys.Word(word), IsWordOfName, besidesArticle: true))
            return false;
        var (words, weight) = LongestName(turned, source, word);
        if (words > 1)
            return true;
        if (IsKnown(source.Keys.Word(word)))
            return false;
        var fewer = Subwords(written) - Subwords(turned);
        return fewer > 0 && (words == 1 || turned.StartsWith("لل")) || fewer == 0 && weight >= Prominent;
    }

    /// <summary>How many words the longest known name has that the word, turned, and its neighbours make, 0 where they make none; and how prominent
    /// the thing is, where the name stands without proclitics.</summary>
    private (int Words, double Weight) LongestName(ReadOnlySpan<char> turned, SourceText source, int word)
    {
        var first = Math.Max(0, word - Neighbours);
        var tokens = new string[Math.Min(source.WordCount, word + 1 + Neighbours) - first];
        for (var i = 0; i < tokens.Length; i++)
            tokens[i] = (first + i == word ? turned : source.Word(first + i)).ToString();
        var longest = (Words: AnyReading(Key(turned), nameParts.Contains) ? 1 : 0, Weight: 0.0);
        foreach (var match in GazetteerMatcher.Match(SourceText.FromTokens(tokens), gazetteers))
            if (match.Words.Start <= word - first && word - first < match.Words.End)
                longest = (
                    Math.Max(longest.Words, match.Words.Length),
                    Math.Max(longest.Weight, match.CutLength == 0 ? match.Entries.HeaviestWeight : 0)
                );
        return longest;
    }

    private int Subwords(ReadOnlySpan<char> word) =>
        model.Encode(SourceText.FromTokens([word.ToString()]), placeKindsApart: false).SubwordsOf(0).Length;

    private static string Key(ReadOnlySpan<char> word) => ArabicFolding.Fold(word, FoldingProfile.GazetteerKey);

    /// <summary>Whether a word, or what is left of it without proclitics, is a word of a known name.</summary>
    private bool IsKnown(ReadOnlySpan<char> key) => AnyReading(key, IsWordOfName);

    /// <summary>Whether something holds of a word, or of what is left of it without proclitics; what lacks an article may be left aside.</summary>
    private static bool AnyReading(ReadOnlySpan<char> key, Func<ReadOnlySpan<char>, bool> holds, bool besidesArticle = false)
    {
        if (holds(key))
            return true;
        var cuts = new ProcliticCuts();
        foreach (var cut in cuts[..Proclitics.List(key, cuts)])
        {
            // ل and an article are written لل, never لال.
            if (cut.CutsArticle && (besidesArticle || cut.Preposition == 'ل' && key[cut.Length - 2] == 'ا'))
                continue;
            if (key.Length - cut.Length >= GazetteerMatcher.MinCutKeyLength && holds(cut.Rest(key)))
                return true;
        }
        return false;
    }

    private bool IsWordOfName(ReadOnlySpan<char> key)
    {
        if (nameParts.Contains(key))
            return true;
        foreach (var gazetteer in gazetteers)
            if (gazetteer.ContainsWord(key))
                return true;
        return false;
    }
}
