using NerService.Inference.Decoding;

namespace NerService.Inference.Tests.Decoding;

public sealed class LabelSchemeTests
{
    [Theory]
    [InlineData(LabelScheme.Iob2, "O", "B-PER", "I-PER")]
    [InlineData(LabelScheme.Iobes, "O", "B-PER", "I-PER", "E-PER", "S-PER")]
    [InlineData(LabelScheme.Iobes, "O", "B-PER", "I-PER", "L-PER", "U-PER")]
    // Labels without any B.
    [InlineData(LabelScheme.Iob1, "O", "I-PER", "I-LOC")]
    public void The_scheme_is_told_by_the_labels(LabelScheme scheme, params string[] labels) => Assert.Equal(scheme, LabelSchemes.Guess(labels));

    [Theory]
    [InlineData("BIO", LabelScheme.Iob2)]
    [InlineData("iob1", LabelScheme.Iob1)]
    [InlineData("BILOU", LabelScheme.Iobes)]
    public void A_scheme_has_several_names(string name, LabelScheme scheme) => Assert.Equal(scheme, LabelSchemes.Parse(name));
}
