using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace TrygghetHub.Server.Platform.Tokens;

/// <summary>
/// An outside issuer's discovery document and key set, fetched over HTTPS and kept for an hour. Thread-safe.
/// </summary>
/// <remarks>
/// The library's ConfigurationManager refreshes behind the caller's back and by the machine's clock: the first call with
/// a new key would be refused. Here that call waits for the new keys. An issuer that does not answer leaves the keys
/// known before in use for a day, and after it nothing is taken.
/// </remarks>
internal sealed partial class OutsideKeys : IIssuerKeys, IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromHours(1);
    private static readonly TimeSpan Usable = TimeSpan.FromDays(1);

    // A caller that makes up key names must not make the hub a nuisance to its issuer.
    private static readonly TimeSpan BetweenRefreshes = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestFetch = TimeSpan.FromSeconds(5);
    private const int LargestDocument = 1024 * 1024;

    private readonly OutsideIssuerSettings settings;
    private readonly TimeProvider time;
    private readonly ILogger<OutsideKeys> logger;
    private readonly HttpClient http;
    private readonly Lock gate = new();
    private readonly CancellationTokenSource stopping = new();
    private Task fetching = Task.CompletedTask;
    private volatile Held? held;
    private DateTimeOffset attempted = DateTimeOffset.MinValue;

    public OutsideKeys(OutsideIssuerSettings settings, TimeProvider time, ILogger<OutsideKeys> logger)
    {
        this.settings = settings;
        this.time = time;
        this.logger = logger;
        var tls = new SslClientAuthenticationOptions();
        if (settings.RootFile is { } rootFile)
        {
            var roots = new X509Certificate2Collection();
            roots.ImportFromPemFile(rootFile);
            tls.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            tls.CertificateChainPolicy.CustomTrustStore.AddRange(roots);
        }

        http = new HttpClient(new SocketsHttpHandler { SslOptions = tls, AllowAutoRedirect = false })
        {
            Timeout = LongestFetch,
            MaxResponseContentBufferSize = LargestDocument,
        };
    }

    public ValueTask<IssuerKeySet?> GetAsync(CancellationToken cancellation)
    {
        if (held is not { } known || time.GetUtcNow() - known.At >= Usable)
        {
            return FetchAsync(BetweenAttempts, cancellation);
        }

        // One caller looks for news while the others go on with what is known: an issuer that hangs holds up nobody else.
        return time.GetUtcNow() - known.At < Fresh || !fetching.IsCompleted
            ? ValueTask.FromResult<IssuerKeySet?>(known.Keys)
            : FetchAsync(BetweenRefreshes, cancellation);
    }

    public ValueTask<IssuerKeySet?> RefreshAsync(CancellationToken cancellation) =>
        FetchAsync(BetweenRefreshes, cancellation);

    public void Dispose()
    {
        stopping.Cancel();
        http.Dispose();
        stopping.Dispose();
    }

    private async ValueTask<IssuerKeySet?> FetchAsync(TimeSpan between, CancellationToken cancellation)
    {
        Task fetch;
        lock (gate)
        {
            // Of nobody's call: one that is cancelled must not take the keys from the others, who wait for the same fetch.
            if (fetching.IsCompleted && time.GetUtcNow() - attempted >= between)
            {
                fetching = Task.Run(FetchOnceAsync, CancellationToken.None);
            }

            fetch = fetching;
        }

        await fetch.WaitAsync(cancellation);
        return held is { } known && time.GetUtcNow() - known.At < Usable ? known.Keys : null;
    }

    private async Task FetchOnceAsync()
    {
        try
        {
            var fetched = await FetchAsync(stopping.Token);

            // The same keys stay the same object: what was verified with them stays verified.
            held = new Held(time.GetUtcNow(), held is { } before && IsSame(before.Keys, fetched) ? before.Keys : fetched);
        }
        catch (Exception e)
        {
            if (!stopping.IsCancellationRequested)
            {
                LogFailed(e, settings.Issuer!);
            }
        }
        finally
        {
            // At its end: an issuer that hangs is not asked again at once.
            lock (gate)
            {
                attempted = time.GetUtcNow();
            }
        }
    }

    private async Task<IssuerKeySet> FetchAsync(CancellationToken cancellation)
    {
        var issuer = settings.Issuer!.OriginalString;
        var document = await OpenIdConnectConfigurationRetriever.GetAsync(
            issuer.TrimEnd('/') + "/.well-known/openid-configuration", new HttpDocumentRetriever(http) { RequireHttps = true },
            cancellation);

        // OpenID Connect Discovery, 4.3: the document must be that of the issuer asked for.
        return document.Issuer?.TrimEnd('/') == issuer.TrimEnd('/')
            ? new IssuerKeySet(document.Issuer!, [.. document.SigningKeys])
            : throw new InvalidDataException("Its discovery document names another issuer than outsideIssuer.issuer.");
    }

    private static bool IsSame(IssuerKeySet one, IssuerKeySet other) =>
        one.Issuer == other.Issuer
        && one.Keys.Select(IdOf).Order(StringComparer.Ordinal).SequenceEqual(other.Keys.Select(IdOf).Order(StringComparer.Ordinal));

    private static string IdOf(Microsoft.IdentityModel.Tokens.SecurityKey key) =>
        key.KeyId + " " + (key.CanComputeJwkThumbprint() ? Convert.ToHexString(key.ComputeJwkThumbprint()) : "");

    [LoggerMessage(Level = LogLevel.Error, Message = "The discovery or the keys of {Issuer} could not be had")]
    private partial void LogFailed(Exception exception, Uri issuer);

    private sealed record Held(DateTimeOffset At, IssuerKeySet Keys);
}
