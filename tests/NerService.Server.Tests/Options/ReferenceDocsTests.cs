using System.Text;
using System.Text.RegularExpressions;

namespace NerService.Server.Tests.Options;

/// <summary>
/// The references in docs/ are made from what they describe. When one differs the test writes it anew where <c>NER_WRITE_DOCS=1</c> is set, else it
/// fails.
/// </summary>
public sealed partial class ReferenceDocsTests
{
    [Fact]
    public void The_configuration_reference_is_made_from_the_options() => Compare("configuration.md", Configuration());

    [Fact]
    public void The_metrics_reference_is_made_from_the_meters() => Compare("metrics.md", Metrics());

    private static void Compare(string name, string expected)
    {
        var path = Repository.PathOf("docs", name);
        if (Environment.GetEnvironmentVariable("NER_WRITE_DOCS") == "1")
            File.WriteAllText(path, expected);
        Assert.True(
            File.Exists(path) && File.ReadAllText(path) == expected,
            $"docs/{name} is not what is in the sources; NER_WRITE_DOCS=1 dotnet test tests/NerService.Server.Tests writes it."
        );
    }

    /// <summary>appsettings.json holds every option with its default and what it means (another test holds it to the options' classes).</summary>
    private static string Configuration()
    {
        var text = new StringBuilder(
            """
            # Configuration

            Every option of the server with its default, as [`appsettings.json`](../src/NerService.Server/appsettings.json) has it. An option is set
            there, by an environment variable (`Ner__Limits__MaxTokens=1000`) or on the command line (`--Ner:Limits:MaxTokens=1000`); the later wins.
            A wrong name or value is refused at start-up.

            """
        );
        string section = "";
        var comment = new List<string>();
        var taken = false;
        foreach (
            var line in File.ReadLines(Repository.PathOf("src", "NerService.Server", "appsettings.json"))
                .SkipWhile(line => !line.Contains("\"Ner\"", StringComparison.Ordinal))
        )
        {
            if (line.TrimStart().StartsWith("//", StringComparison.Ordinal))
            {
                if (taken)
                    comment.Clear();
                taken = false;
                comment.Add(line.Trim()[2..].Trim());
            }
            else if (Section().Match(line) is { Success: true } opening)
            {
                if (opening.Groups[1].Value == "Ner")
                    continue;
                if (opening.Groups[1].Value == "Logging")
                    break;
                section = opening.Groups[1].Value;
                text.Append($"\n## Ner:{section}\n\n| option | default | meaning |\n|---|---|---|\n");
                comment.Clear();
            }
            else if (Option().Match(line) is { Success: true } option)
            {
                // An option without a comment of its own shares the one above.
                text.Append($"| `Ner:{section}:{option.Groups[1].Value}` | `{option.Groups[2].Value}` | {string.Join(' ', comment)} |\n");
                taken = true;
            }
        }
        return text.ToString();
    }

    private static string Metrics()
    {
        var text = new StringBuilder(
            """
            # Metrics

            Offered at `/metrics` of the admin port in the Prometheus format (names there have `_` for `.`, a unit and `_total` after them), and
            sent by OTLP where `Ner:Telemetry:OtlpEndpoint` is set. Documents add up: received = answered + refused + cancelled + failed.

            | instrument | kind | unit | meaning |
            |---|---|---|---|

            """
        );
        var files = Directory
            .GetFiles(Repository.PathOf("src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal));
        var rows = files
            .SelectMany(file => Instrument().Matches(File.ReadAllText(file)))
            .Select(match =>
            {
                var kind = match.Groups[1].Value.Replace("Observable", "", StringComparison.Ordinal).ToLowerInvariant();
                var unit = match.Groups[3].Value.Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal);
                return $"| `{match.Groups[2].Value}` | {kind} | {unit} | {match.Groups[4].Value} |\n";
            });
        foreach (var row in rows.Order(StringComparer.Ordinal))
            text.Append(row);
        return text.ToString();
    }

    [GeneratedRegex("""^\s*"(\w+)":\s*\{\s*$""")]
    private static partial Regex Section();

    [GeneratedRegex("""^\s*"(\w+)":\s*(.+?),?\s*$""")]
    private static partial Regex Option();

    [GeneratedRegex(
        """\bCreate(Observable\w+|Counter|Histogram|UpDownCounter)(?:<\w+>)?\(\s*"(ner\.[\w.]+)"[^;]*?"""
            + """(?:,\s*"([^"]*)")?,\s*(?:description:\s*)?"([^"]*)"\s*\);""",
        RegexOptions.Singleline
    )]
    private static partial Regex Instrument();
}
