using System.Collections.Frozen;
using System.IO.Pipelines;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using TrygghetHub.Server.Platform.Access;
using TrygghetHub.Server.Platform.Telemetry;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Platform.Access;

/// <summary>Which connection a small door closes, what it says, and that it counts nothing when all have left.</summary>
public sealed class DoorRoomTests : IDisposable
{
    private static readonly DoorLimits Small = new(
        Unfinished: 3, UnfinishedANetwork: 2, HandshakesASecond: 4, HandshakesAtOnce: 50, Established: 4, EstablishedAnOwner: 2)
    {
        Unregistered = 3,
        UnregisteredACertificate = 2,
        WithoutConsentAPartner = 1,
    };

    private readonly LogCollector log = new();
    private readonly ChargedOrigins charged = new();
    private readonly LoggerFactory loggers;
    private readonly SecurityEvents events;
    private readonly KnownCertificates directory = new();
    private readonly ConnectionDoor door;
    private readonly List<Visit> visits = [];

    public DoorRoomTests()
    {
        loggers = new LoggerFactory([log, charged]);
        events = new SecurityEvents(loggers);
        door = new ConnectionDoor(Small, directory, events);
    }

    [Fact]
    public async Task Unfinished_OverThePartOfANetwork_CloseOneOfItsOwn()
    {
        var other = Enter("10.0.0.1");
        var own = new[] { Enter("10.0.0.2"), Enter("10.0.0.2") };

        var last = Enter("10.0.0.2");

        Assert.False(last.IsAborted);
        Assert.False(other.IsAborted);
        Assert.Single(own, v => v.IsAborted);
        Assert.Equal(3, door.Unfinished);
        Assert.Equal("it did not finish its handshake, and its network has 2 such connections", Assert.Single(Why()));
        await LeaveAsync();
    }

    [Fact]
    public async Task Unfinished_OverTheRoomFromManyNetworks_CloseOneThatWaits()
    {
        var waiting = new[] { Enter("10.0.0.1"), Enter("10.0.0.2"), Enter("10.0.0.3") };

        var last = Enter("10.0.0.4");

        Assert.False(last.IsAborted);
        Assert.Single(waiting, v => v.IsAborted);
        Assert.Equal(3, door.Unfinished);
        Assert.Equal("it did not finish its handshake, and there are 3 such connections", Assert.Single(Why()));
        await LeaveAsync();
    }

