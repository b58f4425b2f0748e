using System.Collections.Frozen;
using NerService.Text.Folding;

namespace NerService.Text.Titles;

/// <summary>What a word can be in a title.</summary>
internal enum TitleWordKind
{
    /// <summary>An office that says of what, in any number of words: وزير (الخارجية), رئيس (الوزراء), المدير (العام لشركة …).</summary>
    Office,

    /// <summary>Somebody's deputy, who shares the title after the word: نائب (الرئيس), مساعد (الوزير).</summary>
    Deputy,

    /// <summary>Somebody's successor, adviser, envoy: خليفة (عرفات), مستشار (الأمن القومي).</summary>
    Aide,

    /// <summary>The holder of an office, already definite; adjectives may follow: الرئيس (الفرنسي), الملك.</summary>
    Holder,

    /// <summary>A style, rank or calling, which another title may stand before: (رئيس الوزراء) الدكتور, (أمير قطر) الشيخ.</summary>
    Style,

    /// <summary>An honorific before another title or the name: جلالة (الملك), معالي.</summary>
    Honorific,
}

/// <summary>The shipped list of titles, and the words that follow them. Keys are folded with <see cref="FoldingProfile.GazetteerKey"/>.</summary>
internal static class TitleWords
{
    private static readonly FrozenDictionary<string, TitleWordKind>.AlternateLookup<ReadOnlySpan<char>> Kinds = Words(Offices, TitleWordKind.Office)
        .Concat(Words(Deputies, TitleWordKind.Deputy))
        .Concat(Words(Aides, TitleWordKind.Aide))
        .Concat(Words(Holders, TitleWordKind.Holder))
        .Concat(Words(Styles, TitleWordKind.Style))
        .Concat(Words(Honorifics, TitleWordKind.Honorific))
        .ToFrozenDictionary(StringComparer.Ordinal)
        .GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly KeySet Adjectives = new(AdjectiveWords),
        Complements = new(ComplementWords),
        NameTakers = new(NameTakingWords),
        NeverComplements = new(NeverComplementWords);

    internal static bool TryGetKind(ReadOnlySpan<char> key, out TitleWordKind kind) => Kinds.TryGetValue(key, out kind);

    /// <summary>السابق, الراحل, العام, or an adjective of relation with the article: الفرنسي, الروسية.</summary>
    internal static bool IsAdjective(ReadOnlySpan<char> key) =>
        Adjectives.Contains(key)
        || key.Length >= 5 && key.StartsWith("ال") && (key.EndsWith("ي") || key.EndsWith("يه")) && !NeverComplements.Contains(key);

    /// <summary>What an office can be of: a definite noun (الخارجية, والتعاون, للأمم) or one of the list (خارجية, مجلس, باسم).</summary>
    internal static bool IsComplement(ReadOnlySpan<char> key)
    {
        if (NeverComplements.Contains(key))
            return false;
        if (Complements.Contains(key))
            return true;
        if (key.Length >= 5 && (key.StartsWith("ال") || key.StartsWith("لل")) || key.Length >= 6 && key.StartsWith("وال"))
            return true;
        return key.Length >= 4 && key[0] is 'و' or 'ل' or 'ب' && Complements.Contains(key[1..]);
    }

    /// <summary>Whether a complement is completed by the name right after it, a person's too: (المتحدث) باسم ترامب, (مدير) مكتب عباس.</summary>
    internal static bool TakesName(ReadOnlySpan<char> key) => NameTakers.Contains(key);

    /// <summary>A letter that stands for a title before a full stop or slash: د. أ. م.</summary>
    internal static bool IsAbbreviation(ReadOnlySpan<char> key) => key is "د" or "ا" or "م" or "ش" or "ق";

    private static IEnumerable<KeyValuePair<string, TitleWordKind>> Words(string words, TitleWordKind kind) =>
        KeySet.Keys(words).Select(key => KeyValuePair.Create(key, kind));

    private const string Offices = """
        رئيس رئيسة وزير وزيرة ملك ملكة أمير أميرة سلطان حاكم حاكمة إمبراطور قيصر شاه ولي كبير كبيرة مدير مديرة المدير المديرة أمين أمينة
        الأمين الأمينة قائد قائدة القائد زعيم زعيمة الزعيم مرشد المرشد المتحدث المتحدثة الناطق الناطقة قنصل المندوب المبعوث المبعوثة مفوض
        مفوضة المفوض المفوضة منسق منسقة المنسق المنسقة محافظ المحافظ والي عمدة رئيسا عضو عضوة نقيب النقيب المدعي النائب رئيسي شيخ بابا
        بطريرك مفتي مفتية خطيب عميد لواء مدرب مدربة المدرب حارس مهاجم لاعب لاعبة نجم نجمة كابتن مراسل مراسلة مؤسس مؤسسة المؤسس صاحب صاحبة
        أستاذ أستاذة المسؤول مسؤول المسؤولة
        """;

