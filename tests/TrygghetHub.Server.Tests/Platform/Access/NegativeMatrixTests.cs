using System.Collections.Frozen;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Google.Rpc;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;
using TrygghetHub.Areas.V1;
using TrygghetHub.Client;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Server.Platform.Identity;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Platform.Access;

/// <summary>
/// Every certificate with every token, at a unary call and at the start of a stream, over real sockets. What is expected
/// is a table: the certificate's fault before the token's, and no fault at all where both are right.
/// </summary>
public sealed class NegativeMatrixTests(NegativeMatrixTests.Matrix matrix) : IClassFixture<NegativeMatrixTests.Matrix>
{
    private const string Right = "right";
    private const string OfAnotherPartner = "right, of another partner";
    private const string Police = "urn:trygghet:partner:polisen";
    private const string Everything = "areas.read incidents.submit self.read";

    // Those that TLS refuses: the words that the hub's log must give as the reason.
    private static readonly FrozenDictionary<string, string> RefusedByTls = new Dictionary<string, string>
    {
        ["none"] = "it showed no client certificate",
        ["expired"] = "certificate has expired",
        ["not yet valid"] = "certificate is not yet valid",
        ["of another authority"] = "unable to get local issuer certificate",
        ["self-signed"] = "self-signed certificate",
        ["server certificate"] = "The certificate has invalid policy",
        ["revoked, new connection"] = "This certificate was revoked at",
    }.ToFrozenDictionary();

    // Those that come through TLS: code and reason.
    private static readonly FrozenDictionary<string, (StatusCode, string)?> Certificates =
        new Dictionary<string, (StatusCode, string)?>
        {
            [Right] = null,
            [OfAnotherPartner] = (StatusCode.Unauthenticated, "TOKEN_OF_ANOTHER"),
            ["revoked, open connection"] = (StatusCode.Unauthenticated, "CERTIFICATE_REVOKED"),
            ["suspended, open connection"] = (StatusCode.PermissionDenied, "PARTNER_SUSPENDED"),
            ["suspended, new connection"] = (StatusCode.PermissionDenied, "PARTNER_SUSPENDED"),
            ["unregistered"] = (StatusCode.Unauthenticated, "CERTIFICATE_UNKNOWN"),
        }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, (StatusCode, string)?> Tokens =
        new Dictionary<string, (StatusCode, string)?>
        {
            [Right] = null,
            ["none"] = (StatusCode.Unauthenticated, "TOKEN_REQUIRED"),
            ["expired"] = (StatusCode.Unauthenticated, "TOKEN_EXPIRED"),
            ["unbound"] = (StatusCode.Unauthenticated, "TOKEN_UNBOUND"),
            ["bound to another certificate"] = (StatusCode.Unauthenticated, "TOKEN_OF_ANOTHER"),
            ["wrong audience"] = (StatusCode.Unauthenticated, "TOKEN_AUDIENCE"),
            ["wrong issuer"] = (StatusCode.Unauthenticated, "TOKEN_ISSUER"),
            ["permission missing"] = (StatusCode.PermissionDenied, "PERMISSION_MISSING"),
            ["signature tampered with"] = (StatusCode.Unauthenticated, "TOKEN_INVALID"),
        }.ToFrozenDictionary();

    private static readonly string[] Calls = ["unary", "stream"];

    public static TheoryData<string, string, string> TlsRows => Rows(RefusedByTls.Keys);

    public static TheoryData<string, string, string> CallRows => Rows(Certificates.Keys);

