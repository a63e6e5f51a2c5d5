using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Time.Testing;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Testing;

namespace TrygghetHub.Client.Tests;

// Each link broken by itself: the doctor names it, and says of what lies behind that it was not looked at.
[Collection(EnvironmentCollection)]
public sealed class HubDoctorTests : IDisposable
{
    // The process has one environment: a test that sets a variable must not run beside one that reads it.
    internal const string EnvironmentCollection = "environment";

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("client-tests-");
    private readonly FakeAuthority authority = FakeAuthority.Of("production");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Folder => Path.Combine(directory.FullName, "polisen");

    public void Dispose()
    {
        authority.Dispose();
        directory.Delete(recursive: true);
    }

    [Fact]
    public async Task Examine_AllIsWell_LooksAtEverything()
    {
        await using var hub = await StartAsync();

        var checks = await ExamineAsync();

        Assert.All(checks, c => Assert.True(c.Outcome == CheckOutcome.Fine, c.ToString()));
        Assert.Equal(["Identity folder", "Hub's address", "Trusted roots", "Own certificate", "Own key", "Own chain", "TCP",
            "TLS", "Hub's certificate", "HTTP/2", "Clock", "Access token", "Permissions", "Consent", "Agreement"],
            checks.Select(c => c.Subject));
    }

    [Fact]
    public async Task Examine_NoFolder_SaysSoFirst()
    {
        var checks = await ExamineAsync();

        Assert.Equal(CheckOutcome.Failed, checks[0].Outcome);
        Assert.Equal(15, checks.Count);
        Assert.Equal(CheckOutcome.NotMade, Of(checks, "TCP").Outcome);
    }

    [Theory]
    [InlineData("hub.json", "Hub's address")]
    [InlineData("ca.crt", "Trusted roots")]
    [InlineData("client.crt", "Own certificate")]
    [InlineData("client.key", "Own key")]
    public async Task Examine_FileMissing_NamesItAndStillLooksAtTheRest(string file, string subject)
    {
        await using var hub = await StartAsync();
        File.Delete(Path.Combine(Folder, file));

        var checks = await ExamineAsync();

        AssertFirstFailure(checks, subject, "is missing");
        Assert.Equal(file == "hub.json" ? CheckOutcome.NotMade : CheckOutcome.Fine, Of(checks, "TCP").Outcome);
        Assert.Equal(CheckOutcome.NotMade, Of(checks, "Access token").Outcome);
    }

    [Fact]
    public async Task Examine_KeyOfAnother_SaysThatItDoesNotFit()
    {
        await using var hub = await StartAsync();
        var other = Path.Combine(directory.FullName, "other");
        authority.Enrol(other, hub.Url).Dispose();
        File.Copy(Path.Combine(other, "client.key"), Path.Combine(Folder, "client.key"), overwrite: true);

        AssertFirstFailure(await ExamineAsync(), "Own key", "is not the key of client.crt");
    }

    [Fact]
    public async Task Examine_CertificateExpired_SaysSince()
    {
        await using var hub = await StartAsync(until: TimeProvider.System.GetUtcNow().AddMinutes(-10));

        var checks = await ExamineAsync();

        AssertFirstFailure(checks, "Own certificate", "expired on");
        Assert.NotEqual(CheckOutcome.Fine, Of(checks, "Access token").Outcome);
    }

    [Fact]
    public async Task Examine_CertificateNotRenewed_Warns()
    {
        await using var hub = await StartAsync(until: TimeProvider.System.GetUtcNow().AddMinutes(5));

        Assert.Equal(CheckOutcome.Warning, Of(await ExamineAsync(), "Own certificate").Outcome);
    }

    [Fact]
    public async Task Examine_HubOfAnotherAuthority_IsNotTrusted()
    {
        using var stranger = FakeAuthority.Of("production");
        await using var hub = await FakeHub.StartAsync(stranger, root: authority.Root);
        authority.Enrol(Folder, hub.Url).Dispose();

        var checks = await ExamineAsync();

        AssertFirstFailure(checks, "Hub's certificate", "not signed by ca.crt");
        Assert.Empty(hub.Paths);
    }

