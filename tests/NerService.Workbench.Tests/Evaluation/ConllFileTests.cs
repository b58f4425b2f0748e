using System.Text;
using NerService.Batch;
using NerService.Text.Folding;
using NerService.Text.Labels;
using NerService.Workbench.Evaluation;

namespace NerService.Workbench.Tests.Evaluation;

public sealed class ConllFileTests
{
    [Fact]
    public async Task Sentences_end_at_empty_lines_and_documents_at_their_marks()
    {
        var documents = await ReadAsync("-DOCSTART- -X- O O\n\nزار\tO\nلافروف\tB-PER\n\nغزة\tB-LOC\n-DOCSTART-\tO\nبيروت\tB-LOC\n");
        Assert.Equal(["زار لافروف|غزة", "بيروت"], documents.Select(d => string.Join('|', d.Sentences.Select(s => string.Join(' ', s.Tokens)))));
        Assert.Equal(["O", "B-PER"], documents[0].Sentences[0].Labels.Select(label => label.ToString()));
    }

    [Fact]
    public async Task A_file_without_marks_is_one_document_and_its_last_line_needs_no_end() =>
        Assert.Single(await ReadAsync("غزة\tB-LOC\r\n\r\n \r\nبيروت\tB-LOC"), document => document.Sentences.Count == 2);

    [Theory]
    [InlineData("غزة\tB-LOC\nبيروت\n", "standard input line 2: the token 'بيروت' has no label")]
    [InlineData("غزة\tNOUN\nبيروت\tNOUN\n", "line 1: the token 'غزة' has no label such as O or B-PER; --label-column")]
    [InlineData("\tB-LOC\n", "line 1: begins with a tab")]
    public async Task A_line_that_does_not_fit_is_named(string text, string reason)
    {
        var error = await Assert.ThrowsAsync<BatchException>(() => ReadAsync(text));
        Assert.Equal(BatchFailure.BadInput, error.Failure);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("anercorp.txt", "أحمد الخوري PER|القاهرة LOC")]
    [InlineData("com.conll", "أحمد الخوري PER|بيروت LOC")]
    [InlineData("iobes.conll", "أحمد الخوري PER|القاهرة LOC")]
    [InlineData("ls.conll", "أحمد PER")]
    [InlineData("multiconer.conll", "أحمد الخوري PER|القاهرة LOC|بيروت LOC")]
    [InlineData("pers.conll", "أحمد الخوري PER|القاهرة LOC")]
    [InlineData("trail_tab.conll", "أحمد الخوري PER|القاهرة LOC")]
    [InlineData("ud.conll", "أحمد PER|القاهرة LOC")]
    public async Task Files_of_every_make_are_read(string name, string entities)
    {
        var file = await ConllFile.ReadAsync(
            Path.Combine(AppContext.BaseDirectory, "data", "conll", name),
            default,
            Stream.Null,
            TestContext.Current.CancellationToken
        );
        var found = LabelledDocuments
            .ForScoring(file, EvalUnit.Sentence, ScoredLabels.OfTypes)
            .SelectMany(document =>
                document.Entities.Select(entity => $"{document.Source.SpanOf(entity.Words).Slice(document.Source.Text)} {entity.Type.ToTag()}")
            );
        Assert.Equal(entities.Split('|'), found);
        Assert.Empty(file.UnknownTypes(ScoredLabels.OfTypes));
    }

    [Fact]
    public void A_document_joins_its_sentences_and_no_gold_span_crosses_them()
    {
        // The second sentence begins with an orphan I-: a span of its own, though the first ends with one of its type.
        var file = File([Sentence("زار لافروف", "O B-PER"), Sentence("سيرغي غزة", "I-PER B-LOC")]);
        var joined = Assert.Single(LabelledDocuments.ForScoring(file, EvalUnit.Document, ScoredLabels.OfTypes));
        Assert.Equal("زار لافروف سيرغي غزة", joined.Source.Text);
        Assert.Equal([(1, 2), (2, 3), (3, 4)], joined.Entities.Select(entity => (entity.Words.Start, entity.Words.End)));
        Assert.Equal(2, LabelledDocuments.ForScoring(file, EvalUnit.Sentence, ScoredLabels.OfTypes).Count());
    }

    [Theory]
    [InlineData(true, 20)]
    [InlineData(false, 10)]
    public void Neighbouring_sentences_stay_together_in_training(bool namesDocuments, int together)
    {
        var file = File([.. Enumerable.Repeat(Sentence("غزة", "B-LOC"), 45)]) with { NamesDocuments = namesDocuments };
        var documents = LabelledDocuments.ForTraining(file, [EntityType.Location]).ToList();
        Assert.Equal(45, documents.Count);
        Assert.Equal(together, documents.GroupBy(d => d.Group).Max(g => g.Count()));
        Assert.All(documents, d => Assert.True(d.IsRestricted));
    }

    [Fact]
    public void Vocalised_and_noisy_variants_keep_every_word_in_its_place()
    {
        var document = Assert.Single(
            LabelledDocuments.ForScoring(File([Sentence("إلى القاهرة ، مستشفى", "O B-LOC O O")]), EvalUnit.Sentence, ScoredLabels.OfTypes)
        );
        // ـى, ـة and hamza flattened as hurried writers do.
        Assert.Equal("الي القاهره ، مستشفي", SpellingVariants.Noisy(document).Source.Text);
        var vocalised = SpellingVariants.Vocalised(document);
        Assert.Equal(document.Source.WordCount, vocalised.Source.WordCount);
        Assert.NotEqual(document.Source.Text, vocalised.Source.Text);
        Assert.Equal(FoldedText.KeyOf(document.Source.Text), FoldedText.KeyOf(vocalised.Source.Text));
        Assert.Equal(vocalised.Source.Text, SpellingVariants.Vocalised(document).Source.Text);
    }

    private static ConllSentence Sentence(string tokens, string labels) =>
        new(tokens.Split(' '), [.. labels.Split(' ').Select(label => WordLabel.Parse(label))]);

    private static ConllFile File(ConllSentence[] sentences) => new("made-up", [new ConllDocument(sentences)], NamesDocuments: false);

    private static async Task<IReadOnlyList<ConllDocument>> ReadAsync(string text) =>
        (await ConllFile.ReadAsync("-", default, new MemoryStream(Encoding.UTF8.GetBytes(text)), TestContext.Current.CancellationToken)).Documents;
}
