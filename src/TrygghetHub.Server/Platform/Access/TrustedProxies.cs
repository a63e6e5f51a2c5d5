using System.Net;

namespace TrygghetHub.Server.Platform.Access;

/// <summary>
/// The proxies whose word for an address counts (<c>X-Forwarded-For</c>), from the hub's settings, and nothing else of which counts
/// otherwise. Immutable.
/// </summary>
internal sealed class TrustedProxies(IReadOnlyList<IPNetwork> networks)
{
    public static readonly TrustedProxies None = new([]);

    public IReadOnlyList<IPNetwork> Networks => networks;

    /// <summary>Reads addresses such as <c>10.0.0.7</c> and networks such as <c>10.0.0.0/24</c> or <c>2001:db8::/32</c>.</summary>
    /// <exception cref="InvalidDataException">One is neither, or is the whole of IPv4 or IPv6.</exception>
    public static TrustedProxies Parse(IReadOnlyList<string> texts) => new([.. texts.Select(Parse)]);

    private static IPNetwork Parse(string text, int index)
    {
        var name = $"trustedProxies[{index}]";
        var network = text is null ? (IPNetwork?)null
            : IPAddress.TryParse(text, out var address)
                ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
            : IPNetwork.TryParse(text, out var parsed) ? parsed
            : null;
        if (network is not { } found || found.BaseAddress.IsIPv4MappedToIPv6)
        {
            throw new InvalidDataException(
                $"{name} is \"{text}\"; it must be an address such as 10.0.0.7, or a network such as 10.0.0.0/24.");
        }

        return found.PrefixLength > 0
            ? found
            : throw new InvalidDataException($"{name} is {text}, which trusts everybody; name the proxies' own addresses.");
    }
}
