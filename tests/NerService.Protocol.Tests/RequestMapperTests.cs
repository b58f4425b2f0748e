using NerService.Inference;
using Proto = NerService.Contracts.V1;

namespace NerService.Protocol.Tests;

public sealed class RequestMapperTests
{
    [Fact]
    public void What_is_not_set_has_the_contracts_defaults()
    {
        var request = RequestMapper.ToExtraction(new Proto.Document { Text = "غزة" }, null);
        Assert.Equal(("غزة", false, 1), (request.Source.Text, request.Source.IsTokenized, request.Source.WordCount));
        Assert.Empty(request.Types);
        Assert.Equal(
            (0f, WorkPriority.Interactive, true, true, false, false),
            (request.MinConfidence, request.Priority, request.UseGazetteer, request.Group, request.IncludeSentences, request.Explain)
        );
        Assert.Null(request.Deadline);
    }

    [Fact]
    public void Every_option_reaches_extraction()
    {
        var options = new Proto.ExtractionOptions
        {
            Types_ = { Proto.EntityType.Location },
            MinConfidence = 0.5f,
            Priority = Proto.Priority.Bulk,
            Features = { Proto.Feature.Sentences, Proto.Feature.Explanation },
            Gazetteer = new Proto.GazetteerOptions
            {
                Disabled = true,
                Deny = { "مصر" },
                Entries =
                {
                    new Proto.GazetteerEntry
                    {
                        Surface = "نور",
                        Type = Proto.EntityType.Person,
                        Id = "1",
                    },
                    new Proto.GazetteerEntry
                    {
                        Surface = "ال نور",
                        Type = Proto.EntityType.Organization,
                        CanonicalName = "النور",
                    },
                },
            },
        };
        var request = RequestMapper.ToExtraction(
            new Proto.Document { TokenizedText = new Proto.TokenizedText { Tokens = { "في", "", "غزة" } } },
            options
        );
        Assert.Equal(("في  غزة", true, 3), (request.Source.Text, request.Source.IsTokenized, request.Source.WordCount));
        Assert.Equal([NerService.Text.Labels.EntityType.Location], request.Types);
        Assert.Equal(
            (0.5f, WorkPriority.Bulk, false, false, true, true),
            (request.MinConfidence, request.Priority, request.UseGazetteer, request.Group, request.IncludeSentences, request.Explain)
        );
        Assert.Equal(["مصر"], request.Names.Deny);
        // An entry without a name to print is printed as it is written.
        Assert.Equal(
            [("نور", NerService.Text.Labels.EntityType.Person, "1", "نور"), ("ال نور", NerService.Text.Labels.EntityType.Organization, "", "النور")],
            request.Names.Entries.Select(e => (e.Surface, e.Label.Type, e.Id, e.Canonical!))
        );
    }

    [Fact]
    public void A_request_without_document_is_refused() =>
        Assert.Throws<ArgumentException>(() => RequestMapper.ToExtraction(new Proto.Document(), null));

    [Fact]
    public void An_unknown_value_is_refused_and_named()
    {
        var error = Assert.ThrowsAny<ArgumentException>(() =>
            RequestMapper.ToExtraction(new Proto.Document { Text = "" }, new Proto.ExtractionOptions { Priority = (Proto.Priority)9 })
        );
        Assert.Contains("'9' is not a known value of Priority", error.Message, StringComparison.Ordinal);
    }
}
