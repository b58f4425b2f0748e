using NerService.Contracts.V1;

namespace NerService.Client;

/// <summary>How a <see cref="NerClient"/> calls.</summary>
public sealed class NerClientOptions
{
    internal static readonly Uri DefaultAddress = new("http://localhost:5051");

    /// <summary>
    /// Where the servers are: one or several of http (HTTP/2 without TLS) or https, all of one scheme; or one <c>dns:///name:port</c>, whose every
    /// address is used. Calls go round the servers that are connected and, of several, serving: their health is watched, so that one that loads,
    /// drains or is down gets no call until it is back. Default: http://localhost:5051.
    /// </summary>
    public IList<Uri> Addresses { get; } = [];

    /// <summary>Whether a dns address is called with TLS. Default false.</summary>
    public bool UseTlsForDns { get; set; }

    /// <summary>The key that is sent as <c>x-api-key</c>; null, the default, sends none.</summary>
    public string? ApiKey { get; set; }

    /// <summary>
    /// The deadline of a single call, retries included; the server drops what it cannot answer by then. Null means none. Default 30 seconds.
    /// </summary>
    public TimeSpan? Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How often a call is tried when the server is unavailable or full, the first time included; 1 means no retry, at most 5. Default 4.
    /// </summary>
    public int MaxAttempts { get; set; } = 4;

    /// <summary>
    /// How long the first retry waits at most; each further one twice as long, never more than <see cref="MaxBackoff"/>. Default 100 ms.
    /// </summary>
    public TimeSpan InitialBackoff { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a retry waits at most. Default 2 seconds.</summary>
    public TimeSpan MaxBackoff { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// What offsets count where a request does not say. Default: UTF-16 code units, as .NET strings do; unspecified: as the server has it, code
    /// points.
    /// </summary>
    public OffsetUnit OffsetUnit { get; set; } = OffsetUnit.Utf16CodeUnit;

    /// <summary>Sets up each connection's handler, such as the certificates of its TLS; null, the default, leaves it as .NET has it.</summary>
    public Action<SocketsHttpHandler>? ConfigureHandler { get; set; }

    /// <summary>Bytes of an answer at most; null means any. Default null: the server bounds what it is asked.</summary>
    public int? MaxReceiveMessageBytes { get; set; }

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">Names the option, what was found and what is allowed.</exception>
    public void Validate()
    {
        foreach (var address in Addresses)
            if (!address.IsAbsoluteUri || address.Scheme is not ("http" or "https" or "dns"))
                throw new ArgumentException(
                    $"{nameof(Addresses)} holds '{address}'; allowed are http, https and dns addresses, such as http://localhost:5051."
                );
        if (Addresses.FirstOrDefault(a => a.Scheme != "dns" && (a.PathAndQuery.Length > 1 || a.UserInfo.Length > 0)) is { } longer)
            throw new ArgumentException(
                $"{nameof(Addresses)} holds an address of {longer.Authority} with a path, a query or a user; calls use scheme, host and port only."
            );
        if (Addresses.Select(a => a.Scheme).Distinct().Count() > 1)
            throw new ArgumentException(
                $"{nameof(Addresses)} mixes {string.Join(" and ", Addresses.Select(a => a.Scheme).Distinct())}; all must be of one scheme."
            );
        if (Addresses is [{ Scheme: "dns" }, _, ..])
            throw new ArgumentException($"{nameof(Addresses)} holds {Addresses.Count} dns addresses; allowed is one.");
        if (ApiKey?.AsSpan().ContainsAnyExceptInRange('!', '~') == true)
            throw new ArgumentException($"{nameof(ApiKey)} has a character that no header carries; allowed are visible ASCII characters.");
        if (Timeout <= TimeSpan.Zero)
            throw new ArgumentException($"{nameof(Timeout)} is {Timeout}; it must be positive, or null for none.");
        if (MaxAttempts is < 1 or > 5)
            throw new ArgumentException($"{nameof(MaxAttempts)} is {MaxAttempts}; allowed are 1 to 5.");
        if (InitialBackoff <= TimeSpan.Zero || MaxBackoff < InitialBackoff)
            throw new ArgumentException(
                $"{nameof(InitialBackoff)} is {InitialBackoff} and {nameof(MaxBackoff)} {MaxBackoff}; the first must be positive and not exceed "
                    + "the second."
            );
    }
}
