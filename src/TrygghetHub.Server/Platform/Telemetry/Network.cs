using System.Net;
using System.Net.Sockets;

namespace TrygghetHub.Server.Platform.Telemetry;

/// <summary>
/// What one stranger can be known by: an IPv4 address, or the /64 of an IPv6 address, because a holder of one IPv6 address
/// usually holds 2⁶⁴ of them.
/// </summary>
internal readonly record struct Network(string Text)
{
    public static Network Of(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return new Network(address.MapToIPv4().ToString());
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return new Network(address.ToString());
        }

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new Network(new IPAddress(bytes) + "/64");
    }

    public override string ToString() => Text;
}
