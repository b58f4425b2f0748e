using NerService.Inference.Decoding;
using NerService.Inference.Models;
using NerService.Inference.Scheduling;
using NerService.Inference.Tokenization;

namespace NerService.Inference.Onnx;

/// <summary>Runs a freshly loaded graph on made-up windows: what its shapes and its number of subwords really are shows only then.</summary>
internal sealed class TrialRun(OnnxTokenClassifierSession session, string path, SpecialTokens special, FeatureLayout layout)
{
    /// <summary>Scores that differ less differ by rounding.</summary>
    private const float Rounding = 1e-3f;

    /// <summary>Tries an output with every kind of id, two windows at once, and the longest window.</summary>
    /// <returns>Whether a window's scores depend on the other window of its batch.</returns>
    /// <exception cref="ModelLoadException">The graph fails, or its answers are not numbers.</exception>
    internal bool Run(string output, OutputLabels labels, (int Unknown, int Largest) ids, LengthBuckets buckets)
    {
        var (shortest, longest) = (buckets.Fit(1), buckets.MaxLength);
        long[] alone = Window(shortest, ids.Unknown);
        long[] other = Window(shortest, ids.Largest);
        var scores = Scores(
            output,
            labels.Count,
            [alone],
            $"its special tokens (ids {special.First}, {special.End}), padding ({special.Pad}) and the id of unknown words ({ids.Unknown})"
        );
        _ = Scores(output, labels.Count, [other], $"the tokenizer's largest id ({ids.Largest}); is this the model's own tokenizer?");
        var together = Scores(output, labels.Count, [alone, other], "two windows at once; export the model with a dynamic batch");
        _ = Scores(
            output,
            labels.Count,
            [
                [special.First, .. Enumerable.Repeat((long)ids.Unknown, longest - 2), special.End],
            ],
            $"a window of {longest} subwords; the model takes shorter ones, or must be exported with a dynamic length"
        );
        return scores.Zip(together, (one, two) => MathF.Abs(one - two)).Any(difference => difference > Rounding);
    }

    private long[] Window(int length, int id) => [special.First, id, special.End, .. Enumerable.Repeat((long)special.Pad, length - 3)];

    private float[] Scores(string output, int labels, long[][] windows, string what)
    {
        var length = windows[0].Length;
        var batch = BatchTensors.Allocate(windows.Length * length, layout.Width).Shape(windows.Length, length);
        var logits = new float[windows.Length * length * labels];
        for (var row = 0; row < windows.Length; row++)
        {
            windows[row].CopyTo(batch.Row(row).Ids);
            var mask = batch.Row(row).Mask.Span;
            mask[..(Array.LastIndexOf(windows[row], special.End) + 1)].Fill(1);
            mask[0] = special.Begin is null ? 0 : 1;
        }
        try
        {
            session.Run(batch, output, logits, labels);
        }
        catch (Exception e)
        {
            throw new ModelLoadException($"'{path}' loads, but fails on {what}. ONNX Runtime says: {e.Message}", e);
        }
        var read = logits[..(3 * labels)];
        return Array.TrueForAll(read, float.IsFinite)
            ? read
            : throw new ModelLoadException($"'{path}' loads, but its output '{output}' holds scores that are not numbers.");
    }
}
