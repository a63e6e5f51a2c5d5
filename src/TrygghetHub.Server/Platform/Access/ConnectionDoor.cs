using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using TrygghetHub.Server.Platform.Telemetry;

namespace TrygghetHub.Server.Platform.Access;

/// <summary>How many connections an endpoint holds. Each counts once: as unfinished until its handshake is done, then as established.</summary>
/// <param name="Unfinished">Connections whose TLS is not finished, in all.</param>
/// <param name="UnfinishedANetwork">Of them from one network.</param>
/// <param name="HandshakesASecond">New connections a second from one network over a longer time.</param>
/// <param name="HandshakesAtOnce">New connections at once from one network.</param>
/// <param name="Established">Connections whose TLS is finished, in all.</param>
/// <param name="EstablishedAnOwner">Of them of one principal, whatever certificates it has, or from one network where none is asked for.</param>
internal sealed record DoorLimits(
    int Unfinished, int UnfinishedANetwork, int HandshakesASecond, int HandshakesAtOnce, int Established, int EstablishedAnOwner)
{
    /// <summary>Many partners may come from one address: what stands behind a certificate is hardly bounded by it.</summary>
    public static readonly DoorLimits Partners = new(1_000, 250, 100, 2_000, 10_000, 1_000);

    /// <summary>Connections, beside those of principals, whose certificates are trusted but stand for nobody, in all.</summary>
    public int Unregistered { get; init; } = 500;

    /// <summary>Of them with one certificate.</summary>
    public int UnregisteredACertificate { get; init; } = 16;

    /// <summary>Connections of one partner with certificates to which it has not consented, beside its others.</summary>
    public int WithoutConsentAPartner { get; init; } = 16;

    /// <summary>
    /// Nobody needs the open endpoint for long. All that strangers hold at both endpoints takes less than 100 MB: an established
    /// connection takes 72 KB, and one whose TLS is set up 40 KB (measured).
    /// </summary>
    public static readonly DoorLimits Open = new(200, 100, 50, 500, 300, 60);
}

/// <summary>
/// Bounds the connections of one endpoint, before and after TLS. Unfinished handshakes, connections of the open endpoint,
/// those of the partners' and those of certificates that are nobody's each have room of their own, so that none can take
/// another's. Thread-safe.
/// </summary>
/// <remarks>
/// Where the room for unfinished handshakes is full, some of those that wait are drawn by lot, and the one of them that has said
/// nothing for the longest time is closed for the new one: who only holds connections open loses them, while a real client speaks
/// at once, and its handshake is over long before it is the oldest of those that are drawn. A network
/// that has filled its own part loses one of its own. Of a proxy's connections the proxy's own address counts: who calls through it is not
/// known before a request, and is bounded then, by its calls.
/// </remarks>
internal sealed class ConnectionDoor : IDisposable
{
    private readonly DoorLimits limits;
    private readonly IPrincipalDirectory directory;
    private readonly SecurityEvents events;
    private readonly PartitionedRateLimiter<Network> handshakes;
    private readonly Lock gate = new();
    private readonly WaitingRoom waiting = new();
    private readonly Dictionary<Network, WaitingRoom> networks = [];
    private readonly Dictionary<string, int> owners = new(StringComparer.Ordinal);
    private long came;
    private int established;
    private int unregistered;

