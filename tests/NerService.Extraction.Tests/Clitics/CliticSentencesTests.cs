using NerService.Extraction.Tests.Pipeline;

namespace NerService.Extraction.Tests.Clitics;

/// <summary>
/// The hand-written names in sentences, through the whole extractor: native names that only look cut, foreign ones after a proclitic.
/// </summary>
public sealed class CliticSentencesTests(ShippedExtractor shipped, ITestOutputHelper output)
{
    private static readonly string[][] Rows =
    [
        .. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "data", "clitic-sentences.tsv"))
            .Where(line => !line.StartsWith('#'))
            .Select(line => line.Split('\t')),
    ];

    [Fact]
    public async Task No_native_name_that_only_looks_cut_is_cut()
    {
        var rows = Rows.Where(row => row[1] == row[2]).ToArray();
        Assert.True(rows.Length >= 300, $"{rows.Length} names");
        var (found, right) = await CountAsync(rows);
        Assert.Equal(found, right);
        Assert.True(found >= 0.9 * rows.Length, $"{found} of {rows.Length} names were found");
    }

    [Fact]
    public async Task Foreign_names_behind_a_proclitic_are_cut_free()
    {
        var rows = Rows.Where(row => row[1] != row[2]).ToArray();
        var (found, right) = await CountAsync(rows);
        Assert.True(found >= 0.9 * rows.Length, $"{found} of {rows.Length} names were found");
        Assert.True(right >= 0.9 * found, $"{right} of {found} cores are right");
    }

    [Theory]
    // In no list, and never by themselves in the text.
    [InlineData("لعب ميسي وكايزرليني في الفريق نفسه.", "كايزرليني")]
    [InlineData("قاد زيدان وتورشانوفيتش الفريق إلى اللقب.", "تورشانوفيتش")]
    [InlineData("أقيم الحفل بمورغنشتات وسط حضور كبير.", "مورغنشتات")]
    // They begin with the letter.
    [InlineData("قال بيرغوفيتشكو للصحفيين إن القرار صدر بالإجماع.", "بيرغوفيتشكو")]
    [InlineData("قال ويلهامستون للصحفيين إن القرار صدر بالإجماع.", "ويلهامستون")]
    [InlineData("قال لامبورنسكي للصحفيين إن القرار صدر بالإجماع.", "لامبورنسكي")]
    public async Task The_model_tells_where_an_unknown_name_begins(string text, string core)
    {
        var result = await shipped.ExtractAsync(text);
        Assert.Contains(core, result.Entities.Select(e => e.CoreSpan.Of(text)));
    }

    [Theory]
    // No list of given names has them, but people of the gazetteer are called so.
    [InlineData("سافرت سارة ولبنى ونورا إلى دبي", "سارة|لبنى|نورا|دبي")]
    // They begin with the letter themselves.
    [InlineData("سافرت سارة ووصال ووداد إلى دبي", "سارة|وصال|وداد|دبي")]
    public async Task A_given_name_that_begins_known_names_is_cut_free(string text, string cores)
    {
        var result = await shipped.ExtractAsync(text);
        Assert.Equal(cores.Split('|'), result.Entities.Select(e => e.CoreSpan.Of(text)));
    }

    private async Task<(int Found, int Right)> CountAsync(string[][] rows)
    {
        var (found, right) = (0, 0);
        foreach (var row in rows)
        {
            var (surface, core, text) = (row[1], row[2], row[5]);
            var start = text.IndexOf(surface, StringComparison.Ordinal);
            var entity = (await shipped.ExtractAsync(text)).Entities.FirstOrDefault(e => e.Span.Start == start);
            if (entity is null)
            {
                output.WriteLine($"not found: {surface} in {text}");
                continue;
            }
            found++;
            // What is cut is looked at, not how far the name goes.
            if (entity.CoreSpan.Start == start + surface.Length - core.Length)
                right++;
            else
                output.WriteLine($"wrong: {surface} gives {entity.CoreSpan.Of(text)}, expected {core}");
        }
        output.WriteLine($"{right} of {found} cores right, {rows.Length} names");
        return (found, right);
    }
}
