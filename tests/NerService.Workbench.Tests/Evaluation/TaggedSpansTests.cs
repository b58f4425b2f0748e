using System.Collections.Immutable;
using CsCheck;
using NerService.Text.Documents;
using NerService.Text.Labels;
using NerService.Workbench.Evaluation;
using NerService.Workbench.Training;

namespace NerService.Workbench.Tests.Evaluation;

public sealed class TaggedSpansTests
{
    private static readonly string[] Tags = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC", "I-MISC"];

    private static readonly Gen<string[]> Sequences = Gen.Int[0, 5].Select(i => Tags[i]).Array[0, 12];

    [Theory]
    [InlineData("B-PER I-PER O", "0-2 PER")]
    [InlineData("B-PER B-PER", "0-1 PER,1-2 PER")]
    [InlineData("O I-PER I-PER O", "1-3 PER")] // an orphan I- opens a span
    [InlineData("I-PER", "0-1 PER")]
    [InlineData("B-PER I-LOC", "0-1 PER,1-2 LOC")] // a change of type opens a new one
    [InlineData("I-LOC B-LOC I-LOC", "0-1 LOC,1-3 LOC")]
    [InlineData("O O", "")]
    [InlineData("B-PER", "0-1 PER")]
    [InlineData("B-PER I-PER I-LOC I-LOC O I-PER", "0-2 PER,2-4 LOC,5-6 PER")]
    public void Spans_are_those_of_seqevals_default_mode(string tags, string spans) => Assert.Equal(spans, Write(Read(tags.Split(' '))));

    // The published rules, word by word: a chunk ends before B, before O, and before another type; it starts at B, after O, and at another type.
    [Fact]
    public void Spans_equal_those_of_the_rules_of_chunk_start_and_chunk_end() =>
        Sequences.Sample(tags =>
        {
            var spans = new List<(WordRange Words, string Type)>();
            var begin = 0;
            var (previousTag, previousType) = ("O", "");
            for (var i = 0; i <= tags.Length; i++)
            {
                var tag = i < tags.Length ? tags[i][..1] : "O";
                var type = i < tags.Length && tags[i].Length > 2 ? tags[i][2..] : "";
                if (previousTag != "O" && (tag is "B" or "O" || type != previousType))
                    spans.Add((new WordRange(begin, i), previousType));
                if (tag != "O" && (tag == "B" || previousTag == "O" || type != previousType))
                    begin = i;
                (previousTag, previousType) = (tag, type);
            }
            // Types that the service does not know are boundaries, but no entities.
            Assert.Equal(spans.Where(span => span.Type != "MISC"), Read(tags).Select(entity => (entity.Words, entity.Type.ToTag())));
        });

    [Theory]
    // One entity of two words and one of one, in every scheme.
    [InlineData("O B-PER I-PER B-LOC")] // IOB2
    [InlineData("O I-PER I-PER I-LOC")] // IOB1
    [InlineData("O B-PERS E-PERS S-LOC")] // IOBES
    [InlineData("O B-Per L-Per U-Loc")] // BILOU
    [InlineData("O PERSON PERSON GPE")] // types alone
    public void Every_scheme_gives_the_same_spans(string tags) => Assert.Equal("1-3 PER,3-4 LOC", Write(Read(tags.Split(' '))));

    [Theory]
    [InlineData("S-LOC S-LOC", "0-1 LOC,1-2 LOC")]
    [InlineData("B-LOC E-LOC E-LOC", "0-2 LOC,2-3 LOC")]
    [InlineData("B-LOC M-LOC E-LOC I-LOC", "0-3 LOC,3-4 LOC")] // BMES; what follows an end is another
    public void Ends_end(string tags, string spans) => Assert.Equal(spans, Write(Read(tags.Split(' '))));

    [Fact]
    public void Types_that_the_service_does_not_know_are_counted_by_entity() =>
        Assert.Equal(
            ["MISC", "EVENT"],
            TaggedSpans.OfUnknownType([.. "B-MISC I-MISC O B-PER S-EVENT".Split(' ').Select(label => WordLabel.Parse(label))], ScoredLabels.OfTypes)
        );

    private static ImmutableArray<LabelledEntity> Read(IEnumerable<string> tags) =>
        TaggedSpans.Read([.. tags.Select(label => WordLabel.Parse(label))], ScoredLabels.OfTypes);

    private static string Write(IEnumerable<LabelledEntity> entities) =>
        string.Join(',', entities.Select(entity => $"{entity.Words.Start}-{entity.Words.End} {entity.Type.ToTag()}"));
}
