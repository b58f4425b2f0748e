using NerService.Server.Calls;
using NerService.Server.Options;
using V1 = NerService.Contracts.V1;

namespace NerService.Server.Tests.Calls;

public sealed class RequestValidatorTests
{
    private readonly LimitsOptions _limits = new()
    {
        MaxTextLength = 20,
        MaxTokens = 3,
        MaxTokenLength = 8,
        MaxGazetteerEntries = 2,
        MaxDocumentIdLength = 4,
    };

    private List<(string Field, string Description)> Check(V1.ExtractEntitiesRequest request, bool inJson = false)
    {
        if (new AnswerOptions(request.Options, _limits, inJson).ViolationsWith(request.Document) is not { } violations)
            return [];
        var detail = violations.ToStatus().GetDetail<Google.Rpc.BadRequest>()!;
        return [.. detail.FieldViolations.Select(v => (v.Field, v.Description))];
    }

    private static V1.ExtractEntitiesRequest Tokens(params string[] tokens)
    {
        var request = new V1.ExtractEntitiesRequest { Document = new V1.Document { TokenizedText = new V1.TokenizedText() } };
        request.Document.TokenizedText.Tokens.AddRange(tokens);
        return request;
    }

    [Fact]
    public void What_is_exactly_at_every_limit_is_right()
    {
        Assert.Empty(
            Check(
                new V1.ExtractEntitiesRequest
                {
                    Document = new V1.Document { Id = "1234", Text = new string('ا', 20) },
                }
            )
        );
        Assert.Empty(Check(Tokens("12345678", "12345678", "12")));
        Assert.Empty(Check(new V1.ExtractEntitiesRequest { Document = new V1.Document { Text = "" } }));
        Assert.Empty(Check(Tokens()));
        Assert.Empty(
            Check(
                new V1.ExtractEntitiesRequest
                {
                    Document = new V1.Document { Text = "" },
                    Options = new V1.ExtractionOptions { MinConfidence = 1 },
                }
            )
        );
        Assert.Empty(
            Check(
                new V1.ExtractEntitiesRequest
                {
                    Document = new V1.Document { Text = "" },
                    Options = new V1.ExtractionOptions { MinConfidence = 0 },
                }
            )
        );
    }

    [Fact]
    public void Tokens_that_only_together_exceed_the_text_limit_are_refused()
    {
        // 8 + 8 + 3 letters and two spaces: 21.
        var violation = Assert.Single(Check(Tokens("12345678", "12345678", "123")));
        Assert.Equal("document.tokenized_text", violation.Field);
        Assert.Contains(
            "It has 21 UTF-16 code units when its tokens are joined by one space; the limit is 20.",
            violation.Description,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(-0.001f)]
    [InlineData(1.001f)]
    [InlineData(float.PositiveInfinity)]
    public void A_confidence_outside_0_to_1_is_refused(float confidence)
    {
        var violation = Assert.Single(
            Check(
                new V1.ExtractEntitiesRequest
                {
                    Document = new V1.Document { Text = "" },
                    Options = new V1.ExtractionOptions { MinConfidence = confidence },
                }
            )
        );
        Assert.Equal("options.min_confidence", violation.Field);
    }

    [Fact]
    public void Every_field_of_a_gazetteer_entry_is_checked()
    {
        var gazetteer = new V1.GazetteerOptions
        {
            Entries =
            {
                new V1.GazetteerEntry { Surface = "", Type = V1.EntityType.Person },
                new V1.GazetteerEntry
                {
                    Surface = string.Join(' ', Enumerable.Repeat("بن", 17)),
                    Type = V1.EntityType.Unspecified,
                    Id = new string('i', 257),
                    CanonicalName = new string('c', 257),
                },
            },
            // A lone vowel mark folds to nothing.
            Deny = { "َ", "القاهرة", "دمشق" },
        };
        var fields = Check(
                new V1.ExtractEntitiesRequest
                {
                    Document = new V1.Document { Text = "" },
                    Options = new V1.ExtractionOptions { Gazetteer = gazetteer },
                }
            )
            .Select(v => v.Field);
        Assert.Equal(
            [
                "options.gazetteer.deny",
                "options.gazetteer.entries[0].surface",
                "options.gazetteer.entries[1].surface",
                "options.gazetteer.entries[1].type",
                "options.gazetteer.entries[1].id",
                "options.gazetteer.entries[1].canonical_name",
                "options.gazetteer.deny[0]",
            ],
            fields
        );
    }

    [Theory]
    [InlineData(false, "document", "options.min_confidence_by_label[\"my_label\"]", "options.gazetteer.entries[0].canonical_name")]
    [InlineData(true, "document", "options.minConfidenceByLabel[\"my_label\"]", "options.gazetteer.entries[0].canonicalName")]
    public void A_caller_is_told_of_fields_by_the_names_that_it_writes(bool inJson, params string[] fields)
    {
        var request = new V1.ExtractEntitiesRequest
        {
            Options = new V1.ExtractionOptions
            {
                MinConfidenceByLabel = { ["my_label"] = 7 },
                Gazetteer = new V1.GazetteerOptions
                {
                    Entries =
                    {
                        new V1.GazetteerEntry
                        {
                            Surface = "دمشق",
                            Type = V1.EntityType.Location,
                            CanonicalName = new string('c', 257),
                        },
                    },
                },
            },
        };
        var found = Check(request, inJson);
        Assert.Equal(fields, found.Select(v => v.Field));
        Assert.StartsWith($"Neither text nor {(inJson ? "tokenizedText" : "tokenized_text")} is set", found[0].Description, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_field_of_the_contract_is_told_to_a_json_caller_by_its_json_name() =>
        Assert.All(
            V1.NerReflection.Descriptor.MessageTypes.SelectMany(message => message.Fields.InDeclarationOrder()),
            field => Assert.Equal(field.JsonName, new Violations(inJson: true).NameOf(field.Name))
        );

    [Fact]
    public void Message_and_metadata_name_the_first_field_as_its_violation_does()
    {
        var options = new AnswerOptions(new V1.ExtractionOptions { MinConfidence = 7 }, _limits, inJson: true);
        var status = options.ViolationsWith(new V1.Document { Text = "" })!.ToStatus();
        Assert.Equal("options.minConfidence: It is 7; allowed are 0 to 1.", status.Message);
        Assert.Equal("options.minConfidence", status.GetDetail<Google.Rpc.ErrorInfo>()!.Metadata["field"]);
    }

    [Fact]
    public void Many_violations_are_counted_not_all_spelled_out()
    {
        _limits.MaxTokens = 1_000;
        _limits.MaxTextLength = 1_000_000;
        var found = Check(Tokens([.. Enumerable.Repeat(new string('ل', 9), 300)]));
        Assert.Equal(Violations.MaxSpelledOut + 1, found.Count);
        Assert.Contains("250 more", found[^1].Description, StringComparison.Ordinal);
    }

    [Fact]
    public void No_violation_quotes_the_document()
    {
        var found = Check(Tokens("سرمكتومجدا", "سرمكتومجدا", "سر", "سر"));
        Assert.NotEmpty(found);
        Assert.All(found, v => Assert.DoesNotContain("سر", v.Description, StringComparison.Ordinal));
    }
}