    private const string Deputies = "نائب نائبة وكيل وكيلة مساعد مساعدة معاون معاونة";

    private const string Aides = """
        خليفة مستشار مستشارة متحدث متحدثة ناطق ناطقة سفير سفيرة مندوب مندوبة مبعوث مبعوثة ممثل ممثلة سلف وريث صهر محامي محامية سكرتير سكرتيرة
        """;

    private const string Holders = """
        الرئيس الرئيسة الملك الملكة السلطان الوزير الوزيرة الإمبراطور الإمبراطورة القيصر الخليفة الحاكم السفير السفيرة القنصل المستشار المستشارة
        السيناتور البابا العاهل
        """;

    private const string Styles = """
        السيد السيدة الآنسة سيد سيدة الدكتور الدكتورة دكتور دكتورة البروفيسور البروفسور الأستاذ الأستاذة المهندس المهندسة الشيخ الشيخة الأمير
        الأميرة الإمام الحاج الحاجة السير
        اللورد الليدي القاضي القاضية المحامي المحامية الطبيب الطبيبة البطريرك المطران الأسقف الأنبا القس الأب الكاردينال الحاخام المفتي
        المشير الفريق اللواء العميد العقيد المقدم الرائد النقيب الملازم الرقيب الجنرال الكولونيل الميجور الأدميرال الكابتن المارشال
        الشاعر الشاعرة الكاتب الكاتبة الأديب الأديبة الروائي الروائية الصحفي الصحفية الصحافي الصحافية الإعلامي الإعلامية المؤرخ الفيلسوف المفكر
        المفكرة الباحث الباحثة العالم العالمة
        الفنان الفنانة الممثل الممثلة المطرب المطربة المغني المغنية المخرج المخرجة الموسيقار الرسام الملحن اللاعب اللاعبة المهاجم المدافع الحارس
        النجم النجمة
        """;

    private const string Honorifics = "جلالة صاحب السمو سمو فخامة معالي سعادة سيادة سماحة فضيلة نيافة غبطة قداسة حرم المرحوم الراحل الشهيد";

    private const string AdjectiveWords = """
        السابق السابقة الأسبق الراحل الراحلة الحالي الحالية الجديد الجديدة المنتخب المنتخبة المؤقت المؤقتة المكلف المكلفة المستقيل المعزول المخلوع
        العام العامة الأول الأولى الثاني
        الأعلى الأكبر الأسبق الشاب الكبير الكبيرة الشهير الشهيرة المعروف المعروفة البارز البارزة الخاص الخاصة المتقاعد المساعد التنفيذي
        """;

    private const string ComplementWords = """
        خارجية داخلية دفاع مالية صحة تعليم تربية ثقافة إعلام عدل اقتصاد طاقة نفط زراعة صناعة تجارة نقل عمل سياحة بيئة شؤون خارجيتها وزراء وزارة رئيس
        وزير مجلس نواب شورى أمة شعب حكومة
        برلمان هيئة لجنة أركان عهد دولة جمهورية عام عامة مكتب ديوان حزب حركة جماعة تنظيم منظمة اتحاد جامعة كلية معهد مركز شركة مجموعة مؤسسة بنك مصرف
        صندوق وكالة شبكة قناة صحيفة
        نادي فريق منتخب جيش قوات شرطة مدينة ولاية محافظة إقليم بلدية باسم لدى أول ثان منطقة مستشاري مبعوثي رؤساء هندسة طب مجلسي
        """;

    private const string NameTakingWords = "باسم لدى مكتب ديوان حكومة حزب حركة جماعة تنظيم شركة مجموعة مؤسسة جيش قوات فريق";

    private const string NeverComplementWords = """
        اليوم الآن أمس غدا الذي التي الذين اللذين الأحد الإثنين الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت الماضي الماضية المقبل المقبلة القادم
        القادمة الجاري التالي التالية الصباح المساء
        الليلة الثانية
        """;
}
