using System.Globalization;
using System.Text;

namespace NerService.Workbench.Load;

/// <summary>One value of a metrics page.</summary>
/// <param name="Name">Of the metric.</param>
/// <param name="Labels">By name.</param>
/// <param name="Value">Its value.</param>
internal sealed record MetricSample(string Name, IReadOnlyDictionary<string, string> Labels, double Value);

/// <summary>Reads a metrics page in Prometheus' text format (prometheus.io/docs/instrumenting/exposition_formats), version 0.0.4.</summary>
internal static class PrometheusText
{
    /// <summary>Every value of a page; comments and timestamps are passed over.</summary>
    /// <exception cref="FormatException">Names the line that cannot be read.</exception>
    internal static IReadOnlyList<MetricSample> Parse(string page)
    {
        var samples = new List<MetricSample>();
        foreach (var line in page.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            if (line[0] != '#')
                samples.Add(ParseLine(line));
        return samples;
    }

    private static MetricSample ParseLine(string line)
    {
        var end = line.AsSpan().IndexOfAny('{', ' ', '\t');
        if (end <= 0)
            throw Unreadable(line);
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        var position = end;
        if (line[position] == '{')
            position = ParseLabels(line, position + 1, labels);
        // A timestamp may follow the value.
        var value = line[position..].Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        return value.Length is 1 or 2 ? new MetricSample(line[..end], labels, ParseValue(value[0], line)) : throw Unreadable(line);
    }

    /// <summary>Reads name="value" pairs.</summary>
    /// <returns>The position behind the closing brace.</returns>
    private static int ParseLabels(string line, int position, Dictionary<string, string> labels)
    {
        while (true)
        {
            while (position < line.Length && line[position] is ' ' or ',')
                position++;
            if (position >= line.Length)
                throw Unreadable(line);
            if (line[position] == '}')
                return position + 1;
            var equals = line.IndexOf("=\"", position, StringComparison.Ordinal);
            if (equals < 0)
                throw Unreadable(line);
            var name = line[position..equals].Trim();
            var value = new StringBuilder();
            for (position = equals + 2; ; position++)
            {
                if (position >= line.Length)
                    throw Unreadable(line);
                if (line[position] == '"')
                    break;
                if (line[position] != '\\')
                    value.Append(line[position]);
                else if (++position < line.Length)
                    value.Append(line[position] == 'n' ? '\n' : line[position]);
            }
            labels[name] = value.ToString();
            position++;
        }
    }

    private static double ParseValue(string text, string line) =>
        text switch
        {
            "+Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            "NaN" => double.NaN,
            _ => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : throw Unreadable(line),
        };

    private static FormatException Unreadable(string line) => new($"'{line}' is no line of a metrics page in Prometheus' text format.");
}
