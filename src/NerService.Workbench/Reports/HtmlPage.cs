using System.Net;
using System.Text;

namespace NerService.Workbench.Reports;

/// <summary>A report as one HTML file that needs no other and runs no script.</summary>
/// <param name="title">Its title.</param>
internal sealed class HtmlPage(string title)
{
    private const string Style = """
        :root { color-scheme: light dark; --line: #8886; --quiet: #8889; --gold: #2f9e44; --returned: #e0313166; }
        body { margin: 2rem auto; max-width: 72rem; padding: 0 1rem; }
        body { font: 16px/1.5 system-ui, "Segoe UI", "Noto Sans", "Noto Sans Arabic", sans-serif; }
        h2 { margin-top: 2.5rem; }
        .scroll { overflow-x: auto; }
        table { border-collapse: collapse; }
        caption { text-align: start; padding-bottom: .3rem; }
        th, td { padding: .25rem .75rem; border-bottom: 1px solid var(--line); }
        th, td { text-align: end; font-variant-numeric: tabular-nums; vertical-align: top; }
        th:first-child, td:first-child { text-align: start; }
        svg { max-width: 100%; height: auto; border-radius: .4rem; }
        .context { text-align: right; font-size: 1.15rem; line-height: 2; }
        .gold { border-bottom: 3px solid var(--gold); }
        .returned { background: var(--returned); }
        """;

    private readonly StringBuilder _body = new();

    /// <summary>Text as it stands in HTML.</summary>
    internal static string Escape(string text) => WebUtility.HtmlEncode(text);

    /// <summary>Adds a heading.</summary>
    internal void Heading(string text) => _body.Append("<h2>").Append(Escape(text)).Append("</h2>\n");

    /// <summary>Adds a paragraph.</summary>
    internal void Paragraph(string text) => _body.Append("<p>").Append(Escape(text)).Append("</p>\n");

    /// <summary>Adds a table.</summary>
    /// <param name="heads">What its columns hold.</param>
    /// <param name="rows">Its cells, as text.</param>
    internal void Table(IEnumerable<string> heads, IEnumerable<IEnumerable<string>> rows) =>
        TableOfHtml(heads, rows.Select(row => row.Select(cell => $"<bdi>{Escape(cell)}</bdi>")));

    /// <summary>Adds a table.</summary>
    /// <param name="heads">What its columns hold, as text.</param>
    /// <param name="rows">Its cells, as HTML.</param>
    internal void TableOfHtml(IEnumerable<string> heads, IEnumerable<IEnumerable<string>> rows)
    {
        _body.Append("<div class=\"scroll\"><table>\n<thead><tr>");
        foreach (var head in heads)
            _body.Append("<th scope=\"col\">").Append(Escape(head)).Append("</th>");
        _body.Append("</tr></thead>\n<tbody>\n");
        foreach (var row in rows)
            _body.Append("<tr>").AppendJoin("", row.Select(cell => $"<td>{cell}</td>")).Append("</tr>\n");
        _body.Append("</tbody>\n</table></div>\n");
    }

    /// <summary>Adds a drawing.</summary>
    /// <param name="svg">An SVG element.</param>
    internal void Drawing(string svg) => _body.Append(svg);

    /// <summary>The whole file.</summary>
    public override string ToString() =>
        $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{Escape(title)}</title>
            <style>
            {Style}
            </style>
            </head>
            <body>
            <h1>{Escape(title)}</h1>
            {_body}
            </body>
            </html>

            """;
}
