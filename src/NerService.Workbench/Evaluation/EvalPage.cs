using System.Globalization;
using System.Text;
using NerService.Text.Documents;
using NerService.Workbench.Reports;
using NerService.Workbench.Training;

namespace NerService.Workbench.Evaluation;

/// <summary>What <c>ner eval</c> found as one HTML file: scores, confusion, reliability, and the worst errors where they stand.</summary>
internal static class EvalPage
{
    /// <summary>Errors of each sort that are shown.</summary>
    private const int ShownErrors = 100;

    /// <summary>Words shown before and after an error.</summary>
    private const int ContextWords = 10;

    private const string Nothing = "nothing";

    /// <summary>The file's text.</summary>
    internal static string Html(Evaluation evaluation, IReadOnlyList<Answer> answers)
    {
        var pairs = answers.SelectMany(EvalErrors.Pairs).ToList();
        var page = new HtmlPage("Evaluation");
        page.Paragraph($"Scored: {evaluation.System.Describe()}. {answers.Count} documents; strict span scores in percent.");
        if (evaluation.Undefined is { } undefined)
            page.Paragraph(undefined);
        Scores(page, "By label", [.. evaluation.Types, ("overall", evaluation.Overall)]);
        Scores(page, "By file", [.. answers.GroupBy(answer => answer.Document.File).Select(file => (file.Key, file.Score()))]);
        if (!evaluation.Slices.IsEmpty)
            Scores(page, "By slice", [.. evaluation.Slices.Select(slice => ($"{slice.Name}: {slice.Meaning}", slice.Score))]);
        if (!evaluation.Curve.IsEmpty)
            Scores(page, "From a confidence on", [.. evaluation.Curve.Select(point => (Percent(point.Threshold), point.Score))]);
        var unknown = string.Join(", ", evaluation.UnknownTypes.Select(type => $"{type.Key} {type.Value}"));
        if (unknown.Length > 0)
            page.Paragraph($"Left out, of types that the service does not know: {unknown}.");

        page.Heading("Confusion");
        page.Paragraph(
            "Rows: as annotated; columns: as returned. Entities with words in common are set beside each other, so the diagonal counts wrong "
                + "borders too."
        );
        Confusion(page, pairs, [.. evaluation.Types.Select(type => type.Label), Nothing]);
        page.Paragraph("What became of them:");
        page.Table(
            ["outcome", "entities"],
            Enum.GetValues<PairKind>().Select(kind => (string[])[Meaning(kind), $"{pairs.Count(pair => pair.Kind == kind)}"])
        );

        page.Heading("Reliability");
        page.Drawing(ReliabilityDiagram.Svg(evaluation.Calibration, evaluation.System.Describe()));

        page.Heading("Wrong, the surest first");
        page.Paragraph("Underlined: annotated. Coloured: returned.");
        Errors(page, pairs.Where(pair => pair.Kind != PairKind.Right && pair.Confidence is not null).OrderByDescending(pair => pair.Confidence));
        page.Heading("Missed");
        Errors(page, pairs.Where(pair => pair.Kind == PairKind.Missed));
        return page.ToString();
    }

    private static void Scores(HtmlPage page, string heading, IReadOnlyList<(string Name, SpanScore Score)> rows)
    {
        page.Heading(heading);
        page.Table(["", "precision", "recall", "F1", "annotated", "returned", "right"], rows.Select(Cells));

        static string[] Cells((string Name, SpanScore Score) row) =>
            [
                row.Name,
                Percent(row.Score.Precision),
                Percent(row.Score.Recall),
                Percent(row.Score.F1),
                $"{row.Score.Wanted}",
                $"{row.Score.Returned}",
                $"{row.Score.Right}",
            ];
    }

    private static void Confusion(HtmlPage page, List<EntityPair> pairs, IReadOnlyList<string> labels)
    {
        var counts = pairs.CountBy(pair => (pair.Gold?.Label.Name ?? Nothing, pair.Returned?.Label.Name ?? Nothing)).ToDictionary();
        page.Table(["", .. labels], labels.Select(gold => labels.Select(returned => $"{counts.GetValueOrDefault((gold, returned))}").Prepend(gold)));
    }

    private static void Errors(HtmlPage page, IEnumerable<EntityPair> errors)
    {
        var all = errors.ToList();
        if (all.Count > ShownErrors)
            page.Paragraph($"The first {ShownErrors} of {all.Count}.");
        page.TableOfHtml(
            ["file", "outcome", "annotated", "returned", "confidence", "context"],
            all.Take(ShownErrors)
                .Select(pair =>
                    (string[])
                        [
                            $"<bdi>{HtmlPage.Escape(pair.Document.File)}</bdi>",
                            Meaning(pair.Kind),
                            HtmlPage.Escape(pair.Gold?.Label.Name ?? ""),
                            HtmlPage.Escape(pair.Returned?.Label.Name ?? ""),
                            pair.Confidence?.ToString("F3", CultureInfo.InvariantCulture) ?? "",
                            Context(pair),
                        ]
                )
        );
    }

    /// <summary>The words around an error, right to left, as the text has them.</summary>
    private static string Context(EntityPair pair)
    {
        var source = pair.Document.Source;
        var (from, to) = (Math.Max(0, pair.Words.Start - ContextWords), Math.Min(source.WordCount, pair.Words.End + ContextWords));
        var html = new StringBuilder("<div class=\"context\" dir=\"rtl\" lang=\"ar\">").Append(from > 0 ? "… " : "");
        for (var word = from; word < to; word++)
        {
            var span = source.SpanOf(new WordRange(word, word + 1));
            var end = word + 1 < to ? source.SpanOf(new WordRange(word + 1, word + 2)).Start : span.End;
            // The space after a word belongs to what both words are in.
            html.Append(
                CultureInfo.InvariantCulture,
                $"<span class=\"{Marks(word, word)}\">{HtmlPage.Escape(source.Text[span.Start..span.End])}</span>"
            );
            html.Append(
                CultureInfo.InvariantCulture,
                $"<span class=\"{Marks(word, word + 1)}\">{HtmlPage.Escape(source.Text[span.End..end])}</span>"
            );
        }
        return html.Append(to < source.WordCount ? " …" : "").Append("</div>").ToString();

        string Marks(int first, int last) =>
            string.Join(' ', (string[])[.. In(pair.Gold, "gold", first, last), .. In(pair.Returned, "returned", first, last)]);

        static string[] In(LabelledEntity? entity, string name, int first, int last) =>
            entity is { } e && e.Words.Start <= first && last < e.Words.End ? [name] : [];
    }

    private static string Meaning(PairKind kind) =>
        kind switch
        {
            PairKind.Right => "right",
            PairKind.Label => "another label",
            PairKind.Boundary => "other borders",
            PairKind.LabelAndBoundary => "another label and borders",
            PairKind.Missed => "missed",
            _ => "not annotated",
        };

    private static string Percent(double? value) => value?.ToString("F2", CultureInfo.InvariantCulture) ?? "-";
}
