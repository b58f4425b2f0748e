using NerService.Extraction.Pipeline;
using NerService.Text.Documents;

namespace NerService.Extraction.Tests.Pipeline;

/// <summary>Lam-alef inside words, told with the shipped model and gazetteer.</summary>
public sealed class TurnedWordsTests(ShippedExtractor shipped)
{
    [Theory]
    // A person's name, and a name after ل and the article, tell by themselves.
    [InlineData("التقى عالء مبارك", "التقى علاء مبارك")]
    [InlineData("رسالة لألردن", "رسالة للأردن")]
    [InlineData("سفير لإلمارات", "سفير للإمارات")]
    [InlineData("وفد لالتحاد", "وفد للاتحاد")]
    // So do a name after a proclitic, and any other name that has no sense as it stands.
    [InlineData("سافر محمد وعالء إلى بيروت", "سافر محمد وعلاء إلى بيروت")]
    [InlineData("تقع الواليات المتحدة في أمريكا", "تقع الولايات المتحدة في أمريكا")]
    [InlineData("قابل هيالري كلينتون وميالنيا ترامب", "قابل هيلاري كلينتون وميلانيا ترامب")]
    // And a word that makes a name of several words with its neighbours, though the written one might have an article (ف + ال + ديمير).
    [InlineData("زار فالديمير زيلينسكي واشنطن", "زار فلاديمير زيلينسكي واشنطن")]
    // A place that everybody knows, in as many subwords as the written word.
    [InlineData("تستورد سيريالنكا الغاز", "تستورد سيريلانكا الغاز")]
    // In a text that shows the fault elsewhere, words of names do.
    [InlineData("األمم المتحدة في الواليات المتحدة", "الأمم المتحدة في الولايات المتحدة")]
    [InlineData("اإلمارات وفالديمير بوتين", "الإمارات وفلاديمير بوتين")]
    [InlineData("قال الفروف لألمم المتحدة", "قال لافروف للأمم المتحدة")]
    // What is a name or a word as it stands stays: the same letters, another order.
    [InlineData("وصل سالم إلى ألمانيا", "وصل سالم إلى ألمانيا")]
    [InlineData("قالت وزيرة المالية لألمانيا", "قالت وزيرة المالية لألمانيا")]
    [InlineData("األمم المتحدة قالت إن العراق والكويت", "الأمم المتحدة قالت إن العراق والكويت")]
    [InlineData("عاد صالح وخالد من دولة مالي", "عاد صالح وخالد من دولة مالي")]
    [InlineData("والدة طالب من فالنسيا في مونتريال وماليزيا", "والدة طالب من فالنسيا في مونتريال وماليزيا")]
    // An ordinary word, though the turned one is a word of some longer name.
    [InlineData("بحث الوزيران الملفات العالقة بين البلدين", "بحث الوزيران الملفات العالقة بين البلدين")]
    [InlineData("القضاة والقضاء الجالس", "القضاة والقضاء الجالس")]
    // One slip of the pen in a text whose lam-alefs stand in order proves nothing about the others.
    [InlineData("االثلاثاء قال سالم لا ولا لأحد", "الاثلاثاء قال سالم لا ولا لأحد")]
    public void Words_are_turned_where_names_say_so(string written, string read)
    {
        using var lease = shipped.Extractor.AcquireSnapshot();
        var (snapshot, source) = (lease.Snapshot, SourceText.FromText(written));
        var mended = new TurnedWords(snapshot.Model, snapshot.NameParts, [.. snapshot.Gazetteers]).Mend(
            source,
            TestContext.Current.CancellationToken
        );
        Assert.Equal(read, mended.Read(new TextSpan(0, written.Length)).ToString());
        Assert.Equal(written, mended.Text);
    }

    [Fact]
    public async Task Names_of_a_pdf_are_found_and_slice_as_they_are_written()
    {
        const string Text = "أعلنت األمم المتحدة ان الرئيس االمريكي وصل الى االردن ثم عاد لإلمارات";
        var result = await shipped.ExtractAsync(Text);
        Assert.Equal(
            ["األمم المتحدة|األمم المتحدة|الأمم المتحدة", "االردن|االردن|الاردن", "لإلمارات|إلمارات|الإمارات"],
            result.Entities.Select(e => $"{e.Span.Of(Text)}|{e.CoreSpan.Of(Text)}|{e.NormalizedName}")
        );
        Assert.All(result.Entities, e => Assert.NotNull(e.GazetteerId));
    }
}
