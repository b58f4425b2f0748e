using NerService.Extraction.Snapshots;
using NerService.Extraction.Tests.Pipeline;
using NerService.Text.Documents;
using NerService.Text.Labels;
using NerService.Workbench.Training;

namespace NerService.Workbench.Tests.Training;

/// <summary>
/// Training on a handful of made-up documents: what comes out is the same each time, and documents of few types teach but are not scored.
/// </summary>
public sealed class ArbiterTrainerTests(ShippedExtractor shipped)
{
    private static readonly ArbiterTrainingOptions Options = new()
    {
        Folds = 3,
        Repeats = 2,
        Seed = 5,
    };

    [Fact]
    public async Task The_same_documents_and_seed_give_the_same_arbiter()
    {
        using var lease = shipped.Extractor.AcquireSnapshot();
        var (first, second) = (await TrainAsync(lease.Snapshot, Documents()), await TrainAsync(lease.Snapshot, Documents()));
        Assert.Equal(Saved(first), Saved(second));
        Assert.Equal(first.Calibration, second.Calibration);
        Assert.Equal(first.Confidence, second.Confidence);
        Assert.Equal(first.Report.ToString(), second.Report.ToString());
    }

    [Fact]
    public async Task Documents_with_few_types_are_not_scored()
    {
        using var lease = shipped.Extractor.AcquireSnapshot();
        var extra = Documents().Select(d => d with { File = "extra", Group = $"extra/{d.Group}", Types = [EntityType.Person] });
        var trained = await TrainAsync(lease.Snapshot, [.. Documents(), .. extra]);
        Assert.Equal(["made-up", ""], trained.Report.Files.Select(f => f.File));
        Assert.Equal(Options.Repeats * Documents().Sum(d => d.Entities.Length), trained.Report.Files[^1].ModelAlone.Wanted);
    }

    [Fact]
    public async Task Fewer_groups_than_folds_are_refused()
    {
        using var lease = shipped.Extractor.AcquireSnapshot();
        var error = await Assert.ThrowsAsync<ArgumentException>(() =>
            TrainAsync(lease.Snapshot, [.. Documents().Select(d => d with { Group = "one" })])
        );
        Assert.Contains("3 folds", error.Message, StringComparison.Ordinal);
    }

    private static Task<TrainedArbiter> TrainAsync(Snapshot snapshot, IReadOnlyList<LabelledDocument> documents) =>
        ArbiterTrainer.TrainAsync(snapshot, documents, Options, TestContext.Current.CancellationToken);

    private static byte[] Saved(TrainedArbiter arbiter)
    {
        using var stream = new MemoryStream();
        arbiter.Save(stream);
        return stream.ToArray();
    }

    private static List<LabelledDocument> Documents()
    {
        string[] people = ["سامح شكري", "سيرغي لافروف", "كريم", "محمد علي", "فاطمة الزهراء", "سعيد"],
            places = ["القاهرة", "بيروت", "غزة", "العين", "روسيا"];
        var documents = new List<LabelledDocument>();
        for (var i = 0; i < 30; i++)
        {
            var (person, place) = (people[i % people.Length].Split(' '), places[i % places.Length]);
            string[] words = ["وصل", .. person, "إلى", place, "في", "يوم", "جميل", "سعيد"];
            documents.Add(
                new LabelledDocument(
                    "made-up",
                    $"{i / 5}",
                    SourceText.FromTokens(words),
                    [
                        new LabelledEntity(new WordRange(1, 1 + person.Length), EntityType.Person),
                        new LabelledEntity(new WordRange(2 + person.Length, 3 + person.Length), EntityType.Location),
                    ]
                )
            );
        }
        return documents;
    }
}
