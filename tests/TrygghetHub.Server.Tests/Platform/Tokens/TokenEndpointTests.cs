using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.EntityFrameworkCore.Models;
using Quartz;
using TrygghetHub.Client;
using TrygghetHub.Errors.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Server.Platform.Access;
using TrygghetHub.Server.Platform.Errors;
using TrygghetHub.Server.Platform.Identity;
using TrygghetHub.Server.Platform.Tokens;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Platform.Tokens;

/// <summary>The embedded issuer over real mutual TLS.</summary>
public sealed class TokenEndpointTests
{
    private const string Police = "urn:trygghet:partner:polisen";
    private const string School = "urn:trygghet:partner:skolan";

    [Fact]
    public async Task Request_AsAnotherPartner_IsRefusedBothWays()
    {
        await using var hub = await TwoAsync();
        using var police = TokenRequester.Of(hub, "polisen");
        using var school = TokenRequester.Of(hub, "skolan");

        // Also once the rows of both exist.
        await AssertRefusedAsync(school.AskAsync(Police), "invalid_client", "client_id is not the principal");
        await police.TokenAsync(Police);
        await school.TokenAsync(School);
        await AssertRefusedAsync(school.AskAsync(Police), "invalid_client", "client_id is not the principal");
        await AssertRefusedAsync(police.AskAsync(School), "invalid_client", "client_id is not the principal");
    }

    [Theory]
    [InlineData("urn:trygghet:partner:nobody")]
    [InlineData("polisen")]
    [InlineData("URN:TRYGGHET:PARTNER:POLISEN")]
    public async Task Request_OfAnUnknownClient_IsRefused(string client)
    {
        await using var hub = await TwoAsync();
        using var police = TokenRequester.Of(hub, "polisen");

        await AssertRefusedAsync(police.AskAsync(client), "invalid_client", "client_id is not the principal");
    }

    [Fact]
    public async Task Request_WithACertificateThatIsNotRegistered_IsRefusedWithTheRegistersWords()
    {
        await using var hub = await TwoAsync();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authority = hub.Hub.Services.GetRequiredService<Authority>();
        using var issued = authority.IssueClient(Police, new PublicKey(key));
        using var certificate = Authority.Reload(issued.CopyWithPrivateKey(key));
        using var stranger = TokenRequester.With(hub, certificate, [authority.Issuing]);
        var refusal = hub.Hub.Services.GetRequiredService<IPrincipalDirectory>().Find(certificate).Refusal!;

        await AssertRefusedAsync(stranger.AskAsync(Police), "invalid_client", OAuthText.Of($"{refusal.Rule} {refusal.Remedy}"));
    }

    [Fact]
    public async Task Request_OfAPrincipalThatHasCeasedToStand_IsRefused()
    {
        SwitchedDirectory? gate = null;
        await using var hub = await TestHub.StartAsync(addMore: services => services.AddSingleton<IPrincipalDirectory>(
            s => gate = new SwitchedDirectory(s.GetRequiredService<TrygghetHub.Server.Partners.PartnerRegister>())));
        await hub.PartnerAsync("polisen", PartnerKind.Police);
        using var police = TokenRequester.Of(hub, "polisen");
        await police.TokenAsync(Police);

        gate!.Refusal = new Refusal(ErrorReason.PartnerSuspended, "", "The partner is suspended.", "Talk to the operator.");

        await AssertRefusedAsync(police.AskAsync(Police), "invalid_client", "The partner is suspended. Talk to the operator.");
    }

    [Fact]
    public async Task Request_WithoutACertificate_IsRefusedByTls()
    {
        await using var hub = await TwoAsync();
        using var nobody = TokenRequester.With(hub, null);

        await Assert.ThrowsAsync<HttpRequestException>(() => nobody.AskAsync(Police));
    }

