using System.Globalization;

namespace NerService.Architecture.Tests;

/// <summary>What the formatter does not wrap, a string or a comment, is held to the same length.</summary>
public sealed class LineLengthTests
{
    private const string Setting = "max_line_length = ";
    private static readonly string[] Folders = ["src", "tests", "examples"];

    [Fact]
    public void No_line_of_code_is_longer_than_the_editor_settings_allow()
    {
        var allowed = Allowed();
        var files = Folders.SelectMany(folder => SourceFiles(new DirectoryInfo(Repository.PathOf(folder)))).ToList();
        Assert.NotEmpty(files);
        Assert.Empty(
            files.SelectMany(file =>
                File.ReadLines(file)
                    .Select((line, i) => (Number: i + 1, Length: line.EnumerateRunes().Count()))
                    .Where(line => line.Length > allowed)
                    .Select(line => $"{file}:{line.Number}: {line.Length} characters; {allowed} are allowed")
            )
        );
    }

    private static int Allowed() =>
        int.Parse(
            File.ReadLines(Repository.PathOf(".editorconfig"))
                .SkipWhile(line => line != "[*.cs]")
                .First(line => line.StartsWith(Setting, StringComparison.Ordinal))[Setting.Length..],
            CultureInfo.InvariantCulture
        );

    /// <summary>Code that is written, not made by a build.</summary>
    private static IEnumerable<string> SourceFiles(DirectoryInfo folder) =>
        folder
            .EnumerateFiles("*.cs")
            .Select(file => file.FullName)
            .Concat(folder.EnumerateDirectories().Where(inner => inner.Name is not ("bin" or "obj" or "node_modules")).SelectMany(SourceFiles));
}
