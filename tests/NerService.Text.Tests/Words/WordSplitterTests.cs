using System.Text;
using CsCheck;
using NerService.Text.Documents;
using NerService.Text.Folding;
using NerService.Text.Words;

namespace NerService.Text.Tests.Words;

public class WordSplitterTests
{
    [Fact]
    public void Words_are_in_order_never_overlap_and_are_never_empty() =>
        RandomText.Text.Sample(
            text =>
            {
                var end = 0;
                foreach (var word in WordSplitter.Split(text))
                {
                    Assert.True(word.Start >= end && word.End > word.Start && word.End <= text.Length, $"{word} in a text of {text.Length}");
                    end = word.End;
                }
            },
            iter: 20_000
        );

    [Fact]
    public void Every_visible_character_lies_in_exactly_one_word_the_signs_of_a_hashtag_apart() =>
        RandomText.Text.Sample(
            text =>
            {
                var covered = new int[text.Length];
                foreach (var word in WordSplitter.Split(text))
                    for (var i = word.Start; i < word.End; i++)
                        covered[i]++;
                for (var i = 0; i < text.Length; i++)
                {
                    Assert.True(covered[i] <= 1);
                    var invisible =
                        char.IsWhiteSpace(text[i])
                        || char.IsControl(text[i])
                        || char.GetUnicodeCategory(text[i]) == System.Globalization.UnicodeCategory.Format;
                    var signOfHashtag = text[i] is '#' or '_' && text.LastIndexOf('#', i) >= 0;
                    if (!invisible && !signOfHashtag)
                        Assert.True(covered[i] == 1, $"U+{(int)text[i]:X4} at {i} is in no word");
                }
            },
            iter: 20_000
        );

    [Fact]
    public void No_word_holds_whitespace_or_cuts_a_surrogate_pair() =>
        RandomText.Text.Sample(
            text =>
            {
                foreach (var word in WordSplitter.Split(text))
                {
                    Assert.DoesNotContain(word.Of(text), char.IsWhiteSpace);
                    Assert.False(CutsPair(text, word.Start) || CutsPair(text, word.End));
                }
            },
            iter: 20_000
        );

    [Fact]
    public void Every_word_slices_back_verbatim_in_all_three_units() =>
        RandomText.Text.Sample(
            text =>
            {
                var bytes = Encoding.UTF8.GetBytes(text);
                var codePoints = Slices.CodePoints(text);
                var toCodePoints = new OffsetMap(text, OffsetUnit.CodePoint);
                var toUtf8 = new OffsetMap(text, OffsetUnit.Utf8);
                var toUtf16 = new OffsetMap(text, OffsetUnit.Utf16);
                foreach (var word in WordSplitter.Split(text))
                {
                    var surface = word.Of(text);
                    Assert.Equal(surface, toUtf16.Convert(word).Of(text));
                    var inCodePoints = toCodePoints.Convert(word);
                    Assert.Equal(surface, string.Concat(codePoints[inCodePoints.Start..inCodePoints.End]));
                    var inBytes = toUtf8.Convert(word);
                    Assert.Equal(Encoding.UTF8.GetBytes(surface), bytes[inBytes.Start..inBytes.End]);
                }
            },
            iter: 20_000
        );

    [Fact]
    public void Splitting_a_word_again_gives_the_word() =>
        RandomText.Text.Sample(
            text =>
            {
                foreach (var word in WordSplitter.Split(text))
                {
                    // Marks at a cut may join differently when alone (a letter after a URL, say), so only words of letters are promised to be stable.
                    var surface = word.Of(text);
                    if (surface.All(c => char.IsLetter(c) || ArabicFolding.IsTashkeel(c) || c == 'ـ'))
                        Assert.Equal([new TextSpan(0, surface.Length)], WordSplitter.Split(surface));
                }
            },
            iter: 5_000
        );

