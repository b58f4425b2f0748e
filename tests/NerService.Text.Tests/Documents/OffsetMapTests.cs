using System.Text;
using CsCheck;
using NerService.Text.Documents;

namespace NerService.Text.Tests.Documents;

public class OffsetMapTests
{
    [Fact]
    public void Every_offset_converts_to_the_length_of_the_text_before_it() =>
        RandomText.Text.Sample(
            text =>
            {
                var toCodePoints = new OffsetMap(text, OffsetUnit.CodePoint);
                var toUtf8 = new OffsetMap(text, OffsetUnit.Utf8);
                var toUtf16 = new OffsetMap(text, OffsetUnit.Utf16);
                for (var i = 0; i <= text.Length; i++)
                {
                    Assert.Equal(i, toUtf16.Convert(i));
                    if (i > 0 && i < text.Length && char.IsSurrogatePair(text[i - 1], text[i]))
                        continue;
                    Assert.Equal(Slices.CodePoints(text[..i]).Length, toCodePoints.Convert(i));
                    Assert.Equal(Encoding.UTF8.GetByteCount(text.AsSpan(0, i)), toUtf8.Convert(i));
                }
            },
            iter: 3_000
        );

    [Theory]
    // غزة is three letters of two bytes; the flag is two pairs of four bytes.
    [InlineData(OffsetUnit.CodePoint, 3, 5)]
    [InlineData(OffsetUnit.Utf16, 3, 7)]
    [InlineData(OffsetUnit.Utf8, 6, 14)]
    public void Units_count_what_they_say(OffsetUnit unit, int start, int end) =>
        Assert.Equal(new TextSpan(start, end), new OffsetMap("غزة🇵🇸", unit).Convert(new TextSpan(3, 7)));

    [Fact]
    public void Pairs_on_every_side_of_a_checkpoint_count_once()
    {
        for (var shift = 0; shift < 130; shift++)
        {
            // The emoji moves across the borders of the map's stretches.
            var text = new string('ب', shift) + "🙂" + new string('ب', 130);
            Assert.Equal(shift + 1, new OffsetMap(text, OffsetUnit.CodePoint).Convert(shift + 2));
            Assert.Equal(2 * shift + 4 + 20, new OffsetMap(text, OffsetUnit.Utf8).Convert(shift + 2 + 10));
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(4)]
    public void An_offset_outside_the_text_is_refused(int offset) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new OffsetMap("غزة", OffsetUnit.Utf8).Convert(offset));

    [Fact]
    public void An_unknown_unit_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => new OffsetMap("غزة", (OffsetUnit)9));
}
