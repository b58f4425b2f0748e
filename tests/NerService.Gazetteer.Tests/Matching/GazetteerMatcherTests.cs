using NerService.Gazetteer.Index;
using NerService.Gazetteer.Matching;
using NerService.Text.Documents;
using NerService.Text.Labels;
using static NerService.Gazetteer.Tests.Names;

namespace NerService.Gazetteer.Tests.Matching;

public class GazetteerMatcherTests
{
    [Fact]
    public void A_name_written_as_in_the_gazetteer_is_found_uncut()
    {
        // No clitic, same spelling.
        var match = Assert.Single(Match("وصل إلى القاهرة مساء", Place("القاهرة")));
        Assert.Equal(new WordRange(2, 3), match.Words);
        Assert.Equal(0, match.CutLength);
    }

    [Theory]
    [InlineData("القاهره")] // ha for ta marbuta
    [InlineData("القَاهِرَةُ")] // tashkeel inside and at the end
    [InlineData("القـاهـرة")] // tatweel inside
    [InlineData("القا\u200Dهرة")] // a zero-width joiner inside
    [InlineData("ﺍﻟﻘﺎﻫﺮﺓ")] // presentation forms
    public void Another_spelling_of_the_name_is_found(string spelling) => Assert.Equal([spelling], Found($"في {spelling}.", Place("القاهرة")));

    [Theory]
    [InlineData("وبالقاهرة", "القاهرة", "القاهرة")] // و + ب, the article kept
    [InlineData("وباريس", "باريس", "باريس")] // و alone
    [InlineData("فالعراق", "العراق", "العراق")] // ف before the article
    [InlineData("كالرياض", "الرياض", "الرياض")] // ك before the article
    [InlineData("سلبنان", "لبنان", "لبنان")] // س
    [InlineData("للقاهرة", "القاهرة", "لقاهرة")] // ل + ال: the alef stands nowhere
    [InlineData("وللقاهرة", "القاهرة", "لقاهرة")] // و + ل + ال
    [InlineData("للاذقية", "اللاذقية", "لاذقية")] // ل + ال + a name that begins with ل: one ل is not written
    [InlineData("للبنان", "لبنان", "لبنان")] // ل + a name without article
    [InlineData("والبصرة", "بصرة", "بصرة")] // the article cut too, the gazetteer has none
    [InlineData("للبصرة", "بصرة", "بصرة")] // ل + ال, both cut
    [InlineData("وَبِالْقَاهِرَةِ", "القاهرة", "الْقَاهِرَةِ")] // tashkeel on the clitics is cut with them
    [InlineData("بـالقاهرة", "القاهرة", "القاهرة")] // tatweel after the clitic is cut with it
    [InlineData("ﻭﺑﺎﺭﻳﺲ", "باريس", "ﺑﺎﺭﻳﺲ")] // presentation forms
    public void Proclitics_are_cut_and_the_span_is_the_names_own(string word, string name, string own)
    {
        var text = $"قالوا {word} هناك";
        var match = Assert.Single(Match(text, Place(name)));
        Assert.Equal(own, Own(match, Document(text)));
        Assert.Equal(new WordRange(1, 2), match.Words);
        Assert.Equal(name, match.Entries[0].Surface);
    }

    [Theory]
    [InlineData("لدى", "دي")] // a preposition, not ل + a two-letter place
    [InlineData("باب", "اب")] // a door
    public void A_rest_of_two_letters_is_not_a_name(string word, string name) => Assert.Empty(Found(word, Place(name)));

    [Fact]
    public void A_two_letter_first_word_may_be_cut_when_the_name_goes_on()
    {
        // The rest بن is short, the whole name is not.
        Assert.Equal(["بن علي"], Found("وبن علي", Person("بن علي")));
    }

    [Fact]
    public void How_much_was_cut_is_told()
    {
        // و + ل + ال with the alef dropped: two letters of the word.
        Assert.Equal(2, Assert.Single(Match("وللقاهرة", Place("القاهرة"))).CutLength);
    }

    [Fact]
    public void A_ligature_is_never_cut_in_two()
    {
        // ل and ا are one character of the text (U+FEFB), so ل + احمد has no span of its own.
        Assert.Empty(Found("ﻻحمد", Person("أحمد")));
        Assert.Equal(["احمد"], Found("لاحمد", Person("أحمد")));
    }

    [Theory]
    [InlineData("وليد")] // not و + ليد
    [InlineData("بغداد")] // not ب + غداد
    [InlineData("لبنان")] // not ل + بنان
    public void A_whole_word_is_preferred_to_a_cut_one(string name)
    {
        var match = Assert.Single(Match(name, Place(name), Place(name[1..])));
        Assert.Equal(0, match.CutLength);
        Assert.Equal(name, match.Entries[0].Surface);
    }

    [Fact]
    public void The_fewest_letters_are_cut()
    {
        // Both العراق and عراق are keys.
        Assert.Equal(["العراق"], Found("والعراق", Place("العراق"), Place("عراق")));
    }

