using System.Text.Json;
using System.Text.RegularExpressions;

namespace NerService.Docs.Tests;

/// <summary>Whether what came is what a page shows.</summary>
internal static class ShownOutput
{
    /// <summary>How far a shown confidence may be off: processors round differently.</summary>
    private const double Tolerance = 0.03;

    /// <summary>Null when the output is as shown, else what differs.</summary>
    internal static string? Difference(FencedBlock shown, string output)
    {
        if (shown.Language == "json")
        {
            using var expected = JsonDocument.Parse(shown.Text);
            using var found = JsonDocument.Parse(output);
            return Difference("$", expected.RootElement, found.RootElement);
        }
        return Regex.IsMatch(Plain(output), PatternOf(Plain(shown.Text), shown.Is("numbers-vary")), RegexOptions.Singleline) ? null : "other text";
    }

    /// <summary>Marks of direction are not seen, on a page or in a terminal, and the space at lines' ends is not either.</summary>
    private static string Plain(string text) =>
        string.Join('\n', Regex.Replace(text, "[\u2066-\u2069]", "").Split('\n').Select(line => line.TrimEnd())).Trim();

    /// <summary>A line that is … alone stands for any lines, … in a line for anything in that line.</summary>
    private static string PatternOf(string shown, bool numbersVary)
    {
        var lines = shown.Split('\n').Select(line => line == "…" ? "(.*\n)?" : Line(line) + "\n");
        return $"^{string.Concat(lines)[..^1]}$";

        string Line(string line)
        {
            var pattern = Regex.Escape(line).Replace("…", "[^\n]*", StringComparison.Ordinal);
            return numbersVary ? Regex.Replace(pattern, @"\d+(\\?[.,]\d+)*", @"\d[\d.,]*") : pattern;
        }
    }

    /// <summary>
    /// Every value that is shown came, whatever it is where … is shown, and nothing else came but how long it took, which no page can know.
    /// </summary>
    private static string? Difference(string path, JsonElement shown, JsonElement found)
    {
        if (shown.ValueKind == JsonValueKind.String && shown.GetString() == "…")
            return null;
        if (shown.ValueKind != found.ValueKind)
            return $"{path} is {found}, not {shown}";
        switch (shown.ValueKind)
        {
            case JsonValueKind.Object:
                var members = found
                    .EnumerateObject()
                    .Where(member => member.Name != "statistics")
                    .ToDictionary(member => member.Name, member => member.Value);
                foreach (var member in shown.EnumerateObject())
                    if (!members.Remove(member.Name, out var value))
                        return $"{path}.{member.Name} did not come";
                    else if (Difference($"{path}.{member.Name}", member.Value, value) is { } difference)
                        return difference;
                return members.Count == 0 ? null : $"{path}.{members.Keys.First()} is not shown";
            case JsonValueKind.Array:
                if (shown.GetArrayLength() != found.GetArrayLength())
                    return $"{path} has {found.GetArrayLength()} elements, not {shown.GetArrayLength()}";
                return shown
                    .EnumerateArray()
                    .Zip(found.EnumerateArray())
                    .Select((pair, i) => Difference($"{path}[{i}]", pair.First, pair.Second))
                    .FirstOrDefault(d => d is not null);
            case JsonValueKind.Number:
                return Math.Abs(shown.GetDouble() - found.GetDouble()) <= (shown.TryGetInt64(out _) ? 0 : Tolerance)
                    ? null
                    : $"{path} is {found}, not {shown}";
            default:
                return shown.ToString() == found.ToString() ? null : $"{path} is {found}, not {shown}";
        }
    }
}
