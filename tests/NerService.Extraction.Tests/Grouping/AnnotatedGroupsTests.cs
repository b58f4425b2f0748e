using NerService.Extraction.Grouping;

namespace NerService.Extraction.Tests.Grouping;

/// <summary>Grouping against documents annotated by hand, in the style of news.</summary>
public class AnnotatedGroupsTests(ITestOutputHelper output)
{
    [Fact]
    public async Task B_cubed_F1_over_the_annotated_documents_is_at_least_95_percent()
    {
        var nameParts = await NamePartsFile.LoadAsync();
        var (precision, recall, mentions, documents) = (0.0, 0.0, 0, 0);
        foreach (var document in Documents())
        {
            documents++;
            Assert.InRange(document.Entities.Length, 5, 13);
            var found = new int[document.Entities.Length];
            foreach (
                var (group, number) in new MentionGrouper(document.Entities, nameParts, TestContext.Current.CancellationToken)
                    .Group(document.Source)
                    .Select((g, i) => (g, i))
            )
            foreach (var mention in group.Mentions)
                found[mention] = number;
            for (var i = 0; i < found.Length; i++)
            {
                var sameFound = Enumerable.Range(0, found.Length).Where(j => found[j] == found[i]).ToHashSet();
                var sameGold = Enumerable.Range(0, found.Length).Where(j => document.Groups[j] == document.Groups[i]).ToHashSet();
                var both = sameFound.Intersect(sameGold).Count();
                precision += both / (double)sameFound.Count;
                recall += both / (double)sameGold.Count;
                mentions++;
                if (both == sameFound.Count && both == sameGold.Count)
                    continue;
                var others = sameFound.Select(j => $"{document.Entities[j].NormalizedName} {document.Groups[j]}");
                var name = $"{document.Entities[i].NormalizedName} (group {document.Groups[i]})";
                output.WriteLine($"{document.Name}: {name} is with {string.Join("، ", others)}");
            }
        }
        (precision, recall) = (precision / mentions, recall / mentions);
        var f1 = 2 * precision * recall / (precision + recall);
        output.WriteLine($"B3 over {documents} documents, {mentions} mentions: precision {precision:0.000}, recall {recall:0.000}, F1 {f1:0.000}");
        Assert.True(documents >= 15);
        Assert.True(f1 >= 0.95, $"F1 {f1:0.000}");
    }

    [Fact]
    public async Task Groups_that_must_stay_apart_do()
    {
        var nameParts = await NamePartsFile.LoadAsync();
        var pairs = 0;
        foreach (var document in Documents())
        {
            Assert.NotEmpty(document.Apart);
            foreach (var group in new MentionGrouper(document.Entities, nameParts, TestContext.Current.CancellationToken).Group(document.Source))
            {
                var gold = group.Mentions.Select(m => document.Groups[m]).ToHashSet();
                foreach (var (a, b) in document.Apart)
                {
                    pairs++;
                    Assert.False(gold.Contains(a) && gold.Contains(b), $"{document.Name}: {group.CanonicalName} holds groups {a} and {b}");
                }
            }
        }
        Assert.True(pairs > 0);
    }

    private static IEnumerable<AnnotatedDocument> Documents() =>
        Directory
            .GetFiles(Path.Combine(AppContext.BaseDirectory, "groups"), "*.txt")
            .Order(StringComparer.Ordinal)
            .Select(file => AnnotatedDocument.Parse(File.ReadAllText(file), Path.GetFileNameWithoutExtension(file)));
}
