namespace NerService.Text.Folding;

/// <summary>
/// Letters of the Arabic block that Arabic itself does not write, and the Arabic letter that a writer of Arabic means by each. They come from
/// Persian, Urdu, Kurdish, Pashto, Sindhi, Uighur and Maghrebi keyboards and from fonts: some look alike (القاھرة), some write a sound that Arabic
/// lacks (ڤيينا, پاريس, أڭادير).
/// </summary>
/// <remarks>
/// Decided letter by letter, for both folding profiles. The built-in model's vocabulary has pieces for most of them, some for whole Persian words (ی,
/// ک, گ, پ, چ), but the text that it learned names from has one such letter in a thousand words. In 307 names of unseen text that hold one, folding
/// found 165 and leaving them 162, for no letter fewer than one name less; and a folded name is one key in the gazetteer and in grouping.
/// </remarks>
internal static class LookAlikeLetters
{
    private const char First = '\u0600',
        Last = '\u06FF';

    private static readonly char[] Letters = Read();

    /// <summary>The Arabic letter for a look-alike; the character itself where it is none.</summary>
    /// <param name="c">A character of the Arabic block (U+0600-06FF).</param>
    internal static char ToArabic(char c) => Letters[c - First];

    private static char[] Read()
    {
        var letters = new char[Last - First + 1];
        for (var c = First; c <= Last; c++)
            letters[c - First] = c;
        foreach (var entry in Table.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        foreach (var letter in entry.AsSpan(1))
            letters[letter - First] = entry[0];
        return letters;
    }

    /// <summary>One group per entry: the Arabic letter, then those that stand for it. Extended Arabic-Indic digits are the Arabic-Indic
    /// ones.</summary>
    private const string Table = """
        ءٴ اٱ أٲٵ إٳ بپٮٻڀ تٹټٺ ثٿٽ جچڄڃڇڿ حځڂ خڅ دڈډڊڋڍڐۮ ذڌڎڏ رڑړڔڕڒږۯ زژڗڙ سښڛ شڜۺ صڝ ضڞۻ طڟ عڠ غۼ
        فڤڡڢڣڥڦ قڨٯڧ كکڪػؼگڭڬڮګڰڱڲڳڴ لڵڶڷڸ نںڻڼڽڹ هھہەۿ ةۃۀۂ وۆۇۋۈۉۊۅۄۏ ؤٶٷ يیےێېۍۑؠؽؾؿ ئٸۓ
        ٠۰ ١۱ ٢۲ ٣۳ ٤۴ ٥۵ ٦۶ ٧۷ ٨۸ ٩۹
        """;
}
