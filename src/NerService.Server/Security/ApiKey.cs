using System.Security.Cryptography;

namespace NerService.Server.Security;

/// <summary>A key that callers may present: its name and its SHA-256.</summary>
internal sealed class ApiKey(string name, byte[] hash) : IDisposable
{
    private readonly CancellationTokenSource _revoked = new();

    internal string Name => name;

    /// <summary>Signalled when the key is no longer in force.</summary>
    internal CancellationToken Revoked => _revoked.Token;

    /// <summary>Whether a presented key is this one, in constant time.</summary>
    internal bool Is(byte[] presented) => CryptographicOperations.FixedTimeEquals(presented, hash);

    /// <summary>Whether another entry is this key under the same name.</summary>
    internal bool Is(ApiKey other) => other.Name == name && other.Is(hash);

    internal void Revoke() => _revoked.Cancel();

    public void Dispose() => _revoked.Dispose();
}
