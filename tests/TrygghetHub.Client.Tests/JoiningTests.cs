using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using TrygghetHub.Partners.V1;

namespace TrygghetHub.Client.Tests;

public sealed class JoiningTests : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("client-tests-");
    private readonly FakeAuthority authority = new();
    private readonly FakeAuthority stranger = new("Another root");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Folder => Path.Combine(directory.FullName, "polisen");

    public void Dispose()
    {
        authority.Dispose();
        stranger.Dispose();
        directory.Delete(recursive: true);
    }

    [Fact]
    public async Task Join_RootIsNotTheOneInTheCode_SendsNothingButTheGet()
    {
        await using var hub = await FakeHub.StartAsync(authority);

        var exception = await FailureAsync(hub, Code(stranger.Root));

        Assert.Contains("is not the one that made this code. Nothing was sent to it.", exception.Message, StringComparison.Ordinal);
        Assert.Equal(["/.well-known/trygghethub/root.pem"], hub.Paths);
        Assert.False(Directory.Exists(Folder));
    }

    [Fact]
    public async Task Join_RootIsRightButTheServerIsAnothers_DoesNotSendTheCode()
    {
        // Somebody in between shows the true root, which is public, and cannot prove to be under it.
        await using var hub = await FakeHub.StartAsync(stranger);
        hub.RootPem = authority.Root.ExportCertificatePem();

        var exception = await FailureAsync(hub, Code(authority.Root));

        Assert.Contains("is not trusted", exception.Message, StringComparison.Ordinal);
        Assert.Equal(["/.well-known/trygghethub/root.pem"], hub.Paths);
    }

    [Theory]
    [InlineData("")]
    [InlineData("thj1_")]
    [InlineData("a code")]
    public async Task Join_NoCode_SaysSoAndConnectsNowhere(string code)
    {
        await using var hub = await FakeHub.StartAsync(authority);

        var exception = await FailureAsync(hub, code);

        Assert.Equal(StatusCode.InvalidArgument, exception.StatusCode);
        Assert.NotNull(exception.Remedy);
        Assert.Empty(hub.Paths);
        Assert.False(Directory.Exists(Folder));
    }

    [Fact]
    public async Task Join_AnyCharacterMistyped_SaysSoAndConnectsNowhere()
    {
        await using var hub = await FakeHub.StartAsync(authority);
        var code = Code(authority.Root);

        for (var i = 5; i < code.Length; i++)
        {
            var mistyped = code[..i] + (code[i] == 'A' ? 'B' : 'A') + code[(i + 1)..];
            Assert.Contains("mistyped", (await FailureAsync(hub, mistyped)).Message, StringComparison.Ordinal);
        }

        Assert.Contains("a part is missing", (await FailureAsync(hub, code[..^1])).Message, StringComparison.Ordinal);
        Assert.Empty(hub.Paths);
    }

    [Fact]
    public async Task Join_HubRefusesTheCode_SaysTheReasonAndLeavesNothing()
    {
        await using var hub = await FakeHub.StartAsync(authority);
        hub.OnJoin = _ => throw FakeHub.Refusal(StatusCode.FailedPrecondition, "ENROLMENT_CODE_EXPIRED");

        Assert.Equal("ENROLMENT_CODE_EXPIRED", (await FailureAsync(hub, Code(authority.Root))).Reason);
        Assert.False(Directory.Exists(Folder));
    }

    [Fact]
    public async Task Join_BreaksAndIsRunAgain_SendsTheSameKeyAndCompletes()
    {
        await using var hub = await FakeHub.StartAsync(authority);
        var requests = new List<JoinRequest>();
        hub.OnJoin = request =>
        {
            requests.Add(request);
            return requests.Count == 1
                ? throw FakeHub.Refusal(StatusCode.Unavailable, "UNAVAILABLE") : Answer(hub, request);
        };
        var code = Code(authority.Root);
        Assert.True((await FailureAsync(hub, code)).IsTransient);

        using var joined = await Joining.JoinAsync(hub.OpenUrl, $" {code}\n", Folder, cancellation: Stop);

        Assert.Equal("urn:trygghet:partner:polisen", joined.Id);
        Assert.Equal(hub.Url, joined.Url);
        Assert.Equal(new Uri(hub.Url, "/token"), joined.TokenEndpoint);
        Assert.All(requests, r => Assert.Equal(code, r.Code));
        Assert.Equal(KeyOf(requests[0]), KeyOf(requests[1]));
        using var client = HubClient.Connect(joined);
    }

    [Fact]
    public async Task Join_CutOffWhileTheFolderWasWritten_CanBeRunAgain()
    {
        await using var hub = await FakeHub.StartAsync(authority);
        hub.OnJoin = request => Answer(hub, request);
        (await Joining.JoinAsync(hub.OpenUrl, Code(authority.Root), Folder, cancellation: Stop)).Dispose();
        var key = await File.ReadAllTextAsync(Path.Combine(Folder, "client.key"), Stop);
        File.Delete(Path.Combine(Folder, "client.crt"));

        (await Joining.JoinAsync(hub.OpenUrl, Code(authority.Root), Folder, cancellation: Stop)).Dispose();

        Assert.Equal(key, await File.ReadAllTextAsync(Path.Combine(Folder, "client.key"), Stop));
    }

    [Fact]
    public async Task Join_PartnersEndpointInPlaceOfTheOpenOne_SaysSo()
    {
        await using var hub = await FakeHub.StartAsync(authority);

        var exception = await Assert.ThrowsAsync<HubException>(() =>
            Joining.JoinAsync(hub.Url, Code(authority.Root), Folder, cancellation: Stop));

        Assert.Contains("may be the partners' endpoint", exception.Message, StringComparison.Ordinal);
    }

    private async Task<HubException> FailureAsync(FakeHub hub, string code) => await Assert.ThrowsAsync<HubException>(() =>
        Joining.JoinAsync(hub.OpenUrl, code, Folder, cancellation: Stop));

    private JoinResponse Answer(FakeHub hub, JoinRequest request) => new()
    {
        Partner = new Partner { Id = "polisen" },
        CertificateChainPem = authority.ChainPem(request.CsrDer.ToByteArray()),
        RootPem = authority.Root.ExportCertificatePem(),
        HubUrl = hub.Url.GetLeftPart(UriPartial.Authority),
        TokenEndpoint = new Uri(hub.Url, "/token").AbsoluteUri,
    };

    private static byte[] KeyOf(JoinRequest request) => CertificateRequest
        .LoadSigningRequest(request.CsrDer.ToByteArray(), HashAlgorithmName.SHA256).PublicKey.ExportSubjectPublicKeyInfo();

    // Made here by the format's description, not by what reads it.
    private static string Code(X509Certificate2 root)
    {
        byte[] body = [.. SHA256.HashData(root.RawData), .. RandomNumberGenerator.GetBytes(16)];
        return "thj1_" + Base64Url.EncodeToString([.. body, .. SHA256.HashData([.. "trygghethub-join"u8, .. body])[..4]]);
    }
}
