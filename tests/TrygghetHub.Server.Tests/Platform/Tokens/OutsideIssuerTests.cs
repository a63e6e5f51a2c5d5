using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using TrygghetHub.Areas.V1;
using TrygghetHub.Client;
using TrygghetHub.Errors.V1;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Server.Platform.Access;
using TrygghetHub.Server.Platform.Tokens;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Platform.Tokens;

/// <summary>
/// A hub that an outside issuer was set for, by configuration alone: a program of its own, which shares no code with the
/// hub and has other algorithms and claim names.
/// </summary>
public sealed class OutsideIssuerTests : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("trygghethub-issuer-").FullName;
    private TestHub embedded = null!;
    private TestHub hub = null!;
    private Process process = null!;
    private string issuer = "";
    private IdentityFolder identity = null!;
    private Principal police = null!;

    public async ValueTask InitializeAsync()
    {
        embedded = await TestHub.StartAsync();
        await embedded.PartnerAsync("polisen", PartnerKind.Police);

        // An issuer is put in place of the embedded one by settings alone, on the data that is there.
        hub = await TestHub.StartAsync();
        await hub.PartnerAsync("polisen", PartnerKind.Police);
        await hub.RestartAsync(await SettingsAsync());
        identity = IdentityFolder.Load(hub.IdentityPath("polisen"));
        police = hub.Hub.Services.GetRequiredService<IPrincipalDirectory>().Find(identity.Certificate).Principal!;
    }

    public async ValueTask DisposeAsync()
    {
        identity.Dispose();
        await hub.DisposeAsync();
        await embedded.DisposeAsync();
        process.StandardInput.Close();
        await process.WaitForExitAsync(CancellationToken.None);
        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Hub_WithAnOutsideIssuer_TakesItsTokensAndRefusesOthers()
    {
        // What must not pass.
        Assert.Equal(ErrorReason.TokenUnbound, await ReasonAsync(await TokenAsync("loose")));
        Assert.Equal(ErrorReason.TokenAudience, await ReasonAsync(await TokenAsync("elsewhere")));
        Assert.Equal(ErrorReason.TokenOfAnother, await ReasonAsync(await TokenAsync("somebody")));
        Assert.Null(await TokenAsync("unknown"));
        using (var asker = TokenRequester.Of(embedded, "polisen"))
        {
            Assert.Equal(ErrorReason.TokenIssuer, await ReasonAsync(await asker.TokenAsync("urn:trygghet:partner:polisen")));
        }

        // The same issuer's token under another certificate.
        var token = (await TokenAsync("rakel-7"))!;
        using var thief = IdentityFolder.Load(embedded.IdentityPath("polisen"));
        Assert.Equal(ErrorReason.TokenOfAnother, (await CheckAsync(token, thief.Certificate)).Refusal!.Reason);

        // And what must: its scopes as the settings say, as far as the partner's roles go.
        var verdict = await CheckAsync(token, identity.Certificate);
        Assert.Null(verdict.Refusal);
        Assert.Equal(["areas.read", "incidents.submit", "observations.submit"], verdict.Permissions.Order());

        // Over the wire as well: a call with it, and one that its scopes do not permit.
        using var channel = hub.OpenChannel(identity.Certificate, identity.Issuers);
        var header = new Metadata { { "authorization", "Bearer " + token } };
        Assert.NotEmpty((await new AreaService.AreaServiceClient(channel).ListAreasAsync(
            new ListAreasRequest(), header, cancellationToken: TestContext.Current.CancellationToken)).Areas);
        var denied = await Assert.ThrowsAsync<RpcException>(async () =>
            await new IncidentService.IncidentServiceClient(channel).ListIncidentsAsync(
                new ListIncidentsRequest(), header, cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal("PERMISSION_MISSING", denied.GetRpcStatus()!.GetDetail<Google.Rpc.ErrorInfo>()!.Reason);
    }

    [Fact]
    public async Task Hub_WithAnOutsideIssuer_IssuesNothingItself()
    {
        using var asker = TokenRequester.Of(hub, "polisen");

        Assert.Equal(HttpStatusCode.NotFound, (await asker.GetAsync(".well-known/openid-configuration")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await asker.GetAsync(".well-known/jwks")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await asker.AskAsync("urn:trygghet:partner:polisen")).Status);
        await hub.Hub.Services.GetRequiredService<TokenUpkeep>().RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Hub_WhoseIssuerIsNotTrusted_RefusesAsUnavailable()
    {
        var token = await TokenAsync("rakel-7");
        File.WriteAllText(Path.Combine(folder, "other.json"), JsonSerializer.Serialize(new
        {
            outsideIssuer = new { issuer, tokenEndpoint = issuer + "/token", audience = "hubben", rootFile = Path.Combine(embedded.Hub.OperatorFolder, "ca.crt") },
        }));
        await using var wary = await TestHub.StartAsync(settings: HubSettings.Read(Path.Combine(folder, "other.json")));

        var verdict = await wary.Hub.Services.GetRequiredService<AccessTokens>().CheckAsync(
            "Bearer " + token, police, ThumbprintOf(identity.Certificate), TestContext.Current.CancellationToken);

        Assert.Equal(ErrorReason.Unavailable, verdict.Refusal!.Reason);
        Assert.Contains(wary.Log, l => l.Contains("could not be had", StringComparison.Ordinal));
    }

    private static string ThumbprintOf(X509Certificate2 certificate) => certificate.GetCertHashString(HashAlgorithmName.SHA256);

    private async Task<ErrorReason?> ReasonAsync(string? token) => (await CheckAsync(token!, identity.Certificate)).Refusal?.Reason;

    private ValueTask<TokenVerdict> CheckAsync(string token, X509Certificate2 certificate) =>
        hub.Hub.Services.GetRequiredService<AccessTokens>().CheckAsync(
            "Bearer " + token, police, ThumbprintOf(certificate), TestContext.Current.CancellationToken);

    // Two files: what the issuer is told, and what the hub is told of the issuer.
    private async Task<HubSettings> SettingsAsync()
    {
        var rootFile = Path.Combine(folder, "root.pem");
        var configuration = Path.Combine(folder, "issuer.json");
        object Client(string id, string audience = "hubben", bool bound = true) =>
            new { id, audience, bound, scopes = new[] { "hub.send", "areas.read", "partners.manage" } };
        File.WriteAllText(configuration, JsonSerializer.Serialize(new
        {
            rootFile,
            clients = new[] { Client("rakel-7"), Client("loose", bound: false), Client("elsewhere", "urn:another"), Client("somebody") },
        }));
        process = Process.Start(new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            ArgumentList = { Path.Combine(AppContext.BaseDirectory, "TrygghetHub.OutsideIssuer.dll"), configuration },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        issuer = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken)
            ?? throw new InvalidOperationException("The issuer did not start.");

        var settings = Path.Combine(folder, "hub.json");
        File.WriteAllText(settings, JsonSerializer.Serialize(new
        {
            outsideIssuer = new
            {
                issuer,
                tokenEndpoint = issuer + "/token",
                audience = "hubben",
                rootFile,
                clientClaim = "azp",
                scopeClaim = "scp",
                clients = new Dictionary<string, string>
                {
                    ["rakel-7"] = "urn:trygghet:partner:polisen",
                    ["loose"] = "urn:trygghet:partner:polisen",
                    ["elsewhere"] = "urn:trygghet:partner:polisen",
                },
                scopes = new Dictionary<string, string[]> { ["hub.send"] = ["incidents.submit", "observations.submit"] },
            },
        }));
        return HubSettings.Read(settings);
    }

    private async Task<string?> TokenAsync(string client)
    {
        using var http = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = Trusting(Path.Combine(folder, "root.pem")),
                ClientCertificateContext = SslStreamCertificateContext.Create(identity.Certificate, identity.Issuers, offline: true),
            },
        });
        using var form = new FormUrlEncodedContent(
            new Dictionary<string, string> { ["grant_type"] = "client_credentials", ["client_id"] = client });
        using var response = await http.PostAsync(new Uri(issuer + "/token"), form, TestContext.Current.CancellationToken);
        if (response.StatusCode == HttpStatusCode.Unauthorized)
        {
            return null;
        }

        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return body.RootElement.GetProperty("access_token").GetString();
    }

    private static X509ChainPolicy Trusting(string rootFile)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        policy.CustomTrustStore.ImportFromPemFile(rootFile);
        return policy;
    }
}
