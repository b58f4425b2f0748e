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
    /// <summary>What the process returns when a port cannot be opened.</summary>
    internal const int PortExitCode = 4;

    /// <summary>What the process returns when API keys or certificates cannot be used.</summary>
    internal const int SecurityExitCode = 5;

    /// <summary>Reads keys and certificates and opens the ports; writes what fails to standard error.</summary>
    /// <returns>The exit code; null when nothing fails.</returns>
    internal static int? Run(IServiceProvider services)
    {
        if (ReadSecurity(services) is { } failed)
            return failed;
        var endpoints = services.GetRequiredService<IOptions<EndpointOptions>>().Value;
        var transport = services.GetRequiredService<CountedTransport>();
        if (
            !Try(
                () => transport.Open(endpoints.Public),
                $"{endpoints.Public} cannot be listened on ({EndpointOptions.Section}:{nameof(endpoints.Address)}, {nameof(endpoints.Port)})"
            )
        )
            return PortExitCode;
        if (
            endpoints.AdminEnabled
            && !Try(
                () => transport.Open(endpoints.Admin),
                $"{endpoints.Admin} cannot be listened on ({EndpointOptions.Section}:{nameof(endpoints.AdminAddress)}, {nameof(endpoints.AdminPort)})"
            )
        )
            return PortExitCode;
        return null;
    }

    /// <summary>Reads keys and certificates; writes what fails to standard error.</summary>
    /// <returns><see cref="SecurityExitCode"/>; null when nothing fails.</returns>
    internal static int? ReadSecurity(IServiceProvider services)
    {
        var security = services.GetRequiredService<IOptions<SecurityOptions>>().Value;
        var keys = $"The API keys cannot be used ({SecurityOptions.Section}:{nameof(security.ApiKeysFile)} is '{security.ApiKeysFile}')";
        if (!Try(() => services.GetRequiredService<ApiKeyStore>(), keys))
            return SecurityExitCode;
        var certificate =
            $"The TLS certificate cannot be used ({SecurityOptions.Section}:{nameof(security.TlsCertificateFile)} is "
            + $"'{security.TlsCertificateFile}', "
            + $"{nameof(security.TlsKeyFile)} is '{security.TlsKeyFile}')";
        return Try(() => services.GetRequiredService<TlsCertificates>().Open(), certificate) ? null : SecurityExitCode;
    }

    private static bool Try(Action step, string failure)
    {
        try
        {
            step();
            return true;
        }
        catch (Exception e)
            when (e is SocketException or FormatException or CryptographicException or IOException or UnauthorizedAccessException or ArgumentException
            )
        {
            Console.Error.WriteLine($"{failure}: {e.Message.ReplaceLineEndings(" ")}");
            return false;
        }
    }
}
