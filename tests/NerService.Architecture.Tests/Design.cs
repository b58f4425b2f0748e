namespace NerService.Architecture.Tests;

/// <summary>The arrows of the design: which project may know which, and which packages belong to one project alone.</summary>
internal static class Design
{
    /// <summary>What each project builds on, directly. What those build on may be used too, when it is referenced by name.</summary>
    internal static readonly IReadOnlyDictionary<string, string[]> Arrows = new Dictionary<string, string[]>
    {
        ["NerService.Contracts"] = [],
        ["NerService.Text"] = [],
        ["NerService.Gazetteer"] = ["NerService.Text"],
        ["NerService.Inference"] = ["NerService.Text"],
        ["NerService.Extraction"] = ["NerService.Text", "NerService.Gazetteer", "NerService.Inference"],
        ["NerService.Protocol"] = ["NerService.Extraction", "NerService.Contracts"],
        ["NerService.Server"] = ["NerService.Extraction", "NerService.Contracts", "NerService.Protocol"],
        ["NerService.Client"] = ["NerService.Contracts"],
        ["NerService.Batch"] = ["NerService.Client", "NerService.Extraction", "NerService.Protocol"],
        ["NerService.Workbench"] = ["NerService.Batch", "NerService.Client", "NerService.Extraction", "NerService.Protocol"],
        ["NerService.Cli"] = ["NerService.Workbench", "NerService.Batch", "NerService.Client", "NerService.Extraction", "NerService.Protocol"],
    };

    /// <summary>
    /// Packages and assemblies by the beginning of their names, and the only projects that may see them. The longest beginning decides.
    /// </summary>
    internal static readonly IReadOnlyDictionary<string, string[]> Owners = new Dictionary<string, string[]>
    {
        ["Microsoft.ML.OnnxRuntime"] = ["NerService.Inference"],
        ["Microsoft.ML.Tokenizers"] = ["NerService.Inference"],
        ["Microsoft.ML"] = ["NerService.Extraction", "NerService.Workbench"],
        ["Microsoft.AspNetCore"] = ["NerService.Server"],
        ["Microsoft.Extensions.Configuration"] = ["NerService.Server"],
        ["Grpc.AspNetCore"] = ["NerService.Server"],
        ["OpenTelemetry"] = ["NerService.Server"],
        ["NATS"] = ["NerService.Batch", "NerService.Cli"],
        ["Parquet"] = ["NerService.Batch"],
        ["Polly"] = ["NerService.Batch"],
        ["ZstdSharp"] = ["NerService.Batch"],
        ["System.CommandLine"] = ["NerService.Cli"],
        ["Spectre.Console"] = ["NerService.Cli"],
        ["HdrHistogram"] = ["NerService.Workbench"],
    };

    /// <summary>Every project that <paramref name="project"/> may reference.</summary>
    internal static IReadOnlySet<string> Allowed(string project)
    {
        var allowed = new SortedSet<string>(StringComparer.Ordinal);
        var open = new Queue<string>(Arrows[project]);
        while (open.TryDequeue(out var next))
            if (allowed.Add(next))
                Arrows[next].ToList().ForEach(open.Enqueue);
        return allowed;
    }

    /// <summary>What is wrong with a project's references, in sentences; empty when nothing is.</summary>
    /// <param name="project">The project's name.</param>
    /// <param name="references">Names of projects, packages or assemblies that it references.</param>
    internal static IEnumerable<string> Breaks(string project, IEnumerable<string> references)
    {
        if (!Arrows.ContainsKey(project))
        {
            yield return $"{project} has no place in the design; give it its arrows in {nameof(Design)}.{nameof(Arrows)}.";
            yield break;
        }
        var allowed = Allowed(project);
        var names = allowed.Count == 0 ? "no project" : string.Join(", ", allowed);
        foreach (var reference in references)
        {
            if (reference.StartsWith("NerService.", StringComparison.Ordinal))
            {
                if (!allowed.Contains(reference))
                    yield return $"{project} references {reference}; the design allows it {names}.";
            }
            else if (OwnersOf(reference) is { } owners && !owners.Contains(project))
            {
                yield return $"{project} references {reference}, which only {string.Join(", ", owners)} may see.";
            }
        }
    }

    private static string[]? OwnersOf(string reference)
    {
        var beginning = Owners
            .Keys.Where(name => reference == name || reference.StartsWith(name + ".", StringComparison.Ordinal))
            .MaxBy(name => name.Length);
        return beginning is null ? null : Owners[beginning];
    }
}
