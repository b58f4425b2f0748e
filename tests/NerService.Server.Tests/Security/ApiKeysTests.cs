using NerService.Server.Security;

namespace NerService.Server.Tests.Security;

public sealed class ApiKeysTests
{
    [Fact]
    public void A_key_is_known_by_its_name_and_no_other_is()
    {
        var keys = ApiKeys.Parse(["# comment", "", "newsroom = 0123456789abcdef", "archive=ffffffffffffffff=="], "keys");
        Assert.Equal(2, keys.Count);
        Assert.Equal("newsroom", keys.Find("0123456789abcdef")?.Name);
        Assert.Equal("archive", keys.Find("ffffffffffffffff==")?.Name);
        foreach (var wrong in new[] { "", "0123456789abcde", "0123456789abcdef ", "0123456789ABCDEF", "newsroom" })
            Assert.Null(keys.Find(wrong)?.Name);
    }

    [Theory]
    [InlineData("justakeywithoutname", "expected name=key")]
    [InlineData("=0123456789abcdef", "expected name=key")]
    [InlineData("short=0123", "needs 16")]
    public void A_bad_entry_is_named_by_its_number_never_quoted(string entry, string reason)
    {
        var e = Assert.Throws<FormatException>(() => ApiKeys.Parse(["ok=0123456789abcdef", entry], "keys.txt"));
        Assert.Contains("keys.txt, entry 2", e.Message, StringComparison.Ordinal);
        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(entry.Split('=')[^1], e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_comes_once()
    {
        Assert.Throws<FormatException>(() => ApiKeys.Parse(["a=0123456789abcdef", "a=fedcba9876543210"], "keys"));
    }
}
