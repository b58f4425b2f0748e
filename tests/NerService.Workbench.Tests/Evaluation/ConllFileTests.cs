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
        Assert.Equal(entities.Split('|'), EntitiesOf(file));
        Assert.Empty(file.UnknownTypes(ScoredLabels.OfTypes));
    }

    [Theory]
    [InlineData("ar:سيرغي\tB-PER\nar:لافروف\tI-PER\nar:غزة\tB-LOC\n", "سيرغي لافروف PER|غزة LOC")]
    [InlineData("وصل|VERB|O سيرغي|PROPN|B-PER لافروف|PROPN|I-PER\nغزة|PROPN|B-LOC\n", "سيرغي لافروف PER|غزة LOC")]
    // An orphan after the line's end begins a name of its own, as after an empty line.
    [InlineData("سيرغي|B-PER\nلافروف|I-PER وصل|O\n", "سيرغي PER|لافروف PER")]
    [InlineData("سيرغي B_PER\nلافروف I_PER\nغزة B_LOC\n", "سيرغي لافروف PER|غزة LOC")]
    [InlineData("سيرغي\tB-PER\nلافروف\tL-PER\nغزة\tU-LOC\n", "سيرغي لافروف PER|غزة LOC")]
    [InlineData("سيرغي\tB-PER\nلافروف\tE-PER\nغزة\tS-LOC\n", "سيرغي لافروف PER|غزة LOC")]
    [InlineData(
        "سيرغي _ _ B-OtherPER\nلافروف _ _ I-OtherPER\nغزة _ _ B-HumanSettlement\nفي _ _ O\nالأهرام _ _ B-PrivateCORP\n",
        "سيرغي لافروف PER|غزة LOC|الأهرام ORG"
    )]
    [InlineData("سيرغي\tperson-politician\nلافروف\tperson-politician\nغزة\tlocation-GPE\n", "سيرغي لافروف PER|غزة LOC")]
    [InlineData("\uFEFF-DOCSTART- -X- O\r\n\r\nسيرغي NNP\tB-PER\r\nلافروف\tNNP I-PER\r\nغزة NNP B-LOC\r\n", "سيرغي لافروف PER|غزة LOC")]
    [InlineData(
        "1-2\tوسيرغي\t_\t_\n1\tو\tCCONJ\tO\n2\tسيرغي\tPROPN\tB-PER\n2.1\tهو\t_\t_\n3\tلافروف\tPROPN\tI-PER\n4\tغزة\tPROPN\tB-LOC\n",
        "سيرغي لافروف PER|غزة LOC"
    )]
    [InlineData(
        "#begin document (a); part 000\na 0 0 سيرغي N * - - - - (PERSON* -\na 0 1 لافروف N * - - - - *) -\n"
            + "a 0 2 في N * - - - - * -\na 0 3 غزة N * - - - - (GPE) -\n\n",
        "سيرغي لافروف PER|غزة LOC"
    )]
    public async Task Layouts_of_other_collections_are_read(string text, string entities)
    {
        var file = await ConllFile.ReadAsync("-", default, new MemoryStream(Encoding.UTF8.GetBytes(text)), TestContext.Current.CancellationToken);
        Assert.Equal(entities.Split('|'), EntitiesOf(file));
        Assert.Empty(file.UnknownTypes(ScoredLabels.OfTypes));
    }

    [Fact]
    public async Task Fine_types_that_are_none_of_the_services_are_counted()
    {
        var documents = "كتاب _ _ B-WrittenWork\nسيرغي _ _ B-Artist\nأسبرين _ _ B-Medication/Vaccine\nقميص _ _ B-Clothing\n";
        var file = await ConllFile.ReadAsync(
            "-",
            default,
            new MemoryStream(Encoding.UTF8.GetBytes(documents)),
            TestContext.Current.CancellationToken
        );
        Assert.Equal(["سيرغي PER"], EntitiesOf(file));
        Assert.Equal(["WrittenWork", "Medication/Vaccine", "Clothing"], file.UnknownTypes(ScoredLabels.OfTypes));
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

    private static IEnumerable<string> EntitiesOf(ConllFile file) =>
        LabelledDocuments
            .ForScoring(file, EvalUnit.Sentence, ScoredLabels.OfTypes)
            .SelectMany(document =>
                document.Entities.Select(entity => $"{document.Source.SpanOf(entity.Words).Slice(document.Source.Text)} {entity.Type.ToTag()}")
            );

    private static ConllSentence Sentence(string tokens, string labels) =>
        new(tokens.Split(' '), [.. labels.Split(' ').Select(label => WordLabel.Parse(label))]);

    private static ConllFile File(ConllSentence[] sentences) => new("made-up", [new ConllDocument(sentences)], NamesDocuments: false);

    private static async Task<IReadOnlyList<ConllDocument>> ReadAsync(string text) =>
        (await ConllFile.ReadAsync("-", default, new MemoryStream(Encoding.UTF8.GetBytes(text)), TestContext.Current.CancellationToken)).Documents;
}
