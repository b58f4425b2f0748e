using System.Globalization;
using System.Text;

namespace NerService.Batch.Tests;

/// <summary>Short documents made of a few names and verbs, any number of them, the same for the same seed.</summary>
internal static class SampleNews
{
    private static readonly string[] Words =
    [
        "لافروف",
        "القاهرة",
        "وباريس",
        "زار",
        "غزة",
        "شكري",
        "اجتمع",
        "مجلس",
        "الأمن",
        "في",
        "نيويورك",
        "أمس",
        "محمد",
        "بيروت",
        "إلى",
        "الأمم",
        "المتحدة",
        "👋",
        "قال",
        "بغداد",
    ];

    /// <summary>Lines of JSON: words or text, another field, and now and then a line that is not a document.</summary>
    internal static string Jsonl(int documents, int seed = 1, int badEach = 0)
    {
        var random = new Random(seed);
        var lines = new StringBuilder();
        for (var i = 0; i < documents; i++)
        {
            if (badEach > 0 && i % badEach == badEach - 1)
                lines.Append("{\"id\": broken\n");
            var words = Enumerable.Range(0, random.Next(1, 6)).Select(_ => Words[random.Next(Words.Length)]).ToArray();
            var content =
                i % 3 == 0 ? $"\"tokens\":[{string.Join(',', words.Select(word => $"\"{word}\""))}]" : $"\"text\":\"{string.Join(' ', words)}\"";
            lines.Append(CultureInfo.InvariantCulture, $"{{\"id\":\"d{i}\",{content},\"n\":{i}}}\n");
        }
        return lines.ToString();
    }
}
