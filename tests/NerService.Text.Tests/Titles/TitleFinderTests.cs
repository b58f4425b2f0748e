using CsCheck;
using NerService.Text.Documents;
using NerService.Text.Labels;
using NerService.Text.Titles;

namespace NerService.Text.Tests.Titles;

public class TitleFinderTests
{
    [Theory]
    // An office, what it is of, and the adjective of the country: the whole title up to the name.
    [InlineData("التقى وزير الخارجية الروسي سيرغي لافروف نظيره", "سيرغي لافروف", "وزير الخارجية الروسي")]
    [InlineData("وحضر رئيس الوزراء الإسباني بيدرو سانشيز الحفل", "بيدرو سانشيز", "رئيس الوزراء الإسباني")]
    [InlineData("استقبله رئيس الحكومة اللبنانية نجيب ميقاتي في المطار", "نجيب ميقاتي", "رئيس الحكومة اللبنانية")]
    // The holder of an office, with and without an adjective.
    [InlineData("وصل الرئيس الفرنسي إيمانويل ماكرون إلى بيروت", "إيمانويل ماكرون", "الرئيس الفرنسي")]
    [InlineData("افتتح الملك محمد السادس الميناء", "محمد السادس", "الملك")]
    [InlineData("قال الرئيس السابق باراك أوباما", "باراك أوباما", "الرئيس السابق")]
    // Proclitics stay out.
    [InlineData("بين موسكو والرئيس بشار الأسد", "بشار الأسد", "الرئيس")]
    [InlineData("رحب بالشيخ تميم", "تميم", "الشيخ")]
    [InlineData("رسالة لوزير الدفاع محمد زكي", "محمد زكي", "وزير الدفاع")]
    // للرئيس holds no verbatim الرئيس.
    [InlineData("رسالة للرئيس محمود عباس", "محمود عباس", "للرئيس")]
    // Abbreviations take their full stop or slash along, also two in a row.
    [InlineData("ألقى د. أحمد زويل محاضرة", "أحمد زويل", "د.")]
    [InlineData("ألقى أ.د. أحمد زويل محاضرة", "أحمد زويل", "أ.د.")]
    [InlineData("ألقى د/ أحمد زويل محاضرة", "أحمد زويل", "د/")]
    // Styles, callings, women's titles.
    [InlineData("قالت الدكتورة فاطمة المرنيسي", "فاطمة المرنيسي", "الدكتورة")]
    [InlineData("توفي الشاعر الفلسطيني محمود درويش", "محمود درويش", "الشاعر الفلسطيني")]
    [InlineData("السيدة فيروز تغني", "فيروز", "السيدة")]
    [InlineData("التقت المستشارة الألمانية أنغيلا ميركل", "أنغيلا ميركل", "المستشارة الألمانية")]
    // A title before a style is one title; an honorific before the holder too.
    [InlineData("قال رئيس الوزراء الدكتور مصطفى مدبولي", "مصطفى مدبولي", "رئيس الوزراء الدكتور")]
    [InlineData("استقبل جلالة الملك عبد الله الثاني", "عبد الله الثاني", "جلالة الملك")]
    // Two people side by side: the office is not of the king.
    [InlineData("استقبل رئيس الوزراء الملك عبد الله", "عبد الله", "الملك")]
    // Long complements with a conjunction and a preposition inside.
    [InlineData("قال وزير الشؤون الخارجية والتعاون المغربي ناصر بوريطة", "ناصر بوريطة", "وزير الشؤون الخارجية والتعاون المغربي")]
    [InlineData("دعا الأمين العام للأمم المتحدة أنطونيو غوتيريش إلى", "أنطونيو غوتيريش", "الأمين العام للأمم المتحدة")]
    [InlineData("زار ولي العهد السعودي الأمير محمد بن سلمان", "محمد بن سلمان", "ولي العهد السعودي الأمير")]
    [InlineData("أكد نائب رئيس مجلس الوزراء علي حسن", "علي حسن", "نائب رئيس مجلس الوزراء")]
    // A deputy shares the title after the word, an adviser has an office of his own.
    [InlineData("قالت نائبة الرئيس الأميركي كامالا هاريس", "كامالا هاريس", "نائبة الرئيس الأميركي")]
    [InlineData("حضر مساعد وزير الخارجية حسام زكي", "حسام زكي", "مساعد وزير الخارجية")]
    [InlineData("أعلن المدرب العام محمد شوقي التشكيلة", "محمد شوقي", "المدرب العام")]
    [InlineData("وقال مساعد المدرب العام سامي قمصان", "سامي قمصان", "مساعد المدرب العام")]
    [InlineData("صرح مستشار الأمن القومي جيك سوليفان", "جيك سوليفان", "مستشار الأمن القومي")]
    // The president's successor is not the president.
    [InlineData("اختير خليفة الرئيس حسني مبارك", "حسني مبارك", "الرئيس")]
    // The crown prince and the president he met are two people.
    [InlineData("استقبل ولي العهد الرئيس المصري عبد الفتاح السيسي", "عبد الفتاح السيسي", "الرئيس المصري")]
    // Short titles after a conjunction.
    [InlineData("حضره وزراء وعضو المجلس خالد علي", "خالد علي", "عضو المجلس")]
    // Tashkeel and tatweel in the title.
    [InlineData("وَالرَّئِيـس بشار الأسد", "بشار الأسد", "الرَّئِيـس")]
    public void The_title_before_a_name_is_found_as_documented(string text, string name, string title) => Assert.Equal(title, Find(text, name));

