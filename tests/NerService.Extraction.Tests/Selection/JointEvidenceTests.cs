using NerService.Extraction.Tests.Pipeline;

namespace NerService.Extraction.Tests.Selection;

/// <summary>What hashtags and titles say of several candidates, with model, gazetteer and arbiter as they ship.</summary>
public sealed class JointEvidenceTests(ShippedExtractor shipped)
{
    [Theory]
    // The sentence before would make an adjective of the first: القمة السعودية.
    [InlineData("القمة #السعودية_قطر تنطلق غدا في #جدة", "السعودية|قطر|جدة")]
    [InlineData("مباراة #السعودية_قطر اليوم", "السعودية|قطر")]
    // One name of two words, each of which is a name too.
    [InlineData("افتتح الوزير محطة في #مصر_الجديدة أمس", "مصر_الجديدة")]
    // An adjective, and a word that is not a name: the hashtag is not a list.
    [InlineData("العلاقات #السعودية_المصرية تتطور", "")]
    [InlineData("القمة #السعودية_اليوم في الرياض", "الرياض")]
    public async Task A_hashtag_of_nothing_but_names_is_read_apart_from_the_sentence(string text, string names) =>
        Assert.Equal(names, await NamesOf(text));

    [Theory]
    // The successor and the aide are not named, the other one is.
    [InlineData("قال خليفة ميسي في الفريق إن الضغط كبير", "ميسي")]
    [InlineData("انتخب الحزب خليفة ميركل في مؤتمره", "ميركل")]
    [InlineData("قال خليفة حسني مبارك إن الجيش لن يتدخل", "حسني مبارك")]
    [InlineData("أكد مستشار أوباما أن الاتفاق قريب", "أوباما")]
    // People whose given name it is.
    [InlineData("شارك خليفة المري في الاجتماع", "خليفة المري")]
    [InlineData("قال خليفة محمد إن الشركة باعت الأرض", "خليفة محمد")]
    [InlineData("التقى خليفة حفتر رئيس الوزراء", "خليفة حفتر")]
    [InlineData("قال خليفة بن زايد إن الدولة ماضية", "خليفة بن زايد")]
    public async Task A_title_that_is_a_given_name_too_is_none_before_whom_everybody_knows(string text, string names) =>
        Assert.Equal(names, await NamesOf(text));

    private async Task<string> NamesOf(string text) => string.Join('|', (await shipped.ExtractAsync(text)).Entities.Select(e => e.CoreSpan.Of(text)));
}
