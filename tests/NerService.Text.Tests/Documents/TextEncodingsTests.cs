using System.Text;
using NerService.Text.Documents;

namespace NerService.Text.Tests.Documents;

public sealed class TextEncodingsTests
{
    [Theory]
    [InlineData("utf-16", "UTF-16LE")]
    [InlineData("utf-16BE", "UTF-16BE")]
    [InlineData("utf-32", "UTF-32LE")]
    [InlineData("utf-32BE", "UTF-32BE")]
    public void Wide_encodings_are_named_with_and_without_a_byte_order_mark(string encoding, string name)
    {
        var wide = Encoding.GetEncoding(encoding);
        // A file of several lines, Arabic with Latin, a presentation form and an emoji, and a single word without any space or line's end.
        foreach (var text in (string[])["وصل أحمد الخوري إلى القاهرة.\nزار بيروت.\n", "غزة Gaza ﻻ 😀 بيروت\r\n", "القاهرة", "x"])
        {
            Assert.StartsWith(
                $"is {name}, not UTF-8",
                TextEncodings.WhyNotUtf8([.. wide.GetPreamble(), .. wide.GetBytes(text)]),
                StringComparison.Ordinal
            );
            Assert.StartsWith($"is {name}, not UTF-8", TextEncodings.WhyNotUtf8(wide.GetBytes(text)), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("و")]
    [InlineData("وصل أحمد الخوري إلى القاهرة.\nزار بيروت.\n")]
    [InlineData("\uFEFFغزة")]
    [InlineData("{\"text\":\"غزة\"}")]
    public void UTF8_passes(string text) => Assert.Null(TextEncodings.WhyNotUtf8(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void A_lone_NUL_is_named_with_its_place() =>
        Assert.Equal("is not text: it has a NUL byte at offset 6", TextEncodings.WhyNotUtf8("غزة\0بيروت وصور"u8));
}
