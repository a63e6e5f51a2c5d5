using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using TrygghetHub.Areas.V1;
using TrygghetHub.Client;
using TrygghetHub.Partners.V1;
using TrygghetHub.Server.Platform.Identity;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Platform.Identity;

// What is put in place while the hub runs, and what it makes anew by itself: no restart, and nobody is cut off.
public sealed class HotReloadTests
{
    [Fact]
    public async Task ServerCertificate_ReplacedByFilesThatDoNotFit_StaysTheOneBefore()
    {
        await using var hub = await TestHub.StartAsync();
        var before = await ShownAsync(hub);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var elsewhere = hub.Hub.Services.GetRequiredService<Authority>().IssueServer(["hub.example.se"], key);

        // A certificate without its key; then one that is for nobody here, since the loopback names are always in it,
        // that is over.
        Write(hub, elsewhere, key: null);
        Assert.False(Reload(hub));
        Assert.Equal(before, await ShownAsync(hub));
        using var over = SelfSigned(key, TimeProvider.System.GetUtcNow().AddDays(-2));
        Write(hub, over, key);
        Assert.False(Reload(hub));

        Assert.Equal(before, await ShownAsync(hub));
        Assert.Contains(hub.Log, l => l.Contains("the one before stays in use", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ServerCertificate_ReplacedByAnother_IsShownAtTheNextHandshakeAndOpenConnectionsGoOn()
    {
        await using var hub = await TestHub.StartAsync();
        var police = await hub.PartnerAsync("polisen", PartnerKind.Police);
        await police.Areas.ListAreasAsync(new ListAreasRequest(), cancellationToken: Token);
        var before = await ShownAsync(hub);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var next = hub.Hub.Services.GetRequiredService<Authority>().IssueServer(["127.0.0.1"], key);
        Write(hub, next, key);

        // The hub's own look every few seconds may come first.
        Reload(hub);

        Assert.NotEqual(before, await ShownAsync(hub));
        Assert.Equal(next.Thumbprint, await ShownAsync(hub));
        await police.Areas.ListAreasAsync(new ListAreasRequest(), cancellationToken: Token);
        using var channel = await hub.OpenChannelAsAsync("polisen");
        await new AreaService.AreaServiceClient(channel).ListAreasAsync(new ListAreasRequest(), cancellationToken: Token);
    }

    [Fact]
    public async Task ServerCertificate_AfterTwoThirdsOfItsLife_IsMadeAnewWithoutARestart()
    {
        // Behind the clients' clock, so that what is issued later is valid for them too.
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddDays(-8));
        await using var hub = await TestHub.StartAsync(
            time, settings: new HubSettings { Certificates = new CertificateSettings { ServerDays = 10 } });
        var before = await ShownAsync(hub);
        time.Advance(TimeSpan.FromDays(6));
        Assert.False(Reload(hub));
        time.Advance(TimeSpan.FromDays(1));

        Reload(hub);

        Assert.NotEqual(before, await ShownAsync(hub));
    }

    [Fact]
    public async Task Authority_MovedToANewRoot_IssuesUnderItAndStillTakesTheCertificatesOfTheOld()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.PartnerAsync("polisen", PartnerKind.Police);
        var folder = Path.Combine(hub.DataDirectory, "authority");
        var (oldRoot, oldIssuing) = (await ReadAsync("root.crt"), await ReadAsync("issuing.crt"));
        await using var other = await TestHub.StartAsync();
        var made = Path.Combine(other.DataDirectory, "authority");
        await File.WriteAllTextAsync(
            Path.Combine(folder, "root.crt"), await File.ReadAllTextAsync(Path.Combine(made, "root.crt"), Token) + "\n" + oldRoot, Token);
        await File.WriteAllTextAsync(
            Path.Combine(folder, "issuing.crt"), await File.ReadAllTextAsync(Path.Combine(made, "issuing.crt"), Token) + "\n" + oldIssuing, Token);
        File.Copy(Path.Combine(made, "issuing.key"), Path.Combine(folder, "issuing.key"), overwrite: true);

        // The hub's own look every few seconds may come first: what counts is that it was read.
        hub.Hub.Services.GetRequiredService<Authority>().Reload(NullLogger.Instance);
        hub.Hub.Services.GetRequiredService<ServerCertificate>().Reload();

        // Those who call trust both roots by then: certs/README.md.
        await File.WriteAllTextAsync(
            Path.Combine(hub.Hub.OperatorFolder, "ca.crt"), hub.Hub.Services.GetRequiredService<Authority>().RootsPem, Token);

        // The old certificate, on a new connection; and a partner that joins now is issued to by the new one.
        using var channel = await hub.OpenChannelAsAsync("polisen");
        await new AreaService.AreaServiceClient(channel).ListAreasAsync(new ListAreasRequest(), cancellationToken: Token);
        await hub.Operator.Partners.CreatePartnerAsync(new CreatePartnerRequest
        {
            Partner = new Partner { Id = "bostad-bro", DisplayName = "Bostad Bro", Kind = PartnerKind.HousingCompany },
        }, cancellationToken: Token);
        var code = await hub.Operator.Partners.CreateEnrolmentCodeAsync(
            new CreateEnrolmentCodeRequest { Name = "partners/bostad-bro" }, cancellationToken: Token);
        using var identity = await Joining.JoinAsync(
            hub.Hub.OpenUrl, code.Code, hub.IdentityPath("bostad-bro"), cancellation: Token);
        using var joined = HubClient.Connect(identity);
        await joined.Areas.ListAreasAsync(new ListAreasRequest(), cancellationToken: Token);
        using var issuing = X509Certificate2.CreateFromPem(await File.ReadAllTextAsync(Path.Combine(made, "issuing.crt"), Token));
        Assert.Equal(issuing.Subject, identity.Certificate.Issuer);

        Task<string> ReadAsync(string file) => File.ReadAllTextAsync(Path.Combine(folder, file), Token);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static bool Reload(TestHub hub) => hub.Hub.Services.GetRequiredService<ServerCertificate>().Reload();

    private static void Write(TestHub hub, X509Certificate2 certificate, ECDsa? key)
    {
        var folder = Path.Combine(hub.DataDirectory, "authority");
        if (key is not null)
        {
            File.WriteAllBytes(Path.Combine(folder, "server.key"), Encoding.UTF8.GetBytes(key.ExportPkcs8PrivateKeyPem()));
        }

        File.WriteAllText(Path.Combine(folder, "server.crt"), certificate.ExportCertificatePem());
    }

    private static X509Certificate2 SelfSigned(ECDsa key, DateTimeOffset end) =>
        new CertificateRequest("CN=over", key, HashAlgorithmName.SHA256).CreateSelfSigned(end.AddDays(-1), end);

    // What the open endpoint shows to whoever connects.
    private static async Task<string> ShownAsync(TestHub hub)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(hub.Hub.OpenUrl.Host, hub.Hub.OpenUrl.Port, Token);
        await using var tls = new SslStream(tcp.GetStream());
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null,
            },
            Token);
        return tls.RemoteCertificate!.GetCertHashString();
    }
}
