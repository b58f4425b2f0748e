using System.CommandLine;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using NerService.Client;
using NerService.Contracts.V1;

namespace NerService.Cli;

/// <summary>The options that say which server is asked and how it is reached; the same for every command that asks one.</summary>
internal sealed class ServerSetup
{
    private const string ServerVariable = "NER_SERVER",
        KeyVariable = "NER_API_KEY",
        CaVariable = "NER_CA",
        CertificateVariable = "NER_CLIENT_CERTIFICATE",
        CertificateKeyVariable = "NER_CLIENT_KEY";

    private readonly Option<string?> _server;

    private readonly Option<string?> _apiKey = CliOption.Text(
        "--api-key",
        "KEY",
        $"The key that the server asks for, sent as x-api-key. Default: {KeyVariable} of the environment, which other users of the machine cannot "
            + "see."
    );

    private readonly Option<string?> _ca = CliOption.Text(
        "--ca",
        "FILE",
        $"Certificates (PEM) of the authorities that may vouch for an https server, instead of the machine's. Default: {CaVariable} of the "
            + "environment."
    );

    private readonly Option<string?> _certificate = CliOption.Text(
        "--client-certificate",
        "FILE",
        "The certificate (PEM) to show to an https server that asks for one; its key stands in the same file or in --client-key. Default: "
            + $"{CertificateVariable} of the environment."
    );

    private readonly Option<string?> _certificateKey = CliOption.Text(
        "--client-key",
        "FILE",
        $"The private key (PEM) of --client-certificate. Default: {CertificateKeyVariable} of the environment."
    );

    private readonly string? _fallback;

    /// <summary>Makes the options.</summary>
    /// <param name="description">What asking a server means for the command.</param>
    /// <param name="fallback">The server when none is named; null means that the command does without.</param>
    internal ServerSetup(string description, string? fallback = null)
    {
        _fallback = fallback;
        var otherwise = fallback is null ? "" : $", else {fallback}";
        _server = CliOption.Text(
            "--server",
            "URL",
            $"{description} http, or https for TLS. Default: {ServerVariable} of the environment{otherwise}."
        );
    }

    internal IEnumerable<Option> All => [_server, .. Dependent];

    /// <summary>Those that mean nothing without a server.</summary>
    private IEnumerable<Option> Dependent => [_apiKey, _ca, _certificate, _certificateKey];

    /// <summary>The server to ask; null: none.</summary>
    /// <exception cref="CliException">The address is none of http or https, or an option is given that means nothing without a server.</exception>
    internal Uri? Address(ParseResult parsed)
    {
        if ((parsed.Value(_server, ServerVariable) ?? _fallback) is not { } server)
        {
            RefuseWithoutServer(parsed, Dependent);
            return null;
        }
        var address = HttpAddress("--server", server, "http://localhost:5051");
        if (address.UserInfo.Length > 0)
            throw new CliException(ExitCode.Usage, "--server names a user, whom no server asks for; --api-key gives a key.");
        if (address.PathAndQuery.Length > 1 || address.Fragment.Length > 0)
            throw new CliException(
                ExitCode.Usage,
                $"--server '{server}' has more than scheme, host and port; calls go to paths of their own, so '{address.PathAndQuery}' would not be "
                    + "used. Leave it out."
            );
        if (address.Scheme == "http" && parsed.FirstGiven([_ca, _certificate, _certificateKey]) is { } ofTls)
            throw new CliException(ExitCode.Usage, $"{ofTls.Name} is about TLS, and --server '{server}' has none; use https, or leave it out.");
        return address;
    }

    /// <summary>Refuses options that mean nothing without a server.</summary>
    /// <exception cref="CliException">One is given.</exception>
    internal static void RefuseWithoutServer(ParseResult parsed, IEnumerable<Option> options)
    {
        if (parsed.FirstGiven(options) is { } option)
            throw new CliException(ExitCode.Usage, $"{option.Name} needs --server.");
    }

    /// <summary>The address that an option says.</summary>
    /// <exception cref="CliException">It is none of http or https.</exception>
    internal static Uri HttpAddress(string option, string text, string example) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address
            : throw new CliException(ExitCode.Usage, $"{option} '{text}' is not an http or https address, such as {example}.");

    /// <summary>Makes a client of the server that <see cref="Address"/> says; the command may set what it needs beside.</summary>
    /// <exception cref="CliException">A certificate cannot be read.</exception>
    internal NerClient Connect(ParseResult parsed, Uri address, Action<NerClientOptions>? configure = null)
    {
        var options = new NerClientOptions { Addresses = { address }, ApiKey = parsed.Value(_apiKey, KeyVariable) };
        if (options.ApiKey?.AsSpan().ContainsAnyExceptInRange('!', '~') == true)
            throw new CliException(
                ExitCode.Usage,
                $"The key of {_apiKey.Name} or {KeyVariable} has a character that no header carries; it may have visible ASCII characters only."
            );
        var (ca, certificate, key) = (
            parsed.Value(_ca, CaVariable),
            parsed.Value(_certificate, CertificateVariable),
            parsed.Value(_certificateKey, CertificateKeyVariable)
        );
        if (certificate is null && parsed.FirstGiven([_certificateKey]) is not null)
            throw new CliException(ExitCode.Usage, $"{_certificateKey.Name} needs {_certificate.Name}.");
        if (address.Scheme == "https" && (ca ?? certificate) is not null)
        {
            var trusted = ca is null ? null : Read(_ca, ca, Certificates);
            var own = certificate is null ? null : Read(_certificate, certificate, file => X509Certificate2.CreateFromPemFile(file, key));
            options.ConfigureHandler = handler =>
            {
                if (own is not null)
                    handler.SslOptions.ClientCertificates = [own];
                if (trusted is null)
                    return;
                handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    RevocationMode = X509RevocationMode.NoCheck,
                };
                handler.SslOptions.CertificateChainPolicy.CustomTrustStore.AddRange(trusted);
            };
        }
        configure?.Invoke(options);
        return NerClient.Connect(options);
    }

    /// <summary>Which of the options helps against an error, to be put after its text; empty when none does.</summary>
    internal static string Advice(Exception error)
    {
        if (error is not RpcException refused)
            return error.InnerException is { } inner ? Advice(inner) : "";
        if (NerErrors.ReasonOf(refused) is ErrorReason.ApiKeyMissing or ErrorReason.ApiKeyInvalid)
            return $" --api-key or {KeyVariable} gives one.";
        for (var cause = refused.Status.DebugException; cause is not null; cause = cause.InnerException)
            if (cause is AuthenticationException && !cause.Message.Contains("frame", StringComparison.Ordinal))
                return $" --ca or {CaVariable} names other authorities.";
        return "";
    }

    private static X509Certificate2Collection Certificates(string file)
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPemFile(file);
        return certificates;
    }

    private static T Read<T>(Option option, string file, Func<string, T> read)
    {
        try
        {
            return read(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new CliException(ExitCode.Usage, $"{option.Name} '{file}' cannot be read as PEM: {e.Message}", e);
        }
    }
}
