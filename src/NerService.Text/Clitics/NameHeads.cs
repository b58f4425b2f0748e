using NerService.Text.Folding;

namespace NerService.Text.Clitics;

/// <summary>
/// Common nouns that names of organizations and places begin with, and the particles that persons' names begin with. An entity that begins with one
/// is cut before it (بجامعة القاهرة, وأبو ظبي) and never inside it (وزارة, بلدية, لجنة).
/// </summary>
internal static class NameHeads
{
    private static readonly KeySet Keys = new($"{Organizations} {Places} {Persons}");

    /// <param name="key">A word folded with <see cref="FoldingProfile.GazetteerKey"/>, with or without the article.</param>
    internal static bool Contains(ReadOnlySpan<char> key) => Keys.Contains(key) || key.StartsWith("ال") && Keys.Contains(key[2..]);

    /// <summary>Whether the word is a person's name of two parts written as one: عبدالرحمن, نورالدين.</summary>
    /// <param name="key">A word folded with <see cref="FoldingProfile.GazetteerKey"/>.</param>
    internal static bool IsCompoundName(ReadOnlySpan<char> key) =>
        key.Length >= 7 && (key.StartsWith("عبدال") || key.EndsWith("الدين") && Keys.Contains(key[..^"الدين".Length]));

    private const string Organizations = """
        وزارة وزارات رئاسة حكومة حكومات سلطة سلطات دولة ديوان أمانة إدارة مديرية مصلحة دائرة هيئة هيئات سفارة قنصلية بعثة مفوضية محافظة بلدية ولاية
        قيادة
        برلمان مجلس مجالس مجلسي كونغرس كونجرس كنيست جمعية جمعيات لجنة لجان محكمة نيابة حزب أحزاب حركة جبهة تيار كتلة ائتلاف تحالف تنظيم جماعة جماعات
        جيش قوات كتائب كتيبة لواء ألوية فرقة فيلق سرايا حرس شرطة أمن مخابرات استخبارات بحرية منظمة منظمات أمم اتحاد اتحادات رابطة نقابة نقابات غرفة
        مؤتمر
        مؤسسة مؤسسات شركة شركات مجموعة بنك بنوك مصرف صندوق بورصة مكتب معهد مركز مراكز أكاديمية جامعة جامعات كلية مدرسة مدارس مستشفى جريدة صحيفة صحف
        مجلة
        قناة قنوات تلفزيون فضائية إذاعة وكالة وكالات شبكة موقع دار نادي منتخب فريق خطوط مصنع مصانع محطة حلف منتدى مبادرة برنامج كنيسة أزهر نظام خارجية
        """;

    private const string Places = """
        مدينة قرية بلدة بلاد بلدات حي ضاحية منطقة إقليم قطاع قضاء ناحية مقاطعة محمية مخيم إمارة مملكة جمهورية سلطنة إمبراطورية ضفة جزيرة جزر شبه
        خليج بحر بحيرة نهر
        وادي واحة سهل جبل جبال هضبة صحراء غابة مضيق رأس عين بئر تل كفر بيت دير قصر قلعة برج باب سوق شارع ساحة ميدان جسر سد ميناء مرفأ مطار معبر ملعب
        استاد مسجد جامع كاتدرائية معبد متحف مكتبة قاعدة سجن فندق شمال جنوب شرق غرب جنوبي شمالي كوريا قارة أراضي شرم رام نيو سان سانت
        """;

    private const string Persons = """
        عبد أبو أبي أبا أم ابن بن بنت ابنة آل ذو سي ولد سيف نور صلاح علاء عز شمس جمال بهاء ضياء محيي حسام فخر تقي بدر كمال
        """;
}
