using System.Collections.Immutable;
using System.Text.Json;

namespace NerService.Testing;

/// <summary>A sentence with what the model's reference implementation makes of it.</summary>
/// <param name="Text">As written.</param>
/// <param name="Words">As split.</param>
/// <param name="Folded">As fed.</param>
/// <param name="Ids">Subword ids of each word.</param>
/// <param name="Features">Of each word, the bits that gazetteers set.</param>
/// <param name="Logits">Scores of each word's labels, of the default output of the fp32 graph.</param>
/// <param name="LogitsInt8">The same of the int8 graph.</param>
public sealed record Golden(string Text, string[] Words, string[] Folded, int[][] Ids, int[][] Features, float[][] Logits, float[][] LogitsInt8)
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Every sentence of <c>tests/data/golden.jsonl</c>.</summary>
    public static ImmutableArray<Golden> Sentences { get; } =
    [
        .. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "data", "golden.jsonl"))
            .Select(line => JsonSerializer.Deserialize<Golden>(line, Options)!),
    ];
}
