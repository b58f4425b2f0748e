using NerService.Inference.Scheduling;
using NerService.Inference.Tokenization;
using NerService.Inference.Windowing;

namespace NerService.Inference.Tests.Scheduling;

/// <summary>Documents whose subwords are all the document's name.</summary>
internal static class Works
{
    /// <summary>Longest window, special tokens included.</summary>
    internal const int MaxLength = 64;

    internal static LengthBuckets Buckets { get; } = new(MaxLength, MaxLength);

    /// <summary>A document of one window: one word of as many subwords as said.</summary>
    internal static DocumentWork Short(
        int name,
        int subwords = 2,
        string caller = "",
        WorkPriority priority = WorkPriority.Interactive,
        DateTimeOffset? deadline = null,
        int output = 0,
        bool refusable = false
    ) =>
        Of(
            new EncodedDocument([.. Enumerable.Repeat(name, subwords)], [0, subwords]),
            MaxLength - 2,
            new()
            {
                Caller = caller,
                Priority = priority,
                Deadline = deadline,
                MayBeRefused = refusable,
            },
            output
        );

    /// <summary>A document of as many windows as said, each of four words and 8 padded subwords.</summary>
    internal static DocumentWork Long(int name, int windows, string caller = "", DateTimeOffset? deadline = null, bool refusable = false) =>
        Of(
            new EncodedDocument([.. Enumerable.Repeat(name, 4 * windows)], [.. Enumerable.Range(0, 4 * windows + 1)]),
            size: 4,
            new()
            {
                Caller = caller,
                Deadline = deadline,
                MayBeRefused = refusable,
            }
        );

    /// <summary>A document of several overlapping windows, whose subwords are numbered.</summary>
    internal static DocumentWork Varied(Random random)
    {
        var starts = new List<int> { 0 };
        for (var words = random.Next(1, 100); words > 0; words--)
            starts.Add(starts[^1] + random.Next(1, 8));
        return Of(
            new EncodedDocument([.. Enumerable.Range(1, starts[^1])], [.. starts]),
            size: 40,
            new() { Caller = $"{random.Next(3)}" },
            overlap: 12
        );
    }

    private static DocumentWork Of(EncodedDocument document, int size, ClassificationOptions options, int output = 0, int overlap = 0) =>
        new(document, WindowPlanner.Plan(document.WordStarts, size, overlap), output, labels: 1, options);
}
