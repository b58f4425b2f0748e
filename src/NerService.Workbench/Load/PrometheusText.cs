using System.Globalization;
using System.Text.RegularExpressions;

namespace NerService.Workbench.Load;

/// <summary>One value of a metrics page.</summary>
internal sealed record MetricSample(string Name, IReadOnlyDictionary<string, string> Labels, double Value);

/// <summary>Reads a metrics page in Prometheus' text format (prometheus.io/docs/instrumenting/exposition_formats), version 0.0.4.</summary>
internal static partial class PrometheusText
{
    /// <summary>Every value of a page; comments and timestamps are passed over.</summary>
    /// <exception cref="FormatException">Names the line that cannot be read.</exception>
    internal static IReadOnlyList<MetricSample> Parse(string page) =>
        [.. page.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#').Select(ParseLine)];

    private static MetricSample ParseLine(string line)
    {
        var groups = Line().Match(line).Groups;
        if (Number(groups["value"].Value) is not { } value)
            throw new FormatException($"'{line}' is not a line of a metrics page in Prometheus' text format.");
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (label, text) in groups["label"].Captures.Zip(groups["text"].Captures))
            labels[label.Value] = Escape().Replace(text.Value, escape => escape.Value == @"\n" ? "\n" : escape.Value[1..]);
        return new MetricSample(groups["name"].Value, labels, value);
    }

    private static double? Number(string text) =>
        text switch
        {
            "+Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            _ => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null,
        };

    /// <summary>A name, perhaps labels in braces, a value, and perhaps a timestamp.</summary>
    [GeneratedRegex("""^(?<name>[^{\s]+)(\{[ ,]*((?<label>[^=\s]+)\s*="(?<text>([^"\\]|\\.)*)"[ ,]*)*\}\s*|\s+)(?<value>\S+)(\s+\S+)?$""")]
    private static partial Regex Line();

    [GeneratedRegex(@"\\.")]
    private static partial Regex Escape();
}
