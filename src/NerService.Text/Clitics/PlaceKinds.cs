using NerService.Text.Folding;

namespace NerService.Text.Clitics;

/// <summary>
/// Nouns that say what kind of place is named after them, and directions: منطقة (مكة المكرمة), سجن (بئر السبع), شمال (إيطاليا). Whether they belong
/// to the name is a matter of guidelines, but a name right after one is often not the whole of it.
/// </summary>
public static class PlaceKinds
{
    private const string Nouns = """
        منطقة مناطق منطقتي محافظة محافظات محافظتي ولاية ولايات ولايتي مقاطعة مقاطعات مقاطعتي إقليم أقاليم إقليمي قضاء ناحية لواء إمارة مديرية
        مدينة مدن مدينتي بلدة بلدات قرية قرى قريتي ضاحية حي أحياء حارة مخيم مخيمات دولة جمهورية مملكة سلطنة قطاع ضفة عاصمة
        جبل جبال نهر بحر محيط خليج مضيق جزيرة جزر أرخبيل صحراء وادي سهل سهول هضبة بحيرة واحة ساحل
        مطار ميناء مرفأ معبر جسر سجن ملعب استاد شارع طريق ميدان ساحة دوار مسجد جامع كنيسة كاتدرائية دير قصر قلعة متحف حديقة محطة برج سد حاجز مستشفى
        شمال جنوب شرق غرب وسط شمالي جنوبي شرقي غربي
        """;

    private static readonly KeySet Keys = new(Nouns);

    /// <summary>Whether a word is such a noun, proclitics aside: ومنطقة.</summary>
    /// <param name="key">A word folded with <see cref="FoldingProfile.GazetteerKey"/>.</param>
    public static bool Contains(ReadOnlySpan<char> key)
    {
        if (Keys.Contains(key))
            return true;
        var cuts = new ProcliticCuts();
        foreach (var cut in cuts[..Proclitics.List(key, cuts)])
            if (Keys.Contains(key[cut.Length..]))
                return true;
        return false;
    }

    /// <summary>How many letters of a word are proclitics before such a noun without its article: 1 of لحي, 2 of وبجسر; 0 where it is another word,
    /// or the noun itself (بلدة).</summary>
    /// <param name="key">A word folded with <see cref="FoldingProfile.GazetteerKey"/>.</param>
    public static int ProcliticsBefore(ReadOnlySpan<char> key)
    {
        if (Keys.Contains(key))
            return 0;
        var cuts = new ProcliticCuts();
        foreach (var cut in cuts[..Proclitics.List(key, cuts)])
            // س stands before verbs only: سدير is a place.
            if (!cut.CutsArticle && cut.Preposition != 'س' && Keys.Contains(key[cut.Length..]))
                return cut.Length;
        return 0;
    }
}
