using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;

namespace NerService.Architecture.Tests;

/// <summary>The projects under <c>src</c>, as their files declare them and as the compiler built them.</summary>
internal static class Projects
{
    private static readonly string Source = Repository.PathOf("src");

    internal static IEnumerable<string> Names =>
        Directory
            .GetDirectories(Source)
            .Where(folder => File.Exists(ProjectFile(Path.GetFileName(folder))))
            .Select(folder => Path.GetFileName(folder)!)
            .Order(StringComparer.Ordinal);

    /// <summary>Projects, packages and frameworks that a project file names; the web SDK counts as ASP.NET.</summary>
    internal static IEnumerable<string> Declared(string project)
    {
        var xml = XDocument.Load(ProjectFile(project)).Root!;
        if (((string?)xml.Attribute("Sdk"))?.EndsWith(".Web", StringComparison.Ordinal) == true)
            yield return "Microsoft.AspNetCore.App";
        foreach (var element in xml.Descendants())
        {
            var include = (string?)element.Attribute("Include");
            if (include is null)
                continue;
            if (element.Name.LocalName == "ProjectReference")
                yield return Path.GetFileNameWithoutExtension(include);
            if (element.Name.LocalName is "PackageReference" or "FrameworkReference")
                yield return include;
        }
    }

    /// <summary>Names of the assemblies that a built project refers to; the assembly <c>ner</c> goes by its project's name.</summary>
    internal static IEnumerable<string> Built(string project)
    {
        using var stream = File.OpenRead(Path.Combine(AppContext.BaseDirectory, project == "NerService.Cli" ? "ner.dll" : project + ".dll"));
        using var file = new PEReader(stream);
        var metadata = file.GetMetadataReader();
        return
        [
            .. metadata
                .AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))
                .Select(name => name == "ner" ? "NerService.Cli" : name),
        ];
    }

    private static string ProjectFile(string project) => Path.Combine(Source, project, project + ".csproj");
}