    [Fact]
    public void The_longest_name_wins_at_each_word_and_overlaps_are_left_to_the_arbiter()
    {
        // بنك مصر starts before مصر, and مصر الجديدة overlaps both.
        Assert.Equal(
            ["بنك مصر", "مصر الجديدة"],
            Found("في بنك مصر الجديدة", Organization("بنك مصر"), Place("مصر"), Place("مصر الجديدة"), Organization("بنك"))
        );
    }

    [Fact]
    public void A_longer_name_after_a_cut_beats_a_shorter_whole_one()
    {
        // والي is a word of its own; و + الي ... is the longer key.
        Assert.Equal(["الي عفيفي"], Found("والي عفيفي", Person("والي"), Person("الي عفيفي")));
    }

    [Fact]
    public void Only_the_first_word_of_a_name_may_carry_clitics()
    {
        // ومصر is not the second word of بنك مصر.
        Assert.Empty(Found("بنك ومصر", Organization("بنك مصر")));
        Assert.Equal(["بنك مصر"], Found("وبنك مصر", Organization("بنك مصر")));
    }

    [Fact]
    public void Whitespace_between_the_words_does_not_matter()
    {
        // A line break and two spaces inside the name.
        Assert.Equal(["أبو\r\n  ظبي"], Found("أبو\r\n  ظبي", Place("أبو ظبي")));
    }

    [Fact]
    public void Punctuation_is_part_of_a_name_and_parts_others()
    {
        // The dash is a word of the country's name; a comma between two words parts them.
        Assert.Equal(["الكونغو - كينشاسا"], Found("في الكونغو - كينشاسا", Place("الكونغو - كينشاسا")));
        Assert.Empty(Found("أبو، ظبي", Place("أبو ظبي")));
    }

    [Fact]
    public void A_word_of_nothing_but_marks_is_stepped_over_inside_a_name_only()
    {
        // A tatweel that stands alone: before, inside and after the name.
        Assert.Equal(["محمد ـ علي"], Found("ـ محمد ـ علي ـ", Person("محمد علي")));
    }

    [Fact]
    public void All_entries_of_a_key_come_heaviest_first_with_all_types()
    {
        // طرابلس in Libya and in Lebanon, and a person of that name; إ and ا fold alike.
        var match = Assert.Single(Match("طرابلس", Person("طرابلس", "p", 2), Place("طرابلس", "ly", 9), Place("طرابلس", "lb", 5)));
        Assert.Equal(["ly", "lb", "p"], match.Entries.Select(entry => entry.Id));
        Assert.Equal(1 << (int)EntityType.Person | 1 << (int)EntityType.Location, match.Entries.TypeMask);
        Assert.Equal(9, match.Entries.HeaviestWeight);
        Assert.Equal(2, match.Entries.Heaviest(EntityType.Person)?.Weight);
        Assert.Null(match.Entries.Heaviest(EntityType.Organization));
    }

    [Fact]
    public void Tokens_keep_their_places_even_empty_ones()
    {
        // The caller's own tokens, one of them empty: word indices are the caller's.
        var document = Tokens("في", "", "وأبو", "", "ظبي");
        var match = Assert.Single(GazetteerMatcher.Match(document, BuildIndex(Place("أبو ظبي"))));
        Assert.Equal(new WordRange(2, 5), match.Words);
        Assert.Equal("أبو  ظبي", Own(match, document));
    }

    [Fact]
    public void A_token_with_a_space_inside_does_not_break_the_keys()
    {
        // Folded without its space: it is one word.
        Assert.Single(GazetteerMatcher.Match(Tokens("أبو ظبي"), BuildIndex(Place("أبوظبي"))));
        Assert.Empty(GazetteerMatcher.Match(Tokens("أبو ظبي"), BuildIndex(Place("أبو ظبي"))));
    }

    [Fact]
    public void Nothing_is_found_without_text_or_names()
    {
        Assert.Empty(GazetteerMatcher.Match(Document(""), BuildIndex(Place("مصر"))));
        Assert.Empty(GazetteerMatcher.Match(Document("مصر"), GazetteerIndex.Empty));
        Assert.Empty(GazetteerMatcher.Match(Document("مصر")));
        Assert.Empty(GazetteerMatcher.Match(Tokens("", ""), BuildIndex(Place("مصر"))));
    }

    [Fact]
    public void A_callers_names_neither_hide_nor_shorten_the_services_own()
    {
        // The service knows محمد علي, the caller محمد; both are told apart.
        var builtIn = GazetteerIndex.Build([Person("محمد علي", "built-in")], GazetteerOrigin.BuiltIn);
        var own = GazetteerIndex.Build([Organization("محمد", "own")]);
        var matches = GazetteerMatcher.Match(Document("محمد علي"), builtIn, own);
        Assert.Equal(
            [(GazetteerOrigin.BuiltIn, 2, "built-in"), (GazetteerOrigin.Request, 1, "own")],
            matches.Select(match => (match.Origin, match.Words.Length, match.Entries[0].Id))
        );
        Assert.All(matches, match => Assert.All(match.Entries, entry => Assert.Equal(match.Origin, entry.Origin)));
    }
}