    [Theory]
    // Punctuation marks are words of their own, Arabic and Latin alike.
    [InlineData("قال: «نعم»، ثم مضى؟", "قال|:|«|نعم|»|،|ثم|مضى|؟")]
    // Numbers keep their separators; the full stop at the end is not one.
    [InlineData("بلغ 72.5 و1,000 و٣٫٥ عند 10:30.", "بلغ|72.5|و1,000|و٣٫٥|عند|10:30|.")]
    // A comma without a digit after it ends the number.
    [InlineData("عام 1911, وفي 5.", "عام|1911|,|وفي|5|.")]
    // URLs stay whole; closing punctuation and brackets around them stay out, brackets of their own stay in.
    [InlineData(
        "(https://example.com/a?b=1) www.example.org/غزة، http://ar.example.org/نيل_(نهر).",
        "(|https://example.com/a?b=1|)|www.example.org/غزة|،|http://ar.example.org/نيل_(نهر)|."
    )]
    // E-mail addresses stay whole.
    [InlineData("راسل mona.dev+ner@mail.example.com.", "راسل|mona.dev+ner@mail.example.com|.")]
    // Mentions stay whole, in both scripts; the sign alone is a mark.
    [InlineData("@mona_dev @وزارة_الصحة @ @.", "@mona_dev|@وزارة_الصحة|@|@|.")]
    // A hashtag is opened: its sign and underscores part words and are none, however many, at its edges too; a proclitic before it is a word.
    [InlineData("#غزة_الآن #محمد_صلاح، ب#القاهرة و#الرياض.", "غزة|الآن|محمد|صلاح|،|ب|القاهرة|و|الرياض|.")]
    [InlineData("#_غزة__الآن_ #مدينة_15_مايو #Gaza_Now#غزة", "غزة|الآن|مدينة|15|مايو|Gaza|Now|غزة")]
    // The wide sign of East Asian keyboards opens one too.
    [InlineData("＃محمد_صلاح في ＃القاهرة", "محمد|صلاح|في|القاهرة")]
    // A direction mark or tashkeel in a hashtag changes nothing.
    [InlineData("#\u200Fغَزَّة_\u200Fالآن\u200F", "غَزَّة|الآن")]
    // A sign before no letter is a mark, and underscores outside a hashtag part nothing; an address keeps its fragment.
    [InlineData("# #! #__ ##غزة نص_نص https://example.com/#a_b", "#|#|!|#|__|#|غزة|نص_نص|https://example.com/#a_b")]
    // Latin words, with the joiners that belong to them, beside Arabic ones.
    [InlineData("مع Google وO'Brien في U.N. الآن", "مع|Google|وO'Brien|في|U.N|.|الآن")]
    // Tashkeel and tatweel never split a word.
    [InlineData("ابنُ الهَيْثَمِ القـاهـــرة", "ابنُ|الهَيْثَمِ|القـاهـــرة")]
    // A direction mark inside a word stays inside; at its edge it belongs to no word; the zero-width space splits.
    [InlineData("القا\u200Fهرة \u200F\u202Bغزة\u202C\u200F ما\u200Bكرون", "القا\u200Fهرة|غزة|ما|كرون")]
    // The underscore, Arabic-Indic digits and letters of other scripts are letters.
    [InlineData("٢٠٢٤ 𠮷野 Ærø نص_نص", "٢٠٢٤|𠮷野|Ærø|نص_نص")]
    // Emoji sequences are one word each; two flags in a row are two.
    [InlineData("👨‍👩‍👧‍👦👋🏽🇲🇦🇪🇸❤️‍🔥🏴󠁧󠁢󠁳󠁣󠁴󠁿", "👨‍👩‍👧‍👦|👋🏽|🇲🇦|🇪🇸|❤️‍🔥|🏴󠁧󠁢󠁳󠁣󠁴󠁿")]
    // Every kind of line end separates.
    [InlineData("أ\r\nب\u2028ج\u2029د\u0085ه", "أ|ب|ج|د|ه")]
    // A hyphen between names is a word of its own.
    [InlineData("نزار-قباني", "نزار|-|قباني")]
    public void Text_is_split_as_documented(string text, string words) =>
        Assert.Equal(words.Split('|'), WordSplitter.Split(text).Select(w => w.Of(text)));

    [Theory]
    [InlineData("")]
    // Nothing but separators and invisible characters.
    [InlineData(" \u200F\r\n\uFEFF\u00AD")]
    public void Text_without_visible_characters_has_no_words(string text) => Assert.Empty(WordSplitter.Split(text));

    [Fact]
    public void Lone_surrogates_are_words_of_their_own()
    {
        const string text = "غزة\uD83D \uDE42"; // the halves of one emoji, separated by a space
        Assert.Equal(["غزة", "\uD83D", "\uDE42"], WordSplitter.Split(text).Select(w => w.Of(text)));
    }

    [Theory]
    [InlineData("a-")] // could begin an e-mail address at each letter
    [InlineData("a.-")]
    [InlineData("www.")] // each could begin a URL
    [InlineData("www.,")]
    [InlineData("#@")]
    [InlineData("#")]
    [InlineData("#_")] // each could begin a hashtag
    [InlineData("_")] // after the first sign, one that no letter ends
    [InlineData("#\u200F")]
    [InlineData("(")]
    [InlineData("a\u200D")] // one word without end
    public void Long_hostile_runs_are_split_without_scanning_them_again_and_again(string unit)
    {
        var text = string.Concat(Enumerable.Repeat(unit, 400_000));
        var words = WordSplitter.Split(text);
        Assert.Equal(text.Length, words[^1].End + (ArabicFolding.IsInvisible(unit[^1]) ? 1 : 0));
    }

    [Fact]
    public void A_url_with_a_million_closing_brackets_leaves_the_unopened_ones_out()
    {
        var text = "https://example.com/(a)" + new string(')', 1_000_000);
        var words = WordSplitter.Split(text);
        Assert.Equal("https://example.com/(a)", words[0].Of(text));
        Assert.Equal(1_000_001, words.Length);
    }

    [Fact]
    public void The_golden_sentences_split_into_the_reference_words()
    {
        foreach (var sentence in Golden.Sentences)
        {
            // Joined by spaces, every word of the reference that has visible characters comes back; a lone direction mark is not a word in running
            // text.
            var text = string.Join(' ', sentence.Words);
            // The reference keeps a date whole; here a slash is a mark like any other.
            var expected = sentence
                .Words.Where(w => !w.All(ArabicFolding.IsInvisible))
                .SelectMany(w =>
                    w.Contains("://", StringComparison.Ordinal) ? [w] : System.Text.RegularExpressions.Regex.Split(w, "(?<=\\d)(/)(?=\\d)")
                );
            Assert.Equal(expected, WordSplitter.Split(text).Select(w => w.Of(text)));
        }
    }

    private static bool CutsPair(string text, int at) =>
        at > 0 && at < text.Length && char.IsHighSurrogate(text[at - 1]) && char.IsLowSurrogate(text[at]);
}
