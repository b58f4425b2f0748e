using NerService.Inference.Tokenization;
using NerService.Text.Documents;

namespace NerService.Inference.Tests.Tokenization;

public sealed class SubwordEncoderTests
{
    [Fact]
    public void The_cache_is_bounded_however_many_words_come()
    {
        var encoder = Encoder(new CountingTokenizer());
        for (var document = 0; document < 5; document++)
            encoder.Encode(SourceText.FromTokens([.. Enumerable.Range(0, 50_000).Select(i => $"{document}-{i}")]));
        Assert.InRange(encoder.CachedWords, SubwordEncoder.GenerationSize, 2 * SubwordEncoder.GenerationSize);
    }

    [Fact]
    public void A_word_that_comes_again_is_not_cut_again()
    {
        var tokenizer = new CountingTokenizer();
        var encoder = Encoder(tokenizer);
        encoder.Encode(SourceText.FromText("غزة القاهرة غزة"));
        encoder.Encode(SourceText.FromText("القاهرة غزة"));
        Assert.Equal(2, tokenizer.Calls);
    }

    [Fact]
    public void A_long_documents_own_words_are_remembered_when_the_cache_turns_over_in_its_midst()
    {
        var tokenizer = new CountingTokenizer();
        var distinct = SubwordEncoder.GenerationSize + 1000;
        // The words of the end come twice, after the generation that was young when the document began has grown old.
        string[] words = [.. Enumerable.Range(0, distinct).Select(i => $"{i}"), .. Enumerable.Range(distinct - 500, 500).Select(i => $"{i}")];
        Encoder(tokenizer).Encode(SourceText.FromTokens(words));
        Assert.Equal(distinct, tokenizer.Calls);
    }

    [Fact]
    public void A_words_subwords_are_cut_off_where_the_model_says()
    {
        var encoded = new SubwordEncoder(new CountingTokenizer(), fold: true, maxSubwordsPerWord: 3, unknownId: 9).Encode(
            SourceText.FromTokens(["abcdef", "ab"])
        );
        Assert.Equal(["abc", "ab"], [Letters(encoded.SubwordsOf(0)), Letters(encoded.SubwordsOf(1))]);
        Assert.Equal([0, 3, 5], encoded.WordStarts.ToArray());
    }

    [Fact]
    public void A_word_that_cannot_be_encoded_is_the_unknown_subword()
    {
        var encoded = Encoder(new CountingTokenizer()).Encode(SourceText.FromTokens(["x", "?"]));
        Assert.Equal([9], encoded.SubwordsOf(1).ToArray());
    }

    [Theory]
    [InlineData("")]
    [InlineData("ً")] // a vowel mark alone folds to nothing
    [InlineData("ـ")] // a tatweel alone does too
    [InlineData(" ")]
    public void A_token_of_which_nothing_is_left_is_fed_as_a_full_stop(string token)
    {
        var encoder = Encoder(new CountingTokenizer());
        Assert.Equal(".", encoder.Fold(token));
        Assert.Equal(".", Letters(encoder.Encode(SourceText.FromTokens([token])).SubwordsOf(0)));
    }

    [Fact]
    public void Writings_that_fold_alike_are_encoded_alike()
    {
        // With tashkeel, with tatweel, plain.
        var encoded = Encoder(new CountingTokenizer()).Encode(SourceText.FromTokens(["القاهِرة", "القـاهرة", "القاهرة"]));
        Assert.True(encoded.SubwordsOf(0).SequenceEqual(encoded.SubwordsOf(2)) && encoded.SubwordsOf(1).SequenceEqual(encoded.SubwordsOf(2)));
    }

    // لحي, وبجسر: the proclitics are words of their own, and the noun stands for the word. بلدة is a noun itself, لحن another word.
    [Fact]
    public void A_noun_of_place_is_encoded_apart_from_its_proclitics_where_that_is_asked_for()
    {
        var source = SourceText.FromTokens(["إلى", "لحي", "وبجسر", "بلدة", "لحن"]);
        var apart = Encoder(new CountingTokenizer()).Encode(source, placeKindsApart: true);
        var words = Encoder(new CountingTokenizer()).Encode(SourceText.FromTokens(["إلى", "ل", "حي", "وب", "جسر", "بلدة", "لحن"]));
        Assert.Equal(words.Subwords.ToArray(), apart.Subwords.ToArray());
        Assert.Equal([0, 3, 6, 11, 15, 18], apart.WordStarts.ToArray());
        Assert.Equal([0, 4, 8, 11, 15], apart.Heads.ToArray());

        var whole = Encoder(new CountingTokenizer()).Encode(source);
        Assert.Equal(whole.WordStarts[..^1].ToArray(), whole.Heads.ToArray());
    }

    [Fact]
    public void A_noun_of_place_that_the_vocabulary_has_together_with_its_proclitic_stays_with_it()
    {
        var encoded = Encoder(new CountingTokenizer("بمنطقة")).Encode(SourceText.FromTokens(["بمنطقة", "لمنطقة"]), placeKindsApart: true);
        Assert.Equal([0, 1, 7], encoded.WordStarts.ToArray());
        Assert.Equal([0, 2], encoded.Heads.ToArray());
    }

    // لـحي with tatweel, and ﻻﺳﺘﺎﺩ in presentation forms, whose first character is the proclitic and the noun's first letter at once.
    [Fact]
    public void A_noun_of_place_is_cut_off_where_the_text_can_be_cut()
    {
        var encoded = Encoder(new CountingTokenizer()).Encode(SourceText.FromTokens(["لـحي", "ﻻﺳﺘﺎﺩ"]), placeKindsApart: true);
        Assert.Equal("لحيلاستاد", Letters(encoded.Subwords));
        Assert.Equal([1, 3], encoded.Heads.ToArray());
    }

    private static SubwordEncoder Encoder(ISubwordTokenizer tokenizer) => new(tokenizer, fold: true, maxSubwordsPerWord: 24, unknownId: 9);

    private static string Letters(ReadOnlySpan<int> ids) => string.Concat(ids.ToArray().Select(id => (char)id));

    /// <summary>Each letter is a subword, and so is each of some words; a question mark cannot be encoded.</summary>
    private sealed class CountingTokenizer(params string[] known) : ISubwordTokenizer
    {
        internal int Calls { get; private set; }

        public int VocabularySize => char.MaxValue + 1;

        public int LargestId => char.MaxValue;

        public IReadOnlyList<int> Encode(ReadOnlySpan<char> word)
        {
            Calls++;
            if (known.Contains(word.ToString()))
                return [1];
            return word is "?" ? [] : [.. word.ToArray().Select(c => (int)c)];
        }

        public string Piece(int id) => $"{(char)id}";
    }
}
