using System.Text.Json;

namespace NerService.Cli.Tests.Workbench;

public sealed class EvalCommandTests
{
    private const string TwoSentences =
        "سيرغي\tB-PER\nلافروف\tI-PER\nوصل\tO\nإلى\tO\nالقاهرة\tB-LOC\n.\tO\n\nعاد\tO\nشكري\tB-PER\nإلى\tO\nبيروت\tB-LOC\n.\tO\n";

    /// <summary>The like, of names that the small model knows.</summary>
    private const string SmallModelsSentences =
        "التقى\tO\nسيرغي\tB-PER\nلافروف\tI-PER\nفي\tO\nالقاهرة\tB-LOC\n.\tO\n\nزيارة\tO\nسامح\tB-PER\nشكري\tI-PER\nفي\tO\nالقاهرة\tB-LOC\n.\tO\n";

    [Theory]
    [InlineData("sentence")]
    [InlineData("document")]
    public async Task Scores_are_printed_in_percent_overall_and_by_type(string unit)
    {
        var run = await EvalAsync(SmallModelsSentences, "-", "--json", "--unit", unit);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        using var json = JsonDocument.Parse(Assert.Single(run.Lines));
        Assert.Equal(100, json.RootElement.GetProperty("overall").GetProperty("f1").GetDouble());
        Assert.Equal(["PER", "LOC", "ORG"], json.RootElement.GetProperty("types").EnumerateObject().Select(type => type.Name));
        foreach (var name in (string[])["precision", "recall", "f1"])
            Assert.Equal(100, json.RootElement.GetProperty("types").GetProperty("LOC").GetProperty(name).GetDouble());
    }

