using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace NerService.Workbench.Evaluation;

/// <summary>Draws how often entities of a confidence are right, as SVG that stands alone.</summary>
internal static class ReliabilityDiagram
{
    private const double Left = 60,
        Top = 48,
        Side = 400,
        Width = 640,
        LegendRow = 44;
    private static readonly ImmutableArray<string> Colours = ["#1f2933", "#2563eb", "#15803d", "#a21caf"];

    /// <summary>
    /// The diagram: one line for all types together and one for each; a point is a bin, its area the number of entities in it; on the diagonal,
    /// confidence and share of right ones agree.
    /// </summary>
    internal static string Svg(ImmutableArray<CalibrationReport> reports, string title)
    {
        var svg = new StringBuilder();
        // A model of many labels has a legend that is longer than the diagram is high.
        var height = Math.Max(Top + Side + 64, Top + 12 + LegendRow * reports.Length);
        Add($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {height}\" width=\"{Width}\" height=\"{height}\"");
        Add($"  font-family=\"sans-serif\" font-size=\"12\" fill=\"#1f2933\">");
        Add($"<rect width=\"{Width}\" height=\"{height}\" fill=\"#ffffff\"/>");
        Add($"<text x=\"{Left}\" y=\"26\" font-size=\"15\" font-weight=\"bold\">Reliability: {Escape(title)}</text>");
        for (var tick = 0; tick <= 5; tick++)
        {
            var value = tick / 5.0;
            Add($"<path d=\"M{X(value):F1} {Top}V{Top + Side}M{Left} {Y(value):F1}H{Left + Side}\" stroke=\"#e4e7eb\"/>");
            Add($"<text x=\"{X(value):F1}\" y=\"{Top + Side + 18}\" text-anchor=\"middle\">{value:F1}</text>");
            Add($"<text x=\"{Left - 8}\" y=\"{Y(value) + 4:F1}\" text-anchor=\"end\">{value:F1}</text>");
        }
        Add($"<path d=\"M{X(0):F1} {Y(0):F1}L{X(1):F1} {Y(1):F1}\" stroke=\"#9aa5b1\" stroke-dasharray=\"5 4\"/>");
        Add($"<text x=\"{Left + Side / 2}\" y=\"{Top + Side + 40}\" text-anchor=\"middle\">mean confidence of the bin</text>");
        Add($"<text transform=\"translate(18 {Top + Side / 2}) rotate(-90)\" text-anchor=\"middle\">share of entities that are right</text>");
        var most = Math.Max(1, reports.SelectMany(r => r.Reliability).Select(b => b.Count).DefaultIfEmpty().Max());
        for (var i = 0; i < reports.Length; i++)
            AddSeries(reports[i], Colours[i % Colours.Length], i);
        Add($"</svg>");
        return svg.ToString();

        void AddSeries(CalibrationReport report, string colour, int row)
        {
            var line = string.Join(
                ' ',
                report.Reliability.Select(b => string.Create(CultureInfo.InvariantCulture, $"{X(b.MeanProbability):F1},{Y(b.Accuracy):F1}"))
            );
            Add($"<polyline points=\"{line}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{(row == 0 ? 2.5 : 1.2):F1}\"/>");
            foreach (var bin in report.Reliability)
            {
                var radius = 2 + 5 * Math.Sqrt((double)bin.Count / most);
                Add($"<circle cx=\"{X(bin.MeanProbability):F1}\" cy=\"{Y(bin.Accuracy):F1}\" r=\"{radius:F1}\"");
                Add($"  fill=\"{colour}\" fill-opacity=\"0.7\">");
                Add($"<title>{bin.Count} entities, confidence {bin.MeanProbability:F3}, right {bin.Accuracy:F3}</title></circle>");
            }
            var y = Top + 12 + LegendRow * row;
            var type = report.Type.Length == 0 ? "all" : report.Type;
            Add($"<rect x=\"{Left + Side + 20}\" y=\"{y - 9}\" width=\"12\" height=\"12\" fill=\"{colour}\"/>");
            Add($"<text x=\"{Left + Side + 38}\" y=\"{y + 1}\">{type}, {report.Count} entities</text>");
            Add($"<text x=\"{Left + Side + 38}\" y=\"{y + 17}\">ECE {report.Ece:F3}</text>");
        }

        void Add(FormattableString line) => svg.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

        static double X(double value) => Left + Side * value;

        static double Y(double value) => Top + Side * (1 - value);
    }

    private static string Escape(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);
}
