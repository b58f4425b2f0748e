using System.Text.Json;

namespace NerService.Inference.Tests;

/// <summary>A sentence with what the model's reference implementation makes of it.</summary>
/// <param name="Words">As written.</param>
/// <param name="Folded">As fed.</param>
/// <param name="Ids">Subword ids of each word.</param>
/// <param name="Features">Of each word, the bits that gazetteers set.</param>
/// <param name="Logits">Scores of each word's labels, of the default output of the fp32 graph.</param>
/// <param name="LogitsInt8">The same of the int8 graph.</param>
internal sealed record Golden(string[] Words, string[] Folded, int[][] Ids, int[][] Features, float[][] Logits, float[][] LogitsInt8)
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    internal static readonly Golden[] Sentences =
        [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "data", "golden.jsonl")).Select(line => JsonSerializer.Deserialize<Golden>(line, Options)!)];

    /// <summary>The features of each word, as they are fed.</summary>
    internal WordFeatures[] WordFeatures => [.. Features.Select(bits => (WordFeatures)bits.Sum(bit => 1 << bit))];
}
