using System.Globalization;
using System.Text;

namespace NerService.Benchmarks;

/// <summary>
/// Made-up gazetteers and texts, the same for the same size every time. Names have one to three words of a vocabulary that grows with the gazetteer,
/// as in the real ones; three names share an id in the mean. The texts are the same for every size: words that no gazetteer knows, and every fifth
/// time, often with clitics, a name of the first thousand, which all gazetteers share.
/// </summary>
internal static class GazetteerGenerator
{
    private const int Seed = 20240607;
    private const int SharedNames = 1000;
    private const string Letters = "ابتثجحخدذرزسشصضطظعغفقكلمنهويأإةىئ";

    /// <summary>Writes a gazetteer file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="entries">Number of lines.</param>
    internal static void WriteFile(string path, int entries)
    {
        using var writer = new StreamWriter(path, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 1 << 16);
        writer.NewLine = "\n";
        var random = new Random(Seed);
        var numbers = new Random(Seed + 1);
        foreach (var name in Names(random, entries))
        {
            var type = numbers.Next(3) switch
            {
                0 => "PER",
                1 => "LOC",
                _ => "ORG",
            };
            writer.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{name}\t{type}\tgeonames:{1_000_000 + numbers.Next(entries / 3 + 1)}\t{numbers.Next(1_000_000)}"
                )
            );
        }
    }

    /// <summary>A running text.</summary>
    /// <param name="words">At least this many words.</param>
    internal static string Text(int words)
    {
        var shared = Names(new Random(Seed), SharedNames).ToArray();
        var random = new Random(Seed + 2);
        string[] clitics = ["", "", "و", "ب", "ل", "وال", "فب"];
        var text = new StringBuilder();
        for (var count = 0; count < words; )
        {
            var next = random.Next(5) == 0 ? clitics[random.Next(clitics.Length)] + shared[random.Next(shared.Length)] : Word(random, 5, 11);
            text.Append(next).Append(random.Next(12) == 0 ? "، " : " ");
            count += next.Count(c => c == ' ') + 1;
        }
        return text.ToString();
    }

    /// <summary>Names; a longer list begins with the shorter one.</summary>
    private static IEnumerable<string> Names(Random random, int count)
    {
        var vocabulary = new List<string>();
        for (var i = 0; i < count; i++)
        {
            var words = random.Next(10) switch
            {
                < 4 => 1,
                < 8 => 2,
                _ => 3,
            };
            // One word in three is new: 1,000,000 names have about 600,000 distinct words.
            yield return string.Join(
                ' ',
                Enumerable
                    .Range(0, words)
                    .Select(_ => vocabulary.Count < 50 || random.Next(3) == 0 ? New() : vocabulary[random.Next(vocabulary.Count)])
            );
        }

        string New()
        {
            vocabulary.Add(Word(random, 3, 9));
            return vocabulary[^1];
        }
    }

    private static string Word(Random random, int shortest, int longest) =>
        string.Create(
            random.Next(shortest, longest),
            random,
            (word, source) =>
            {
                for (var i = 0; i < word.Length; i++)
                    word[i] = Letters[source.Next(Letters.Length)];
            }
        );
}
