using System.Globalization;
using System.Text;
using NerService.Workbench.Load;
using NerService.Workbench.Reports;

namespace NerService.Workbench.Benchmark;

/// <summary>What <c>ner bench</c> measured as one HTML file: a histogram of latencies for each measurement.</summary>
internal static class BenchPage
{
    private const double Width = 720,
        Height = 220,
        Left = 10,
        Bottom = 40;

    /// <summary>The page of the extractor in this process.</summary>
    internal static string Of(IEnumerable<BenchResult> results)
    {
        var page = new HtmlPage("Benchmark: the extractor in process");
        foreach (var result in results)
        {
            page.Heading($"{result.Documents} documents, {result.Words} words");
            foreach (var line in result.ToText().Split('\n'))
                page.Paragraph(line);
            Add(page, "one sentence, nothing else running", result.Singles);
        }
        return page.ToString();
    }

    /// <summary>The page of a server under load that serves a model.</summary>
    internal static string Of(string model, IEnumerable<Measurement> measurements)
    {
        var page = new HtmlPage("Benchmark: a server under load");
        page.Paragraph(model);
        foreach (var measurement in measurements)
        {
            switch (measurement)
            {
                case LoadMeasurement m:
                    var unit = m.Kind switch
                    {
                        "closed" => "callers",
                        "open" => "documents a second",
                        _ => "streams",
                    };
                    Add(page, m.Words, string.Create(CultureInfo.InvariantCulture, $"{m.Load} {unit}"), m.Counts);
                    break;
                case MixedMeasurement m:
                    page.Heading($"{m.Words} words, one caller beside {m.Streams} bulk streams");
                    Add(page, "alone", m.AloneLatencies);
                    Add(page, "beside bulk work", m.BesideLatencies);
                    break;
                case OverloadMeasurement m:
                    Add(page, m.Words, string.Create(CultureInfo.InvariantCulture, $"{m.Factor} times what it can do"), m.Counts);
                    break;
                case SaturationMeasurement m:
                    Add(page, m.Words, "saturated", m.Counts);
                    break;
            }
        }
        return page.ToString();
    }

    private static void Add(HtmlPage page, int words, string load, LoadCounts counts)
    {
        page.Heading($"{words} words, {load}");
        page.Paragraph(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{counts.DocumentsPerSecond:F1} documents and {counts.WordsPerSecond:F0} words a second; "
                    + $"{counts.Answered} answered, {counts.Refused} refused, {counts.Expired} late, {counts.Failed} failed."
            )
        );
        Add(page, "answers", counts.Latencies);
    }

    private static void Add(HtmlPage page, string what, LatencyHistogram latencies)
    {
        var (count, mean, p50, p95, p99, max) = latencies.Summarize();
        page.Table(
            ["", "count", "mean ms", "p50", "p95", "p99", "most"],
            [
                [what, $"{count}", Ms(mean), Ms(p50), Ms(p95), Ms(p99), Ms(max)],
            ]
        );
        page.Drawing(Svg(latencies.Bins()));
    }

    /// <summary>A bar a bin; bins grow in length, so the axis is logarithmic.</summary>
    private static string Svg(IReadOnlyList<LatencyBin> bins)
    {
        if (bins.Count == 0)
            return "";
        var svg = new StringBuilder();
        Add($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" width=\"{Width}\" height=\"{Height}\"");
        Add($"  font-family=\"sans-serif\" font-size=\"12\" fill=\"currentColor\">");
        var (step, most) = ((Width - 2 * Left) / bins.Count, bins.Max(bin => bin.Count));
        // As many numbers below as stand beside each other without touching.
        var every = Math.Max(1, (int)Math.Ceiling(55 / step));
        for (var i = 0; i < bins.Count; i++)
        {
            var (bin, height) = (bins[i], (Height - Bottom - 10) * bins[i].Count / most);
            Add($"<rect x=\"{Left + i * step:F1}\" y=\"{Height - Bottom - height:F1}\" fill=\"#2563eb\"");
            Add($"  width=\"{Math.Max(1, step - 2):F1}\" height=\"{height:F1}\">");
            Add($"<title>{bin.FromMs:G3} to {bin.ToMs:G3} ms: {bin.Count}</title></rect>");
            if (i % every == 0)
                Add($"<text x=\"{Left + i * step:F1}\" y=\"{Height - Bottom + 16}\">{bin.FromMs:G3}</text>");
        }
        Add($"<text x=\"{Width / 2}\" y=\"{Height - 6}\" text-anchor=\"middle\">milliseconds, logarithmic</text></svg>");
        return svg.ToString();

        void Add(FormattableString line) => svg.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }

    private static string Ms(double value) => value.ToString("F2", CultureInfo.InvariantCulture);
}
