using NerService.Extraction.Clitics;
using NerService.Gazetteer;
using NerService.Gazetteer.Index;
using NerService.Gazetteer.Loading;
using NerService.Text.Documents;
using NerService.Text.Labels;
using NerService.Text.Titles;

namespace NerService.Extraction.Tests.Clitics;

public class CutNamesTests
{
    private static readonly GazetteerIndex Known = GazetteerIndex.Build(
        [new("بروكسل", EntityType.Location, "1", 1_000_000), new("ويليامز", EntityType.Person, "2")],
        GazetteerOrigin.BuiltIn
    );

    [Theory]
    // Known as it stands; known cut; not to be cut; too short to tell; a bare alef that no name begins with after the letter.
    [InlineData("ويليامز")]
    [InlineData("وبروكسل")]
    [InlineData("مورغنشتات")]
    [InlineData("وتسلا")]
    [InlineData("واينستينر")]
    public void The_model_is_not_asked_about_a_name_that_needs_no_asking(string name) => Assert.Null(Ask($"قال {name} نعم", new WordRange(1, 2)));

    [Fact]
    public void An_unknown_name_is_read_with_its_proclitic_apart()
    {
        var asked = Ask("تعادل تشيلسي ومورغنشتات أمس", new WordRange(1, 2), new WordRange(2, 3));
        Assert.NotNull(asked);
        Assert.Equal("تعادل تشيلسي و مورغنشتات أمس", asked.Passages.Text);
    }

    [Fact]
    public void The_passages_are_no_longer_than_the_document_and_a_word_for_each_name()
    {
        // Names close together and far apart, each once asked about.
        string[] words = [.. Enumerable.Range(0, 600).Select(i => i % 7 == 0 || i == 300 ? "ومورغنشتات" + (char)('ب' + i % 20) : "كلمة")];
        WordRange[] names = [.. Enumerable.Range(0, 600).Where(i => words[i] != "كلمة").Select(i => new WordRange(i, i + 1))];
        var asked = Ask(string.Join(' ', words), names);
        Assert.NotNull(asked);
        var distinct = names.Select(name => words[name.Start]).Distinct().Count();
        Assert.InRange(asked.Passages.WordCount, distinct, words.Length + distinct);
        Assert.Equal(distinct, asked.Passages.Text.Split(' ').Count(word => word == "و"));
    }

    private static CutNames? Ask(string text, params WordRange[] names)
    {
        var source = SourceText.FromText(text);
        return CutNames.Of(
            source,
            names.Select(words => new NamedWords(words, EntityType.Person)),
            new GazetteerCliticEvidence(source, NameParts.Empty, Known)
        );
    }
}
