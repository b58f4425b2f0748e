using NerService.Gazetteer;
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
/// <item>In another, a word is turned if that makes it a word of a known name (الولايات, وعلاء, للأردن), it is none as it stands, and the model
/// reads it in fewer subwords then.</item>
/// </list>
/// Linear in the length of the document.
/// </summary>
/// <param name="model">Whose subwords are counted.</param>
/// <param name="nameParts">Given and family names.</param>
/// <param name="gazetteers">Their words are known.</param>
internal sealed class TurnedWords(TokenClassifier model, NameParts nameParts, GazetteerIndex[] gazetteers)
{
    private const int MinWordLength = 4,
        MaxWordLength = 64;

    /// <summary>Whether a word turned round is meant rather than the written one.</summary>
    private delegate bool Judge(ReadOnlySpan<char> turned, ReadOnlySpan<char> written);

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
            if (word.Length is < MinWordLength or > MaxWordLength || !TryTurn(word, turned[..word.Length], from, isMeant))
                continue;
            turned[..word.Length].CopyTo((reading ??= source.Read(new TextSpan(0, source.Text.Length)).ToArray()).AsSpan(source.Words[i].Start));
        }
        return reading is null ? source : source.WithReading(new string(reading));
    }

    /// <summary>Turns one lam-alef of a word, or all from one on, so that a word comes out which is meant.</summary>
    private static bool TryTurn(ReadOnlySpan<char> word, Span<char> turned, int from, Judge isMeant)
    {
        for (var first = TurnedLamAlef.Find(word, from); first >= 0; first = TurnedLamAlef.Find(word, first + 1))
        {
            word.CopyTo(turned);
            for (var alef = first; alef >= 0; alef = TurnedLamAlef.Find(word, alef + 2))
            {
                TurnedLamAlef.Turn(turned, alef);
                if (isMeant(turned, word))
                    return true;
            }
        }
        return false;
    }

    private bool IsRatherMeant(ReadOnlySpan<char> turned, ReadOnlySpan<char> written)
    {
        // What looks like an article is one, unless the word is nobody's and the turned one somebody's as it stands (الفروف).
        if (turned[0] != written[0])
            return IsWordOfName(Key(turned)) && !IsKnown(Key(written));
        if (!IsKnown(Key(turned)))
            return false;
        var fewer = Subwords(written) - Subwords(turned);
        return fewer > 0 || fewer == 0 && !IsKnown(Key(written));
    }

    private bool IsSurelyMeant(ReadOnlySpan<char> turned, ReadOnlySpan<char> written) =>
        IsKnown(Key(turned)) && !IsKnown(Key(written)) && Subwords(turned) < Subwords(written);

    private int Subwords(ReadOnlySpan<char> word) => model.Encode(SourceText.FromTokens([word.ToString()])).SubwordCount;

    private static string Key(ReadOnlySpan<char> word) => ArabicFolding.Fold(word, FoldingProfile.GazetteerKey);

    /// <summary>Whether a word, or what is left of it without proclitics, is a word of a known name.</summary>
    private bool IsKnown(string key)
    {
        if (IsWordOfName(key))
            return true;
        var cuts = new ProcliticCuts();
        foreach (var cut in cuts[..Proclitics.List(key, cuts)])
        {
            // ل and an article are written لل, never لال.
            if (cut is { CutsArticle: true, Preposition: 'ل' } && key[cut.Length - 2] == 'ا')
                continue;
            if (key.Length - cut.Length >= GazetteerMatcher.MinCutKeyLength && IsWordOfName(cut.Rest(key)))
                return true;
        }
        return false;
    }

    private bool IsWordOfName(string key)
    {
        if (nameParts.Contains(key))
            return true;
        foreach (var gazetteer in gazetteers)
            if (gazetteer.ContainsWord(key))
                return true;
        return false;
    }
}
