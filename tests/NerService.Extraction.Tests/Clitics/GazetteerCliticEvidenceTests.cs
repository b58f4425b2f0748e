using NerService.Extraction.Clitics;
using NerService.Gazetteer;
using NerService.Gazetteer.Index;
using NerService.Gazetteer.Loading;
using NerService.Text.Clitics;
using NerService.Text.Documents;
using NerService.Text.Labels;

namespace NerService.Extraction.Tests.Clitics;

public class GazetteerCliticEvidenceTests
{
    private static readonly GazetteerIndex BuiltIn = GazetteerIndex.Build(
        [new("باريس", EntityType.Location, "1", 2_000_000), new("باريس", EntityType.Location, "2", 20_000), new("أم كلثوم", EntityType.Person, "3")],
        GazetteerOrigin.BuiltIn
    );

    [Fact]
    public void The_heaviest_entry_of_the_type_counts()
    {
        var evidence = new GazetteerCliticEvidence(
            SourceText.FromText(""),
            NameParts.Empty,
            BuiltIn,
            GazetteerIndex.Build([new("باريس", EntityType.Location, "own", 7)])
        );
        Assert.Equal(2_000_000, evidence.EntryWeight("باريس", EntityType.Location));
        Assert.Null(evidence.EntryWeight("باريس", EntityType.Person));
        Assert.Null(evidence.EntryWeight("اريس", EntityType.Location));
    }

    [Fact]
    public void Only_the_first_word_of_a_longer_name_begins_an_entry()
    {
        var evidence = new GazetteerCliticEvidence(SourceText.FromText(""), NameParts.Empty, BuiltIn);
        Assert.True(evidence.BeginsEntry("ام"));
        Assert.False(evidence.BeginsEntry("كلثوم"));
        Assert.False(evidence.BeginsEntry("باريس"));
    }

    [Fact]
    public void A_name_that_only_the_request_knows_is_cut_free()
    {
        var document = SourceText.FromText("شركة وبرق الشمال"); // a company of the caller's
        var own = GazetteerIndex.Build([new("برق الشمال", EntityType.Organization, "own")]);
        var found = CliticSegmenter.Segment(
            document,
            new WordRange(1, 3),
            EntityType.Organization,
            new GazetteerCliticEvidence(document, NameParts.Empty, BuiltIn, own)
        );
        Assert.Equal("برق الشمال", found.NormalizedName);
    }

    [Fact]
    public void The_document_is_evidence()
    {
        var evidence = new GazetteerCliticEvidence(SourceText.FromText("قال كورشونوف"), NameParts.Empty, BuiltIn);
        Assert.Equal(1, evidence.CountInDocument("كورشونوف"));
    }
}