    /// <summary>A client that has begun its handshake keeps its place before one that came later and says nothing.</summary>
    [Fact]
    public async Task Unfinished_OverTheRoom_CloseThoseThatSayNothingFirstAndThenTheOldest()
    {
        var spoken = new[] { await SpeakAsync("10.0.0.1"), await SpeakAsync("10.0.0.2") };
        var silent = Enter("10.0.0.3");

        var third = await SpeakAsync("10.0.0.4");
        Assert.True(silent.IsAborted);
        Assert.All(spoken.Append(third), v => Assert.False(v.IsAborted));

        Enter("10.0.0.5");
        Assert.Equal([true, false, false], spoken.Append(third).Select(v => v.IsAborted));
        await LeaveAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Connection_ThatSaysNothing_GoesNoFurther(bool isClosedByItsClient)
    {
        var visit = new Visit("10.0.0.1", null);
        var hasGoneOn = false;
        if (isClosedByItsClient)
        {
            await visit.FromClient.Writer.CompleteAsync();
        }

        await ConnectionDoor.OnceItSpeaksAsync(visit, isClosedByItsClient ? TimeSpan.FromMinutes(5) : TimeSpan.FromMilliseconds(1), _ =>
        {
            hasGoneOn = true;
            return Task.CompletedTask;
        });

        Assert.False(hasGoneOn);
        Assert.Equal(!isClosedByItsClient, visit.IsAborted);
    }

    [Fact]
    public async Task Connections_FasterThanANetworkMayOpenThem_AreClosedAndNoOthers()
    {
        for (var i = 0; i < 200; i++)
        {
            Enter("10.0.0.2").End();
        }

        Assert.Contains("its network opens more than 4 connections a second", Why());
        Assert.False(Enter("10.0.0.3").IsAborted);
        await LeaveAsync();
    }

    [Fact]
    public async Task Established_OfAPrincipalWithManyCertificates_AreBoundedTogether()
    {
        var renewed = Enumerable.Range(0, 4).Select(i => directory.Register("polisen", $"polisen {i}")).ToList();
        var taken = renewed.Select((c, i) => Enter($"10.0.0.{i + 1}", c, establish: true)).ToList();
        var other = Enter("10.0.0.9", directory.Register("skolan", "skolan"), establish: true);

        Assert.Equal([false, false, true, true], taken.Select(v => v.IsAborted));
        Assert.False(other.IsAborted);
        Assert.Equal(3, door.Established);
        Assert.All(Why(), w => Assert.Equal("urn:trygghet:partner:polisen has 2 connections already", w));
        Assert.Equal(["CN=polisen 2", "CN=polisen 3"], Refused().Select(e => e.Fields["Subject"]));
        await LeaveAsync();
    }

    /// <summary>Whoever runs the hub can have a certificate issued that waits for the partner's consent.</summary>
    [Fact]
    public async Task Established_WithoutThePartnersConsent_HaveASmallRoomAndTakeNothingOfThePartners()
    {
        var without = Enumerable.Range(0, 3)
            .Select(i => Enter($"10.0.0.{i + 1}", directory.Register("polisen", $"without {i}", isRestricted: true), establish: true)).ToList();
        var police = Enumerable.Range(0, 2)
            .Select(i => Enter("10.0.0.9", directory.Register("polisen", $"polisen {i}"), establish: true)).ToList();

        Assert.Equal([false, true, true], without.Select(v => v.IsAborted));
        Assert.All(police, v => Assert.False(v.IsAborted));
        Assert.All(Why(), w => Assert.Equal("urn:trygghet:partner:polisen restricted has 1 connections already", w));
        Assert.All(without.Concat(police), v => Assert.Equal("urn:trygghet:partner:polisen", v.Origin.Principal));
        Assert.All(without, v => Assert.All(police, p => Assert.NotEqual(p.Origin.Share, v.Origin.Share)));
        await LeaveAsync();
    }

    [Theory]
    [InlineData("10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4")]
    [InlineData("10.0.0.1", "10.0.0.2", "10.0.0.2", "10.0.0.2")]
    public async Task Unfinished_ThatMakeRoom_PayForTheirOwnLineInTheLog(params string[] addresses)
    {
        var all = addresses.Select(a => Enter(a)).ToList();

        Assert.Same(Assert.Single(all, v => v.IsAborted).Origin, Assert.Single(charged.Origins));
        await LeaveAsync();
    }

    [Fact]
    public async Task Established_WithCertificatesThatAreNobodys_HaveASmallRoomAndTakeNoPartners()
    {
        var one = KnownCertificates.Make("one");
        var first = new[] { Enter("10.0.0.1", one, true), Enter("10.0.0.1", one, true), Enter("10.0.0.1", one, true) };
        var others = Enumerable.Range(0, 3).Select(i => Enter($"10.0.1.{i}", KnownCertificates.Make($"other {i}"), true)).ToList();
        var partners = ((string[])["a", "b", "c", "d"]).Select(p => Enter("10.0.0.9", directory.Register(p, p), true)).ToList();

        Assert.Equal([false, false, true], first.Select(v => v.IsAborted));
        Assert.Equal([false, true, true], others.Select(v => v.IsAborted));
        Assert.All(partners, p => Assert.False(p.IsAborted));
        Assert.Equal(7, door.Established);
        Assert.Equal(2, Why().Count(w => w == "certificates that are registered to nobody have 3 connections already"));
        await LeaveAsync();
    }

    [Fact]
    public async Task Established_OverTheEndpointsRoom_AreClosed()
    {
        var partners = ((string[])["a", "b", "c", "d", "e"]).Select(p => Enter("10.0.0.9", directory.Register(p, p), true)).ToList();

        Assert.Equal([false, false, false, false, true], partners.Select(v => v.IsAborted));
        Assert.Equal("the endpoint has 4 connections already", Assert.Single(Why()));
        await LeaveAsync();
    }

    [Fact]
    public async Task Established_WithoutACertificate_AreBoundedByNetwork()
    {
        var strangers = Enumerable.Range(0, 3).Select(_ => Enter("10.0.0.1", establish: true)).ToList();
        var other = Enter("10.9.0.1", establish: true);

        Assert.Equal([false, false, true], strangers.Select(v => v.IsAborted));
        Assert.False(other.IsAborted);
        await LeaveAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Connection_WhoseWorkThrows_LeavesNoPlaceTaken(bool isEstablished)
    {
        for (var i = 0; i < 20; i++)
        {
            var visit = Enter("10.9.0.1", isEstablished ? directory.Register("polisen", $"{i}") : null, isEstablished);
            Assert.False(visit.IsAborted);
            visit.Fail();
            await Assert.ThrowsAsync<IOException>(() => visit.Work);
            visits.Remove(visit);
        }

        directory.Fault = new IOException("The register cannot be read.");
        var unread = Enter("10.9.0.1", KnownCertificates.Make("unread"), establish: true);
        await Assert.ThrowsAsync<IOException>(() => unread.Work);
        visits.Remove(unread);
        Assert.Empty(Refused());
        await LeaveAsync();
    }

    public void Dispose()
    {
        door.Dispose();
        events.Dispose();
        loggers.Dispose();
    }

    private List<LoggedEvent> Refused() =>
        [.. log.Events.Where(e => e.Id.Id == (int)SecurityEvent.HandshakeRefused && e.Fields["Reason"] == nameof(HandshakeRefusal.NoRoom))];

    private List<string> Why() => [.. Refused().Select(e => e.Fields["Why"])];

    // Its first byte has come, and its handshake goes on.
    private async Task<Visit> SpeakAsync(string address)
    {
        var visit = new Visit(address, null);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        visit.Work = door.BeforeTlsAsync(visit, c => ConnectionDoor.OnceItSpeaksAsync(c, TimeSpan.FromMinutes(5), async _ =>
        {
            begun.SetResult();
            Assert.Equal(0x16, (await c.Transport.Input.ReadAsync(TestContext.Current.CancellationToken)).Buffer.FirstSpan[0]);
            await visit.Left;
        }));
        visits.Add(visit);
        await visit.FromClient.Writer.WriteAsync(new byte[] { 0x16 }, TestContext.Current.CancellationToken);
        await begun.Task;
        return visit;
    }

    private Visit Enter(string address, X509Certificate2? certificate = null, bool establish = false)
    {
        var visit = new Visit(address, certificate);
        CallOrigin.Under(visit.Origin, () =>
            visit.Work = door.BeforeTlsAsync(visit, _ => establish ? door.AfterTlsAsync(visit, _ => visit.Left) : visit.Left));
        visits.Add(visit);
        return visit;
    }

    private async Task LeaveAsync()
    {
        foreach (var visit in visits)
        {
            visit.End();
            await visit.Work;
        }

        Assert.Equal((0, 0), (door.Unfinished, door.Established));
    }

    /// <summary>A connection that goes on until its peer leaves.</summary>
    private sealed class Visit : DefaultConnectionContext, ITlsConnectionFeature
    {
        private readonly TaskCompletionSource left = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Visit(string address, X509Certificate2? certificate)
        {
            RemoteEndPoint = new IPEndPoint(IPAddress.Parse(address), 50_000);
            Origin = new CallOrigin(IPAddress.Parse(address));
            ClientCertificate = certificate;
            Transport = new Duplex(FromClient.Reader);
            Features.Set<ITlsConnectionFeature>(this);
        }

        public CallOrigin Origin { get; }

        /// <summary>What its client has sent.</summary>
        public Pipe FromClient { get; } = new();

        public X509Certificate2? ClientCertificate { get; set; }

        public bool IsAborted { get; private set; }

        public Task Left => left.Task;

        public Task Work { get; set; } = Task.CompletedTask;

        public void End() => left.TrySetResult();

        public void Fail() => left.TrySetException(new IOException("The peer has gone."));

        public Task<X509Certificate2?> GetClientCertificateAsync(CancellationToken cancellationToken) =>
            Task.FromResult(ClientCertificate);

        public override void Abort(ConnectionAbortedException abortReason) => IsAborted = true;
    }

    /// <summary>To whom each line of the log is charged.</summary>
    private sealed class ChargedOrigins : ILoggerProvider, ILogger
    {
        public List<CallOrigin?> Origins { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Origins.Add(CallOrigin.Current);

        public void Dispose()
        {
        }
    }

    private sealed record Duplex(PipeReader Input) : IDuplexPipe
    {
        public PipeWriter Output { get; } = new Pipe().Writer;
    }

    private sealed class KnownCertificates : IPrincipalDirectory
    {
        private readonly Dictionary<string, Principal> principals = [];

        public event Action? Changed
        {
            add { }
            remove { }
        }

        public Exception? Fault { get; set; }

        public static X509Certificate2 Make(string name)
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            return new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256)
                .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        }

        public X509Certificate2 Register(string partner, string name, bool isRestricted = false)
        {
            var certificate = Make(name);
            var principal = new Principal(
                Principal.PartnerUri + partner, partner, FrozenSet<Role>.Empty, FrozenSet<string>.Empty);
            principals.Add(
                certificate.Thumbprint,
                isRestricted ? principal.RestrictedTo(FrozenSet<string>.Empty, AccessErrors.NoCertificate) : principal);
            return certificate;
        }

        public Standing Find(X509Certificate2 certificate) => Fault is not null ? throw Fault
            : principals.TryGetValue(certificate.Thumbprint, out var principal) ? principal
            : AccessErrors.NoCertificate;
    }
}
