using NerService.Gazetteer;
using NerService.Text.Documents;
using NerService.Text.Folding;
using NerService.Text.Labels;

namespace NerService.Extraction.Tests.Pipeline;

/// <summary>The sentences of tests/data/gazetteer-sentences.tsv, with the model, arbiter and gazetteer that ship.</summary>
public sealed class GazetteerSentencesTests(ShippedExtractor shipped)
{
    public static TheoryData<string, string, EntityType> Of(string kind)
    {
        var data = new TheoryData<string, string, EntityType>();
        foreach (var line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "data", "gazetteer-sentences.tsv")))
        {
            if (line.StartsWith('#') || line.Length == 0)
                continue;
            var columns = line.Split('\t');
            Assert.Equal(5, columns.Length);
            Assert.True(EntityTags.TryParseTag(columns[3], out var type), line);
            if (columns[0] == kind)
                data.Add(columns[1], columns[2], type);
        }
        Assert.True(data.Count > 0, $"There is no sentence of kind {kind}.");
        return data;
    }

    [Theory]
    [MemberData(nameof(Of), "found")]
    public async Task A_name_of_the_callers_own_is_found(string sentence, string name, EntityType type)
    {
        var result = await shipped.ExtractAsync(sentence, new GazetteerEntry(name, type, "own:1"));
        var entity = Assert.Single(result.Entities, e => e.GazetteerId == "own:1");
        Assert.Equal(type, entity.Type);
        Assert.Equal(FoldedText.KeyOf(name), FoldedText.KeyOf(entity.CoreSpan.Of(sentence)));
    }

    [Theory]
    [MemberData(nameof(Of), "plain")]
    public async Task A_word_that_is_spelled_like_a_name_stays_a_word(string sentence, string word, EntityType type) =>
        await AssertStaysAsync(sentence, word, type);

    // The model takes these for given names; the confidence says that it is a toss-up (see the model card).
    [Theory]
    [MemberData(nameof(Of), "doubtful")]
    public async Task A_word_that_the_model_takes_for_a_name_comes_with_a_confidence_that_doubts_it(string sentence, string word, EntityType type)
    {
        var result = await shipped.ExtractAsync(sentence);
        Assert.All(result.Entities, entity => Assert.True(entity.Confidence < 0.6, $"{word} ({type}) is believed with {entity.Confidence}."));
    }

    [Theory]
    [MemberData(nameof(Of), "plain-user")]
    public async Task A_word_that_the_caller_has_a_name_for_stays_a_word_where_the_model_is_sure(string sentence, string word, EntityType type) =>
        await AssertStaysAsync(sentence, word, type, new GazetteerEntry(word, type, "own:1"));

    private async Task AssertStaysAsync(string sentence, string word, EntityType type, params GazetteerEntry[] entries)
    {
        var start = sentence.IndexOf(word, StringComparison.Ordinal);
        Assert.True(start >= 0, $"The sentence does not hold {word}, which might be {type}.");
        var result = await shipped.ExtractAsync(sentence, entries);
        Assert.DoesNotContain(result.Entities, e => e.Span.Overlaps(new TextSpan(start, start + word.Length)));
    }
}
