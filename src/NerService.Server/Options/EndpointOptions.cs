using System.ComponentModel.DataAnnotations;
using System.Net;
using NerService.Server.Ports;

namespace NerService.Server.Options;

/// <summary>Where the server listens.</summary>
internal sealed class EndpointOptions : ICheckedOptions
{
    public static string Section => "Ner:Endpoints";

    /// <summary>Address that callers reach; <c>*</c> means every address of the machine.</summary>
    public string Address { get; set; } = "*";

    /// <summary>Port that callers reach; 0 takes a free one.</summary>
    [Range(0, 65_535)]
    public int Port { get; set; } = 5051;

    /// <summary>Address of the admin port.</summary>
    public string AdminAddress { get; set; } = "127.0.0.1";

    /// <summary>Port for metrics, plain HTTP health and reload; 0 takes a free one.</summary>
    [Range(0, 65_535)]
    public int AdminPort { get; set; } = 5052;

    /// <summary>Whether the admin port is opened at all.</summary>
    public bool AdminEnabled { get; set; } = true;

    public void Check(OptionErrors errors) =>
        errors
            .Require(IsAddress(Address), nameof(Address), Address, "allowed are an IP address, localhost or *")
            .Require(IsAddress(AdminAddress), nameof(AdminAddress), AdminAddress, "allowed are an IP address, localhost or *");

    internal PortEndPoint Public => new(Parse(Address), Port, EndpointRole.Public);

    internal PortEndPoint Admin => new(Parse(AdminAddress), AdminPort, EndpointRole.Admin);

    private static bool IsAddress(string value) => value is "*" or "localhost" || IPAddress.TryParse(value, out _);

    private static IPAddress Parse(string value) =>
        value switch
        {
            "*" => System.Net.Sockets.Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any,
            "localhost" => IPAddress.Loopback,
            _ => IPAddress.Parse(value),
        };
}
