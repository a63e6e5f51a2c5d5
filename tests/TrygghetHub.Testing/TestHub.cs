using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Client;
using TrygghetHub.Partners.V1;
using TrygghetHub.Server;
using TrygghetHub.Server.Platform.Telemetry;

namespace TrygghetHub.Testing;

/// <summary>
/// A real hub in this process: real Kestrel on a free loopback port, real mutual TLS, real SQLite in a directory of
/// its own that goes with it.
/// </summary>
public sealed class TestHub : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, HubClient> clients = new(StringComparer.Ordinal);
    private readonly LogCollector log = new();
    private readonly TimeProvider time;
    private readonly Action<IServiceCollection> addMore;
    private readonly Action<WebApplication> mapMore;
    private HubSettings settings;
    private bool development = true;

    private TestHub(
        string directory, TimeProvider time, Action<IServiceCollection> addMore, Action<WebApplication> mapMore,
        HubSettings settings)
    {
        Directory = directory;
        this.time = time;
        this.addMore = addMore;
        this.mapMore = mapMore;
        this.settings = settings;
    }

    /// <summary>The hub's own data is in <c>hub</c>, identity folders stand beside it.</summary>
    public string Directory { get; }

    public string DataDirectory => Path.Combine(Directory, "hub");

    public Hub Hub { get; private set; } = null!;

    /// <summary>The operator's client.</summary>
    public HubClient Operator { get; private set; } = null!;

    /// <summary>What the hub has logged, each line with its level and category.</summary>
    public ConcurrentQueue<string> Log => log.Lines;

    /// <summary>The same with everything that a log collector would get.</summary>
    public ConcurrentQueue<LoggedEvent> LoggedEvents => log.Events;

    /// <summary>Has the log tell again what it has begun to leave out: for tests that are refused more often than it bears.</summary>
    public void RenewLogAllowance() => ((LogBoundary)Hub.Services.GetRequiredService<ILoggerFactory>()).EndWindow();

    public static async Task<TestHub> StartAsync(
        TimeProvider? time = null, Action<IServiceCollection>? addMore = null, Action<WebApplication>? mapMore = null,
        HubSettings? settings = null)
    {
        var directory = System.IO.Directory.CreateTempSubdirectory("trygghethub-test-").FullName;
        var hub = new TestHub(
            directory, time ?? TimeProvider.System, addMore ?? (_ => { }), mapMore ?? (_ => { }), settings ?? new HubSettings());
        await hub.OpenAsync(new Uri("https://127.0.0.1:0"), openUrl: null);
        return hub;
    }

    /// <summary>
    /// Stops the hub and starts it again on its data and its addresses, with other settings where given, and for real where
    /// asked; clients connect again by themselves. What is to happen to its clock or its files happens while it stands.
    /// </summary>
    public async Task RestartAsync(HubSettings? other = null, bool forReal = false, Action? meanwhile = null)
    {
        development = !forReal;
        var (url, openUrl) = (Hub.Url, Hub.OpenUrl);
        Operator.Dispose();
        await Hub.DisposeAsync();
        settings = other ?? settings;
        meanwhile?.Invoke();
        await OpenAsync(url, openUrl);
    }

    /// <summary>The client of a partner, which is enrolled when it is not yet.</summary>
    public async Task<HubClient> PartnerAsync(string id, PartnerKind kind)
    {
        if (clients.TryGetValue(id, out var known))
        {
            return known;
        }

        using var identity = await Enrolment.EnrolAsync(
            Operator, Hub.Url, new Partner { Id = id, DisplayName = "Test " + id, Kind = kind }, IdentityPath(id),
            CancellationToken.None);
        return clients.GetOrAdd(id, HubClient.Connect(identity));
    }

    /// <summary>Where the identity folder of a partner is, or of the operator.</summary>
    public string IdentityPath(string id) => id == "operator" ? Hub.OperatorFolder : Path.Combine(Directory, "id-" + id);

    /// <summary>Puts an agreement in force.</summary>
    public async Task<AgreementVersion> AgreeAsync(CooperationAgreement agreement) =>
        (await Operator.Agreements.ApplyAgreementAsync(new ApplyAgreementRequest { Agreement = agreement })).Version;

    /// <summary>Has an agreement drafted and proposed by the operator, and signed by each party.</summary>
    public async Task<AgreementVersion> AgreeSignedAsync(CooperationAgreement agreement)
    {
        var version = await Operator.ProposeAsync(await Operator.DraftAsync(agreement));
        foreach (var party in agreement.Parties)
        {
            version = await SignAsync(party.Partner, version);
        }

        return version;
    }

    /// <summary>Signs a version for an enrolled partner, by the certificate that it calls with.</summary>
    public Task<AgreementVersion> SignAsync(string id, AgreementVersion version) =>
        clients[id].SignAsync(version, SignatureOf(id, version.Document.Span));

    /// <summary>A detached signature over bytes, by an enrolled partner's certificate.</summary>
    public byte[] SignatureOf(string id, ReadOnlySpan<byte> document)
    {
        using var identity = IdentityFolder.Load(IdentityPath(id));
        return AgreementSigning.Sign(document.ToArray(), identity);
    }

    /// <summary>Asks for a further certificate of a partner with a code of the operator's; see <see cref="ConsentAsync"/>.</summary>
    /// <param name="id">The partner, which has joined.</param>
    /// <param name="folder">Name of the new identity folder.</param>
    public async Task<HubClient> JoinAsync(string id, string folder)
    {
        var code = await Operator.Partners.CreateEnrolmentCodeAsync(new CreateEnrolmentCodeRequest { Name = "partners/" + id });
        using var identity = await Joining.JoinAsync(Hub.OpenUrl, code.Code, IdentityPath(folder));
        return clients.GetOrAdd(folder, HubClient.Connect(identity));
    }

    /// <summary>The open requests for the consent of a partner, as its client or the operator sees them.</summary>
    public async Task<IReadOnlyList<ConsentRequest>> OpenRequestsAsync(string id) =>
        [.. (await Operator.Partners.ListConsentRequestsAsync(
            new ListConsentRequestsRequest { Parent = "partners/" + id })).Items.Select(i => i.Request)];

    /// <summary>Consents with the certificate of an identity folder, by a client of its own.</summary>
    public async Task<ConsentRequest> ConsentAsync(string folder, ConsentRequest request, bool keepExisting = false)
    {
        using var identity = IdentityFolder.Load(IdentityPath(folder));
        using var client = HubClient.Connect(identity);
        return await Consents.GiveAsync(client, identity, request, keepExisting);
    }

    /// <summary>Sets roles of an enrolled partner, which consents where they are wider.</summary>
    public async Task<Partner> SetRolesAsync(string id, params IEnumerable<PartnerRole> roles)
    {
        var answer = await Operator.Partners.SetPartnerRolesAsync(
            new SetPartnerRolesRequest { Name = "partners/" + id, Roles = { roles } });
        if (answer.ConsentRequest is { } request)
        {
            await ConsentAsync(id, request);
        }

        return (await Operator.Partners.GetPartnerAsync(new GetPartnerRequest { Name = "partners/" + id })).Partner;
    }

    /// <summary>A partner, an agreement that lets it send, and one that may see: the shortest way to a report.</summary>
    public async Task<(HubClient Police, HubClient Municipality)> AgreedPairAsync()
    {
        var police = await PartnerAsync("polisen", PartnerKind.Police);
        var municipality = await PartnerAsync("upplands-bro", PartnerKind.MunicipalUnit);
        await AgreeAsync(Examples.Agreement("est", "polisen", "upplands-bro"));
        return (police, municipality);
    }

    /// <summary>
    /// A channel with a certificate and a token of one's own choice, or none, past the SDK: for what the SDK would not
    /// send. To the partners' endpoint unless another is given. The caller disposes it.
    /// </summary>
    public GrpcChannel OpenChannel(
        X509Certificate2? certificate, X509Certificate2Collection? issuers = null, string? token = null, Uri? url = null) =>
        GrpcChannel.ForAddress(url ?? Hub.Url, new GrpcChannelOptions
        {
            HttpHandler = new TokenHandler(token) { InnerHandler = Handler(certificate, issuers) },
            DisposeHttpClient = true,
        });

    private SocketsHttpHandler Handler(X509Certificate2? certificate, X509Certificate2Collection? issuers)
    {
        var trust = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        trust.CustomTrustStore.ImportFromPemFile(Path.Combine(Hub.OperatorFolder, "ca.crt"));
        var tls = new SslClientAuthenticationOptions { CertificateChainPolicy = trust };
        if (certificate is not null)
        {
            tls.ClientCertificateContext = SslStreamCertificateContext.Create(certificate, issuers, offline: true);
        }

        return new SocketsHttpHandler { SslOptions = tls, UseProxy = false };
    }

    /// <summary>A channel of an enrolled partner, past the SDK; its calls carry a token.</summary>
    public async Task<GrpcChannel> OpenChannelAsAsync(string id)
    {
        var identity = IdentityFolder.Load(IdentityPath(id));
        return OpenChannel(identity.Certificate, identity.Issuers, await TokenAsync(id));
    }

    /// <summary>Plain HTTP as an enrolled partner. The caller disposes it.</summary>
    public HttpClient OpenHttp(string id)
    {
        var identity = IdentityFolder.Load(IdentityPath(id));
        return new HttpClient(Handler(identity.Certificate, identity.Issuers));
    }

    /// <summary>Plain HTTP as a stranger. The caller disposes it.</summary>
    public HttpClient OpenStrangerHttp() => new(Handler(null, null));

    /// <summary>Calls made of bytes, as an enrolled partner, to the partners' endpoint. The caller disposes it.</summary>
    public async Task<RawCaller> RawCallerAsync(string id)
    {
        var identity = IdentityFolder.Load(IdentityPath(id));
        return await RawCaller.AsPartnerAsync(identity, Hub.Url);
    }

    /// <summary>Calls made of bytes, as a stranger, to the open endpoint. The caller disposes it.</summary>
    public RawCaller RawStranger() => RawCaller.AsStranger(Hub.OpenUrl);

    /// <summary>A token of an enrolled partner, with all that its roles permit or with one scope.</summary>
    public async Task<string> TokenAsync(string id, string scope = "")
    {
        using var identity = IdentityFolder.Load(IdentityPath(id));
        using var http = new HttpClient(Handler(identity.Certificate, identity.Issuers));
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = identity.Id,
            ["scope"] = scope,
        });
        using var response = await http.PostAsync(new Uri(Hub.Url, "connect/token"), form);
        using var answer = JsonDocument.Parse(await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync());
        return answer.RootElement.GetProperty("access_token").GetString()!;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in clients.Values)
        {
            client.Dispose();
        }

        Operator.Dispose();
        await Hub.DisposeAsync();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private async Task OpenAsync(Uri url, Uri? openUrl)
    {
        Hub = await Hub.StartAsync(
            new HubOptions
            {
                DataDirectory = DataDirectory,
                Url = url,
                OpenUrl = openUrl,
                Time = time,
                Settings = settings,
                Development = development,
                Logging = logging => logging.AddProvider(log),
            },
            addMore, mapMore);
        using var identity = IdentityFolder.Load(Hub.OperatorFolder);
        Operator = HubClient.Connect(identity);
    }

    private sealed class TokenHandler(string? token) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (token is not null)
            {
                request.Headers.Authorization ??= new AuthenticationHeaderValue("Bearer", token);
            }

            return base.SendAsync(request, cancellationToken);
        }
    }
}
