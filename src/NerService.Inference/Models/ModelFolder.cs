using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;

namespace NerService.Inference.Models;

/// <summary>Which graph of a model's folder is loaded.</summary>
public enum ModelVariant
{
    /// <summary>The integer graph where the CPU has integer dot products (AVX-VNNI, AVX-512 VNNI) and the folder has one, else the default graph.</summary>
    Auto,

    /// <summary>The graph for any CPU (<see cref="OnnxSection.File"/>).</summary>
    Default,

    /// <summary>The integer graph (<see cref="OnnxSection.VnniFile"/>).</summary>
    Vnni,
}

/// <summary>
/// A model's folder: its manifest, and files whose SHA-256 is what the manifest says. A folder as exporters write it has no manifest; then one is derived
/// (<see cref="ExportedFolder"/>), and its sums are those of the files as found.
/// </summary>
public sealed class ModelFolder
{
    private ModelFolder(string path, ModelManifest manifest, DerivedManifest? derived, string onnxFile)
    {
        Path = path;
        Derived = derived;
        Manifest = manifest;
        OnnxFile = onnxFile;
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The folder's manifest.</summary>
    public ModelManifest Manifest { get; }

    /// <summary>How the manifest was derived; null when the folder has one and every sum was verified.</summary>
    public DerivedManifest? Derived { get; }

    /// <summary>The graph to load, relative to the folder.</summary>
    public string OnnxFile { get; }

    /// <summary>SHA-256 of the graph, hexadecimal.</summary>
    public string OnnxSha256 => Manifest.Files[OnnxFile].Sha256;

    /// <summary>Opens a folder and verifies every file it names.</summary>
    /// <exception cref="ModelLoadException">A file is missing or differs from its sum, or the manifest does not name it.</exception>
    public static ModelFolder Open(string path, ModelVariant variant = ModelVariant.Auto)
    {
        if (!Directory.Exists(path)) throw new ModelLoadException($"The model folder '{path}' does not exist.");
        var derived = ExportedFolder.IsOne(path) ? ExportedFolder.Derive(path) : null;
        var manifest = derived?.Manifest ?? ModelManifest.Read(path);
        if (derived is null)
            foreach (var (name, file) in manifest.Files) Verify(path, name, file.Sha256);
        var folder = new ModelFolder(path, manifest, derived, Choose(path, manifest, variant));
        folder.Require(folder.OnnxFile, "onnx.file");
        folder.Require(manifest.Tokenizer.File, "tokenizer.file");
        if (manifest.Arbiter is { } arbiter) folder.Require(arbiter.File, "arbiter.file");
        return folder;
    }

    /// <summary>Full path of a file of the folder.</summary>
    public string FullPath(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Whether this CPU multiplies small integers fast (AVX-VNNI or AVX-512 VNNI).</summary>
    public static bool CpuHasVnni { get; } = DetectVnni();

    private static string Choose(string path, ModelManifest manifest, ModelVariant variant) => variant switch
    {
        ModelVariant.Default => manifest.Onnx.File,
        ModelVariant.Vnni => manifest.Onnx.VnniFile ?? throw new ModelLoadException($"'{path}' names no onnx.vnniFile, but the variant Vnni was asked for."),
        _ => CpuHasVnni && manifest.Onnx.VnniFile is { } file ? file : manifest.Onnx.File,
    };

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

    private static bool DetectVnni()
    {
        if (!X86Base.IsSupported || X86Base.CpuId(0, 0).Eax < 7) return false;
        var leaf = X86Base.CpuId(7, 0);
        var avx512Vnni = (leaf.Ecx & (1 << 11)) != 0 && Avx512F.IsSupported;
        var avxVnni = leaf.Eax >= 1 && (X86Base.CpuId(7, 1).Eax & (1 << 4)) != 0 && Avx2.IsSupported;
        return avx512Vnni || avxVnni;
    }
}
