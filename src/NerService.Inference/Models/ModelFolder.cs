using System.Security.Cryptography;

namespace NerService.Inference.Models;

/// <summary>
/// A model's folder: its manifest, and files whose SHA-256 is what the manifest says. A folder as exporters write it has no manifest; then one is derived
/// (<see cref="ExportedFolder"/>), and its sums are those of the files as found.
/// </summary>
public sealed class ModelFolder
{
    private ModelFolder(string path, ModelManifest manifest, GraphSection graph, DerivedManifest? derived)
    {
        Path = path;
        Graph = graph;
        Derived = derived;
        Manifest = manifest;
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The folder's manifest.</summary>
    public ModelManifest Manifest { get; }

    /// <summary>How the manifest was derived; null when the folder has one and every sum was verified.</summary>
    public DerivedManifest? Derived { get; }

    /// <summary>The graph to load.</summary>
    public GraphSection Graph { get; }

    /// <summary>SHA-256 of the graph, hexadecimal.</summary>
    public string GraphSha256 => Manifest.Files[Graph.File].Sha256;

    /// <summary>Opens a folder, verifies every file it names and chooses a graph.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="graph">The name of the graph wanted; null for the first that suits this processor.</param>
    /// <exception cref="ModelLoadException">A file is missing or differs from its sum, the manifest does not name it, or there is no such graph.</exception>
    public static ModelFolder Open(string path, string? graph = null)
    {
        if (!Directory.Exists(path)) throw new ModelLoadException($"The model folder '{path}' does not exist.");
        var derived = ExportedFolder.IsOne(path) ? ExportedFolder.Derive(path) : null;
        var manifest = derived?.Manifest ?? ModelManifest.Read(path);
        if (derived is null)
            foreach (var (name, file) in manifest.Files) Verify(path, name, file.Sha256);
        var folder = new ModelFolder(path, manifest, GraphSection.Choose(manifest.Onnx.Graphs, graph), derived);
        for (var i = 0; i < manifest.Onnx.Graphs.Count; i++) folder.Require(manifest.Onnx.Graphs[i].File, $"onnx.graphs[{i}].file");
        folder.Require(manifest.Tokenizer.File, "tokenizer.file");
        if (manifest.GazetteerFeatures?.SeenNames is { } seenNames) folder.Require(seenNames, "gazetteerFeatures.seenNames");
        if (manifest.Arbiter is { } arbiter) folder.Require(arbiter.File, "arbiter.file");
        return folder;
    }

    /// <summary>Full path of a file of the folder.</summary>
    public string FullPath(string name) => System.IO.Path.Combine(Path, name);

    private static void Verify(string folder, string name, string expected)
    {
        var path = System.IO.Path.Combine(folder, name);
        if (!System.IO.Path.GetFullPath(path).StartsWith(System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(folder)) + System.IO.Path.DirectorySeparatorChar, StringComparison.Ordinal)) throw new ModelLoadException($"'{folder}': file '{name}' lies outside the folder.");
        if (!File.Exists(path)) throw new ModelLoadException($"'{folder}': file '{name}' is missing.");
        using var stream = File.OpenRead(path);
        var found = Convert.ToHexStringLower(SHA256.HashData(stream));
        if (!string.Equals(found, expected, StringComparison.OrdinalIgnoreCase)) throw new ModelLoadException($"'{folder}': file '{name}' has SHA-256 {found}, {ModelManifest.FileName} says {expected}.");
    }

    private void Require(string name, string field)
    {
        if (!Manifest.Files.ContainsKey(name)) throw new ModelLoadException($"'{Path}': {field} is '{name}', which is not among files.");
    }
}
