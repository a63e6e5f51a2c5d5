using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.Tokens;
using TrygghetHub.Errors.V1;
using TrygghetHub.Server.Platform.Access;
using TrygghetHub.Server.Platform.Tokens;

namespace TrygghetHub.Server.Tests.Platform.Tokens;

/// <summary>The check of a call's token, with tokens made by hand: no library of the hub's has a part in them.</summary>
public sealed class AccessTokensTests : IDisposable
{
    private const string Police = "urn:trygghet:partner:polisen";
    private const string Issuer = "https://hub.example.se/";

    private static readonly byte[] Certificate = SHA256.HashData("the police's certificate"u8);

    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly FakeKeys keys = new();
    private readonly Principal caller = new(
        Police, "polisen", FrozenSet.Create(Role.Reporter), FrozenSet.Create("areas.read", "incidents.submit"));

    private AccessTokens tokens;

    public AccessTokensTests()
    {
        keys.Set = new IssuerKeySet(Issuer, [Public(key, "one")]);
        tokens = new AccessTokens(keys, TokenRules.Embedded, time);
    }

    public void Dispose() => key.Dispose();

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    public async Task Call_WithoutAToken_IsTold(string? header) =>
        Assert.Equal(ErrorReason.TokenRequired, await ReasonAsync(header));

    [Theory]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Basic cG9saXNlbjp4")]
    [InlineData("Bearer a, Bearer b")]
    [InlineData("Bearer not-a-token")]
    [InlineData("Bearer a.b.c")]
    [InlineData("Bearer ..")]
    [InlineData("Bearer e30.e30.")]
    [InlineData("Bearer eyJhbGciOiJFUzI1NiJ9.W10.AA")]
    [InlineData("Bearer a.b.c.d.e")]
    public async Task Token_Malformed_IsInvalid(string header) =>
        Assert.Equal(ErrorReason.TokenInvalid, await ReasonAsync(header));

    [Fact]
    public async Task Token_TooLong_IsInvalid() =>
        Assert.Equal(ErrorReason.TokenInvalid, await ReasonAsync("Bearer " + new string('a', 20_000)));

    [Fact]
    public async Task Token_OfNoAlgorithm_IsInvalid()
    {
        foreach (var alg in new[] { "none", "None", "nOnE", "" })
        {
            var unsigned = Unsigned(Claims(), alg);
            Assert.Equal(ErrorReason.TokenInvalid, await ReasonAsync("Bearer " + unsigned + "."));
            Assert.Equal(ErrorReason.TokenInvalid, await ReasonAsync("Bearer " + unsigned + ".AA"));
        }
    }

    [Fact]
    public async Task Token_SignedWithThePublicKeyAsASecret_IsInvalid()
    {
        var unsigned = Unsigned(Claims(), "HS256");
        var signature = HMACSHA256.HashData(key.ExportSubjectPublicKeyInfo(), Encoding.ASCII.GetBytes(unsigned));

        Assert.Equal(ErrorReason.TokenInvalid, await ReasonAsync($"Bearer {unsigned}.{Base64UrlEncoder.Encode(signature)}"));
    }

    [Fact]
    public async Task Token_WithAnyCharacterChanged_IsRefused()
    {
        var token = Signed(Claims());
        for (var i = 0; i < token.Length; i += 3)
        {
            // The last character of a part carries bits that stand for nothing.
            if (token[i] == '.' || i + 1 == token.Length || token[i + 1] == '.')
            {
                continue;
            }

            var changed = token[..i] + (token[i] == 'A' ? 'B' : 'A') + token[(i + 1)..];
            Assert.NotNull((await CheckAsync("Bearer " + changed)).Refusal);
        }
    }

