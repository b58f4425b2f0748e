using NerService.Text.Clitics;
using NerService.Text.Folding;

namespace NerService.Text.Tests.Clitics;

public class PlaceKindsTests
{
    [Theory]
    [InlineData("لحي", 1)]
    [InlineData("وميدان", 1)]
    [InlineData("وبقريه", 2)] // و and ب
    [InlineData("للواء", 1)] // ل + لواء
    [InlineData("ولايه", 0)] // a noun of place itself, no و + لاية
    [InlineData("بلده", 0)]
    [InlineData("سدير", 0)] // a region of Najd; س stands before verbs
    [InlineData("والمدينه", 0)] // the article says that no name follows
    [InlineData("للمدينه", 0)]
    [InlineData("حي", 0)] // nothing is before it
    [InlineData("لحن", 0)] // another word
    [InlineData("", 0)]
    public void Proclitics_before_a_noun_of_place_are_counted(string key, int expected) => Assert.Equal(expected, PlaceKinds.ProcliticsBefore(key));

    [Theory]
    [InlineData("شارع", true)]
    [InlineData("وبشارع", true)]
    [InlineData("المدينة", true)]
    [InlineData("وزارة", false)] // no place
    public void A_noun_of_place_is_known_with_and_without_proclitics(string word, bool expected) =>
        Assert.Equal(expected, PlaceKinds.Contains(ArabicFolding.Fold(word, FoldingProfile.GazetteerKey)));
}
