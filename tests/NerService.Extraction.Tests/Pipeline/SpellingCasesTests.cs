using System.Text.Json;
using NerService.Text.Labels;

namespace NerService.Extraction.Tests.Pipeline;

/// <summary>
/// The sentences of tests/data/cases, each with everything that is to be found in it: names as people write them, through model, gazetteer and
/// arbiter as they ship.
/// </summary>
public sealed class SpellingCasesTests(ShippedExtractor shipped)
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    [Theory]
    // Letters of other alphabets that look like Arabic ones or stand for a sound that it lacks.
    [InlineData("letters")]
    // Names in hashtags.
    [InlineData("hashtags")]
    // Lam-alef turned round by programs that take text out of PDF files.
    [InlineData("pdf-lam-alef")]
    // Cities whose lists bring along Persian, Kurdish or wrong spellings.
    [InlineData("canonical")]
    public async Task Every_name_is_found_with_its_span_core_and_spellings(string kind)
    {
        var wrong = new List<string>();
        var cases = File.ReadLines(Repository.PathOf("tests", "data", "cases", $"{kind}.jsonl"))
            .Select(line => JsonSerializer.Deserialize<Case>(line, Options)!)
            .ToList();
        Assert.True(cases.Count > 40, $"{cases.Count} cases");
        foreach (var (id, text, mentions) in cases)
        {
            Mention[] found =
            [
                .. (await shipped.ExtractAsync(text)).Entities.Select(e => new Mention(
                    e.Type.ToTag(),
                    e.Span.Of(text),
                    e.CoreSpan.Of(text),
                    e.NormalizedName,
                    e.CanonicalName
                )),
            ];
            if (found.Length != mentions.Length || found.Zip(mentions).Any(pair => !IsAsWanted(pair.First, pair.Second)))
                wrong.Add($"{id} \"{text}\": found {string.Join(", ", found.AsEnumerable())}");
        }
        Assert.True(wrong.Count == 0, $"{wrong.Count} of {cases.Count} are wrong:\n{string.Join('\n', wrong)}");
    }

    /// <summary>A case leaves out a core that is the whole mention, and the canonical name of what no list has.</summary>
    private static bool IsAsWanted(Mention found, Mention wanted) =>
        found == wanted with { Core = wanted.Core ?? wanted.Text, Canonical = wanted.Canonical ?? found.Canonical };

    private sealed record Case(string Id, string Text, Mention[] Mentions);

    private sealed record Mention(string Type, string Text, string? Core, string Name, string? Canonical);
}