    [Theory]
    [MemberData(nameof(TlsRows))]
    public async Task Call_WithACertificateThatTlsRefuses_FailsAndTheLogSaysWhy(string certificate, string token, string call)
    {
        matrix.Hub.RenewLogAllowance();
        var before = matrix.Hub.Log.Count;
        var (channel, bearer) = await matrix.PrepareAsync(certificate, token);

        var refused = await Assert.ThrowsAsync<RpcException>(() => CallAsync(call, channel, bearer));

        // Nothing of gRPC has been spoken: whoever is refused here is told nothing but that.
        Assert.Null(refused.GetRpcStatus());
        Assert.Contains(refused.StatusCode, (StatusCode[])[StatusCode.Unavailable, StatusCode.Internal]);
        var said = string.Join('\n', matrix.Hub.Log.Skip(before).Where(l => l.Contains("TLS refused", StringComparison.Ordinal)));
        Assert.True(said.Contains(RefusedByTls[certificate], StringComparison.Ordinal), said);
    }

    [Theory]
    [MemberData(nameof(CallRows))]
    public async Task Call_ThatTlsLetsIn_EndsAsCertificateAndThenTokenSay(string certificate, string token, string call)
    {
        var (channel, bearer) = await matrix.PrepareAsync(certificate, token);

        var got = await OutcomeAsync(call, channel, bearer);

        Assert.Equal(Expected(certificate, token), got);
    }

    // The control of the row above: its own token makes the very certificate good that another's token does not.
    [Theory]
    [InlineData("unary")]
    [InlineData("stream")]
    public async Task Call_OfAnotherPartnerWithItsOwnToken_IsTaken(string call)
    {
        var certificate = matrix.Another.Certificate;
        var token = HandMadeToken.Sign(matrix.Hub, await HandMadeToken.ClaimsAsync(
            matrix.Hub, certificate, "urn:trygghet:partner:skolan", Everything));
        using var channel = matrix.Hub.OpenChannel(certificate, matrix.Another.Issuers);

        Assert.Null(await OutcomeAsync(call, channel, token));
    }

    private static (StatusCode, string)? Expected(string certificate, string token) => certificate switch
    {
        // Of another's token whatever else is wrong with it is told; what nothing else is wrong with is another's.
        OfAnotherPartner => token is Right or "permission missing" ? Certificates[certificate] : Tokens[token],
        _ => Certificates[certificate] ?? Tokens[token],
    };

    private static TheoryData<string, string, string> Rows(IEnumerable<string> certificates)
    {
        var rows = new TheoryData<string, string, string>();
        foreach (var certificate in certificates.Order(StringComparer.Ordinal))
        {
            foreach (var token in Tokens.Keys.Order(StringComparer.Ordinal))
            {
                foreach (var call in Calls)
                {
                    rows.Add(certificate, token, call);
                }
            }
        }

        return rows;
    }

    private static async Task<(StatusCode, string)?> OutcomeAsync(string call, GrpcChannel channel, string? token)
    {
        try
        {
            await CallAsync(call, channel, token);
            return null;
        }
        catch (RpcException refused)
        {
            var info = refused.GetRpcStatus()?.GetDetail<ErrorInfo>();
            Assert.True(info is not null, refused.ToString());
            return (refused.StatusCode, info.Reason);
        }
    }

    private static async Task CallAsync(string call, GrpcChannel channel, string? token)
    {
        var headers = new Metadata();
        if (token is not null)
        {
            headers.Add("authorization", "Bearer " + token);
        }

        // Bounded in real time: a call that hangs is a failure with a name.
        var options = new CallOptions(headers, TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(30), TestContext.Current.CancellationToken);
        if (call == "unary")
        {
            await new AreaService.AreaServiceClient(channel).ListAreasAsync(new ListAreasRequest(), options);
            return;
        }

        using var stream = new IncidentService.IncidentServiceClient(channel).StreamIncidents(options);
        try
        {
            await stream.RequestStream.WriteAsync(
                new StreamIncidentsRequest { Incidents = { Examples.Incident("one") } }, options.CancellationToken);
            await stream.RequestStream.CompleteAsync();
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException or IOException)
        {
            // Refused before it could be sent: the answer says why.
        }

        Assert.True(await stream.ResponseStream.MoveNext(options.CancellationToken));
        Assert.NotNull(stream.ResponseStream.Current.Results.Single().Accepted);
        Assert.False(await stream.ResponseStream.MoveNext(options.CancellationToken));
    }

