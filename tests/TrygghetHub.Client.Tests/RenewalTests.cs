using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Microsoft.Extensions.Time.Testing;
using TrygghetHub.Partners.V1;

namespace TrygghetHub.Client.Tests;

public sealed class RenewalTests : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("client-tests-");
    private readonly FakeAuthority authority = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Folder => Path.Combine(directory.FullName, "polisen");

    public void Dispose()
    {
        authority.Dispose();
        directory.Delete(recursive: true);
    }

    [Fact]
    public async Task Renew_HubRefuses_LeavesTheCertificateAndKeepsTheNextKey()
    {
        await using var hub = await FakeHub.StartAsync(authority);
        hub.OnRenew = _ => throw FakeHub.Refusal(StatusCode.Unavailable, "UNAVAILABLE");
        using var identity = authority.Enrol(Folder, hub.Url);
        using var client = HubClient.Connect(identity);

        await Assert.ThrowsAsync<HubException>(() => client.RenewAsync(Stop));
        var next = Read("client.key.next");
        await Assert.ThrowsAsync<HubException>(() => client.RenewAsync(Stop));

        Assert.Equal(next, Read("client.key.next"));
        using var loaded = IdentityFolder.Load(Folder);
        Assert.Equal(identity.Certificate.Thumbprint, loaded.Certificate.Thumbprint);
    }

    [Fact]
    public async Task Renew_CertificateForAnotherKey_IsNotPutInPlace()
    {
        await using var hub = await FakeHub.StartAsync(authority);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=x", other, HashAlgorithmName.SHA256).CreateSigningRequest();
        hub.OnRenew = _ => Answer(request);
        using var identity = authority.Enrol(Folder, hub.Url);
        using var client = HubClient.Connect(identity);

        await Assert.ThrowsAsync<HubException>(() => client.RenewAsync(Stop));

        using var loaded = IdentityFolder.Load(Folder);
        Assert.Equal(identity.Certificate.Thumbprint, loaded.Certificate.Thumbprint);
    }

    [Fact]
    public async Task Renew_Taken_NewCallsComeWithTheNewCertificateAndAToken()
    {
        await using var hub = await FakeHub.StartAsync(authority);
        using var nextRoot = new FakeAuthority("Next root");
        hub.OnRenew = request => Answer(request.CsrDer.ToByteArray(), nextRoot.Root);
        using var identity = authority.Enrol(Folder, hub.Url);
        using var client = HubClient.Connect(identity);
        await CallAsync(client);

        await client.RenewAsync(Stop);
        await CallAsync(client);

        using var loaded = IdentityFolder.Load(Folder);
        Assert.NotEqual(identity.Certificate.Thumbprint, loaded.Certificate.Thumbprint);
        Assert.Equal([identity.Certificate.Thumbprint, loaded.Certificate.Thumbprint], hub.TokenCertificates);
        Assert.Equal("Bearer token-2", hub.Authorizations.Last());
        Assert.Equal(2, loaded.Roots.Count);
        Assert.Equal(["ca.crt", "client.crt", "client.key", "hub.json", "renewal.lock"],
            Directory.GetFiles(Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(Folder, "client.key")));
        }
    }

    [Fact]
    public async Task Renew_WhereTheKeyIsEncrypted_EncryptsTheNextOneAlike()
    {
        await using var hub = await FakeHub.StartAsync(authority);
        hub.OnRenew = _ => throw FakeHub.Refusal(StatusCode.Unavailable, "UNAVAILABLE");
        authority.Enrol(Folder, hub.Url).Dispose();
        var passphrase = KeyPassphrase.AskedFor(_ => "right");
        using (var key = ECDsa.Create())
        {
            key.ImportFromPem(Read("client.key"));
            File.WriteAllText(Path.Combine(Folder, "client.key"), PrivateKey.Write(key, "client.key", passphrase));
        }

        using var identity = IdentityFolder.Load(Folder, passphrase);
        using var client = HubClient.Connect(identity);
        await Assert.ThrowsAsync<HubException>(() => client.RenewAsync(Stop));
        var next = Read("client.key.next");
        Assert.StartsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----", next, StringComparison.Ordinal);
        hub.OnRenew = request => Answer(request.CsrDer.ToByteArray());
        await client.RenewAsync(Stop);

        Assert.Equal(next, Read("client.key"));
        using var renewed = IdentityFolder.Load(Folder, passphrase);
        Assert.NotEqual(identity.Certificate.Thumbprint, renewed.Certificate.Thumbprint);
    }

    [Fact]
    public async Task Renew_StreamRunsMeanwhile_EndsOnItsOldWay()
    {
        await using var hub = await FakeHub.StartAsync(authority);
        hub.OnRenew = request => Answer(request.CsrDer.ToByteArray());
        var begun = new TaskCompletionSource();
        var renewed = new TaskCompletionSource();
        hub.OnMessage = async (request, responses, _) =>
        {
            begun.TrySetResult();
            await renewed.Task;
            await responses.WriteAsync(hub.Take(request));
        };
        using var identity = authority.Enrol(Folder, hub.Url);
        using var client = HubClient.Connect(identity);
        var reading = client.StreamIncidentsAsync(ConnectedPartner.Incidents(3),
            new StreamOptions { MaxReconnects = 0 }, Stop).ToListAsync(Stop).AsTask();
        await begun.Task.WaitAsync(Stop);

        await client.RenewAsync(Stop);
        renewed.SetResult();

        Assert.Equal(3, (await reading).Count);
        Assert.Equal(1, hub.Calls);
    }

    [Fact]
    public async Task Load_CrashAfterTheCertificateCame_FinishesTheSwap()
    {
        await using var hub = await FakeHub.StartAsync(authority);
        authority.Enrol(Folder, hub.Url).Dispose();
        var old = Read("client.key");
        // What a crash between the two renames leaves.
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var next = key.ExportPkcs8PrivateKeyPem();
        File.WriteAllText(Path.Combine(Folder, "client.key.next"), next);
        File.WriteAllText(Path.Combine(Folder, "client.crt"), authority.ChainPem(
            new CertificateRequest("CN=x", key, HashAlgorithmName.SHA256).CreateSigningRequest()));

        using var loaded = IdentityFolder.Load(Folder);

        Assert.True(loaded.Certificate.HasPrivateKey);
        Assert.NotEqual(old, Read("client.key"));
        Assert.Equal(next, Read("client.key"));
        Assert.False(File.Exists(Path.Combine(Folder, "client.key.next")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nMIGH")]
    public async Task Renew_CrashWhileTheNextKeyWasWritten_MakesAnother(string torn)
    {
        await using var hub = await FakeHub.StartAsync(authority);
        hub.OnRenew = request => Answer(request.CsrDer.ToByteArray());
        using var identity = authority.Enrol(Folder, hub.Url);
        File.WriteAllText(Path.Combine(Folder, "client.key.next"), torn);
        using (var before = IdentityFolder.Load(Folder))
        {
            Assert.Equal(identity.Certificate.Thumbprint, before.Certificate.Thumbprint);
        }

        using var client = HubClient.Connect(identity);
        await client.RenewAsync(Stop);

        using var loaded = IdentityFolder.Load(Folder);
        Assert.NotEqual(identity.Certificate.Thumbprint, loaded.Certificate.Thumbprint);
    }

    [Fact]
    public async Task Renew_CrashBeforeTheAnswer_AsksWithTheSameKey()
    {
        await using var hub = await FakeHub.StartAsync(authority);
        var requests = new List<byte[]>();
        hub.OnRenew = request =>
        {
            requests.Add(request.CsrDer.ToByteArray());
            return requests.Count == 1 ? throw FakeHub.Refusal(StatusCode.Unavailable, "UNAVAILABLE") : Answer(requests[^1]);
        };
        using var identity = authority.Enrol(Folder, hub.Url);
        using (var first = HubClient.Connect(identity))
        {
            await Assert.ThrowsAsync<HubException>(() => first.RenewAsync(Stop));
        }

        using var second = HubClient.Connect(identity);
        await second.RenewAsync(Stop);

        Assert.Equal(KeyOf(requests[0]), KeyOf(requests[1]));
    }

    [Fact]
    public async Task Renew_AnotherProcessHasDoneIt_TakesWhatIsThere()
    {
        await using var hub = await FakeHub.StartAsync(authority);
        var asked = 0;
        hub.OnRenew = request =>
        {
            asked++;
            return Answer(request.CsrDer.ToByteArray());
        };
        using var identity = authority.Enrol(Folder, hub.Url);
        using var one = HubClient.Connect(identity);
        using var two = HubClient.Connect(identity);

        await one.RenewAsync(Stop);
        await two.RenewAsync(Stop);

        Assert.Equal(1, asked);
        Assert.Equal(one.CertificateNotAfter, two.CertificateNotAfter);
    }

    [Fact]
    public async Task Connect_TwoThirdsHavePassed_RenewsByItselfAndTriesAgainAfterAFailure()
    {
        await using var hub = await FakeHub.StartAsync(authority);
        var asked = 0;
        hub.OnRenew = request => ++asked == 1
            ? throw FakeHub.Refusal(StatusCode.Unavailable, "UNAVAILABLE") : Answer(request.CsrDer.ToByteArray());
        using var identity = authority.Enrol(Folder, hub.Url);
        var life = identity.Certificate.NotAfter - identity.Certificate.NotBefore;
        var time = new FakeTimeProvider(identity.Certificate.NotBefore + life * 2 / 3 - TimeSpan.FromMinutes(5));
        var told = new System.Collections.Concurrent.ConcurrentQueue<CertificateRenewal>();
        using var rung = new SemaphoreSlim(0);
        using var client = HubClient.Connect(identity, new HubClientOptions
        {
            Time = time,
            Renewing = outcome =>
            {
                told.Enqueue(outcome);
                rung.Release();
            },
        });

        await CallAsync(client);
        Assert.Equal(0, asked);

        time.Advance(TimeSpan.FromMinutes(10));
        await CallAsync(client);
        await rung.WaitAsync(Stop);
        Assert.NotNull(told.Last().Failure);

        time.Advance(TimeSpan.FromMinutes(10));
        await CallAsync(client);
        await rung.WaitAsync(Stop);
        Assert.Null(told.Last().Failure);
        Assert.Equal(2, asked);
        Assert.True(client.CertificateNotAfter > identity.Certificate.NotAfter);
    }

    // Later than the enrolled one, as a renewal's is.
    private RenewCertificateResponse Answer(byte[] request, X509Certificate2? andRoot = null) => new()
    {
        CertificateChainPem = authority.ChainPem(request, until: TimeProvider.System.GetUtcNow().AddHours(40)),
        RootPem = authority.Root.ExportCertificatePem() + "\n" + andRoot?.ExportCertificatePem() + "\n",
    };

    private string Read(string name) => File.ReadAllText(Path.Combine(Folder, name));

    private static byte[] KeyOf(byte[] request) => CertificateRequest
        .LoadSigningRequest(request, HashAlgorithmName.SHA256).PublicKey.ExportSubjectPublicKeyInfo();

    private static async Task CallAsync(HubClient client) =>
        await client.Caller.GetCallerAsync(new GetCallerRequest(), cancellationToken: Stop);
}