    [Fact]
    public async Task Examine_SandboxHubWithAProductionIdentity_SaysExactlyThat()
    {
        using var sandbox = FakeAuthority.Of("sandbox");
        await using var hub = await FakeHub.StartAsync(sandbox, root: authority.Root);
        using var identity = authority.Enrol(Folder, hub.Url);

        AssertFirstFailure(await ExamineAsync(), "Hub's certificate",
            "it is a sandbox hub, and this identity belongs to a production hub");

        using var client = HubClient.Connect(identity);
        var exception = await Assert.ThrowsAsync<HubException>(async () =>
            await client.Caller.GetCallerAsync(new GetCallerRequest(), cancellationToken: Stop));
        Assert.Contains("it is a sandbox hub, and this identity belongs to a production hub", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Examine_FilesOfTwoHubsMixed_SaysWhich()
    {
        await using var hub = await StartAsync();
        using var sandbox = FakeAuthority.Of("sandbox");
        var other = Path.Combine(directory.FullName, "other");
        sandbox.Enrol(other, hub.Url).Dispose();
        foreach (var file in (string[])["client.crt", "client.key"])
        {
            File.Copy(Path.Combine(other, file), Path.Combine(Folder, file), overwrite: true);
        }

        AssertFirstFailure(await ExamineAsync(), "Own chain", "client.crt is of a sandbox hub, and ca.crt of a production hub");
    }

    [Fact]
    public async Task Examine_NameIsAnother_SaysWhich()
    {
        await using var hub = await FakeHub.StartAsync(authority, host: "hub.example");
        authority.Enrol(Folder, hub.Url).Dispose();

        AssertFirstFailure(await ExamineAsync(), "Hub's certificate", "not for the name 127.0.0.1");
    }

    [Fact]
    public async Task Examine_NobodyListens_SaysSo()
    {
        authority.Enrol(Folder, new Uri("https://127.0.0.1:1")).Dispose();

        AssertFirstFailure(await ExamineAsync(), "TCP", "nothing listens there");
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n", "does not speak TLS")]
    [InlineData("", "closed the connection during the handshake")]
    public async Task Examine_AnotherProgramOnThePort_SaysSo(string greeting, string expected)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answering = Task.Run(async () =>
        {
            while (true)
            {
                using var other = await listener.AcceptTcpClientAsync(Stop);
                var stream = other.GetStream();
                await stream.ReadAtLeastAsync(new byte[64], 1, throwOnEndOfStream: false, Stop);
                await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(greeting), Stop);
            }
        }, Stop);
        authority.Enrol(Folder, new Uri($"https://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}")).Dispose();

        AssertFirstFailure(await ExamineAsync(), "TLS", expected);
        listener.Stop();
        await answering.ContinueWith(_ => { }, Stop, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    [Fact]
    public async Task Examine_NoHttp2_SaysSo()
    {
        await using var hub = await FakeHub.StartAsync(authority, protocols: HttpProtocols.Http1);
        authority.Enrol(Folder, hub.Url).Dispose();

        AssertFirstFailure(await ExamineAsync(), "HTTP/2", "does not speak HTTP/2");
    }

    [Fact]
    public async Task Examine_HubRefusesTheCertificate_SaysSoAtTheToken()
    {
        using var stranger = new FakeAuthority("Another root");
        await using var hub = await FakeHub.StartAsync(authority, root: stranger.Root);
        authority.Enrol(Folder, hub.Url).Dispose();

        var checks = await ExamineAsync();

        Assert.Contains(checks, c => c is { Outcome: CheckOutcome.Failed, Subject: "TLS" or "Access token" });
        Assert.Equal(CheckOutcome.NotMade, Of(checks, "Permissions").Outcome);
    }

    [Theory]
    [InlineData(2, CheckOutcome.Warning)]
    [InlineData(10, CheckOutcome.Failed)]
    public async Task Examine_ClockIsOff_SaysByHowMuch(int minutes, CheckOutcome outcome)
    {
        await using var hub = await StartAsync();
        hub.Time = new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddMinutes(minutes));

        var clock = Of(await ExamineAsync(), "Clock");

        Assert.Equal(outcome, clock.Outcome);
        Assert.Contains("behind the hub", clock.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Examine_TokenRefused_SaysWhyAndLooksNoFurther()
    {
        await using var hub = await StartAsync();
        hub.OnToken = _ => Task.FromResult<IResult?>(Results.Json(new Dictionary<string, string>
        {
            ["error"] = "invalid_client",
            ["error_description"] = "PARTNER_SUSPENDED: Suspended by the operator.",
        }, statusCode: 401));

        var checks = await ExamineAsync();

        AssertFirstFailure(checks, "Access token", "PARTNER_SUSPENDED");
        Assert.Equal(CheckOutcome.NotMade, Of(checks, "Agreement").Outcome);
    }

    [Fact]
    public async Task Examine_NoRoleAndNoAgreement_WarnsOfBoth()
    {
        await using var hub = await StartAsync();
        hub.Caller.Roles.Clear();
        hub.Caller.Permissions.Clear();
        hub.Caller.Permissions.Add("self.read");
        hub.AgreementsInForce.Clear();

        var checks = await ExamineAsync();

        Assert.Equal(CheckOutcome.Warning, Of(checks, "Permissions").Outcome);
        Assert.Equal(CheckOutcome.Warning, Of(checks, "Agreement").Outcome);
        Assert.DoesNotContain(checks, c => c.Outcome == CheckOutcome.Failed);
    }

    [Fact]
    public async Task Examine_SomethingWaitsForConsent_WarnsAndNamesIt()
    {
        await using var hub = await StartAsync();
        hub.Caller.OpenRequests.Add(new ConsentRequest { Id = "abcdefghij", State = ConsentState.Waiting });

        Assert.Contains("abcdefghij", Warning(await ExamineAsync()).Text, StringComparison.Ordinal);
        hub.Caller.Certificate = new PartnerCertificate { Access = CertificateAccess.Sending };
        Assert.Contains("may send and confirm weeks", Warning(await ExamineAsync()).Text, StringComparison.Ordinal);
        hub.Caller.Certificate.Access = CertificateAccess.Pending;
        Assert.Contains("may only ask what its access is", Warning(await ExamineAsync()).Text, StringComparison.Ordinal);

        static HubCheck Warning(List<HubCheck> checks)
        {
            var check = Of(checks, "Consent");
            Assert.Equal(CheckOutcome.Warning, check.Outcome);
            return check;
        }
    }

    private async Task<FakeHub> StartAsync(DateTimeOffset? until = null)
    {
        var hub = await FakeHub.StartAsync(authority);
        authority.Enrol(Folder, hub.Url, until: until).Dispose();
        hub.Caller = new GetCallerResponse
        {
            Principal = "urn:trygghet:partner:polisen",
            Roles = { "partner-system" },
            Permissions = { "self.read", "incidents.submit" },
            Partner = new Partner { Id = "polisen", Name = "partners/polisen" },
        };
        hub.AgreementsInForce.Add(new AgreementVersion
        {
            Version = 1,
            State = AgreementState.Active,
            Agreement = Examples.Agreement("est", "polisen", "upplands-bro"),
        });
        return hub;
    }

    private async Task<List<HubCheck>> ExamineAsync() =>
        await HubDoctor.ExamineAsync(Folder, cancellation: Stop).ToListAsync(Stop);

    private static HubCheck Of(List<HubCheck> checks, string subject) => checks.Single(c => c.Subject == subject);

    private static void AssertFirstFailure(List<HubCheck> checks, string subject, string text)
    {
        var first = checks.First(c => c.Outcome == CheckOutcome.Failed);
        Assert.Equal(subject, first.Subject);
        Assert.Contains(text, first.Text, StringComparison.Ordinal);
        Assert.NotNull(first.Remedy);
    }
}
