using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TrygghetHub.Server.Platform.Access;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Platform.Access;

/// <summary>Connections that nobody finishes, and connections that nobody needs, take no partner's room.</summary>
public sealed class ConnectionDoorTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static TheoryData<string> Sources => ["one address", "the partners' own address", "many addresses"];

    [Theory]
    [MemberData(nameof(Sources))]
    public async Task HalfOpenConnections_FromWherever_AreBoundedAndPartnersConnect(string source)
    {
        await using var hub = await AgreedHubAsync();
        var doors = hub.Hub.Services.GetRequiredService<ConnectionDoors>();
        using var patience = Patient();
        using var stranger = new HalfOpen();

        await stranger.OpenAsync(hub.Hub.Url, 2_500, AddressOf(source), patience.Token);
        await stranger.OpenAsync(hub.Hub.OpenUrl, 2_500, AddressOf(source), patience.Token);

        Assert.InRange(doors.Partners.Unfinished, 0, DoorLimits.Partners.Unfinished);
        Assert.InRange(doors.Open.Unfinished, 0, DoorLimits.Open.Unfinished);
        if (source != "many addresses")
        {
            Assert.InRange(doors.Partners.Unfinished, 0, DoorLimits.Partners.UnfinishedANetwork);
            Assert.InRange(doors.Open.Unfinished, 0, DoorLimits.Open.UnfinishedANetwork);
        }

        if (source != "the partners' own address")
        {
            for (var i = 0; i < 5; i++)
            {
                using var police = DirectCaller.Of(hub, "polisen");
                Assert.Null(await police.ReasonAsync());
            }
        }
    }

    [Fact]
    public async Task HalfOpenConnections_FromThePartnersOwnAddress_LetThePartnerIn()
    {
        await using var hub = await AgreedHubAsync();
        using var patience = Patient();
        using var stranger = new HalfOpen();

        // More than may wait, less than may come at once.
        await stranger.OpenAsync(hub.Hub.Url, 700, _ => IPAddress.Loopback, patience.Token);

        using var police = DirectCaller.Of(hub, "polisen");
        Assert.Null(await police.ReasonAsync());
    }

    [Fact]
    public async Task HalfOpenConnections_LeftAlone_AreClosed()
    {
        await using var hub = await AgreedHubAsync();
        var doors = hub.Hub.Services.GetRequiredService<ConnectionDoors>();
        using var patience = Patient();
        using var stranger = new HalfOpen();
        await stranger.OpenAsync(hub.Hub.Url, 50, _ => IPAddress.Parse("127.0.0.2"), patience.Token);

        for (var i = 0; i < 50; i++)
        {
            Assert.True(await stranger.IsClosedAsync(i, patience.Token));
        }

        while (doors.Partners.Unfinished > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, patience.Token);
        }
    }

    [Fact]
    public async Task Connections_TooManyAtOnceFromOneNetwork_AreTurnedAwayAndOthersAreNot()
    {
        await using var hub = await AgreedHubAsync();
        using var patience = Patient();
        using var stranger = new HalfOpen();
        var count = DoorLimits.Open.HandshakesAtOnce * 4;

        await stranger.OpenAsync(hub.Hub.OpenUrl, count, _ => IPAddress.Parse("127.0.0.2"), patience.Token);

        Assert.True(await stranger.IsClosedAsync(count - 1, patience.Token));
        using var other = hub.RawStranger();
        Assert.Equal(0, (await other.CallAsync("grpc.health.v1.Health/Check", [])).Code);
    }

    [Fact]
    public async Task EstablishedConnections_OfOneStranger_AreBoundedAndLeaveThePartnersRoom()
    {
        await using var hub = await AgreedHubAsync();
        var doors = hub.Hub.Services.GetRequiredService<ConnectionDoors>();
        using var patience = Patient();
        var held = new List<BareHttp2>();
        try
        {
            // One that is too many is closed as soon as it is known whose it is, which may be while it greets.
            var last = "CLOSED";
            try
            {
                for (var i = 0; i < DoorLimits.Open.EstablishedAnOwner + 20; i++)
                {
                    held.Add(await BareHttp2.ConnectAsync(hub.Hub.OpenUrl, null, null, patience.Token));
                }

                last = (await held[^1].ReadAsync(1, patience.Token)).How;
            }
            catch (IOException)
            {
                Assert.InRange(held.Count, DoorLimits.Open.EstablishedAnOwner, DoorLimits.Open.EstablishedAnOwner + 20);
            }

            Assert.Contains(last, (string[])["CLOSED", "GOAWAY"]);
            Assert.InRange(doors.Open.Established, 1, DoorLimits.Open.EstablishedAnOwner);
            using var police = DirectCaller.Of(hub, "polisen");
            Assert.Null(await police.ReasonAsync());
        }
        finally
        {
            foreach (var connection in held)
            {
                await connection.DisposeAsync();
            }
        }
    }

    [Fact]
    public async Task Connections_OfThoseWhoHaveLeft_CountNoMore()
    {
        await using var hub = await AgreedHubAsync();
        var doors = hub.Hub.Services.GetRequiredService<ConnectionDoors>();
        using var patience = Patient();
        var before = doors.Partners.Established;
        for (var i = 0; i < 20; i++)
        {
            using var police = DirectCaller.Of(hub, "polisen");
            Assert.Null(await police.ReasonAsync());
        }

        while (doors.Partners.Established > before)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, patience.Token);
        }
    }

    private static CancellationTokenSource Patient()
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        source.CancelAfter(Patience);
        return source;
    }

    private static Func<int, IPAddress> AddressOf(string source) => source switch
    {
        "one address" => _ => IPAddress.Parse("127.0.0.2"),
        "many addresses" => i => new IPAddress([127, 1, (byte)(i / 250), (byte)(1 + (i % 250))]),
        _ => _ => IPAddress.Loopback,
    };

    private static async Task<TestHub> AgreedHubAsync()
    {
        var hub = await TestHub.StartAsync();
        await hub.AgreedPairAsync();
        return hub;
    }
}
