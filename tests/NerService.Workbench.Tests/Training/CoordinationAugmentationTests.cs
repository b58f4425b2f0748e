using NerService.Extraction.Tests.Pipeline;
using NerService.Text.Documents;
using NerService.Text.Labels;
using NerService.Workbench.Training;

namespace NerService.Workbench.Tests.Training;

public sealed class CoordinationAugmentationTests(ShippedExtractor shipped)
{
    private static readonly string[] Names = ["سامح شكري", "لافروف", "بايدن", "ماكرون", "فؤاد", "هند"];

    // Every name is annotated, the added ones begin with و, and the words after them keep their entities.
    [Fact]
    public void Names_are_added_after_a_name_of_their_type_and_all_stay_annotated()
    {
        LabelledDocument[] documents = [.. Names.Select(Sentence)];
        using var lease = shipped.Extractor.AcquireSnapshot();
        var augmented = CoordinationAugmentation.Of(documents, lease.Snapshot, seed: 1).ToArray();
        Assert.NotEmpty(augmented);
        foreach (var document in augmented)
        {
            var text = document.Source.Text;
            var people = document
                .Entities.Where(e => e.Type == EntityType.Person)
                .Select(e => document.Source.SpanOf(e.Words).Of(text).ToString())
                .ToArray();
            Assert.InRange(people.Length, 2, 3);
            Assert.Contains(people[0], Names);
            Assert.All(people[1..], name => Assert.True(name[0] == 'و' && Names.Contains(name[1..]) && name[1..] != people[0], name));
            Assert.Equal(
                "القاهرة",
                document.Source.SpanOf(Assert.Single(document.Entities, e => e.Type == EntityType.Location).Words).Of(text).ToString()
            );
            Assert.Equal(string.Join(' ', people), document.Source.SpanOf(document.Augmented!.Value).Of(text).ToString());
            Assert.False(document.IsScored);
        }
    }

    [Fact]
    public void The_seed_alone_decides()
    {
        LabelledDocument[] documents = [.. Names.Select(Sentence)];
        using var lease = shipped.Extractor.AcquireSnapshot();
        var snapshot = lease.Snapshot;
        Assert.Equal(Texts(4), Texts(4));
        Assert.NotEqual(Texts(4), Texts(5));

        string Texts(int seed) => string.Join('\n', CoordinationAugmentation.Of(documents, snapshot, seed).Select(document => document.Source.Text));
    }

    [Fact]
    public void A_name_with_a_preposition_written_on_it_is_not_added()
    {
        // بغوتيريش is غوتيريش with ب: وبغوتيريش would be no second name of the sentence.
        LabelledDocument[] documents = [Sentence("لافروف"), Sentence("بغوتيريش")];
        using var lease = shipped.Extractor.AcquireSnapshot();
        for (var seed = 0; seed < 20; seed++)
            Assert.All(
                CoordinationAugmentation.Of(documents, lease.Snapshot, seed),
                document => Assert.DoesNotContain("وبغوتيريش", document.Source.Text, StringComparison.Ordinal)
            );
    }

    private static LabelledDocument Sentence(string name)
    {
        string[] person = name.Split(' ');
        return new LabelledDocument(
            "news",
            "1",
            SourceText.FromTokens(["قال", .. person, "أمس", "في", "القاهرة", "كلمة"]),
            [
                new LabelledEntity(new WordRange(1, 1 + person.Length), EntityType.Person),
                new LabelledEntity(new WordRange(3 + person.Length, 4 + person.Length), EntityType.Location),
            ]
        );
    }
}
