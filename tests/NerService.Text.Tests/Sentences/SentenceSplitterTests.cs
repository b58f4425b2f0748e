using System.Text;
using CsCheck;
using NerService.Text.Documents;
using NerService.Text.Sentences;

namespace NerService.Text.Tests.Sentences;

public class SentenceSplitterTests
{
    [Theory]
    // Full stop, question mark, exclamation mark and ellipsis, Arabic and Latin.
    [InlineData("وصل الوفد. هل عاد؟ نعم! ثم صمت… وانتهى", "وصل الوفد.|هل عاد؟|نعم!|ثم صمت…|وانتهى")]
    // Several marks are one end.
    [InlineData("حقاً؟! نعم... ربما.", "حقاً؟!|نعم...|ربما.")]
    // Closing quotes and brackets belong to the sentence they close.
    [InlineData("قال: «لن أعود.» ثم مضى. (هكذا كتب.) وانتهى.", "قال: «لن أعود.»|ثم مضى.|(هكذا كتب.)|وانتهى.")]
    // Comma, colon and the Arabic semicolon do not end a sentence.
    [InlineData("للقاهرة سحرها، ولبغداد تاريخها؛ هكذا كتبت: حرفياً.", "للقاهرة سحرها، ولبغداد تاريخها؛ هكذا كتبت: حرفياً.")]
    // Numbers, URLs and e-mail addresses keep their full stops.
    [InlineData("بلغ 72.5 نقطة. راجع www.example.com أو mona@example.com. شكراً", "بلغ 72.5 نقطة.|راجع www.example.com أو mona@example.com.|شكراً")]
    // Titles of one letter, with and without a space after them, and two in a row.
    [InlineData("حضر د. أحمد زويل وم.خالد وأ.د. منى. ثم غادروا.", "حضر د. أحمد زويل وم.خالد وأ.د. منى.|ثم غادروا.")]
    // Marks of an era and of a page.
    [InlineData("عام 1445 هـ. بحسب التقويم، سنة 300 ق.م. تقريباً، ص. 12.", "عام 1445 هـ. بحسب التقويم، سنة 300 ق.م. تقريباً، ص. 12.")]
    // Latin initials and abbreviations.
    [InlineData("كتبه J. R. R. Tolkien وDr. House في U.N. أمس.", "كتبه J. R. R. Tolkien وDr. House في U.N. أمس.")]
    // The number of a list item does not end its sentence; a number at the end of one does.
    [InlineData("1. المقدمة طويلة. ولد عام 1911. ومات عام 2006.", "1. المقدمة طويلة.|ولد عام 1911.|ومات عام 2006.")]
    // A full stop without a space after it, as many newsrooms type it.
    [InlineData("انتهى الاجتماع.وغادر الوفد.", "انتهى الاجتماع.|وغادر الوفد.")]
    // Line breaks end a sentence: a headline has no full stop.
    [InlineData("لافروف في القاهرة\r\nوصل الوزير\u2029إلى مصر د.\nثم عاد", "لافروف في القاهرة|وصل الوزير|إلى مصر د.|ثم عاد")]
    public void Text_is_split_as_documented(string text, string sentences) =>
        Assert.Equal(sentences.Split('|'), SentenceSplitter.Split(SourceText.FromText(text)).Select(s => s.Of(text)));

    [Theory]
    [InlineData("")]
    [InlineData(" \r\n\u200F")]
    public void A_document_without_words_has_no_sentences(string text) => Assert.Empty(SentenceSplitter.Split(SourceText.FromText(text)));

    [Fact]
    public void Tokens_are_split_too()
    {
        // The caller's tokens stand apart, so the letter before the full stop is still an abbreviation.
        var source = SourceText.FromTokens(["حضر", "د", ".", "أحمد", ".", "", "وغادر", "؟"]);
        Assert.Equal(["حضر د . أحمد .", " وغادر ؟"], SentenceSplitter.Split(source).Select(s => s.Of(source.Text)));
    }

    [Fact]
    public void A_full_stop_behind_an_empty_token_ends_the_sentence()
    {
        var source = SourceText.FromTokens(["حضر", "أحمد", "", ".", "وغادر", ""]);
        Assert.Equal(["حضر أحمد  .", "وغادر "], SentenceSplitter.Split(source).Select(s => s.Of(source.Text)));
    }

    [Fact]
    public void Sentences_are_in_order_slice_in_all_units_and_hold_every_word() =>
        RandomText.Text.Sample(text => Check(SourceText.FromText(text)), iter: 10_000);

    [Fact]
    public void Sentences_of_tokens_hold_every_word() =>
        RandomText.Text.Array[0, 10].Sample(tokens => Check(SourceText.FromTokens(tokens)), iter: 2_000);

    private static void Check(SourceText source)
    {
        var text = source.Text;
        var bytes = Encoding.UTF8.GetBytes(text);
        var codePoints = Slices.CodePoints(text);
        var toUtf8 = new OffsetMap(text, OffsetUnit.Utf8);
        var toCodePoints = new OffsetMap(text, OffsetUnit.CodePoint);
        var sentences = SentenceSplitter.Split(source);
        var end = 0;
        foreach (var sentence in sentences)
        {
            Assert.True(sentence.Start >= end && !sentence.IsEmpty);
            end = sentence.End;
            var slice = sentence.Of(text);
            var inBytes = toUtf8.Convert(sentence);
            Assert.Equal(Encoding.UTF8.GetBytes(slice), bytes[inBytes.Start..inBytes.End]);
            var inCodePoints = toCodePoints.Convert(sentence);
            Assert.Equal(slice, string.Concat(codePoints[inCodePoints.Start..inCodePoints.End]));
        }
        var at = 0;
        foreach (var word in source.Words)
        {
            if (word.IsEmpty)
                continue;
            while (at < sentences.Length && sentences[at].End <= word.Start)
                at++;
            Assert.True(at < sentences.Length && sentences[at].Contains(word), $"{word} lies in no sentence");
        }
    }
}
