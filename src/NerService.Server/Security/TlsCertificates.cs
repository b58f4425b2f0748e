using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Options;
using NerService.Server.Lifecycle;
using NerService.Server.Options;

namespace NerService.Server.Security;

/// <summary>
/// The certificates in force, read again when their files change; connections that are open keep the one they began with. A bad new file leaves the
/// old.
/// </summary>
internal sealed class TlsCertificates(IOptions<SecurityOptions> options, ILogger<TlsCertificates> logger) : IWatchedFiles
{
    private readonly SecurityOptions _options = options.Value;
    private volatile Loaded? _loaded;

    /// <summary>Reads the files for the first time, before a connection needs them.</summary>
    /// <exception cref="CryptographicException">They hold no certificate and key that belong together.</exception>
    internal void Open()
    {
        if (_options.Tls)
            _loaded ??= Load();
    }

    public IEnumerable<string> Paths =>
        new[] { _options.TlsCertificateFile, _options.TlsKeyFile, _options.TlsClientCaFile }.Where(path => path.Length > 0);

    public Task<bool> ChangedAsync(CancellationToken cancellationToken)
    {
        try
        {
            _loaded = Load();
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            logger.LogError("The TLS certificate stays as it was: {Reason}", e.Message);
        }
        return Task.FromResult(true);
    }

    /// <summary>Makes an endpoint speak TLS.</summary>
    internal void Use(ListenOptions listen) =>
        listen.UseHttps(
            new TlsHandshakeCallbackOptions
            {
                OnConnection = context =>
                {
                    var loaded = _loaded ??= Load();
                    var authentication = new SslServerAuthenticationOptions { ServerCertificateContext = loaded.Server };
                    if (loaded.ClientAuthorities is { } authorities)
                    {
                        authentication.ClientCertificateRequired = true;
                        authentication.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                            certificate is X509Certificate2 client && IsSignedBy(client, authorities);
                    }
                    return ValueTask.FromResult(authentication);
                },
            }
        );

    private Loaded Load()
    {
        using var pem = X509Certificate2.CreateFromPemFile(_options.TlsCertificateFile, _options.TlsKeyFile);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(_options.TlsCertificateFile);
        // A key that came from PEM is ephemeral; a round through PKCS#12 lets every platform's TLS use it.
        var certificate = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
        X509Certificate2Collection? authorities = null;
        if (_options.TlsClientCaFile.Length > 0)
        {
            authorities = [];
            authorities.ImportFromPemFile(_options.TlsClientCaFile);
            if (authorities.Count == 0)
                throw new CryptographicException($"'{_options.TlsClientCaFile}' holds no certificate.");
        }
        logger.LogInformation("TLS certificate {Subject}, valid until {NotAfter:u}", certificate.Subject, certificate.NotAfter.ToUniversalTime());
        return new Loaded(SslStreamCertificateContext.Create(certificate, chain, offline: true), authorities);
    }

    private static bool IsSignedBy(X509Certificate2 client, X509Certificate2Collection authorities)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.2"));
        return chain.Build(client);
    }

    private sealed record Loaded(SslStreamCertificateContext Server, X509Certificate2Collection? ClientAuthorities);
}
