using System.Text.Json.Serialization;

namespace NerService.Inference.Models;

/// <summary>A graph of a model.</summary>
public sealed record GraphSection
{
    /// <summary>What the graph is called by in options and answers, such as <c>fp32</c> or <c>int8</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Its file in the model's folder.</summary>
    public required string File { get; init; }

    /// <summary>What the processor must have for the graph to be fast and exact, a name of <see cref="ProcessorFeatures"/>; null when any will
    /// do.</summary>
    public string? Needs { get; init; }

    /// <summary>Whether this processor has what the graph needs.</summary>
    [JsonIgnore]
    public bool SuitsThisProcessor => Needs is null || ProcessorFeatures.Has(Needs);

    /// <summary>Chooses the graph of a name, whatever the processor; without a name the first that suits it.</summary>
    /// <exception cref="ModelLoadException">There is none of that name, or none that suits this processor.</exception>
    internal static GraphSection Choose(IReadOnlyList<GraphSection> graphs, string? name)
    {
        var chosen = graphs.FirstOrDefault(graph => name is null ? graph.SuitsThisProcessor : graph.Name == name);
        if (chosen is not null)
            return chosen;
        throw new ModelLoadException(
            name is null
                ? $"No graph of the model suits this processor: {string.Join(", ", graphs.Select(graph => $"{graph.Name} needs {graph.Needs}"))}."
                : $"The model has no graph '{name}' (option graph); it has {string.Join(", ", graphs.Select(graph => graph.Name))}."
        );
    }

    internal static void Validate(IReadOnlyList<GraphSection> graphs, string path)
    {
        if (graphs.Count == 0)
            throw new ModelLoadException($"'{path}': onnx.graphs is empty.");
        var names = new HashSet<string>();
        for (var i = 0; i < graphs.Count; i++)
        {
            var graph = graphs[i];
            if (graph.Name.Length == 0 || !names.Add(graph.Name))
                throw new ModelLoadException($"'{path}': onnx.graphs[{i}].name '{graph.Name}' is empty or another graph's.");
            if (graph.Needs is { } needs && !ProcessorFeatures.Known.Contains(needs))
                throw new ModelLoadException(
                    $"'{path}': onnx.graphs[{i}].needs is '{needs}'; known are {string.Join(", ", ProcessorFeatures.Known)}."
                );
        }
    }
}
