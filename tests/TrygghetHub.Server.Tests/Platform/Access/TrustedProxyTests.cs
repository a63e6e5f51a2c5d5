using TrygghetHub.Server.Platform.Access;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Platform.Access;

/// <summary>Whose word for an address counts, and whose does not.</summary>
public sealed class TrustedProxyTests
{
    private const string Health = "grpc.health.v1.Health/Check";

    // More than a stranger may call at once.
    private const int Calls = 120;

    [Theory]
    // Whoever is no trusted proxy writes what it likes, and counts as itself.
    [InlineData(new string[0], "203.0.113.{0}", true)]
    [InlineData(new[] { "10.0.0.7" }, "203.0.113.{0}", true)]
    // A trusted proxy's callers count one by one.
    [InlineData(new[] { "127.0.0.1" }, "203.0.113.{0}", false)]
    [InlineData(new[] { "127.0.0.0/8" }, "203.0.113.{0}", false)]
    // What a caller wrote before the proxy added its address is hearsay.
    [InlineData(new[] { "127.0.0.1" }, "203.0.113.{0}, 198.51.100.9", true)]
    // Through two trusted proxies to the caller.
    [InlineData(new[] { "127.0.0.1", "10.0.0.7" }, "203.0.113.{0}, 198.51.100.9, 10.0.0.7", true)]
    [InlineData(new[] { "127.0.0.1", "10.0.0.7" }, "203.0.113.{0}, 10.0.0.7", false)]
    // Addresses of one IPv6 network are one caller's.
    [InlineData(new[] { "127.0.0.1" }, "2001:db8::{0}", true)]
    [InlineData(new[] { "127.0.0.1" }, "2001:db8:0:{0}::1", false)]
    // What is no address is nobody's.
    [InlineData(new[] { "127.0.0.1" }, "nobody{0}", true)]
    public async Task Stranger_WithAForwardedAddress_CountsAsThatOnlyFromATrustedProxy(string[] trusted, string forwarded, bool isOne)
    {
        await using var hub = await TestHub.StartAsync(settings: new HubSettings { TrustedProxies = trusted });
        using var stranger = hub.RawStranger();
        var reasons = new HashSet<string?>();
        for (var i = 0; i < Calls; i++)
        {
            reasons.Add((await stranger.CallAsync(
                Health, [], headers: ("x-forwarded-for", string.Format(System.Globalization.CultureInfo.InvariantCulture, forwarded, i + 1)))).Reason);
        }

        Assert.Equal(isOne, reasons.Contains("QUOTA_EXCEEDED"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("proxy.example.se")]
    [InlineData("10.0.0.0/33")]
    [InlineData("0.0.0.0/0")]
    [InlineData("::/0")]
    public void Settings_WithAProxyThatIsNone_AreRefusedByName(string proxy)
    {
        var refused = Assert.Throws<InvalidDataException>(() => TrustedProxies.Parse(["10.0.0.1", proxy]));

        Assert.StartsWith("trustedProxies[1]", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_WithAddressesAndNetworks_AreReadAsNetworks() => Assert.Equal(
        ["10.0.0.7/32", "192.0.2.0/24", "2001:db8::/32"],
        TrustedProxies.Parse(["10.0.0.7", "192.0.2.0/24", "2001:db8::/32"]).Networks.Select(n => n.ToString()));
}
