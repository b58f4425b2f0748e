using NerService.Text.Labels;

namespace NerService.Text.Tests.Labels;

public class EntityTagsTests
{
    [Theory]
    [InlineData(EntityType.Person, "PER")]
    [InlineData(EntityType.Location, "LOC")]
    [InlineData(EntityType.Organization, "ORG")]
    public void Every_type_has_a_tag_and_reads_back(EntityType type, string tag)
    {
        Assert.Equal(tag, type.ToTag());
        Assert.True(EntityTags.TryParseTag(tag, out var read));
        Assert.Equal(type, read);
    }

    [Fact]
    public void Any_other_tag_is_not_a_type() => Assert.False(EntityTags.TryParseTag("MISC", out _));
}
