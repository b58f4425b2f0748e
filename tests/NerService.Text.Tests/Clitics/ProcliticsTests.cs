using CsCheck;
using NerService.Text.Clitics;

namespace NerService.Text.Tests.Clitics;

public class ProcliticsTests
{
    [Theory]
    // A conjunction, a preposition, the article, and each beginning of the three together.
    [InlineData("وباريس", "و+باريس و+ب+اريس")]
    [InlineData("بباريس", "ب+باريس")]
    [InlineData("وبالقاهره", "و+بالقاهره و+ب+القاهره و+ب+ال+قاهره")]
    [InlineData("فالكويت", "ف+الكويت ف+ال+كويت")]
    [InlineData("الهند", "ال+هند")]
    // After ل the article lacks its alef, and before a name in lam a lam too.
    [InlineData("للقاهره", "ل+لقاهره ل+القاهره ل+اللقاهره ل+ال+قاهره")]
    [InlineData("وللاذقيه", "و+للاذقيه و+ل+لاذقيه و+ل+الاذقيه و+ل+اللاذقيه و+ل+ال+اذقيه")]
    // By letters alone any name that begins so can be cut, also to one letter.
    [InlineData("سعيد", "س+عيد")]
    [InlineData("كم", "ك+م")]
    // One conjunction and one preposition at most.
    [InlineData("ففل", "ف+فل")]
    // Nothing to cut: another letter, one letter, nothing.
    [InlineData("محمد", "")]
    [InlineData("و", "")]
    [InlineData("", "")]
    public void The_ways_to_cut_a_word_are_listed_shortest_first(string word, string expected) =>
        Assert.Equal(expected, string.Join(' ', List(word)));

    /// <summary>The training recipe is held to the same table: the model was trained with these cuts.</summary>
    [Fact]
    public void A_word_is_cut_as_the_training_recipe_cuts_it()
    {
        var lines = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "data", "proclitic-cuts.tsv"));
        var table = lines.Where(line => line[0] != '#').Select(line => line.Split('\t')).ToList();
        Assert.True(table.Count > 50, $"only {table.Count} words");
        foreach (var row in table)
        {
            var cuts = new ProcliticCuts();
            var found = new List<string>();
            foreach (var cut in cuts[..Proclitics.List(row[0], cuts)])
                found.Add($"{cut.Length}:{cut.Restored}");
            Assert.Equal($"{row[0]}: {row[1]}", $"{row[0]}: {string.Join(' ', found)}");
        }
    }

    [Fact]
    public void What_is_cut_and_what_is_left_have_the_letters_of_the_word() =>
        Gen.OneOf('و', 'ف', 'ب', 'ل', 'ك', 'س', 'ا', 'م')
            .Array[0, 8]
            .Select(letters => new string(letters))
            .Sample(word =>
            {
                var cuts = new ProcliticCuts();
                foreach (var cut in cuts[..Proclitics.List(word, cuts)])
                {
                    Assert.InRange(cut.Length, 1, word.Length - 1);
                    var clitics = string.Concat(cut.Clitics());
                    // After ل the script drops the article's alef, whether the article is cut (للقاهرة) or its letters are restored.
                    Assert.Equal(
                        word[..cut.Length],
                        cut is { Preposition: 'ل', CutsArticle: true } && !word.StartsWith(clitics, StringComparison.Ordinal)
                            ? clitics.Replace("لال", "لل", StringComparison.Ordinal)
                            : clitics
                    );
                    Assert.Equal(cut.Restored + word[cut.Length..], cut.Rest(word));
                }
            });

    [Theory]
    [InlineData("وليد", true, true)]
    [InlineData("بغداد", true, false)]
    // The article alone stands before half of all names and says nothing.
    [InlineData("القاهره", false, false)]
    [InlineData("و", false, false)]
    public void The_first_letter_says_whether_a_word_may_begin_with_one(string word, bool mayBegin, bool mayCoordinate)
    {
        Assert.Equal(mayBegin, Proclitics.MayBegin(word));
        Assert.Equal(mayCoordinate, Proclitics.MayCoordinate(word));
    }

    private static List<string> List(string word)
    {
        var cuts = new ProcliticCuts();
        var listed = new List<string>();
        foreach (var cut in cuts[..Proclitics.List(word, cuts)])
            listed.Add(string.Join('+', [.. cut.Clitics(), cut.Rest(word).ToString()]));
        return listed;
    }
}
