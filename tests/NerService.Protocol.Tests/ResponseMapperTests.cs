using System.Collections.Immutable;
using System.Text;
using NerService.Extraction.Candidates;
using NerService.Extraction.Explanations;
using NerService.Extraction.Pipeline;
using NerService.Gazetteer;
using NerService.Text.Documents;
using NerService.Text.Labels;
using Candidate = NerService.Contracts.Debug.V1Alpha.CandidateExplanation.Types;
using Explained = NerService.Contracts.Debug.V1Alpha.Explanation;
using Origin = NerService.Contracts.Debug.V1Alpha.ProposalExplanation.Types.Origin;
using Proto = NerService.Contracts.V1;

namespace NerService.Protocol.Tests;

public sealed class ResponseMapperTests
{
    /// <summary>An emoji of one code point, two UTF-16 units and four bytes before a name with a proclitic, a title and its group.</summary>
    private const string Document = "🎉 زار الرئيس وباريس";

    private static readonly Proto.ExtractionOptions Utf16 = new() { OffsetUnit = Proto.OffsetUnit.Utf16CodeUnit };

    [Theory]
    [InlineData(OffsetUnit.CodePoint)]
    [InlineData(OffsetUnit.Utf16)]
    [InlineData(OffsetUnit.Utf8)]
    public void Every_span_slices_to_its_text_in_the_unit_asked_for(OffsetUnit unit)
    {
        var response = ResponseMapper.ToProto(
            Result(),
            "7",
            new Proto.ExtractionOptions { OffsetUnit = EnumMapper.ToProto(unit), Features = { Proto.Feature.WordLabels } }
        );
        var entity = Assert.Single(response.Mentions);
        Assert.Equal(("وباريس", "باريس", "الرئيس"), (entity.Text, entity.CoreText, entity.Title.Text));
        Assert.Equal(
            [entity.Text, entity.CoreText, entity.Title.Text],
            [Slice(entity.Span, unit), Slice(entity.CoreSpan, unit), Slice(entity.Title.Span, unit)]
        );
        Assert.Equal(Document, Slice(Assert.Single(response.Sentences), unit));
        Assert.Equal(["🎉 O", "زار O", "الرئيس O", "وباريس B-LOC"], response.Words.Select(word => $"{Slice(word.Span, unit)} {word.Label}"));
        Assert.Equal(EnumMapper.ToProto(unit), response.OffsetUnit);
        var explained = Assert.Single(response.Explanation.Unpack<Explained>().Words);
        Assert.Equal(explained.Text, Slice(explained.Span, unit));
        var proposal = Assert.Single(response.Explanation.Unpack<Explained>().Proposals);
        Assert.Equal(("وباريس", 2_000_000d, true), (proposal.Text, proposal.Weight, proposal.Cut));
        Assert.Equal([Proto.EntityType.Location], proposal.Types_);
        Assert.Equal([Origin.BuiltIn, Origin.Request], proposal.Origins);
        var candidate = Assert.Single(response.Explanation.Unpack<Explained>().Candidates);
        Assert.Equal(candidate.Text, Slice(candidate.Span, unit));
    }

    [Fact]
    public void Every_field_is_carried_over()
    {
        var response = ResponseMapper.ToProto(Result(), "7", Utf16);
        var entity = response.Mentions[0];
        Assert.Equal(("7", "m@1", "g1"), (response.DocumentId, response.ModelVersion, response.GazetteerVersion));
        Assert.Equal("LOC", entity.Label);
        Assert.Equal(
            (Proto.EntityType.Location, 0.75f, Proto.Source.Both, 3, 4),
            (entity.Type, entity.Confidence, entity.Source, entity.Words.Start, entity.Words.End)
        );
        Assert.Equal(("باريس", "geo:1", "Paris", "e1"), (entity.NormalizedName, entity.GazetteerId, entity.CanonicalName, entity.EntityId));
        Assert.Equal(["و"], entity.Clitics);
        var joined = response.Entities[0];
        Assert.Equal(
            ("e1", "باريس", Proto.EntityType.Location, "LOC", "geo:1", 0),
            (joined.Id, joined.CanonicalName, joined.Type, joined.Label, joined.GazetteerId, joined.MentionIndices[0])
        );
        Assert.Equal((1, 4, 6), (response.Statistics.Windows, response.Statistics.Words, response.Statistics.Subwords));
        double[] times =
        [
            .. new[] { response.Statistics.QueueTime, response.Statistics.PreparationTime, response.Statistics.InferenceTime }.Select(time =>
                time.ToTimeSpan().TotalMilliseconds
            ),
        ];
        Assert.Equal([1.5, 2.5, 3.5], times);
        var candidate = response.Explanation.Unpack<Explained>().Candidates[0];
        Assert.Equal(("margin", 0.5f), (candidate.Features[0].Name, candidate.Features[0].Value));
        Assert.Equal(
            (false, "outweighed", Candidate.Outcome.Outweighed, Candidate.Origin.RunnerUpType, 0.45, 0f),
            (candidate.Kept, candidate.Reason, candidate.Outcome, candidate.Origin, candidate.KeepFrom, candidate.Confidence)
        );
        Assert.Equal([2], candidate.OutweighedBy);
        Assert.Empty(response.Words);
    }

