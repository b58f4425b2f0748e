using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace NerService.Inference.Models;

/// <summary>Reading the files of a model's folder: whatever goes wrong comes out as a <see cref="ModelLoadException"/> that names the file.</summary>
internal static class ModelFiles
{
    /// <summary>Opens a file for reading.</summary>
    /// <exception cref="ModelLoadException">It is not there, is a folder, or must not be read.</exception>
    internal static FileStream Open(string path)
    {
        if (Directory.Exists(path))
            throw new ModelLoadException($"'{path}' is a folder; a file is wanted.");
        try
        {
            return File.OpenRead(path);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new ModelLoadException($"'{path}' must not be read by the user that runs this process; give it read permission.", e);
        }
        catch (Exception e) when (e is IOException or ArgumentException or NotSupportedException)
        {
            throw new ModelLoadException($"'{path}' cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Checks that a folder's files can be listed.</summary>
    /// <exception cref="ModelLoadException">They must not be.</exception>
    internal static void RequireReadableFolder(string path)
    {
        try
        {
            _ = Directory.GetFileSystemEntries(path);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new ModelLoadException($"'{path}' must not be read by the user that runs this process; give it read permission.", e);
        }
    }

    /// <summary>SHA-256 of a file's content, hexadecimal.</summary>
    /// <exception cref="ModelLoadException">It cannot be read.</exception>
    internal static string Sha256(string path)
    {
        using var stream = Open(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    /// <summary>SHA-256 of several sums in a row, hexadecimal.</summary>
    internal static string Sha256OfSums(IEnumerable<string> sums) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(string.Join('\n', sums))));

    /// <summary>The root object of a JSON file in UTF-8, with or without a byte order mark. Errors call it what it should be.</summary>
    /// <exception cref="ModelLoadException">It cannot be read, or holds no JSON object.</exception>
    internal static JsonElement Json(string path, string kind = "JSON")
    {
        using var stream = Open(path);
        try
        {
            using var document = JsonDocument.Parse(stream);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? document.RootElement.Clone()
                : throw new ModelLoadException($"'{path}' holds no JSON object.");
        }
        catch (JsonException e)
        {
            throw new ModelLoadException($"'{path}' is not {kind}: {e.Message}", e);
        }
    }

    /// <summary>The root object of a JSON file of a folder; null when there is no such file.</summary>
    /// <exception cref="ModelLoadException">It cannot be read, or holds no JSON object.</exception>
    internal static JsonElement? JsonOf(string folder, string name) =>
        File.Exists(Path.Combine(folder, name)) ? Json(Path.Combine(folder, name)) : null;

    /// <summary>A member of an object; null when it lacks it or is none.</summary>
    internal static JsonElement? Member(this JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>A text, or the <c>content</c> of an object as special tokens are written; null for anything else.</summary>
    internal static string? String(this JsonElement json, string name) =>
        json.Member(name) switch
        {
            { ValueKind: JsonValueKind.Object } token => token.String("content"),
            { ValueKind: JsonValueKind.String } text => text.GetString(),
            _ => null,
        };

    internal static double? Number(this JsonElement json, string name) =>
        json.Member(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetDouble(out var number) ? number : null;

    internal static int? Int(this JsonElement json, string name) =>
        json.Number(name) is { } number and >= int.MinValue and <= int.MaxValue ? (int)number : null;

    internal static bool? Bool(this JsonElement json, string name) =>
        json.Member(name) is { ValueKind: JsonValueKind.True or JsonValueKind.False } value ? value.GetBoolean() : null;

    /// <summary>The elements of an array; none when the object lacks it.</summary>
    internal static IEnumerable<JsonElement> Elements(this JsonElement json, string name) =>
        json.Member(name) is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray() : [];
}
