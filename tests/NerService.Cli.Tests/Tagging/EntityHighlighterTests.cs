using NerService.Cli.Tagging;
using NerService.Contracts.V1;

namespace NerService.Cli.Tests.Tagging;

public sealed class EntityHighlighterTests
{
    // An entity in the midst and one at the end; each within its own isolate.
    [Fact]
    public void Each_entity_stands_in_brackets_within_a_bidi_isolate() =>
        Assert.Equal(
            "وصل \u2068[لافروف PER]\u2069 إلى \u2068[غزة LOC]\u2069",
            EntityHighlighter.Highlight(
                "وصل لافروف إلى غزة",
                [Mention(4, 10, EntityType.Person, "PER"), Mention(15, 18, EntityType.Location, "LOC")],
                colour: false
            )
        );

    [Fact]
    public void Colours_stand_in_for_the_brackets_on_a_terminal() =>
        Assert.Equal(
            "\u2068\e[1;35mرويترز ORG\e[0m\u2069",
            EntityHighlighter.Highlight("رويترز", [Mention(0, 6, EntityType.Organization, "ORG")], colour: true)
        );

    // Escape, delete and a C1 control sequence introducer.
    [Fact]
    public void No_text_can_steer_the_terminal() =>
        Assert.Equal("␛[31m ␡ �2J", EntityHighlighter.Highlight("\e[31m \u007F \u009B2J", [], colour: true));

    [Fact]
    public void A_text_without_entities_stays_as_it_is() => Assert.Equal("الجو\tجميل", EntityHighlighter.Highlight("الجو\tجميل", [], colour: true));

    private static Mention Mention(int start, int end, EntityType type, string label) =>
        new()
        {
            Span = new Span { Start = start, End = end },
            Type = type,
            Label = label,
        };
}