    [Theory]
    // His counterpart is not a title, and the title of the man before is not his.
    [InlineData("التقى وزير الخارجية الروسي سيرغي لافروف نظيره المصري سامح شكري", "سامح شكري")]
    // The title stands after the name.
    [InlineData("قال لافروف وزير الخارجية", "لافروف")]
    // A comma parts them; so does the end of a sentence, and a line.
    [InlineData("عاد الرئيس، ومحمد سافر", "ومحمد")]
    [InlineData("غادر الرئيس. محمد لم يغادر", "محمد")]
    [InlineData("كلمة الرئيس\nمحمد علي", "محمد علي")]
    // The title is of somebody else: a day or a verb parts it from the name.
    [InlineData("استقبل وزير الخارجية اليوم لافروف", "لافروف")]
    [InlineData("قال الرئيس إن محمد", "محمد")]
    // Nothing stands before the name.
    [InlineData("محمد علي سافر", "محمد علي")]
    // Folded alike, but no title: أمام (before) is not إمام, حضره (attended it) not حضرة.
    [InlineData("وقف أمام محمد", "محمد")]
    [InlineData("حفل حضره محمد", "محمد")]
    // Somebody's deputy, successor, assistant or adviser is not the one named.
    [InlineData("صرح نائب ترامب", "ترامب")]
    [InlineData("بحث ريال مدريد عن خليفة زيدان", "زيدان")]
    [InlineData("وصل مساعد كلوب إلى الملعب", "كلوب")]
    [InlineData("قال مستشار بوتين", "بوتين")]
    // Nor is the one whom an office serves or speaks for.
    [InlineData("قال المتحدث باسم نتنياهو", "نتنياهو")]
    [InlineData("قال مدير مكتب عباس", "عباس")]
    [InlineData("أعلن وزير المالية وعضو حزب ماكرون", "ماكرون")]
    // An ordinary definite noun is not a title.
    [InlineData("في المدينة محمد", "محمد")]
    public void No_title_is_found_where_there_is_none(string text, string name) => Assert.Null(Find(text, name));

    [Fact]
    public void An_office_may_be_of_a_place_that_is_an_entity()
    {
        // أمير قطر الشيخ: the place is known from the entities, not from a list.
        var source = SourceText.FromText("استقبل أمير قطر الشيخ تميم بن حمد الوفد");
        Assert.Equal(
            "أمير قطر الشيخ",
            TitleFinder.Find(source, new WordRange(4, 7), [new NamedWords(new WordRange(2, 3), EntityType.Location)])?.Of(source.Text)
        );
        Assert.Equal("الشيخ", TitleFinder.Find(source, new WordRange(4, 7))?.Of(source.Text));
    }

    [Fact]
    public void A_deputy_of_a_person_is_the_one_named_behind_him()
    {
        var source = SourceText.FromText("صرح نائب ترامب جيه دي فانس أمس");
        var trump = new NamedWords(new WordRange(2, 3), EntityType.Person);
        Assert.Equal("نائب ترامب", TitleFinder.Find(source, new WordRange(3, 6), [trump])?.Of(source.Text));
        Assert.Null(TitleFinder.Find(source, trump.Words));
        // A president is nobody's.
        var met = SourceText.FromText("استقبل الرئيس عباس خالد مشعل");
        Assert.Null(TitleFinder.Find(met, new WordRange(3, 5), [new NamedWords(new WordRange(2, 3), EntityType.Person)]));
    }

    [Theory]
    [InlineData("قالت المتحدثة باسم ترامب كارولين ليفيت", "المتحدثة باسم ترامب")]
    [InlineData("وصل مدير مكتب ترامب كارولين ليفيت", "مدير مكتب ترامب")]
    public void An_office_that_serves_a_person_is_the_one_named_behind_him(string text, string title)
    {
        var source = SourceText.FromText(text);
        var trump = new NamedWords(new WordRange(3, 4), EntityType.Person);
        Assert.Equal(title, TitleFinder.Find(source, new WordRange(4, 6), [trump])?.Of(source.Text));
        Assert.Null(TitleFinder.Find(source, trump.Words));
    }

    [Fact]
    public void A_title_ends_before_the_name_and_slices_verbatim_in_any_text() =>
        RandomText.Text.Sample(
            text =>
            {
                var source = SourceText.FromText("وزير الخارجية " + text + " الرئيس " + text);
                for (var word = 0; word < source.WordCount; word++)
                {
                    if (TitleFinder.Find(source, new WordRange(word, word + 1)) is not { } title)
                        continue;
                    Assert.True(!title.IsEmpty && title.Start >= 0 && title.End <= source.Words[word].Start);
                }
            },
            iter: 5_000
        );

    [Fact]
    public void A_range_past_the_document_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => TitleFinder.Find(SourceText.FromText("محمد"), new WordRange(0, 2)));

    [Theory]
    [InlineData("نايب", true)]
    [InlineData("خليفه", true)]
    // Of an office, a holder and a style are of nobody.
    [InlineData("رييس", false)]
    [InlineData("الرييس", false)]
    [InlineData("سلطان", false)]
    [InlineData("زيدان", false)]
    public void Deputies_and_aides_are_somebodys(string key, bool isOfPerson) => Assert.Equal(isOfPerson, TitleFinder.IsOfPerson(key));

    private static string? Find(string text, string name)
    {
        var source = SourceText.FromText(text);
        var at = text.IndexOf(name, StringComparison.Ordinal);
        var start = source.Words.ToArray().ToList().FindIndex(w => w.Start == at);
        var end = source.Words.ToArray().ToList().FindIndex(w => w.End == at + name.Length) + 1;
        return TitleFinder.Find(source, new WordRange(start, end))?.Of(text);
    }
}
