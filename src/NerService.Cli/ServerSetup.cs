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

    private readonly Option<string?> _apiKey = new("--api-key")
    {
        HelpName = "KEY",
        Description =
            $"The key that the server asks for, sent as x-api-key. Default: {KeyVariable} of the environment, which other users of the machine "
            + "cannot see.",
    };

    private readonly Option<string?> _ca = new("--ca")
    {
        HelpName = "FILE",
        Description =
            $"Certificates (PEM) of the authorities that may vouch for an https server, instead of the machine's. Default: {CaVariable} of the "
            + "environment.",
    };

    private readonly Option<string?> _certificate = new("--client-certificate")
    {
        HelpName = "FILE",
        Description =
            "The certificate (PEM) to show to an https server that asks for one; its key stands in the same file or in --client-key. Default: "
            + $"{CertificateVariable} of the environment.",
    };

    private readonly Option<string?> _certificateKey = new("--client-key")
    {
        HelpName = "FILE",
        Description = $"The private key (PEM) of --client-certificate. Default: {CertificateKeyVariable} of the environment.",
    };

    private readonly string? _fallback;

    /// <summary>Makes the options.</summary>
    /// <param name="description">What asking a server means for the command.</param>
    /// <param name="fallback">The server when none is named; null means that the command does without.</param>
    internal ServerSetup(string description, string? fallback = null)
    {
        _fallback = fallback;
        _server = new Option<string?>("--server")
        {
            HelpName = "URL",
            Description =
                $"{description} http, or https for TLS. Default: {ServerVariable} of the environment"
                + (fallback is null ? "." : $", else {fallback}."),
        };
    }

    /// <summary>Adds the options to a command.</summary>
    internal void AddTo(Command command)
    {
        foreach (var option in (ReadOnlySpan<Option>)[_server, _apiKey, _ca, _certificate, _certificateKey])
            command.Add(option);
    }

    /// <summary>The server to ask; null: none.</summary>
    /// <exception cref="CliException">The address is none of http or https, or an option is given that means nothing without a server.</exception>
    internal Uri? Address(ParseResult parsed)
    {
        if ((parsed.GetValue(_server) ?? Environment.GetEnvironmentVariable(ServerVariable) ?? _fallback) is { Length: > 0 } server)
        {
            return Uri.TryCreate(server, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
                ? address
                : throw new CliException(ExitCode.Usage, $"--server '{server}' is no http or https address, such as http://localhost:5051.");
        }
        foreach (var option in (ReadOnlySpan<Option>)[_apiKey, _ca, _certificate, _certificateKey])
            if (parsed.GetResult(option) is { Implicit: false })
                throw new CliException(ExitCode.Usage, $"{option.Name} needs --server.");
        return null;
    }

    /// <summary>Makes a client of a server.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="address">The server, as <see cref="Address"/> says it.</param>
    /// <param name="configure">What the command sets beside; null means nothing.</param>
    /// <exception cref="CliException">A certificate cannot be read.</exception>
    internal NerClient Connect(ParseResult parsed, Uri address, Action<NerClientOptions>? configure = null)
    {
        var options = new NerClientOptions { Addresses = { address }, ApiKey = Value(parsed, _apiKey, KeyVariable) };
        var (ca, certificate, key) = (
            Value(parsed, _ca, CaVariable),
            Value(parsed, _certificate, CertificateVariable),
            Value(parsed, _certificateKey, CertificateKeyVariable)
        );
        if (address.Scheme == "https" && (ca ?? certificate) is not null)
        {
            var trusted = ca is null
                ? null
                : Read(
                    _ca,
                    ca,
                    file =>
                    {
                        var certificates = new X509Certificate2Collection();
                        certificates.ImportFromPemFile(file);
                        return certificates;
                    }
                );
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

    /// <summary>Which of the options helps against an error, to be put behind its text; empty when none does.</summary>
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

    private static string? Value(ParseResult parsed, Option<string?> option, string variable) =>
        (parsed.GetValue(option) ?? Environment.GetEnvironmentVariable(variable)) is { Length: > 0 } value ? value : null;

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
