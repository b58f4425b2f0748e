using System.Security.Cryptography;
using System.Text;

namespace NerService.Server.Security;

/// <summary>
/// The keys that callers may present. Only their SHA-256 is kept; a presented key is compared with every one of them in constant time, so neither the
/// time an answer takes nor a memory dump tells a key. Immutable.
/// </summary>
internal sealed class ApiKeys
{
    /// <summary>Characters a key has at least: what can be guessed is not a key.</summary>
    internal const int MinLength = 16;

    private readonly ApiKey[] _keys;

    private ApiKeys(ApiKey[] keys) => _keys = keys;

    internal int Count => _keys.Length;

    /// <summary>Reads entries <c>name=key</c>; empty ones and those that begin with <c>#</c> are comments.</summary>
    /// <param name="entries">The entries.</param>
    /// <param name="source">Named in errors, with the entry's number, never its content.</param>
    /// <exception cref="FormatException">An entry is not a name and key, a key is too short, or a name appears twice.</exception>
    internal static ApiKeys Parse(IEnumerable<string> entries, string source)
    {
        var keys = new List<ApiKey>();
        var number = 0;
        foreach (var entry in entries)
        {
            number++;
            var trimmed = entry.Trim();
            if (trimmed.Length == 0 || trimmed[0] == '#')
                continue;
            var separator = trimmed.IndexOf('=', StringComparison.Ordinal);
            if (separator <= 0)
                throw new FormatException($"{source}, entry {number}: expected name=key.");
            var (name, key) = (trimmed[..separator].Trim(), trimmed[(separator + 1)..].Trim());
            if (key.Length < MinLength)
                throw new FormatException($"{source}, entry {number}: the key of '{name}' has {key.Length} characters; it needs {MinLength}.");
            if (keys.Exists(k => k.Name == name))
                throw new FormatException($"{source}, entry {number}: there is another key named '{name}'.");
            keys.Add(new ApiKey(name, Hash(key)));
        }
        return new ApiKeys([.. keys]);
    }

    /// <summary>Both sets together; a name may be in both, for a key that is being changed.</summary>
    internal ApiKeys And(ApiKeys other) => new([.. _keys, .. other._keys]);

    /// <summary>The key that a caller presents; null when there is no such key.</summary>
    internal ApiKey? Find(string presented)
    {
        var hash = Hash(presented);
        ApiKey? found = null;
        foreach (var key in _keys)
            if (key.Is(hash))
                found = key;
        return found;
    }

    /// <summary>
    /// These keys in place of others: a key that was in force already stays the same one, and those that are in force no longer are revoked.
    /// </summary>
    internal ApiKeys InPlaceOf(ApiKeys former)
    {
        var kept = new ApiKeys([.. _keys.Select(key => Array.Find(former._keys, key.Is) ?? key)]);
        foreach (var key in former._keys.Except(kept._keys))
            key.Revoke();
        return kept;
    }

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
