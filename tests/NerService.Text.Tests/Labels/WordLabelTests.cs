using NerService.Text.Labels;

namespace NerService.Text.Tests.Labels;

public sealed class WordLabelTests
{
    [Theory]
    [InlineData("O", "O")]
    [InlineData("B-PERS", "B-PER")] // ANERcorp
    [InlineData("B-Per", "B-PER")]
    [InlineData("b-person", "B-PER")]
    [InlineData(" B-PERS ", "B-PER")]
    [InlineData("I_LOCATION", "I-LOC")]
    [InlineData("B-GPE", "B-LOC")] // OntoNotes, Wojood
    [InlineData("I-FAC", "I-LOC")]
    [InlineData("B-ORGANISATION", "B-ORG")]
    [InlineData("E-ORG", "E-ORG")] // IOBES
    [InlineData("L-ORG", "E-ORG")] // BILOU
    [InlineData("U-LOC", "S-LOC")]
    [InlineData("M-PER", "I-PER")] // BMES
    [InlineData("W-PER", "S-PER")]
    [InlineData("PERSON", "I-PER")] // types alone
    [InlineData("PER-B", "B-PER")] // the position behind the type
    [InlineData("Loc_I", "I-LOC")]
    [InlineData("Person-artist", "I-PER")] // a finer type, and no position
    [InlineData("\u200FB-PER\u200E", "B-PER")] // marks of direction
    [InlineData("B-MISC", "O")]
    [InlineData("[PAD]", "O")]
    [InlineData("_", "O")]
    public void Every_scheme_and_spelling_is_one_label(string written, string label) => Assert.Equal(label, WordLabel.Parse(written).ToString());

    [Fact]
    public void A_type_that_the_service_does_not_know_keeps_its_name()
    {
        var label = WordLabel.Parse("S-Prophet");
        Assert.Equal((LabelPosition.Unit, "Prophet", null), (label.Position, label.TypeName, label.Type));
    }

    [Theory]
    [InlineData("O", true)]
    [InlineData("B-EVENT", true)]
    [InlineData("loc", true)]
    [InlineData("MISC", false)] // may be anything
    [InlineData("_", false)]
    [InlineData("0.98", false)]
    [InlineData("B-", false)]
    [InlineData("B-52", false)]
    [InlineData("NOUN", false)]
    public void What_is_a_label_beyond_doubt(string text, bool isLabel) => Assert.Equal(isLabel, WordLabel.IsLabel(text));
}
