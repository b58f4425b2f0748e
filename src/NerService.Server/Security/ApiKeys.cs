using System.Security.Cryptography;
using System.Text;

namespace NerService.Server.Security;

/// <summary>
/// The keys that callers may present. Only their SHA-256 is kept; a presented key is compared with every one of them in constant time, so neither the time
/// an answer takes nor a memory dump tells a key. Immutable.
/// </summary>
internal sealed class ApiKeys
{
    /// <summary>Characters a key has at least: what can be guessed is no key.</summary>
    internal const int MinLength = 16;

    private readonly (string Name, byte[] Hash)[] _keys;

    private ApiKeys((string Name, byte[] Hash)[] keys) => _keys = keys;

    internal int Count => _keys.Length;

    /// <summary>Reads entries <c>name=key</c>; empty ones and those that begin with <c>#</c> are comments.</summary>
    /// <param name="entries">The entries.</param>
    /// <param name="source">Named in errors, with the entry's number, never its content.</param>
    /// <exception cref="FormatException">An entry is no name and key, a key is too short, or a name comes twice.</exception>
    internal static ApiKeys Parse(IEnumerable<string> entries, string source)
    {
        var keys = new List<(string Name, byte[] Hash)>();
        var number = 0;
        foreach (var entry in entries)
        {
            number++;
            var trimmed = entry.Trim();
            if (trimmed.Length == 0 || trimmed[0] == '#') continue;
            var separator = trimmed.IndexOf('=', StringComparison.Ordinal);
            if (separator <= 0) throw new FormatException($"{source}, entry {number}: expected name=key.");
            var (name, key) = (trimmed[..separator].Trim(), trimmed[(separator + 1)..].Trim());
            if (key.Length < MinLength) throw new FormatException($"{source}, entry {number}: the key of '{name}' has {key.Length} characters; it needs {MinLength}.");
            if (keys.Exists(k => k.Name == name)) throw new FormatException($"{source}, entry {number}: there is another key named '{name}'.");
            keys.Add((name, Hash(key)));
        }
        return new ApiKeys([.. keys]);
    }

    /// <summary>Both sets together; a name may be in both, for a key that is being changed.</summary>
    internal ApiKeys And(ApiKeys other) => new([.. _keys, .. other._keys]);

    /// <summary>The name of the key that a caller presents; null when there is no such key.</summary>
    internal string? NameOf(string presented)
    {
        var hash = Hash(presented);
        string? found = null;
        foreach (var (name, known) in _keys)
            if (CryptographicOperations.FixedTimeEquals(hash, known)) found = name;
        return found;
    }

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
