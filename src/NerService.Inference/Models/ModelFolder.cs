using static System.IO.Path;

namespace NerService.Inference.Models;

/// <summary>
/// A model's folder: its manifest, and files whose SHA-256 is what the manifest says. A folder as exporters write it has no manifest; then one is
/// derived (<see cref="ExportedFolder"/>), and its sums are those of the files as found.
/// </summary>
public sealed class ModelFolder
{
    private ModelFolder(string path, ModelManifest manifest, GraphSection graph, DerivedManifest? derived)
    {
        Path = path;
        Graph = graph;
        Derived = derived;
        Manifest = manifest;
        Require(manifest.Tokenizer.File, "tokenizer.file");
        if (manifest.GazetteerFeatures?.SeenNames is { } seenNames)
            Require(seenNames, "gazetteerFeatures.seenNames");
        if (manifest.Arbiter is { } arbiter)
            Require(arbiter.File, "arbiter.file");
        var graphs = manifest.Onnx.Graphs.Select((each, i) => (each.Name, Content: Read(each, $"onnx.graphs[{i}].file"))).ToList();
        (Content, GraphSha256) = graphs.First(each => each.Name == graph.Name).Content;
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The folder's manifest.</summary>
    public ModelManifest Manifest { get; }

    /// <summary>How the manifest was derived; null when the folder has one and every sum was verified.</summary>
    internal DerivedManifest? Derived { get; }

    /// <summary>The graph to load.</summary>
    public GraphSection Graph { get; }

    /// <summary>
    /// SHA-256 of the graph, hexadecimal; where weights lie in files of their own, that of the sums of the graph and those files. It changes whenever
    /// a weight does.
    /// </summary>
    public string GraphSha256 { get; }

    /// <summary>What the graph's file declares.</summary>
    internal OnnxGraph Content { get; }

    /// <summary>Opens a folder, verifies every file it names and chooses a graph.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="graph">The name of the graph wanted; null for the first that suits this processor.</param>
    /// <exception cref="ModelLoadException">A file is missing or differs from its sum, the manifest does not name it or is wrong itself, or there is
    /// no such graph.</exception>
    public static ModelFolder Open(string path, string? graph = null) =>
        ModelLoadException.Guard(
            path,
            () =>
            {
                if (!Directory.Exists(path))
                    throw new ModelLoadException(
                        File.Exists(path) ? $"'{path}' is a file; the model's folder is wanted." : $"The model folder '{path}' does not exist."
                    );
                ModelFiles.RequireReadableFolder(path);
                var derived = ExportedFolder.IsOne(path) ? ExportedFolder.Derive(path) : null;
                var manifest = derived?.Manifest ?? ModelManifest.Read(path);
                if (derived is null)
                    foreach (var (name, file) in manifest.Files)
                        Verify(path, name, file.Sha256);
                return new ModelFolder(path, manifest, GraphSection.Choose(manifest.Onnx.Graphs, graph), derived);
            }
        );

    /// <summary>Full path of a file of the folder.</summary>
    public string FullPath(string name) => Combine(Path, name);

    /// <summary>The files beside a graph that hold its weights, relative to the model's folder.</summary>
    /// <exception cref="ModelLoadException">One of them lies outside of the folder.</exception>
    internal static List<string> ExternalFiles(string folder, string onnxFile, OnnxGraph graph) =>
        [.. graph.ExternalFiles.Select(file => GetRelativePath(folder, Inside(folder, Combine(GetDirectoryName(onnxFile)!, file))))];

    private static void Verify(string folder, string name, string expected)
    {
        var path = Inside(folder, name);
        if (!File.Exists(path))
            throw new ModelLoadException(
                Directory.Exists(path) ? $"'{folder}': '{name}' is a folder; a file is wanted." : $"'{folder}': file '{name}' is missing."
            );
        var found = ModelFiles.Sha256(path);
        if (!string.Equals(found, expected, StringComparison.OrdinalIgnoreCase))
            throw new ModelLoadException($"'{folder}': file '{name}' has SHA-256 {found}, {ModelManifest.FileName} says {expected}.");
    }

    private static string Inside(string folder, string name)
    {
        var outside = new ModelLoadException($"'{folder}': file '{name}' lies outside the folder.");
        if (name.Contains('\0', StringComparison.Ordinal))
            throw outside;
        var (root, path) = (TrimEndingDirectorySeparator(GetFullPath(folder)), GetFullPath(Combine(folder, name)));
        return path.StartsWith(root + DirectorySeparatorChar, StringComparison.Ordinal) ? path : throw outside;
    }

    private (OnnxGraph Content, string Sha256) Read(GraphSection graph, string field)
    {
        Require(graph.File, field);
        var content = OnnxGraph.Read(FullPath(graph.File));
        var external = ExternalFiles(Path, graph.File, content);
        if (external.Find(file => !Manifest.Files.ContainsKey(file)) is { } unlisted)
            throw new ModelLoadException(
                $"'{Path}': {graph.File} keeps weights in '{unlisted}', which is not among files; name it there with its SHA-256."
            );
        var sum =
            external.Count == 0
                ? Manifest.Files[graph.File].Sha256
                : ModelFiles.Sha256OfSums(external.Prepend(graph.File).Select(file => Manifest.Files[file].Sha256));
        return (content, sum);
    }

    private void Require(string name, string field)
    {
        if (!Manifest.Files.ContainsKey(name))
            throw new ModelLoadException($"'{Path}': {field} is '{name}', which is not among files.");
    }
}
