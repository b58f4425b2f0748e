using System.Globalization;
using System.Text;

namespace NerService.Inference.Tokenization.Normalization;

/// <summary>
/// Unicode's normalization forms (UAX #15). The process has no ICU, so the mappings come with the service: unicode-forms.txt.
/// </summary>
internal static class UnicodeForms
{
    private const int FirstSyllable = 0xAC00,
        LastSyllable = 0xD7A3,
        FirstLead = 0x1100,
        FirstVowel = 0x1161,
        FirstTrail = 0x11A7,
        Leads = 19,
        Vowels = 21,
        Trails = 28;

    private static readonly Dictionary<int, int> Classes = [];
    private static readonly Dictionary<int, Rune[]> Canonical = [],
        Compatibility = [];
    private static readonly Dictionary<(int First, int Second), Rune> Composed = [];

    /// <summary>Reads the mappings.</summary>
    static UnicodeForms()
    {
        using var reader = new StreamReader(typeof(UnicodeForms).Assembly.GetManifestResourceStream("unicode-forms.txt")!);
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#'))
                continue;
            var fields = line.Split(';');
            var (code, combining, kind) = (Hexadecimal(fields[0]), int.Parse(fields[1], CultureInfo.InvariantCulture), fields[2].FirstOrDefault());
            if (combining > 0)
                Classes[code] = combining;
            if (kind == default)
                continue;
            Rune[] mapping = [.. fields[2].TrimStart('~', '!').Split(' ').Select(part => new Rune(Hexadecimal(part)))];
            (kind == '~' ? Compatibility : Canonical)[code] = mapping;
            if (kind is not ('~' or '!'))
                Composed[(mapping[0].Value, mapping[1].Value)] = new Rune(code);
        }

        static int Hexadecimal(string code) => int.Parse(code, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }

    /// <summary>NFD, or with compatibility mappings NFKD.</summary>
    internal static string Decompose(string text, bool compatibility = false)
    {
        if (Ascii.IsValid(text))
            return text;
        var runes = new List<Rune>(text.Length + 8);
        foreach (var rune in text.EnumerateRunes())
            Decompose(rune, compatibility, runes);
        Reorder(runes);
        return ToText(runes);
    }

    /// <summary>NFC, or with compatibility mappings NFKC.</summary>
    internal static string Compose(string text, bool compatibility = false)
    {
        if (Ascii.IsValid(text))
            return text;
        var runes = new List<Rune>(text.Length);
        var (starter, lastClass) = (-1, 0);
        foreach (var rune in Decompose(text, compatibility).EnumerateRunes())
        {
            var combining = Class(rune);
            // A mark joins the starter unless one of its own class or higher, or another starter, stands between.
            if (starter >= 0 && (lastClass < combining || runes.Count == starter + 1) && Pair(runes[starter], rune) is { } joined)
            {
                runes[starter] = joined;
                continue;
            }
            if (combining == 0)
                starter = runes.Count;
            lastClass = combining;
            runes.Add(rune);
        }
        return ToText(runes);
    }

    private static void Decompose(Rune rune, bool compatibility, List<Rune> runes)
    {
        var (code, syllable) = (rune.Value, rune.Value - FirstSyllable);
        if (code is >= FirstSyllable and <= LastSyllable)
        {
            runes.Add(new Rune(FirstLead + syllable / (Vowels * Trails)));
            runes.Add(new Rune(FirstVowel + syllable % (Vowels * Trails) / Trails));
            if (syllable % Trails > 0)
                runes.Add(new Rune(FirstTrail + syllable % Trails));
        }
        else if (Canonical.TryGetValue(code, out var mapping) || compatibility && Compatibility.TryGetValue(code, out mapping))
        {
            foreach (var part in mapping)
                Decompose(part, compatibility, runes);
        }
        else
        {
            runes.Add(rune);
        }
    }

    /// <summary>Sorts each run of marks by class; marks of one class keep their order.</summary>
    private static void Reorder(List<Rune> runes)
    {
        for (var start = 0; start < runes.Count; start++)
        {
            if (Class(runes[start]) == 0)
                continue;
            var end = start;
            while (end < runes.Count && Class(runes[end]) != 0)
                end++;
            var sorted = runes[start..end].OrderBy(Class).ToList();
            for (var i = 0; i < sorted.Count; i++)
                runes[start + i] = sorted[i];
            start = end;
        }
    }

    private static Rune? Pair(Rune first, Rune second)
    {
        if (first.Value - FirstLead is >= 0 and < Leads and var lead && second.Value - FirstVowel is >= 0 and < Vowels and var vowel)
            return new Rune(FirstSyllable + (lead * Vowels + vowel) * Trails);
        if (
            first.Value is >= FirstSyllable and <= LastSyllable
            && (first.Value - FirstSyllable) % Trails == 0
            && second.Value - FirstTrail is > 0 and < Trails and var trail
        )
            return new Rune(first.Value + trail);
        return Composed.TryGetValue((first.Value, second.Value), out var composed) ? composed : null;
    }

    private static int Class(Rune rune) => Classes.GetValueOrDefault(rune.Value);

    private static string ToText(List<Rune> runes) => new StringBuilder().AppendJoin("", runes).ToString();
}
