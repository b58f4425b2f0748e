using CsCheck;
using NerService.Gazetteer.Index;
using NerService.Gazetteer.Matching;
using NerService.Text.Documents;
using NerService.Text.Folding;
using NerService.Text.Labels;

namespace NerService.Gazetteer.Tests.Matching;

/// <summary>
/// The matcher against one that is too slow and too simple to be wrong, over dictionaries and texts made of few letters, so that they meet.
/// </summary>
public class GazetteerPropertyTests
{
    /// <summary>Clitics and the article, spellings that fold alike, marks, a ligature, a mark alone.</summary>
    private static readonly Gen<string> Word = Any(
        "و",
        "ف",
        "ب",
        "ل",
        "ك",
        "ا",
        "ال",
        "لل",
        "أ",
        "ة",
        "ه",
        "ى",
        "ي",
        "م",
        "َ",
        "ـ",
        "ﻻ",
        "\u200D",
        "س",
        "مصر"
    )
        .Array[1, 4]
        .Select(string.Concat);

    private static readonly Gen<string> Name = Word.Array[1, 3]
        .Select(words => string.Join(' ', words))
        .Where(name => FoldedText.KeyOf(name).Length > 0);

    private static readonly Gen<GazetteerEntry[]> Entries = Gen.Select(
        Name,
        Gen.Enum<EntityType>(),
        Gen.Int[0, 5],
        Gen.Int[0, 3],
        (name, type, id, weight) => new GazetteerEntry(name, type, $"id{id}", weight)
    ).Array[0, 30];

    /// <summary>Running text made of the dictionary's names, sometimes with clitics, and of other words.</summary>
    private static readonly Gen<(GazetteerEntry[] Entries, string Text)> Cases =
        from entries in Entries
        from pieces in Gen.OneOf(
            Word,
            Any("،", "-", "."),
            Gen.Select(
                Any("", "", "و", "فب", "ل", "وال", "ب"),
                Gen.Int[0, 100],
                (clitic, i) => entries.Length == 0 ? clitic : clitic + entries[i % entries.Length].Surface
            )
        ).Array[0, 12]
        from separator in Any(" ", "\n", "  ")
        select (entries, string.Join(separator, pieces));

    [Fact]
    public void Matching_equals_the_slow_matcher_on_running_text()
    {
        Cases.Sample(c => AssertSame(c.Entries, SourceText.FromText(c.Text)), iter: 2000);
    }

    [Fact]
    public void Matching_equals_the_slow_matcher_on_tokens()
    {
        Cases.Sample(c => AssertSame(c.Entries, SourceText.FromTokens(c.Text.Split(' '))), iter: 1000);
    }

    [Fact]
    public void Each_index_matches_as_if_it_were_alone()
    {
        Gen.Select(Cases, Entries)
            .Sample(
                (c, others) =>
                {
                    var text = Names.Document(c.Text);
                    var (first, second) = (GazetteerIndex.Build(c.Entries, GazetteerOrigin.BuiltIn), GazetteerIndex.Build(others));
                    var together = GazetteerMatcher.Match(text, first, second);
                    Assert.Equal(
                        GazetteerMatcher.Match(text, first).Select(Shown),
                        together.Where(match => match.Origin == GazetteerOrigin.BuiltIn).Select(Shown)
                    );
                    Assert.Equal(
                        GazetteerMatcher.Match(text, second).Select(Shown),
                        together.Where(match => match.Origin == GazetteerOrigin.Request).Select(Shown)
                    );
                    Assert.Equal(together.Select(match => match.Words.Start).Order(), together.Select(match => match.Words.Start));
                },
                iter: 1000
            );
    }

    [Fact]
    public void What_is_left_of_a_cut_word_is_the_name()
    {
        Cases.Sample(
            c =>
            {
                var document = Names.Document(c.Text);
                foreach (var match in GazetteerMatcher.Match(document, GazetteerIndex.Build(c.Entries)))
                {
                    // The rest as it is read, folded, is the key but for the letters of the article that the script had dropped.
                    var key = FoldedText.KeyOf(match.Entries[0].Surface);
                    var own = FoldedText.KeyOf(document.Read(Names.OwnSpan(match, document)));
                    Assert.Contains(match.CutLength == 0 ? [own] : new[] { own, "ا" + own, "ال" + own }, name => name == key);
                }
            },
            iter: 2000
        );
    }

    [Fact]
    public void Folding_a_key_changes_nothing()
    {
        Name.Sample(name => FoldedText.KeyOf(FoldedText.KeyOf(name)) == FoldedText.KeyOf(name), iter: 5000);
    }

    [Fact]
    public void Every_entry_is_found_by_its_key_and_nothing_else_is()
    {
        Gen.Select(Entries, Name.Array[0, 20])
            .Sample(
                (entries, others) =>
                {
                    var index = GazetteerIndex.Build(entries);
                    var keys = entries.Select(entry => FoldedText.KeyOf(entry.Surface)).ToHashSet();
                    Assert.Equal(keys, index.Keys.Select(entries => FoldedText.KeyOf(entries[0].Surface)).ToHashSet());
                    Assert.Equal(index.Count, index.Keys.Sum(entries => entries.Count));
                    foreach (var name in entries.Select(entry => entry.Surface).Concat(others))
                    {
                        var key = FoldedText.KeyOf(name);
                        Assert.Equal(keys.Contains(key), index.ContainsKey(key));
                        Assert.Equal(
                            SlowMatcher.EntriesOf(entries, key),
                            index.Find(key).Select(entry => (entry.Surface, entry.Type, entry.Id, entry.Weight))
                        );
                    }
                },
                iter: 1000
            );
    }

    private static Gen<string> Any(params string[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static void AssertSame(GazetteerEntry[] entries, SourceText source)
    {
        var matches = GazetteerMatcher.Match(source, GazetteerIndex.Build(entries));
        Assert.Equal(SlowMatcher.Match(entries, source), matches.Select(Shown));
    }

    private static string Shown(GazetteerMatch match) =>
        SlowMatcher.Show(match.Words, match.CutLength, match.Entries.Select(entry => (entry.Surface, entry.Type, entry.Id, entry.Weight)));
}
