using Google.Rpc;
using Grpc.Core;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Partners.V1;

namespace TrygghetHub.Client.Tests;

/// <summary>What a person reads when the way to the hub is wrong.</summary>
public sealed class HubConnectionTests : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("client-tests-");
    private readonly FakeAuthority authority = new();
    private readonly FakeAuthority stranger = new("Another root");

    public void Dispose()
    {
        authority.Dispose();
        stranger.Dispose();
        directory.Delete(recursive: true);
    }

    [Theory]
    [InlineData("https://hub.example:5444/errors/AREA_UNKNOWN", "https://hub.example:5444/errors/AREA_UNKNOWN")]
    [InlineData("http://hub.example/errors/AREA_UNKNOWN", null)]
    [InlineData("javascript:alert(1)", null)]
    [InlineData("/errors/AREA_UNKNOWN", null)]
    [InlineData("", null)]
    public async Task Refusal_CarriesTheSwedishSentenceAndALinkOnlyToAWebPage(string url, string? link)
    {
        await using var partner = await ConnectedPartner.StartAsync();
        partner.Hub.OnCall = _ => throw FakeHub.Refusal(
            StatusCode.InvalidArgument, "AREA_UNKNOWN", more:
            [
                new LocalizedMessage { Locale = "sv", Message = "Området finns inte." },
                new Help { Links = { new Help.Types.Link { Url = url } } },
            ]);

        var refused = await Assert.ThrowsAsync<HubException>(
            async () => await partner.Client.Caller.GetCallerAsync(new GetCallerRequest(), cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal(("AREA_UNKNOWN", "Området finns inte.", link), (refused.Reason, refused.LocalizedMessage, refused.HelpLink));
    }

    [Fact]
    public async Task Refusal_OfAHubThatSaysNoMore_HasNeitherSentenceNorLink()
    {
        await using var partner = await ConnectedPartner.StartAsync();
        partner.Hub.OnCall = _ => throw FakeHub.Refusal(StatusCode.InvalidArgument, "AREA_UNKNOWN");

        var refused = await Assert.ThrowsAsync<HubException>(
            async () => await partner.Client.Caller.GetCallerAsync(new GetCallerRequest(), cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal(("AREA_UNKNOWN", null, null), (refused.Reason, refused.LocalizedMessage, refused.HelpLink));
    }

    [Fact]
    public async Task Call_NoHubThere_SaysThatItCannotBeReached()
    {
        // Port 1 is reserved, and nobody listens there.
        var exception = await FailureAsync(authority.Enrol(Folder("polisen"), new Uri("https://127.0.0.1:1")));

        Assert.StartsWith("https://127.0.0.1:1 cannot be reached: ", exception.Message, StringComparison.Ordinal);
        Assert.True(exception.IsTransient);
        Assert.Null(exception.Reason);
        Assert.NotNull(exception.Remedy);
    }

    [Fact]
    public async Task Call_HubOfAnotherRoot_SaysThatItIsNotSignedByOurs()
    {
        await using var hub = await FakeHub.StartAsync(stranger, root: authority.Root);

        var exception = await FailureAsync(authority.Enrol(Folder("polisen"), hub.Url));

        Assert.EndsWith("is not trusted: its certificate is not signed by ca.crt.", exception.Message, StringComparison.Ordinal);
        Assert.False(exception.IsTransient);
    }

    [Fact]
    public async Task Call_HubOfAnotherName_SaysWhichNameIsWrong()
    {
        await using var hub = await FakeHub.StartAsync(authority, host: "hub.example");

        var exception = await FailureAsync(authority.Enrol(Folder("polisen"), hub.Url));

        Assert.EndsWith("its certificate is not for the name 127.0.0.1.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_CertificateOfAnotherAuthority_SaysThatTheHubRefusesIt()
    {
        await using var hub = await FakeHub.StartAsync(authority);
        using var theirs = stranger.Enrol(Folder("stranger"), hub.Url);
        File.WriteAllText(Path.Combine(theirs.Path, "ca.crt"), authority.Root.ExportCertificatePem());

        var exception = await FailureAsync(IdentityFolder.Load(theirs.Path));

        Assert.Contains("it refuses this certificate", exception.Message, StringComparison.Ordinal);
        Assert.Equal(StatusCode.Unauthenticated, exception.StatusCode);
    }

    [Fact]
    public async Task Call_RpcThatTheHubLacks_SaysSo()
    {
        await using var hub = await FakeHub.StartAsync(authority);

        var exception = await FailureAsync(authority.Enrol(Folder("polisen"), hub.Url));

        Assert.Equal(StatusCode.Unimplemented, exception.StatusCode);
        Assert.False(exception.IsTransient);
    }

    private string Folder(string name) => Path.Combine(directory.FullName, name);

    private static async Task<HubException> FailureAsync(IdentityFolder identity)
    {
        using (identity)
        {
            using var client = HubClient.Connect(identity);
            return await Assert.ThrowsAsync<HubException>(async () => await client.Incidents.SubmitIncidentAsync(
                new SubmitIncidentRequest(), cancellationToken: TestContext.Current.CancellationToken));
        }
    }
}
