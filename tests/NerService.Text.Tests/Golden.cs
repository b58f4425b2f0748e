using System.Text.Json;

namespace NerService.Text.Tests;

/// <summary>Sentences with the words and folded words that the model's reference implementation gives.</summary>
internal static class Golden
{
    internal static readonly (string[] Words, string[] Folded)[] Sentences =
    [
        .. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "data", "golden.jsonl")).Select(line =>
        {
            using var json = JsonDocument.Parse(line);
            return (Strings(json.RootElement, "words"), Strings(json.RootElement, "folded"));
        }),
    ];

    private static string[] Strings(JsonElement sentence, string name) => [.. sentence.GetProperty(name).EnumerateArray().Select(e => e.GetString()!)];
}
