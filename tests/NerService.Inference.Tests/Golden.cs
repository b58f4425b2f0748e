using System.Text.Json;

namespace NerService.Inference.Tests;

/// <summary>A sentence with what the model's reference implementation makes of it.</summary>
/// <param name="Words">As written.</param>
/// <param name="Folded">As fed.</param>
/// <param name="Ids">Subword ids of each word.</param>
/// <param name="Logits">Scores of each word's labels, of the default output.</param>
internal sealed record Golden(string[] Words, string[] Folded, int[][] Ids, float[][] Logits)
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    internal static readonly Golden[] Sentences =
        [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "data", "golden.jsonl")).Select(line => JsonSerializer.Deserialize<Golden>(line, Options)!)];
}
