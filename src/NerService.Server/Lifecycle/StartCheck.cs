using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using NerService.Server.Options;
using NerService.Server.Ports;
using NerService.Server.Security;

namespace NerService.Server.Lifecycle;

/// <summary>Tries what can fail at start-up before anything is started, so that it is told in one line and by an exit code of its own.</summary>
internal static class StartCheck
{
    /// <summary>Reads keys and certificates and opens the ports; writes what fails to standard error.</summary>
    /// <returns>The exit code; null when nothing fails.</returns>
    internal static int? Run(IServiceProvider services)
    {
        var (endpoints, transport) = (
            services.GetRequiredService<IOptions<EndpointOptions>>().Value,
            services.GetRequiredService<CountedTransport>()
        );
        return ReadSecurity(services)
            ?? Open(endpoints.Public, nameof(endpoints.Address), nameof(endpoints.Port))
            ?? (endpoints.AdminEnabled ? Open(endpoints.Admin, nameof(endpoints.AdminAddress), nameof(endpoints.AdminPort)) : null);

        int? Open(PortEndPoint port, string address, string number) =>
            Try(
                () => transport.Open(port),
                ExitCode.PortUnavailable,
                $"{port} cannot be listened on ({EndpointOptions.Section}:{address}, {number})"
            );
    }

    /// <summary>Reads keys and certificates; writes what fails to standard error.</summary>
    /// <returns><see cref="ExitCode.SecurityUnusable"/>; null when nothing fails.</returns>
    internal static int? ReadSecurity(IServiceProvider services)
    {
        var security = services.GetRequiredService<IOptions<SecurityOptions>>().Value;
        return Try(
                () => services.GetRequiredService<ApiKeyStore>(),
                ExitCode.SecurityUnusable,
                $"The API keys cannot be used ({SecurityOptions.Section}:{nameof(security.ApiKeysFile)} is '{security.ApiKeysFile}')"
            )
            ?? Try(
                () => services.GetRequiredService<TlsCertificates>().Open(),
                ExitCode.SecurityUnusable,
                $"The TLS certificate cannot be used ({SecurityOptions.Section}:{nameof(security.TlsCertificateFile)} is "
                    + $"'{security.TlsCertificateFile}', {nameof(security.TlsKeyFile)} is '{security.TlsKeyFile}')"
            );
    }

    private static int? Try(Action step, int exitCode, string failure)
    {
        try
        {
            step();
            return null;
        }
        catch (Exception e)
            when (e is SocketException or FormatException or CryptographicException or IOException or UnauthorizedAccessException or ArgumentException
            )
        {
            Console.Error.WriteLine($"{failure}: {e.Message.ReplaceLineEndings(" ")}");
            return exitCode;
        }
    }
}