    [Fact]
    public async Task Token_OfAnotherKeyUnderTheSameName_IsInvalid()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        Assert.Equal(ErrorReason.TokenInvalid, await ReasonAsync("Bearer " + Signed(Claims(), with: other)));
    }

    [Fact]
    public async Task Token_OfAnUnknownKey_IsInvalidAfterOneLookForNews()
    {
        Assert.Equal(ErrorReason.TokenInvalid, await ReasonAsync("Bearer " + Signed(Claims(), kid: "two")));
        Assert.Equal(1, keys.Refreshed);
    }

    [Fact]
    public async Task Token_OfAKeyThatIsNews_IsTaken()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        keys.News = new IssuerKeySet(Issuer, [Public(key, "one"), Public(other, "two")]);

        Assert.Null((await CheckAsync("Bearer " + Signed(Claims(), with: other, kid: "two"))).Refusal);
    }

    [Theory]
    [InlineData("JWT")]
    [InlineData("dpop+jwt")]
    [InlineData(null)]
    public async Task Token_OfAnotherType_IsInvalid(string? type) =>
        Assert.Equal(ErrorReason.TokenInvalid, await ReasonAsync("Bearer " + Signed(Claims(), type: type)));

    [Fact]
    public async Task Token_WithACriticalExtension_IsInvalid() =>
        Assert.Equal(ErrorReason.TokenInvalid, await ReasonAsync("Bearer " + Signed(Claims(), more: ("crit", new JsonArray("b64")))));

    [Fact]
    public async Task Token_ThatNamesAClaimTwice_IsInvalid()
    {
        var payload = Claims().ToJsonString();
        var twice = payload[..^1] + ",\"client_id\":\"urn:trygghet:partner:skolan\"}";

        Assert.Equal(ErrorReason.TokenInvalid, await ReasonAsync("Bearer " + Sign(Header("ES256", "one", "at+jwt"), twice, key)));
    }

    [Fact]
    public async Task Token_WithoutAnExpiry_IsInvalid() =>
        Assert.Equal(ErrorReason.TokenInvalid, await ReasonAsync("Bearer " + Signed(Claims(("exp", null)))));

    [Fact]
    public async Task Token_ThatHasExpired_IsRefusedAtTheSkewAndNotBefore()
    {
        var token = "Bearer " + Signed(Claims());

        time.Advance(TimeSpan.FromMinutes(10) + TimeSpan.FromSeconds(29));
        Assert.Null((await CheckAsync(token)).Refusal);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(ErrorReason.TokenExpired, await ReasonAsync(token));
    }

    [Fact]
    public async Task Token_NotValidYet_IsRefused()
    {
        Assert.Null((await CheckAsync("Bearer " + Signed(Claims(("nbf", Unix(TimeSpan.FromSeconds(30))))))).Refusal);
        Assert.Equal(ErrorReason.TokenExpired, await ReasonAsync("Bearer " + Signed(Claims(("nbf", Unix(TimeSpan.FromSeconds(31)))))));
    }

    [Fact]
    public async Task Token_ForAnotherAudience_IsRefused()
    {
        Assert.Equal(ErrorReason.TokenAudience, await ReasonAsync("Bearer " + Signed(Claims(("aud", "urn:another")))));
        Assert.Equal(ErrorReason.TokenAudience, await ReasonAsync("Bearer " + Signed(Claims(("aud", null)))));
        Assert.Null((await CheckAsync("Bearer " + Signed(Claims(("aud", new JsonArray("urn:another", "urn:trygghet:hub")))))).Refusal);
    }

    [Theory]
    [InlineData("https://hub.example.se")]
    [InlineData("https://evil.example.se/")]
    [InlineData(null)]
    public async Task Token_OfAnotherIssuer_IsRefused(string? issuer) =>
        Assert.Equal(ErrorReason.TokenIssuer, await ReasonAsync("Bearer " + Signed(Claims(("iss", issuer)))));

    [Fact]
    public async Task Token_BoundToNothing_IsRefused()
    {
        foreach (var cnf in new JsonNode?[]
        {
            null, "x", new JsonObject(), new JsonObject { ["jkt"] = Base64UrlEncoder.Encode(Certificate) },
            new JsonObject { ["x5t#S256"] = "" }, new JsonObject { ["x5t#S256"] = "AAAA" }, new JsonObject { ["x5t#S256"] = "%%" },
        })
        {
            Assert.Equal(ErrorReason.TokenUnbound, await ReasonAsync("Bearer " + Signed(Claims(("cnf", cnf)))));
        }
    }

    [Fact]
    public async Task Token_BoundToAnotherCertificate_IsRefused() => Assert.Equal(
        ErrorReason.TokenOfAnother,
        await ReasonAsync("Bearer " + Signed(Claims(("cnf", new JsonObject { ["x5t#S256"] = Base64UrlEncoder.Encode(new byte[32]) })))));

    [Theory]
    [InlineData("urn:trygghet:partner:skolan")]
    [InlineData("polisen")]
    [InlineData("")]
    [InlineData(null)]
    public async Task Token_OfAnotherClient_IsRefused(string? client) =>
        Assert.Equal(ErrorReason.TokenOfAnother, await ReasonAsync("Bearer " + Signed(Claims(("client_id", client)))));

    [Fact]
    public async Task Token_WhenTheKeysCannotBeHad_IsRefusedAsUnavailable()
    {
        keys.Set = null;

        var verdict = await CheckAsync("Bearer " + Signed(Claims()));

        Assert.Equal(ErrorReason.Unavailable, verdict.Refusal!.Reason);
        Assert.NotNull(verdict.Refusal.RetryDelay);
        Assert.Empty(verdict.Permissions);
    }

    [Fact]
    public async Task Refusal_OfAnyToken_HasRuleAndRemedyAndNothingOfTheToken()
    {
        var token = Signed(Claims(("aud", "urn:secret-audience")));
        foreach (var header in new[] { null, "Basic x", "Bearer " + token, "Bearer x" + token })
        {
            var refusal = (await CheckAsync(header)).Refusal!;
            Assert.NotEmpty(refusal.Rule);
            Assert.NotEmpty(refusal.Remedy);
            Assert.DoesNotContain("secret-audience", refusal.Rule + refusal.Remedy, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("areas.read", "areas.read")]
    [InlineData("areas.read partners.manage", "areas.read")]
    [InlineData("partners.manage", "")]
    [InlineData("", "")]
    [InlineData(null, "")]
    public async Task Permissions_AreThoseOfTheCallerThatTheScopesName(string? scope, string permissions)
    {
        var verdict = await CheckAsync("bearer " + Signed(Claims(("scope", scope))));

        Assert.Null(verdict.Refusal);
        Assert.Equal(permissions.Split(' ', StringSplitOptions.RemoveEmptyEntries), verdict.Permissions.Order());
    }

    [Fact]
    public async Task Token_TakenOnce_IsStillRefusedToAnotherCaller()
    {
        var token = "Bearer " + Signed(Claims());
        Assert.Null((await CheckAsync(token)).Refusal);

        var other = caller with { Uri = "urn:trygghet:partner:skolan" };
        var stolen = await tokens.CheckAsync(token, caller, Convert.ToHexString(new byte[32]), Cancellation);
        var borrowed = await tokens.CheckAsync(token, other, Convert.ToHexString(Certificate), Cancellation);
        var narrowed = await tokens.CheckAsync(
            token, caller with { Permissions = FrozenSet<string>.Empty }, Convert.ToHexString(Certificate), Cancellation);

        Assert.Equal(ErrorReason.TokenOfAnother, stolen.Refusal!.Reason);
        Assert.Equal(ErrorReason.TokenOfAnother, borrowed.Refusal!.Reason);
        Assert.Empty(narrowed.Permissions);
    }

    [Fact]
    public async Task Token_OfAKeyThatWasTakenAway_IsRefusedAtOnce()
    {
        var token = "Bearer " + Signed(Claims());
        Assert.Null((await CheckAsync(token)).Refusal);

        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        keys.Set = new IssuerKeySet(Issuer, [Public(other, "two")]);

        Assert.Equal(ErrorReason.TokenInvalid, await ReasonAsync(token));
    }

    [Fact]
    public async Task Token_OfManyMoreThanAreKept_IsStillTaken()
    {
        var first = "Bearer " + Signed(Claims());
        for (var i = 0; i < 5000; i++)
        {
            Assert.Null((await CheckAsync("Bearer " + Signed(Claims(("jti", $"{i}"))))).Refusal);
        }

        Assert.Null((await CheckAsync(first)).Refusal);
    }

    [Fact]
    public async Task Token_OfAnOutsideIssuer_IsReadByItsMapping()
    {
        tokens = new AccessTokens(
            keys,
            TokenRules.Of(new OutsideIssuerSettings
            {
                Audience = "hubben",
                ClientClaim = "azp",
                ScopeClaim = "scp",
                Clients = new Dictionary<string, string> { ["rakel"] = Police },
                Scopes = new Dictionary<string, IReadOnlyList<string>> { ["Hub.Send"] = ["incidents.submit", "observations.submit"] },
            }),
            time);
        var claims = Claims(
            ("aud", "hubben"), ("azp", "rakel"), ("scp", new JsonArray("Hub.Send", "areas.read", "other")), ("scope", null), ("client_id", null));

        var verdict = await CheckAsync("Bearer " + Signed(claims, type: "JWT"));

        Assert.Null(verdict.Refusal);
        Assert.Equal(["areas.read", "incidents.submit"], verdict.Permissions.Order());
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static ECDsaSecurityKey Public(ECDsa key, string kid) =>
        new(ECDsa.Create(key.ExportParameters(includePrivateParameters: false))) { KeyId = kid };

    private ValueTask<TokenVerdict> CheckAsync(string? header) =>
        tokens.CheckAsync(header, caller, Convert.ToHexString(Certificate), Cancellation);

    private async Task<ErrorReason?> ReasonAsync(string? header)
    {
        var verdict = await CheckAsync(header);
        Assert.Equal(verdict.Refusal is null, verdict.Permissions.Count > 0);
        return verdict.Refusal?.Reason;
    }

    private long Unix(TimeSpan ahead) => (time.GetUtcNow() + ahead).ToUnixTimeSeconds();

    // A good token's claims, with some set otherwise; null takes one away.
    private JsonObject Claims(params (string Name, JsonNode? Value)[] otherwise)
    {
        var claims = new JsonObject
        {
            ["iss"] = Issuer,
            ["sub"] = Police,
            ["client_id"] = Police,
            ["aud"] = "urn:trygghet:hub",
            ["scope"] = "areas.read",
            ["iat"] = Unix(TimeSpan.Zero),
            ["exp"] = Unix(TimeSpan.FromMinutes(10)),
            ["cnf"] = new JsonObject { ["x5t#S256"] = Base64UrlEncoder.Encode(Certificate) },
        };
        foreach (var (name, value) in otherwise)
        {
            claims.Remove(name);
            if (value is not null)
            {
                claims[name] = value;
            }
        }

        return claims;
    }

    private static JsonObject Header(string alg, string kid, string? type)
    {
        var header = new JsonObject { ["alg"] = alg, ["kid"] = kid };
        if (type is not null)
        {
            header["typ"] = type;
        }

        return header;
    }

    private static string Unsigned(JsonObject claims, string alg) =>
        Base64UrlEncoder.Encode(Header(alg, "one", "at+jwt").ToJsonString()) + "." + Base64UrlEncoder.Encode(claims.ToJsonString());

    private string Signed(
        JsonObject claims, ECDsa? with = null, string kid = "one", string? type = "at+jwt", (string Name, JsonNode Value)? more = null)
    {
        var header = Header("ES256", kid, type);
        if (more is var (name, value))
        {
            header[name] = value;
        }

        return Sign(header, claims.ToJsonString(), with ?? key);
    }

    private static string Sign(JsonObject header, string claims, ECDsa key)
    {
        var unsigned = Base64UrlEncoder.Encode(header.ToJsonString()) + "." + Base64UrlEncoder.Encode(claims);
        return unsigned + "." + Base64UrlEncoder.Encode(key.SignData(Encoding.ASCII.GetBytes(unsigned), HashAlgorithmName.SHA256));
    }

    private sealed class FakeKeys : IIssuerKeys
    {
        public IssuerKeySet? Set { get; set; }

        public IssuerKeySet? News { get; set; }

        public int Refreshed { get; private set; }

        public ValueTask<IssuerKeySet?> GetAsync(CancellationToken cancellation) => ValueTask.FromResult(Set);

        public ValueTask<IssuerKeySet?> RefreshAsync(CancellationToken cancellation)
        {
            Refreshed++;
            Set = News ?? Set;
            return ValueTask.FromResult(Set);
        }
    }
}