    [Fact]
    public void What_extraction_leaves_out_is_not_set()
    {
        var bare = Result() with { Groups = [], Sentences = [], Explanation = null };
        bare = bare with { Entities = [bare.Entities[0] with { GazetteerId = null, CanonicalName = null, EntityId = null, Title = null }] };
        var response = ResponseMapper.ToProto(bare, "", Utf16);
        var entity = response.Mentions[0];
        Assert.False(entity.HasGazetteerId || entity.HasCanonicalName || entity.HasEntityId);
        Assert.Null(entity.Title);
        Assert.Null(response.Explanation);
    }

    [Fact]
    public void The_request_says_how_it_is_answered()
    {
        var options = new Proto.ExtractionOptions { OffsetUnit = Proto.OffsetUnit.Utf8Byte, Features = { Proto.Feature.WordLabels } };
        var response = ResponseMapper.ToProto(Result(), "x", options);
        Assert.Equal(("x", Proto.OffsetUnit.Utf8Byte, 4), (response.DocumentId, response.OffsetUnit, response.Words.Count));
        Assert.Equal(Proto.OffsetUnit.UnicodeCodePoint, ResponseMapper.ToProto(Result(), "", null).OffsetUnit);
    }

    [Fact]
    public void Json_is_one_line_without_spaces_between_its_parts_and_comes_back()
    {
        var response = ResponseMapper.ToProto(Result(), "a \"b\\", null);
        var json = ProtoJson.Format(response);
        Assert.StartsWith(
            "{\"documentId\":\"a \\\"b\\\\\",\"mentions\":[{\"type\":\"ENTITY_TYPE_LOCATION\",\"label\":\"LOC\",\"text\":\"وباريس\","
                + "\"span\":{\"start\":13,\"end\":19},\"coreSpan\":{\"start\":14,\"end\":19},\"coreText\":\"باريس\",\"clitics\":[\"و\"],"
                + "\"normalizedName\":\"باريس\",\"confidence\":0.75,\"source\":\"SOURCE_BOTH\"",
            json,
            StringComparison.Ordinal
        );
        Assert.Contains("\"words\":[]", json, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', json);
        Assert.Equal(response, ProtoJson.Parse<Proto.ExtractEntitiesResponse>(json));
    }

    private static ExtractionResult Result()
    {
        var source = SourceText.FromText(Document);
        var word = source.Words[3];
        var core = new TextSpan(word.Start + 1, word.End);
        return new ExtractionResult
        {
            Source = source,
            Entities =
            [
                new ExtractedEntity
                {
                    Label = EntityType.Location,
                    Span = word,
                    Words = new WordRange(3, 4),
                    CoreSpan = core,
                    Clitics = ["و"],
                    NormalizedName = "باريس",
                    Confidence = 0.75f,
                    Source = EntitySource.Both,
                    GazetteerId = "geo:1",
                    CanonicalName = "Paris",
                    EntityId = "e1",
                    Title = source.Words[2],
                },
            ],
            Groups = [new EntityGroup("e1", "باريس", EntityType.Location, "geo:1", [0])],
            Sentences = [new TextSpan(0, Document.Length)],
            ModelVersion = "m@1",
            GazetteerVersion = "g1",
            Statistics = new ExtractionStatistics(
                1,
                4,
                6,
                TimeSpan.FromMilliseconds(1.5),
                TimeSpan.FromMilliseconds(2.5),
                TimeSpan.FromMilliseconds(3.5)
            ),
            Explanation = new Explanation(
                [new WordExplanation(word, "وباريس", ["▁و", "باريس"], [1f])],
                [new ProposalExplanation(word, [EntityType.Location], 2_000_000, IsCut: true, [GazetteerOrigin.BuiltIn, GazetteerOrigin.Request])],
                [
                    new CandidateExplanation(
                        word,
                        EntityType.Location,
                        EntitySource.Both,
                        [KeyValuePair.Create("margin", 0.5f)],
                        0.75f,
                        CandidateOutcome.Outweighed,
                        CandidateOrigin.RunnerUpType,
                        0.45,
                        0,
                        [2],
                        "outweighed"
                    ),
                ]
            ),
        };
    }

    private static string Slice(Proto.Span span, OffsetUnit unit) =>
        unit switch
        {
            OffsetUnit.Utf16 => Document[span.Start..span.End],
            OffsetUnit.Utf8 => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(Document)[span.Start..span.End]),
            _ => string.Concat(
                Document.EnumerateRunes().Skip(span.Start).Take(span.End - span.Start).Select(rune => rune.ToString()).ToImmutableArray()
            ),
        };
}
