using System.Text;
using NerService.Cli.Evaluation;
using NerService.Text;

namespace NerService.Cli.Tests.Evaluation;

public sealed class ConllFileTests
{
    [Fact]
    public async Task Sentences_end_at_empty_lines_and_documents_at_their_marks()
    {
        var documents = await ReadAsync("-DOCSTART- -X- O O\n\nزار\tO\nلافروف\tB-PER\n\nغزة\tB-LOC\n-DOCSTART-\tO\nبيروت\tB-LOC\n");
        Assert.Equal(["زار لافروف|غزة", "بيروت"], documents.Select(d => string.Join('|', d.Sentences.Select(s => string.Join(' ', s.Tokens)))));
        Assert.Equal(["O", "B-PER"], documents[0].Sentences[0].Tags);
    }

    [Fact]
    public async Task A_file_without_marks_is_one_document_and_its_last_line_needs_no_end() =>
        Assert.Single(await ReadAsync("غزة\tB-LOC\r\n\r\n \r\nبيروت\tB-LOC"), document => document.Sentences.Count == 2);

    [Theory]
    [InlineData("غزة\tB-LOC\nبيروت\n", "standard input line 2 is no TOKEN<TAB>TAG")]
    [InlineData("غزة\tB-LOC\tx\n", "line 1 is no TOKEN<TAB>TAG")]
    [InlineData("\tB-LOC\n", "line 1 is no TOKEN<TAB>TAG")]
    [InlineData("غزة\tLOC\n", "line 1 has the tag 'LOC', which is neither O nor B-X nor I-X")]
    [InlineData("غزة\tB-\n", "line 1 has the tag 'B-'")]
    public async Task A_line_that_does_not_fit_is_named(string text, string reason)
    {
        var error = await Assert.ThrowsAsync<CliException>(() => ReadAsync(text));
        Assert.Equal(ExitCode.BadInput, error.ExitCode);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_document_joins_its_sentences_and_no_gold_span_crosses_them()
    {
        // The second sentence begins with an orphan I-: a span of its own, though the first ends with one of its type.
        var file = File([new ConllSentence(["زار", "لافروف"], ["O", "B-PER"]), new ConllSentence(["سيرغي", "غزة"], ["I-PER", "B-LOC"])]);
        var joined = Assert.Single(LabelledDocuments.ForScoring(file, EvalUnit.Document));
        Assert.Equal("زار لافروف سيرغي غزة", joined.Source.Text);
        Assert.Equal([(1, 2), (2, 3), (3, 4)], joined.Entities.Select(entity => (entity.Words.Start, entity.Words.End)));
        Assert.Equal(2, LabelledDocuments.ForScoring(file, EvalUnit.Sentence).Count());
    }

    [Theory]
    [InlineData(true, 20)]
    [InlineData(false, 10)]
    public void Neighbouring_sentences_stay_together_in_training(bool namesDocuments, int together)
    {
        var file = File([.. Enumerable.Repeat(new ConllSentence(["غزة"], ["B-LOC"]), 45)]) with { NamesDocuments = namesDocuments };
        var documents = LabelledDocuments.ForTraining(file, [EntityType.Location]).ToList();
        Assert.Equal(45, documents.Count);
        Assert.Equal(together, documents.GroupBy(d => d.Group).Max(g => g.Count()));
        Assert.All(documents, d => Assert.True(d.IsRestricted));
    }

    [Fact]
    public void Vocalised_and_noisy_variants_keep_every_word_in_its_place()
    {
        var document = Assert.Single(LabelledDocuments.ForScoring(File([new ConllSentence(["إلى", "القاهرة", "،", "مستشفى"], ["O", "B-LOC", "O", "O"])]), EvalUnit.Sentence));
        // ـى, ـة and hamza flattened as hurried writers do.
        Assert.Equal("الي القاهره ، مستشفي", SpellingVariants.Noisy(document).Source.Text);
        var vocalised = SpellingVariants.Vocalised(document);
        Assert.Equal(document.Source.WordCount, vocalised.Source.WordCount);
        Assert.NotEqual(document.Source.Text, vocalised.Source.Text);
        Assert.Equal(FoldedText.KeyOf(document.Source.Text), FoldedText.KeyOf(vocalised.Source.Text));
        Assert.Equal(vocalised.Source.Text, SpellingVariants.Vocalised(document).Source.Text);
    }

    private static ConllFile File(ConllSentence[] sentences) => new("made-up", [new ConllDocument(sentences)], NamesDocuments: false);

    private static async Task<IReadOnlyList<ConllDocument>> ReadAsync(string text) =>
        (await ConllFile.ReadAsync("-", new MemoryStream(Encoding.UTF8.GetBytes(text)), TestContext.Current.CancellationToken)).Documents;
}
