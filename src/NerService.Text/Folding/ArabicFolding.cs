namespace NerService.Text.Folding;

/// <summary>
/// Folds the spellings of one Arabic word to one form. Works inside a word only, so that an offset never crosses one, and needs no ICU.
/// Idempotent: folding a folded word changes nothing.
/// </summary>
public static class ArabicFolding
{
    /// <summary>No character folds to more than this many.</summary>
    public const int MaxExpansion = ArabicPresentationForms.MaxLength;

    private const char Dropped = '\0';
    private const int StackLimit = 512;

    private static readonly char[] ModelLetters = ArabicBlock(FoldingProfile.Model);
    private static readonly char[] KeyLetters = ArabicBlock(FoldingProfile.GazetteerKey);

    /// <summary>Whether the character is a vowel or Quranic mark that folding drops (tashkeel); tatweel is not one.</summary>
    public static bool IsTashkeel(char c) =>
        c is >= '\u064B' and <= '\u065F' or '\u0670' or >= '\u0610' and <= '\u061A' or >= '\u06D6' and <= '\u06ED';

    /// <summary>Whether the character is an invisible one that both profiles drop: bidi marks and controls, ZWSP, ZWNJ, ZWJ, BOM.</summary>
    public static bool IsInvisible(char c) =>
        c is >= '\u200B' and <= '\u200F' or >= '\u202A' and <= '\u202E' or >= '\u2066' and <= '\u2069' or '\uFEFF';

    /// <summary>Folds a word.</summary>
    /// <param name="word">One word as it stands in the text.</param>
    /// <param name="profile">How far to fold.</param>
    /// <returns>The folded word; empty when nothing but marks was there.</returns>
    public static string Fold(ReadOnlySpan<char> word, FoldingProfile profile)
    {
        var needed = MaxLength(word);
        var buffer = needed <= StackLimit ? stackalloc char[StackLimit] : new char[needed];
        return buffer[..Fold(word, buffer, [], profile)].ToString();
    }

    /// <summary>Folds a word and says where each folded character comes from.</summary>
    /// <param name="word">One word as it stands in the text.</param>
    /// <param name="destination">At least <see cref="MaxLength"/> of the word.</param>
    /// <param name="sources">Receives, for each folded character, the index in <paramref name="word"/> of the character it came from. As long as
    /// <paramref name="destination"/>, or empty when not wanted.</param>
    /// <param name="profile">How far to fold.</param>
    /// <returns>Number of characters written.</returns>
    /// <exception cref="ArgumentException">A buffer is too small.</exception>
    public static int Fold(ReadOnlySpan<char> word, Span<char> destination, Span<int> sources, FoldingProfile profile)
    {
        if (destination.Length < MaxLength(word))
            throw new ArgumentException(
                $"Folding {word.Length} characters may need {MaxLength(word)}, the buffer has {destination.Length}.",
                nameof(destination)
            );
        if (!sources.IsEmpty && sources.Length < destination.Length)
            throw new ArgumentException("Must be as long as the destination.", nameof(sources));
        var letters = profile == FoldingProfile.Model ? ModelLetters : KeyLetters;
        var length = 0;
        for (var i = 0; i < word.Length; i++)
        {
            var c = word[i];
            if (ArabicPresentationForms.Letters(c) is { } form)
            {
                foreach (var letter in form)
                    Append(letter, i, destination, sources, ref length, letters);
            }
            else
            {
                Append(c, i, destination, sources, ref length, letters);
            }
        }
        return length;
    }

    /// <summary>Length of a buffer that surely holds the folded word.</summary>
    public static int MaxLength(ReadOnlySpan<char> word)
    {
        var length = word.Length;
        foreach (var c in word)
            if (ArabicPresentationForms.Letters(c) is { } form)
                length += form.Length - 1;
        return length;
    }

    private static void Append(char c, int source, Span<char> destination, Span<int> sources, ref int length, char[] letters)
    {
        var folded =
            c is >= '\u0600' and <= '\u06FF' ? letters[c - '\u0600']
            : IsInvisible(c) ? Dropped
            : letters == KeyLetters ? ForeignKey(c)
            : c;
        if (folded == Dropped && c != Dropped)
            return;
        destination[length] = folded;
        if (!sources.IsEmpty)
            sources[length] = source;
        length++;
    }

    /// <summary>Of the characters outside of the Arabic block, keys have no capitals, and not the soft hyphen and word joiner that may stand inside a
    /// word.</summary>
    private static char ForeignKey(char c) => c is '\u00AD' or '\u2060' ? Dropped : char.ToLowerInvariant(c);

    /// <summary>What each character of the Arabic block (U+0600-06FF) folds to.</summary>
    private static char[] ArabicBlock(FoldingProfile profile)
    {
        var letters = new char[0x100];
        for (var c = '\u0600'; c <= '\u06FF'; c++)
        {
            var letter = LookAlikeLetters.ToArabic(c);
            letters[c - '\u0600'] =
                c == 'ـ' || IsTashkeel(c) ? Dropped
                : profile == FoldingProfile.Model ? letter
                : ArabicKey(letter);
        }
        return letters;
    }

    private static char ArabicKey(char letter) =>
        letter switch
        {
            '\u061C' => Dropped,
            'أ' or 'إ' or 'آ' => 'ا',
            'ى' => 'ي',
            'ة' => 'ه',
            'ؤ' => 'و',
            'ئ' => 'ي',
            >= '٠' and <= '٩' => (char)('0' + (letter - '٠')),
            _ => letter,
        };
}
