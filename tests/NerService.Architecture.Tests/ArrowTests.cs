namespace NerService.Architecture.Tests;

public sealed class ArrowTests
{
    [Fact]
    public void Every_project_of_the_design_is_there() => Assert.Equal(Design.Arrows.Keys.Order(StringComparer.Ordinal), Projects.Names);

    [Fact]
    public void No_project_file_references_what_the_design_forbids() =>
        Assert.Empty(Projects.Names.SelectMany(project => Design.Breaks(project, Projects.Declared(project))));

    // What the compiler saw: a type that leaks through another project's interface shows here though no project file names it.
    [Fact]
    public void No_assembly_refers_to_what_the_design_forbids() =>
        Assert.Empty(Projects.Names.SelectMany(project => Design.Breaks(project, Projects.Built(project))));

    [Fact]
    public void The_text_project_has_no_packages() => Assert.Empty(Projects.Declared("NerService.Text"));

    [Theory]
    [InlineData(
        "NerService.Gazetteer",
        "NerService.Extraction",
        "NerService.Gazetteer references NerService.Extraction; the design allows it NerService.Text."
    )]
    [InlineData("NerService.Text", "NerService.Inference", "NerService.Text references NerService.Inference; the design allows it no project.")]
    [InlineData(
        "NerService.Extraction",
        "NerService.Contracts",
        "NerService.Extraction references NerService.Contracts; the design allows it NerService.Gazetteer, NerService.Inference, NerService.Text."
    )]
    [InlineData(
        "NerService.Cli",
        "NerService.Server",
        "NerService.Cli references NerService.Server; the design allows it NerService.Batch, NerService.Client, NerService.Contracts, "
            + "NerService.Extraction, NerService.Gazetteer, NerService.Inference, NerService.Protocol, NerService.Text, NerService.Workbench."
    )]
    [InlineData(
        "NerService.Cli",
        "Microsoft.ML.OnnxRuntime",
        "NerService.Cli references Microsoft.ML.OnnxRuntime, which only NerService.Inference may see."
    )]
    [InlineData(
        "NerService.Extraction",
        "Microsoft.ML.Tokenizers",
        "NerService.Extraction references Microsoft.ML.Tokenizers, which only NerService.Inference may see."
    )]
    [InlineData(
        "NerService.Inference",
        "Microsoft.ML.Data",
        "NerService.Inference references Microsoft.ML.Data, which only NerService.Extraction, NerService.Workbench may see."
    )]
    [InlineData(
        "NerService.Protocol",
        "Microsoft.AspNetCore.App",
        "NerService.Protocol references Microsoft.AspNetCore.App, which only NerService.Server may see."
    )]
    [InlineData("NerService.New", "", "NerService.New has no place in the design; give it its arrows in Design.Arrows.")]
    public void A_break_is_named_with_what_is_allowed(string project, string reference, string message) =>
        Assert.Equal([message], Design.Breaks(project, [reference]));

    [Fact]
    public void What_the_design_allows_is_not_a_break() =>
        Assert.Empty(Design.Breaks("NerService.Server", ["NerService.Text", "NerService.Protocol", "Microsoft.AspNetCore.App", "System.Runtime"]));
}
