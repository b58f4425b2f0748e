using System.Globalization;
using System.Text.Json;
using NerService.Inference.Decoding;
using NerService.Text.Labels;

namespace NerService.Inference.Models;

/// <summary>The labels of an exported model, as this service writes them.</summary>
/// <param name="Labels">One for each output of the model, in order: O, or B, I, E, S with a type as the model calls it.</param>
/// <param name="Scheme">How they mark borders.</param>
internal sealed record ExportedLabels(IReadOnlyList<string> Labels, LabelScheme Scheme)
{
    /// <summary>Reads <c>id2label</c> and the label file.</summary>
    /// <exception cref="ModelLoadException">The labels are missing or mean nothing, or the label file does not fit.</exception>
    internal static ExportedLabels Read(string folder, JsonElement config, List<string> notes, List<string> warnings)
    {
        var names = Names(folder, config);
        var (map, scheme) = LabelFile(folder, names);
        if (map.Count == 0 && names.All(name => name.StartsWith("LABEL_", StringComparison.Ordinal)))
            throw new ModelLoadException(
                $"'{folder}': the labels in {ExportedFolder.ConfigFile} are {names[0]} to {names[^1]}, which mean "
                    + $"nothing. Say what they are in a file {ExportedFolder.LabelFile} beside it, such as {{\"labels\": {{\"{names[0]}\": \"O\", "
                    + $"\"{names[^1]}\": \"B-PER\"}}}}."
            );
        var labels = new string[names.Length];
        for (var i = 0; i < names.Length; i++)
            labels[i] = Read(map.GetValueOrDefault(names[i], names[i]), names[i], warnings);
        if (Array.TrueForAll(labels, label => label == "O"))
            throw new ModelLoadException(
                $"'{folder}': none of the labels {string.Join(", ", names)} is anything but O. Say what they mean in "
                    + $"{ExportedFolder.LabelFile}."
            );
        if (Array.IndexOf(labels, "O") < 0)
            throw new ModelLoadException(
                $"'{folder}': none of the labels {string.Join(", ", names)} is O (outside). Say which one is in " + $"{ExportedFolder.LabelFile}."
            );
        scheme ??= LabelSchemes.Guess(labels);
        notes.Add(
            $"Labels ({scheme.Value.ToString().ToLowerInvariant()}): "
                + $"{string.Join(", ", names.Zip(labels, (name, label) => name == label ? name : $"{name} as {label}"))}."
        );
        foreach (var type in EntityTags.Types)
            if (!Array.Exists(labels, label => WordLabel.Parse(label).Type == type))
                warnings.Add($"No label is of type {type.ToTag()}, so the model never finds one.");
        return new ExportedLabels(labels, scheme.Value);
    }

    private static string[] Names(string folder, JsonElement config)
    {
        if (!config.TryGetProperty("id2label", out var json) || json.ValueKind != JsonValueKind.Object)
            throw new ModelLoadException($"'{folder}': {ExportedFolder.ConfigFile} has no id2label.");
        var names = new SortedDictionary<int, string>();
        foreach (var label in json.EnumerateObject())
        {
            if (
                !int.TryParse(label.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                || label.Value.ValueKind != JsonValueKind.String
            )
                throw new ModelLoadException(
                    $"'{folder}': id2label in {ExportedFolder.ConfigFile} has an entry '{label.Name}' that is not a number with a label."
                );
            names[id] = label.Value.GetString()!;
        }
        if (names.Count == 0 || names.Keys.First() != 0 || names.Keys.Last() != names.Count - 1)
            throw new ModelLoadException(
                $"'{folder}': the ids of id2label in {ExportedFolder.ConfigFile} must run from 0 without a gap; they "
                    + $"are {string.Join(", ", names.Keys)}."
            );
        return [.. names.Values];
    }

    private static (Dictionary<string, string> Map, LabelScheme? Scheme) LabelFile(string folder, string[] names)
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        if (ModelFiles.JsonOf(folder, ExportedFolder.LabelFile) is not { } file)
            return (map, null);
        foreach (var property in file.EnumerateObject())
            if (property.Name is not ("labels" or "scheme"))
                throw new ModelLoadException($"'{folder}': {ExportedFolder.LabelFile} has a member '{property.Name}'; known are labels and scheme.");
        if (file.TryGetProperty("labels", out var labels))
        {
            if (labels.ValueKind != JsonValueKind.Object)
                throw new ModelLoadException($"'{folder}': labels in {ExportedFolder.LabelFile} is not an object.");
            foreach (var label in labels.EnumerateObject())
            {
                if (!names.Contains(label.Name))
                    throw new ModelLoadException(
                        $"'{folder}': {ExportedFolder.LabelFile} names '{label.Name}', which is not a label of "
                            + $"{ExportedFolder.ConfigFile} ({string.Join(", ", names)})."
                    );
                map[label.Name] =
                    label.Value.ValueKind == JsonValueKind.String
                        ? label.Value.GetString()!
                        : throw new ModelLoadException($"'{folder}': '{label.Name}' in {ExportedFolder.LabelFile} is not text.");
            }
        }
        LabelScheme? scheme = file.String("scheme") is { } name
            ? ModelLoadException.Explain($"'{folder}': scheme in {ExportedFolder.LabelFile}", () => LabelSchemes.Parse(name))
            : null;
        return (map, scheme);
    }

    /// <summary>b_PERS as B-PERS, PERSON as I-PERSON: the prefix as this service writes it, the type as the model does.</summary>
    private static string Read(string written, string name, List<string> warnings)
    {
        var label = WordLabel.Parse(written);
        if (label.Type is null && label.Position != LabelPosition.Outside)
            warnings.Add(
                $"{name} is none of the service's types (person, location, organization): its entities are of type OTHER, and no "
                    + "arbiter judges them."
            );
        return label.Verbatim();
    }
}