    [Fact]
    public async Task Request_AtAnEndpointThatAsksForNoCertificate_IsRefused()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.PartnerAsync("polisen", PartnerKind.Police);
        using var identity = IdentityFolder.Load(hub.IdentityPath("polisen"));
        using var http = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            SslOptions = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null,
                // Has one and would show it if it were asked.
                ClientCertificateContext = SslStreamCertificateContext.Create(identity.Certificate, identity.Issuers, offline: true),
            },
        });
        using var form = new FormUrlEncodedContent(
            new Dictionary<string, string> { ["grant_type"] = "client_credentials", ["client_id"] = Police });

        using var response = await http.PostAsync(new Uri(hub.Hub.OpenUrl, "connect/token"), form, TestContext.Current.CancellationToken);
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        using var discovery = await http.GetAsync(
            new Uri(hub.Hub.OpenUrl, ".well-known/openid-configuration"), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("invalid_client", body.RootElement.GetProperty("error").GetString());
        Assert.StartsWith(
            "No client certificate was shown.", body.RootElement.GetProperty("error_description").GetString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, discovery.StatusCode);
    }

    [Theory]
    [InlineData("a=%00")]
    [InlineData("grant_type=client_credentials&client_id=%00")]
    public async Task Request_ThatIsNoForm_IsRefusedAndNoFault(string body)
    {
        await using var hub = await TwoAsync();
        using var http = hub.OpenHttp("polisen");
        using var content = new StringContent(body, System.Text.Encoding.ASCII, "application/x-www-form-urlencoded");

        using var response = await http.PostAsync(new Uri(hub.Hub.Url, "connect/token"), content, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.DoesNotContain(hub.Log, l => l.Contains("unhandled exception", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("authorization_code", "unsupported_grant_type")]
    [InlineData("password", "unsupported_grant_type")]
    [InlineData("urn:ietf:params:oauth:grant-type:token-exchange", "unsupported_grant_type")]
    [InlineData("", "invalid_request")]
    public async Task Request_OfAnotherGrant_IsRefused(string grant, string error)
    {
        await using var hub = await TwoAsync();
        using var police = TokenRequester.Of(hub, "polisen");

        var (status, body) = await police.AskAsync(new Dictionary<string, string> { ["grant_type"] = grant, ["client_id"] = Police });

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(error, body.GetProperty("error").GetString());
    }

    [Fact]
    public async Task Request_WithASecret_IsRefused()
    {
        await using var hub = await TwoAsync();
        using var police = TokenRequester.Of(hub, "polisen");

        var (status, body) = await police.AskAsync(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = Police,
            ["client_secret"] = "x",
        });

        Assert.Equal(HttpStatusCode.Unauthorized, status);
        Assert.Equal("invalid_client", body.GetProperty("error").GetString());
    }

    [Fact]
    public async Task Request_OfAScopeThatThePrincipalLacks_IsRefusedByItsName()
    {
        await using var hub = await TwoAsync();
        using var police = TokenRequester.Of(hub, "polisen");

        var (status, body) = await police.AskAsync(Police, "areas.read partners.manage");

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("invalid_scope", body.GetProperty("error").GetString());
        Assert.Contains("partners.manage", body.GetProperty("error_description").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Token_OfAPartner_IsBoundAndSaysWhatTheHubNeeds()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var hub = await TestHub.StartAsync(time, settings: new HubSettings { Tokens = new() { LifetimeMinutes = 7 } });
        await hub.PartnerAsync("polisen", PartnerKind.Police);
        using var police = TokenRequester.Of(hub, "polisen");
        using var identity = IdentityFolder.Load(hub.IdentityPath("polisen"));

        var (status, body) = await police.AskAsync(Police, "areas.read");
        var token = body.GetProperty("access_token").GetString()!;
        var header = TokenRequester.Part(token, 0);
        var claims = TokenRequester.Part(token, 1);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("Bearer", body.GetProperty("token_type").GetString());
        Assert.InRange(body.GetProperty("expires_in").GetInt32(), (7 * 60) - 1, 7 * 60);
        Assert.Equal("ES256", header.GetProperty("alg").GetString());
        Assert.Equal("at+jwt", header.GetProperty("typ").GetString());
        Assert.Equal(Police, claims.GetProperty("sub").GetString());
        Assert.Equal(Police, claims.GetProperty("client_id").GetString());
        Assert.Equal("urn:trygghet:hub", claims.GetProperty("aud").GetString());
        Assert.Equal("https://127.0.0.1/", claims.GetProperty("iss").GetString());
        Assert.Equal("areas.read", claims.GetProperty("scope").GetString());
        Assert.Equal(time.GetUtcNow().AddMinutes(7).ToUnixTimeSeconds(), claims.GetProperty("exp").GetInt64());
        Assert.Equal(
            Base64UrlEncoder.Encode(SHA256.HashData(identity.Certificate.RawData)),
            claims.GetProperty("cnf").GetProperty("x5t#S256").GetString());
    }

    [Fact]
    public async Task Token_WithoutAScopeAskedFor_HasEveryPermissionOfThePrincipal()
    {
        await using var hub = await TwoAsync();
        using var identity = IdentityFolder.Load(hub.IdentityPath("polisen"));
        using var police = TokenRequester.Of(hub, "polisen");
        var principal = hub.Hub.Services.GetRequiredService<IPrincipalDirectory>().Find(identity.Certificate).Principal!;

        var token = await police.TokenAsync(Police);
        var verdict = await CheckAsync(hub, token, principal, identity.Certificate);

        Assert.Null(verdict.Refusal);
        Assert.Equal(principal.Permissions.Order(), verdict.Permissions.Order());
    }

    [Fact]
    public async Task Token_StolenByAnotherPartner_IsRefused()
    {
        await using var hub = await TwoAsync();
        using var police = TokenRequester.Of(hub, "polisen");
        using var thief = IdentityFolder.Load(hub.IdentityPath("skolan"));
        var principal = hub.Hub.Services.GetRequiredService<IPrincipalDirectory>().Find(thief.Certificate).Principal!;

        var verdict = await CheckAsync(hub, await police.TokenAsync(Police), principal, thief.Certificate);

        Assert.Equal(ErrorReason.TokenOfAnother, verdict.Refusal!.Reason);
    }

    [Fact]
    public async Task Discovery_SaysHowToAskAndWhere()
    {
        await using var hub = await TestHub.StartAsync(settings: new HubSettings
        {
            PublicUrl = new Uri("https://hub.example.se:5443"),
            PublicOpenUrl = new Uri("https://open.example.se"),
        });
        await hub.PartnerAsync("polisen", PartnerKind.Police);
        using var police = TokenRequester.Of(hub, "polisen");

        var (status, discovery) = await police.GetAsync(".well-known/openid-configuration");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("https://open.example.se/", discovery.GetProperty("issuer").GetString());
        Assert.Equal("https://hub.example.se:5443/connect/token", discovery.GetProperty("token_endpoint").GetString());
        Assert.Equal(
            "https://hub.example.se:5443/connect/token",
            discovery.GetProperty("mtls_endpoint_aliases").GetProperty("token_endpoint").GetString());
        Assert.Equal("https://open.example.se/.well-known/jwks", discovery.GetProperty("jwks_uri").GetString());
        Assert.True(discovery.GetProperty("tls_client_certificate_bound_access_tokens").GetBoolean());
        Assert.Equal(["tls_client_auth"], Texts(discovery.GetProperty("token_endpoint_auth_methods_supported")));
        Assert.Equal(["client_credentials"], Texts(discovery.GetProperty("grant_types_supported")));
        Assert.Contains("incidents.submit", Texts(discovery.GetProperty("scopes_supported")));
        Assert.Equal(HttpStatusCode.OK, (await police.GetAsync(".well-known/oauth-authorization-server")).Status);
    }

    [Fact]
    public async Task Issuer_AfterARestartWithAnotherAddress_KeepsItsName()
    {
        await using var hub = await TwoAsync();
        using var before = TokenRequester.Of(hub, "polisen");
        var token = await before.TokenAsync(Police);
        await File.WriteAllTextAsync(
            Path.Combine(hub.DataDirectory, "keys", "issuer"), "https://named.example.se/\n", TestContext.Current.CancellationToken);

        await hub.RestartAsync();
        using var after = TokenRequester.Of(hub, "polisen");
        var renamed = await after.TokenAsync(Police);

        Assert.Equal("https://127.0.0.1/", TokenRequester.Part(token, 1).GetProperty("iss").GetString());
        Assert.Equal("https://named.example.se/", TokenRequester.Part(renamed, 1).GetProperty("iss").GetString());
        Assert.Equal(
            TokenRequester.Part(token, 0).GetProperty("kid").GetString(), TokenRequester.Part(renamed, 0).GetProperty("kid").GetString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("no database at all, and long enough to be looked at as one")]
    public async Task TokenStore_LostOrDamaged_IsMadeAnew(string content)
    {
        await using var hub = await TwoAsync();
        using var before = TokenRequester.Of(hub, "polisen");
        await before.TokenAsync(Police);
        await hub.Hub.DisposeAsync();
        foreach (var left in Directory.GetFiles(hub.DataDirectory, "tokens.db*"))
        {
            File.Delete(left);
        }

        await File.WriteAllTextAsync(
            Path.Combine(hub.DataDirectory, "tokens.db"), content, TestContext.Current.CancellationToken);
        await hub.RestartAsync();
        using var after = TokenRequester.Of(hub, "polisen");

        await after.TokenAsync(Police);
    }

    [Fact]
    public async Task SigningKeys_OverTwoChanges_RotateWithoutARestartWhileOldTokensHold()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var hub = await TestHub.StartAsync(
            time, settings: new HubSettings { Tokens = new() { SigningKeyDays = 2, LifetimeMinutes = 60 } });
        await hub.PartnerAsync("polisen", PartnerKind.Police);
        using var police = TokenRequester.Of(hub, "polisen");
        using var identity = IdentityFolder.Load(hub.IdentityPath("polisen"));
        var principal = hub.Hub.Services.GetRequiredService<IPrincipalDirectory>().Find(identity.Certificate).Principal!;
        var upkeep = hub.Hub.Services.GetRequiredService<TokenUpkeep>();
        var first = KidOf(await police.TokenAsync(Police));
        var used = new HashSet<string> { first };
        for (var hour = 0; hour < 24 * 5; hour++)
        {
            var old = await police.TokenAsync(Police);
            time.Advance(TimeSpan.FromMinutes(55));
            await upkeep.RunAsync(TestContext.Current.CancellationToken);
            var kid = KidOf(await police.TokenAsync(Police));
            var published = await KidsAsync(police);

            Assert.Null((await CheckAsync(hub, old, principal, identity.Certificate)).Refusal);
            Assert.Contains(KidOf(old), published);
            Assert.Contains(kid, published);
            used.Add(kid);
            time.Advance(TimeSpan.FromMinutes(5));
        }

        Assert.Equal(3, used.Count);
        Assert.DoesNotContain(first, await KidsAsync(police));
        Assert.Equal((await KidsAsync(police)).Count, Directory.GetFiles(Path.Combine(hub.DataDirectory, "keys", "signing")).Length);
    }

    [Fact]
    public async Task Upkeep_OfTokensThatAreOver_DeletesTheirRowsAndNoOthers()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var hub = await TestHub.StartAsync(time);
        await hub.PartnerAsync("polisen", PartnerKind.Police);
        using var police = TokenRequester.Of(hub, "polisen");
        var before = await RowsAsync(hub);
        await police.TokenAsync(Police);
        await police.TokenAsync(Police);
        Assert.Equal(before + 2, await RowsAsync(hub));
        time.Advance(TimeSpan.FromMinutes(11));
        await police.TokenAsync(Police);
        var scheduler = await hub.Hub.Services.GetRequiredService<ISchedulerFactory>().GetScheduler(TestContext.Current.CancellationToken);

        Assert.NotNull(await scheduler.GetTrigger(new TriggerKey("upkeep", "tokens"), TestContext.Current.CancellationToken));
        await hub.Hub.Services.GetRequiredService<TokenUpkeep>().RunAsync(TestContext.Current.CancellationToken);

        Assert.Equal(1, await RowsAsync(hub));
    }

    private static async Task<TestHub> TwoAsync()
    {
        var hub = await TestHub.StartAsync();
        await hub.PartnerAsync("polisen", PartnerKind.Police);
        await hub.PartnerAsync("skolan", PartnerKind.School);
        return hub;
    }

    private static ValueTask<TokenVerdict> CheckAsync(TestHub hub, string token, Principal caller, X509Certificate2 certificate) =>
        hub.Hub.Services.GetRequiredService<AccessTokens>().CheckAsync(
            "Bearer " + token, caller, certificate.GetCertHashString(HashAlgorithmName.SHA256), TestContext.Current.CancellationToken);

    private static async Task AssertRefusedAsync(
        Task<(HttpStatusCode Status, JsonElement Body)> asked, string error, string description)
    {
        var (status, body) = await asked;
        Assert.Equal(HttpStatusCode.Unauthorized, status);
        Assert.Equal(error, body.GetProperty("error").GetString());
        Assert.Contains(description, body.GetProperty("error_description").GetString(), StringComparison.Ordinal);
        Assert.False(body.TryGetProperty("access_token", out _));
    }

    private static string KidOf(string token) => TokenRequester.Part(token, 0).GetProperty("kid").GetString()!;

    private static async Task<List<string>> KidsAsync(TokenRequester requester) =>
        [.. (await requester.GetAsync(".well-known/jwks")).Body.GetProperty("keys").EnumerateArray().Select(k => k.GetProperty("kid").GetString()!)];

    private static IEnumerable<string> Texts(JsonElement list) => list.EnumerateArray().Select(t => t.GetString()!);

    private static async Task<int> RowsAsync(TestHub hub)
    {
        await using var scope = hub.Hub.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<TokenDbContext>().Set<OpenIddictEntityFrameworkCoreToken>()
            .CountAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>The register, until it is told to refuse.</summary>
    private sealed class SwitchedDirectory(IPrincipalDirectory register) : IPrincipalDirectory
    {
        public event Action? Changed
        {
            add => register.Changed += value;
            remove => register.Changed -= value;
        }

        public Refusal? Refusal { get; set; }

        public Standing Find(X509Certificate2 certificate) => Refusal is { } refusal ? refusal : register.Find(certificate);
    }
}