    public ConnectionDoor(DoorLimits limits, IPrincipalDirectory directory, SecurityEvents events)
    {
        this.directory = directory;
        this.events = events;
        this.limits = limits;
        handshakes = PartitionedRateLimiter.Create<Network, Network>(network => RateLimitPartition.GetTokenBucketLimiter(
            network, _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = limits.HandshakesAtOnce,
                TokensPerPeriod = Math.Max(1, limits.HandshakesASecond / 4),
                ReplenishmentPeriod = TimeSpan.FromMilliseconds(250),
                AutoReplenishment = true,
            }));
    }

    /// <summary>Connections whose TLS is not finished.</summary>
    public int Unfinished
    {
        get
        {
            lock (gate)
            {
                return waiting.Count;
            }
        }
    }

    /// <summary>Connections whose TLS is finished.</summary>
    public int Established
    {
        get
        {
            lock (gate)
            {
                return established + unregistered;
            }
        }
    }

    /// <summary>Stands before and behind the TLS of an endpoint.</summary>
    public void Guard(ListenOptions endpoint, TlsHandshakeCallbackOptions handshake)
    {
        endpoint.Use(next => connection => BeforeTlsAsync(connection, next));
        endpoint.Use(next => connection => OnceItSpeaksAsync(connection, handshake.HandshakeTimeout, next));
        endpoint.UseHttps(handshake);
        endpoint.Use(next => connection => AfterTlsAsync(connection, next));
    }

    /// <summary>Takes a connection in before its TLS, until <paramref name="next"/> ends.</summary>
    public async Task BeforeTlsAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var address = (connection.RemoteEndPoint as IPEndPoint)?.Address ?? IPAddress.None;
        var network = Network.Of(address);
        using (var lease = handshakes.AttemptAcquire(network))
        {
            if (!lease.IsAcquired)
            {
                Close(connection, "none", $"its network opens more than {limits.HandshakesASecond} connections a second");
                return;
            }
        }

        var guest = new Guest(connection, network, CallOrigin.Current);
        try
        {
            if (Enter(guest) is { } leaving)
            {
                CallOrigin.Under(leaving.Origin, () => Close(leaving.Connection, "none", leaving.Network == network
                    ? $"it did not finish its handshake, and its network has {limits.UnfinishedANetwork} such connections"
                    : $"it did not finish its handshake, and there are {limits.Unfinished} such connections"));
            }

            connection.Features.Set(guest);
            await next(connection);
        }
        finally
        {
            Leave(guest);
        }
    }

    /// <summary>
    /// Goes on when a first byte has come: who only holds connections open says nothing, and what TLS needs is not set up for it. Closes
    /// a connection that has said nothing in its time.
    /// </summary>
    public static async Task OnceItSpeaksAsync(ConnectionContext connection, TimeSpan longest, ConnectionDelegate next)
    {
        using (var limit = new CancellationTokenSource(longest, TimeProvider.System))
        {
            try
            {
                var first = await connection.Transport.Input.ReadAsync(limit.Token);
                connection.Transport.Input.AdvanceTo(first.Buffer.Start);
                if (first.IsCanceled || (first.IsCompleted && first.Buffer.IsEmpty))
                {
                    return;
                }

                connection.Features.Get<Guest>()!.HasSpoken = true;
            }
            catch (Exception e) when (e is OperationCanceledException or IOException)
            {
                // It has said nothing in its time, or is gone.
                connection.Abort();
                return;
            }
        }

        await next(connection);
    }

    /// <summary>Takes a connection in after its TLS, until <paramref name="next"/> ends.</summary>
    public async Task AfterTlsAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var guest = connection.Features.Get<Guest>()!;
        Leave(guest);
        var certificate = connection.Features.Get<ITlsConnectionFeature>()?.ClientCertificate;
        var owner = OwnerOf(certificate, guest);
        if (owner.Principal is { } principal)
        {
            CallOrigin.Identify(principal.Uri, principal.ShareKey);
        }

        if (TryEstablish(owner) is { } full)
        {
            Close(connection, certificate?.Subject ?? "none", full);
            return;
        }

        try
        {
            await next(connection);
        }
        finally
        {
            Part(owner);
        }
    }

    // A principal may have many certificates, and anybody whom an outside authority knows may have one.
    private Owner OwnerOf(X509Certificate2? certificate, Guest guest) => certificate is null
        ? new Owner(guest.Network.Text, limits.EstablishedAnOwner, IsRegistered: true)
        : directory.Find(certificate).Principal is { } principal
            ? new Owner(
                principal.ShareKey, principal.Restriction is null ? limits.EstablishedAnOwner : limits.WithoutConsentAPartner,
                IsRegistered: true, principal)
            : new Owner(certificate.GetCertHashString(HashAlgorithmName.SHA256), limits.UnregisteredACertificate, IsRegistered: false);

    private void Close(ConnectionContext connection, string subject, string why)
    {
        events.HandshakeRefused(HandshakeRefusal.NoRoom, connection.RemoteEndPoint, subject, why);
        connection.Abort();
    }

    // Takes a connection into the waiting room; the one that has to make room, where it was full.
    private Guest? Enter(Guest guest)
    {
        lock (gate)
        {
            guest.Number = came++;
            var leaving = networks.GetValueOrDefault(guest.Network) is { } full && full.Count >= limits.UnfinishedANetwork
                ? full.AnyOld()
                : waiting.Count >= limits.Unfinished ? waiting.AnyOld() : null;
            if (leaving is not null)
            {
                Remove(leaving);
            }

            if (!networks.TryGetValue(guest.Network, out var own))
            {
                networks.Add(guest.Network, own = new WaitingRoom());
            }

            waiting.Add(guest);
            own.Add(guest);
            return leaving;
        }
    }

    private void Leave(Guest guest)
    {
        lock (gate)
        {
            Remove(guest);
        }
    }

    private void Remove(Guest guest)
    {
        if (waiting.Remove(guest) && networks[guest.Network] is var own && own.Remove(guest) && own.Count == 0)
        {
            networks.Remove(guest.Network);
        }
    }

    // Why there is no room, in words; null where a place was taken.
    private string? TryEstablish(Owner owner)
    {
        lock (gate)
        {
            var held = owners.GetValueOrDefault(owner.Name);
            if (held >= owner.Most)
            {
                return $"{owner.Name} has {owner.Most} connections already";
            }

            if (owner.IsRegistered ? established >= limits.Established : unregistered >= limits.Unregistered)
            {
                return owner.IsRegistered
                    ? $"the endpoint has {limits.Established} connections already"
                    : $"certificates that are registered to nobody have {limits.Unregistered} connections already";
            }

            owners[owner.Name] = held + 1;
            Count(owner, 1);
            return null;
        }
    }

    private void Part(Owner owner)
    {
        lock (gate)
        {
            Count(owner, -1);
            if (--owners[owner.Name] == 0)
            {
                owners.Remove(owner.Name);
            }
        }
    }

    private void Count(Owner owner, int change)
    {
        if (owner.IsRegistered)
        {
            established += change;
        }
        else
        {
            unregistered += change;
        }
    }

    public void Dispose() => handshakes.Dispose();

    /// <summary>Whose connection it is once its TLS is finished.</summary>
    /// <param name="Name">The principal's <see cref="Principal.ShareKey"/>, a network, or the thumbprint of a certificate that is nobody's.</param>
    /// <param name="Most">Connections that it may have.</param>
    /// <param name="IsRegistered">Whether it counts in the endpoint's room, and not in that of unregistered certificates.</param>
    /// <param name="Principal">Null for a network and a certificate that is nobody's.</param>
    private readonly record struct Owner(string Name, int Most, bool IsRegistered, Principal? Principal = null);

    /// <summary>A connection that waits for its handshake to be done.</summary>
    private sealed class Guest(ConnectionContext connection, Network network, CallOrigin? origin)
    {
        /// <summary>Whether its client has begun its handshake, or has sent anything else.</summary>
        public volatile bool HasSpoken;

        /// <summary>How many have come before it.</summary>
        public long Number { get; set; }

        public ConnectionContext Connection => connection;

        public Network Network => network;

        /// <summary>To whom the line in the log is charged when it has to leave.</summary>
        public CallOrigin? Origin => origin;
    }

    /// <summary>A set of which any member can be drawn at once.</summary>
    private sealed class WaitingRoom
    {
        // Enough that a handshake of a moment ago is hardly ever the oldest of them, however fast others come.
        private const int Drawn = 8;

        private readonly List<Guest> guests = [];
        private readonly Dictionary<Guest, int> places = [];

        public int Count => guests.Count;

        public void Add(Guest guest)
        {
            places.Add(guest, guests.Count);
            guests.Add(guest);
        }

        public bool Remove(Guest guest)
        {
            if (!places.Remove(guest, out var place))
            {
                return false;
            }

            // The last takes the place that is free.
            var last = guests[^1];
            guests.RemoveAt(guests.Count - 1);
            if (last != guest)
            {
                guests[place] = last;
                places[last] = place;
            }

            return true;
        }

        /// <summary>Of some that are drawn by lot one that has said nothing, if there is any, and of them the one that came first.</summary>
        public Guest AnyOld() => (guests.Count <= Drawn
            ? guests
            : Enumerable.Range(0, Drawn).Select(_ => guests[RandomNumberGenerator.GetInt32(guests.Count)]))
            .MinBy(g => (g.HasSpoken, g.Number))!;
    }
}

/// <summary>The doors of the two endpoints.</summary>
internal sealed class ConnectionDoors(IPrincipalDirectory directory, SecurityEvents events) : IDisposable
{
    public ConnectionDoor Partners { get; } = new(DoorLimits.Partners, directory, events);

    public ConnectionDoor Open { get; } = new(DoorLimits.Open, directory, events);

    public void Dispose()
    {
        Partners.Dispose();
        Open.Dispose();
    }
}