    [Fact]
    public async Task Several_files_are_scored_together()
    {
        using var first = new TemporaryFile(SmallModelsSentences);
        using var second = new TemporaryFile(SmallModelsSentences);
        var run = await EvalAsync("", first.Path, second.Path, "--json");
        Assert.Contains("\"gold\":8", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_is_printed_for_people()
    {
        var run = await EvalAsync(SmallModelsSentences, "-");
        Assert.StartsWith("Scored: the model alone", run.Out, StringComparison.Ordinal);
        Assert.Matches(@"LOC\s+100\.00\s+100\.00\s+100\.00\s+2\s+2\s+2", run.Out);
    }

    [Fact]
    public async Task An_output_that_the_model_lacks_is_refused_with_those_it_has()
    {
        var run = await CommandRun.RunAsync(TwoSentences, "eval", "-", "--output", "scores");
        Assert.Equal((ExitCode.Usage, ""), (run.ExitCode, run.Out));
        Assert.Contains("no output 'scores'; its outputs are logits, logits_anercorp", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("model", "the model alone")]
    [InlineData("model+arbiter", "model and arbiter, without gazetteer", "--gazetteer", "off")]
    [InlineData("service", "the whole service", "--gazetteer", "on")]
    [InlineData("service", "the whole service", "--arbiter", "on")]
    [InlineData("model", "the model alone", "--arbiter", "off")]
    [InlineData("model+gazetteer", "the model, which reads the gazetteer, without arbiter", "--gazetteer", "on", "--arbiter", "off")]
    // The arbiter belongs to the default output.
    [InlineData("model+gazetteer", "the model, which reads the gazetteer, without arbiter", "--gazetteer", "on", "--output", "logits_anercorp")]
    public async Task The_report_says_what_was_scored(string key, string description, params string[] options)
    {
        using var report = new TemporaryFile("");
        var run = await CommandRun.RunAsync(TwoSentences, ["eval", "-", "--json", "--html", report.Path, .. options]);
        Assert.Contains($"\"scored\":\"{key}\"", run.Out, StringComparison.Ordinal);
        var html = await File.ReadAllTextAsync(report.Path, TestContext.Current.CancellationToken);
        Assert.Contains($"Scored: {description}", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Calibration_curve_and_slices_are_in_the_json()
    {
        using var train = new TemporaryFile("لافروف\tB-PER\nفي\tO\nالقاهرة\tB-LOC\n");
        var run = await CommandRun.RunAsync(TwoSentences, "eval", "-", "--json", "--gazetteer", "on", "--curve", "--slices", "--train", train.Path);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        using var json = JsonDocument.Parse(run.Out);
        var root = json.RootElement;
        Assert.Equal(["overall", "PER", "LOC", "ORG"], root.GetProperty("calibration").EnumerateObject().Select(p => p.Name));
        Assert.Equal(4, root.GetProperty("calibration").GetProperty("overall").GetProperty("count").GetInt32());
        Assert.Equal(20, root.GetProperty("curve").GetArrayLength());
        var slices = root.GetProperty("slices");
        Assert.Equal(["seen", "unseen", "clitic", "noClitic", "vocalised", "noisy", "long"], slices.EnumerateObject().Select(p => p.Name));
        // القاهرة alone is seen: with the same words and the same type.
        Assert.Equal((1, 3), (Gold("seen"), Gold("unseen")));
        Assert.Equal((0, 4), (Gold("clitic"), Gold("noClitic")));
        // The model's folding drops tashkeel, so full vocalisation changes nothing.
        Assert.Equal(Number(root.GetProperty("overall"), "f1"), Number(slices.GetProperty("vocalised"), "f1"));
        Assert.Equal(4, Gold("long"));

        int Gold(string slice) => slices.GetProperty(slice).GetProperty("gold").GetInt32();
    }

    [Fact]
    public async Task A_higher_threshold_never_returns_more()
    {
        var run = await CommandRun.RunAsync(TwoSentences, "eval", "-", "--json", "--gazetteer", "on", "--curve");
        using var json = JsonDocument.Parse(run.Out);
        var returned = json.RootElement.GetProperty("curve").EnumerateArray().Select(point => point.GetProperty("predicted").GetInt32()).ToArray();
        Assert.Equal(returned.OrderDescending(), returned);
    }

    [Fact]
    public async Task A_reliability_diagram_is_drawn_on_request()
    {
        using var diagram = new TemporaryFile("");
        var run = await EvalAsync(SmallModelsSentences, "-", "--reliability", diagram.Path);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var svg = System.Xml.Linq.XDocument.Load(diagram.Path).Root!;
        Assert.Equal("svg", svg.Name.LocalName);
        Assert.NotEmpty(svg.Descendants(svg.Name.Namespace + "circle"));
    }

    [Fact]
    public async Task A_report_in_html_holds_scores_confusion_the_diagram_and_errors_where_they_stand()
    {
        // The annotation is wrong on purpose: a place for a person, a border, an entity too many and one left out.
        const string wrong =
            "سيرغي\tB-LOC\nلافروف\tI-LOC\nوصل\tB-ORG\nإلى\tO\nالقاهرة\tB-LOC\n.\tO\n\nعاد\tB-PER\nشكري\tI-PER\nإلى\tO\nبيروت\tO\n.\tO\n";
        using var gold = new TemporaryFile(wrong);
        using var report = new TemporaryFile("");
        var run = await CommandRun.RunAsync("", "eval", gold.Path, "--html", report.Path);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        // The only head that is not XML is the document type.
        var html = System.Xml.Linq.XDocument.Parse(
            (await File.ReadAllTextAsync(report.Path, TestContext.Current.CancellationToken))
                .Replace("<!doctype html>", "", StringComparison.Ordinal)
                .Replace("<meta charset=\"utf-8\">", "", StringComparison.Ordinal)
                .Replace("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">", "", StringComparison.Ordinal)
        );
        string[] RowsOf(int table) =>
            [
                .. html.Descendants("table")
                    .ElementAt(table)
                    .Descendants("tr")
                    .Skip(1)
                    .Select(row => string.Join(' ', row.Elements().Select(cell => cell.Value))),
            ];
        Assert.Contains("LOC 50.00 50.00 50.00 2 2 1", RowsOf(0));
        Assert.StartsWith(Path.GetFileNameWithoutExtension(gold.Path), Assert.Single(RowsOf(1)), StringComparison.Ordinal);
        Assert.Equal(["PER 1 0 0 0", "LOC 1 1 0 0", "ORG 0 0 0 1", "nothing 0 1 0 0"], RowsOf(2));
        Assert.Equal(["right 1", "another label 1", "other borders 1", "another label and borders 0", "missed 1", "not annotated 1"], RowsOf(3));
        Assert.Single(html.Descendants(), e => e.Name.LocalName == "svg");
        Assert.Equal(3, RowsOf(4).Length);
        Assert.Single(RowsOf(5));
        Assert.All(
            html.Descendants("div").Where(div => (string?)div.Attribute("class") == "context"),
            div => Assert.Equal("rtl", (string?)div.Attribute("dir"))
        );
        Assert.Contains(html.Descendants("span"), span => (string?)span.Attribute("class") == "gold returned" && span.Value == "شكري");
    }

    [Theory]
    [InlineData("PERS", "LOC")]
    [InlineData("PERSON", "LOCATION")]
    [InlineData("Per", "GPE")]
    public async Task Labels_of_other_corpora_count_as_the_services_own(string person, string location)
    {
        var text = SmallModelsSentences.Replace("PER", person, StringComparison.Ordinal).Replace("LOC", location, StringComparison.Ordinal);
        var run = await EvalAsync(text, "-", "--json");
        using var json = JsonDocument.Parse(Assert.Single(run.Lines));
        Assert.Equal((100, 4), (Number(json.RootElement.GetProperty("overall"), "f1"), Number(json.RootElement.GetProperty("overall"), "gold")));
        Assert.False(json.RootElement.TryGetProperty("unknownTypes", out _));
    }

    [Theory]
    [InlineData("ثم\tO\nذهب\tO\n.\tO\n", null, 0)]
    [InlineData("وصل\tO\nسيرغي\tO\nلافروف\tO\n.\tO\n", 0.0, 1)]
    public async Task Of_files_without_names_the_report_says_that_recall_and_f1_are_undefined(string text, double? precision, int returned)
    {
        var json = await EvalAsync(text, "-", "--json");
        Assert.Equal((ExitCode.Success, ""), (json.ExitCode, json.Error));
        using var answer = JsonDocument.Parse(json.Out);
        var overall = answer.RootElement.GetProperty("overall");
        Assert.Equal(precision, overall.GetProperty("precision").Deserialize<double?>());
        Assert.Null(overall.GetProperty("recall").Deserialize<double?>());
        Assert.Null(overall.GetProperty("f1").Deserialize<double?>());
        Assert.Equal((0, returned), (overall.GetProperty("gold").GetInt32(), overall.GetProperty("predicted").GetInt32()));
        var table = await EvalAsync(text, "-");
        Assert.Contains($"no entities that are scored, so recall and F1 are undefined; {returned} entities", table.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", table.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Types_that_the_service_does_not_know_are_reported_with_their_counts()
    {
        var text = SmallModelsSentences.Replace("B-LOC", "B-EVENT", StringComparison.Ordinal);
        var run = await EvalAsync(text, "-", "--json");
        Assert.Contains("\"unknownTypes\":{\"EVENT\":2}", run.Out, StringComparison.Ordinal);
        Assert.Contains("Left out, of types that the service does not know: EVENT 2\n", (await EvalAsync(text, "-")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_labels_column_is_named_where_two_look_alike()
    {
        var text = SmallModelsSentences
            .Replace("-PER", "-PER\tB-PER", StringComparison.Ordinal)
            .Replace("-LOC", "-LOC\tB-ORG", StringComparison.Ordinal)
            .Replace("\tO", "\tO\tO", StringComparison.Ordinal);
        Assert.Equal(ExitCode.BadInput, (await EvalAsync(text, "-", "--json")).ExitCode);
        Assert.Contains("\"f1\":100,", (await EvalAsync(text, "-", "--json", "--label-column", "2")).Out, StringComparison.Ordinal);
        Assert.Contains("\"f1\":100,", (await EvalAsync(text, "-", "--json", "--label-column", "-2")).Out, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, (await EvalAsync(text, "-", "--label-column", "0")).ExitCode);
    }

    [Theory]
    [InlineData("--reliability")]
    [InlineData("--html")]
    public async Task A_report_in_the_place_of_what_is_scored_is_refused(string option)
    {
        using var gold = new TemporaryFile(SmallModelsSentences);
        var run = await EvalAsync("", gold.Path, option, gold.Path);
        Assert.Equal((ExitCode.Usage, ""), (run.ExitCode, run.Out));
        Assert.Equal(SmallModelsSentences, File.ReadAllText(gold.Path));
    }

    [Fact]
    public async Task A_file_without_sentences_is_refused() => Assert.Equal(ExitCode.BadInput, (await EvalAsync("\n\n", "-")).ExitCode);

    // The table of the model's card, of model.onnx told of the lists, each number within 0.2 points.
    [Theory]
    [InlineData("test/anercorp.official.conll", "logits_anercorp", 81.86, 78.01, 79.89, 80.51, 88.01, 65.27)]
    [InlineData("dev/product/re-anercorp.conll", "logits", 92.35, 92.35, 92.35, 94.27, 93.15, 90.56)]
    [InlineData("dev/product/re-aqmar.conll", "logits", 89.47, 90.62, 90.04, 89.19, 90.35, 91.18)]
    [InlineData("dev/product/re-caraner.conll", "logits", 87.34, 88.84, 88.09, 88.24, 90.91, 85.21)]
    [InlineData("dev/product/re-wojood-sample.conll", "logits", 93.41, 94.14, 93.77, 92.96, 94.50, 93.33)]
    public async Task The_models_card_is_reproduced(
        string file,
        string output,
        double precision,
        double recall,
        double f1,
        double per,
        double loc,
        double org
    )
    {
        var corpora = Environment.GetEnvironmentVariable("NER_CORPORA");
        Assert.SkipWhen(
            string.IsNullOrEmpty(corpora),
            "NER_CORPORA is not set: it names the folder of the corpora, which are not part of the repository."
        );
        var run = await CommandRun.RunAsync(
            "",
            "eval",
            Path.Combine(corpora!, file),
            "--json",
            "--output",
            output,
            "--graph",
            "fp32",
            "--gazetteer",
            "on",
            "--arbiter",
            "off"
        );
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        using var json = JsonDocument.Parse(run.Out);
        var overall = json.RootElement.GetProperty("overall");
        var types = json.RootElement.GetProperty("types");
        double[] found =
        [
            Number(overall, "precision"),
            Number(overall, "recall"),
            Number(overall, "f1"),
            .. ((string[])["PER", "LOC", "ORG"]).Select(type => Number(types.GetProperty(type), "f1")),
        ];
        double[] expected = [precision, recall, f1, per, loc, org];
        Assert.All(expected.Zip(found), pair => Assert.InRange(pair.Second, pair.First - 0.2, pair.First + 0.2));
    }

    /// <summary>Scores the small model, where the scores are not what is tested.</summary>
    private static Task<CommandRun> EvalAsync(string input, params string[] options) =>
        CommandRun.RunAsync(input, ["eval", .. SmallSetup.Options, .. options]);

    private static double Number(JsonElement element, string name) => element.GetProperty(name).GetDouble();
}