    /// <summary>One hub for all rows, and a channel and a certificate for each kind of certificate.</summary>
    public sealed class Matrix : IAsyncLifetime
    {
        private readonly Dictionary<string, (GrpcChannel Channel, X509Certificate2? Certificate, string Principal)> prepared =
            new(StringComparer.Ordinal);
        private readonly List<IDisposable> held = [];
        private IdentityFolder police = null!;

        public TestHub Hub { get; private set; } = null!;

        public IdentityFolder Another { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            // Shares so large that no row is about them.
            var share = new QuotaSettings { RequestsPerSecond = 10_000, ConcurrentStreams = 1_000 };
            Hub = await TestHub.StartAsync(settings: new HubSettings { Quotas = share });
            await Hub.PartnerAsync("upplands-bro", PartnerKind.MunicipalUnit);
            police = await EnrolAsync("polisen");
            Another = await EnrolAsync("skolan");
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var each in held)
            {
                each.Dispose();
            }

            await Hub.DisposeAsync();
        }

        /// <summary>A channel with a certificate, and a token with which only what its name says is wrong.</summary>
        public async Task<(GrpcChannel Channel, string? Token)> PrepareAsync(string certificate, string token)
        {
            if (!prepared.TryGetValue(certificate, out var made))
            {
                made = await MakeAsync(certificate);
                held.Add(made.Channel);
                prepared[certificate] = made;
            }

            // Bound to what is shown, so that the certificate alone is at fault; whoever shows none has the police's token.
            return (made.Channel, await TokenAsync(token, made.Certificate ?? police.Certificate, made.Principal));
        }

        private async Task<(GrpcChannel Channel, X509Certificate2? Certificate, string Principal)> MakeAsync(string kind)
        {
            var now = TimeProvider.System.GetUtcNow();
            switch (kind)
            {
                case Right:
                    return (Hub.OpenChannel(police.Certificate, police.Issuers), police.Certificate, Police);
                case OfAnotherPartner:
                    return (Hub.OpenChannel(Another.Certificate, Another.Issuers), police.Certificate, Police);
                case "none":
                    return (Hub.OpenChannel(null), null, Police);
                case "expired":
                    return Of(OfTheHub(now.AddDays(-3), now.AddDays(-1)));
                case "not yet valid":
                    return Of(OfTheHub(now.AddDays(1), now.AddDays(3)));
                case "unregistered":
                    return Of(OfTheHub(now.AddDays(-1), now.AddDays(1)));
                case "of another authority":
                    using (var authority = new TestAuthority("Somebody else"))
                    {
                        return Of(authority.Issue(Police));
                    }

                case "self-signed":
                    using (var key = ECDsa.Create(ECCurve.NamedCurves.nistP256))
                    {
                        var request = new CertificateRequest("CN=nobody", key, HashAlgorithmName.SHA256);
                        using var signed = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
                        return Of(Authority.Reload(signed));
                    }

                case "server certificate":
                    using (var key = ECDsa.Create(ECCurve.NamedCurves.nistP256))
                    {
                        return Of(Issuer.IssueServer(["localhost"], key));
                    }

                default:
                    return await ShutOutAsync(
                        kind.StartsWith("revoked", StringComparison.Ordinal), kind.EndsWith("open connection", StringComparison.Ordinal));
            }
        }

        private Authority Issuer => Hub.Hub.Services.GetRequiredService<Authority>();

