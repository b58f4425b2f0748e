using System.Net;

namespace NerService.Server.Ports;

/// <summary>The address of one of the two ports; a feature of the connections that come in by it.</summary>
internal sealed class PortEndPoint(IPAddress address, int port, EndpointRole role) : IPEndPoint(address, port)
{
    /// <summary>Which of the two it is.</summary>
    internal EndpointRole Role { get; } = role;
}
