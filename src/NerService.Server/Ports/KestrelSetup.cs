using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using NerService.Server.Options;
using NerService.Server.Security;

namespace NerService.Server.Ports;

/// <summary>Opens the ports: the public one and the admin one, each for HTTP/1.1 and HTTP/2.</summary>
internal sealed class KestrelSetup(
    IOptions<EndpointOptions> endpoints,
    IOptions<LimitsOptions> limits,
    IOptions<SecurityOptions> security,
    TlsCertificates certificates,
    TimeProvider time
) : IConfigureOptions<KestrelServerOptions>
{
    /// <summary>What a peer of HTTP/2 may send ahead of being read, over all streams of a connection.</summary>
    internal const int ConnectionWindowBytes = 2 * StreamWindowBytes;

    private const int StreamWindowBytes = 128 * 1024;

    public void Configure(KestrelServerOptions options)
    {
        options.AddServerHeader = false;
        // The size of a message is checked against its own limit before it is read; this one must only never come first.
        options.Limits.MaxRequestBodySize = 2L * limits.Value.MaxMessageBytes + 1024;
        // A reader of a stream may take its time: that is flow control, not an attack.
        options.Limits.MinResponseDataRate = null;
        // Nothing is buffered behind a window that is shut: so an answer that is not read can be told from one that has left.
        options.Limits.MaxResponseBufferSize = 1;
        options.Limits.Http2.MaxStreamsPerConnection = limits.Value.MaxStreamsPerConnection;
        // What a peer may send ahead of being read: enough for a fast link, little enough for many of them.
        options.Limits.Http2.InitialStreamWindowSize = StreamWindowBytes;
        options.Limits.Http2.InitialConnectionWindowSize = ConnectionWindowBytes;
        if (security.Value.Tls)
            options.Listen(
                endpoints.Value.Public,
                listen =>
                {
                    listen.Protocols = HttpProtocols.Http1AndHttp2;
                    listen.Use(handler => LingeringClose.After(handler, time));
                    certificates.Use(listen);
                }
            );
        else
            SharedPort.Listen(options, endpoints.Value.Public, time);
        if (endpoints.Value.AdminEnabled)
            SharedPort.Listen(options, endpoints.Value.Admin, time);
    }
}