        // A partner of its own, whose connection is made and used before it is shut out, or only after.
        private async Task<(GrpcChannel Channel, X509Certificate2? Certificate, string Principal)> ShutOutAsync(
            bool isRevoked, bool isOpen)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"shut-out-{prepared.Count}");
            var identity = await EnrolAsync(id);
            var principal = "urn:trygghet:partner:" + id;
            var channel = Hub.OpenChannel(identity.Certificate, identity.Issuers);
            if (isOpen)
            {
                Assert.Null(await OutcomeAsync("stream", channel, await TokenAsync(Right, identity.Certificate, principal)));
            }

            if (isRevoked)
            {
                await Hub.Operator.Partners.RevokeCertificateAsync(new RevokeCertificateRequest
                {
                    ThumbprintSha256 = identity.Certificate.GetCertHashString(HashAlgorithmName.SHA256),
                    Reason = "The key was lost.",
                });
            }
            else
            {
                await Hub.Operator.Partners.SuspendPartnerAsync(
                    new SuspendPartnerRequest { Name = "partners/" + id, Reason = "An inquiry is going on." });
            }

            return (channel, identity.Certificate, principal);
        }

        private async Task<string?> TokenAsync(string kind, X509Certificate2 bound, string principal)
        {
            if (kind == "none")
            {
                return null;
            }

            var claims = await HandMadeToken.ClaimsAsync(
                Hub, bound, principal, kind == "permission missing" ? "self.read" : Everything);
            switch (kind)
            {
                case "expired":
                    claims["exp"] = TimeProvider.System.GetUtcNow().AddMinutes(-1).ToUnixTimeSeconds();
                    break;
                case "unbound":
                    claims.Remove("cnf");
                    break;
                case "bound to another certificate":
                    claims["cnf"] = new JsonObject { ["x5t#S256"] = Base64UrlEncoder.Encode(SHA256.HashData("another"u8)) };
                    break;
                case "wrong audience":
                    claims["aud"] = "urn:another:hub";
                    break;
                case "wrong issuer":
                    claims["iss"] = "https://issuer.example.se/";
                    break;
            }

            var token = HandMadeToken.Sign(Hub, claims);
            if (kind == "signature tampered with")
            {
                // Its first character: the last carries bits that stand for nothing.
                var at = token.LastIndexOf('.') + 1;
                token = token[..at] + (token[at] == 'A' ? 'B' : 'A') + token[(at + 1)..];
            }

            return token;
        }

        private async Task<IdentityFolder> EnrolAsync(string id)
        {
            await Hub.PartnerAsync(id, PartnerKind.Police);
            await Hub.AgreeAsync(Examples.Agreement("est-" + id, id, "upplands-bro"));
            var identity = IdentityFolder.Load(Hub.IdentityPath(id));
            held.Add(identity);
            return identity;
        }

        // As the hub would issue it to the police, but for the time; it is in no register.
        private X509Certificate2 OfTheHub(DateTimeOffset from, DateTimeOffset to)
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest("CN=urn trygghet partner polisen", key, HashAlgorithmName.SHA256);
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
            request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], true));
            request.CertificateExtensions.Add(
                X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Issuer.Issuing, true, false));
            var names = new SubjectAlternativeNameBuilder();
            names.AddUri(new Uri(Police));
            request.CertificateExtensions.Add(names.Build());
            using var issuingKey = ECDsa.Create();
            issuingKey.ImportFromPem(Encoding.UTF8.GetString(Hub.Hub.Services.GetRequiredService<Secrets>().Read(
                Path.Combine(Hub.DataDirectory, "authority", "issuing.key"))));
            using var issued = request.Create(
                Issuer.Issuing.SubjectName, X509SignatureGenerator.CreateForECDsa(issuingKey), from, to, [1, 2, 3, 4]);
            using var withKey = issued.CopyWithPrivateKey(key);
            return Authority.Reload(withKey);
        }

        private (GrpcChannel Channel, X509Certificate2? Certificate, string Principal) Of(X509Certificate2 certificate)
        {
            held.Add(certificate);
            return (Hub.OpenChannel(certificate, [Issuer.Issuing]), certificate, Police);
        }
    }
}
