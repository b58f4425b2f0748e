using System.Text;
using NerService.Batch;
using NerService.Text.Words;

namespace NerService.Workbench.Benchmark;

/// <summary>Documents of equal length made of running text, for measuring.</summary>
internal static class BenchTexts
{
    /// <summary>Opens the news sentences that come with the program, a line each.</summary>
    internal static Stream OpenNews() => typeof(BenchTexts).Assembly.GetManifestResourceStream("news.txt")!;

    /// <summary>
    /// Cuts documents out of lines of text, going round when it ends; each starts where the last one ended, so no two need be equal.
    /// </summary>
    /// <param name="lines">Running text.</param>
    /// <param name="documents">How many.</param>
    /// <param name="words">Words of each, punctuation counted.</param>
    /// <exception cref="BatchException">The lines hold no word.</exception>
    internal static string[] Make(IEnumerable<string> lines, int documents, int words)
    {
        var all = lines.SelectMany(line => WordSplitter.Split(line).Select(word => word.Of(line))).ToArray();
        if (all.Length == 0)
            throw new BatchException(BatchFailure.BadInput, "The text holds no word to measure with.");
        var texts = new string[documents];
        var next = 0;
        for (var i = 0; i < documents; i++)
        {
            var text = new StringBuilder();
            for (var word = 0; word < words; word++)
                text.Append(word > 0 ? " " : "").Append(all[next++ % all.Length]);
            texts[i] = text.ToString();
        }
        return texts;
    }
}
