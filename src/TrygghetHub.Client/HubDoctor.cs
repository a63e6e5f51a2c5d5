using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using TrygghetHub.Server.Platform.Calendar;
using System.Security.Cryptography.X509Certificates;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Operations.V1;
using TrygghetHub.Partners.V1;

namespace TrygghetHub.Client;

/// <summary>
/// Looks at every link between an identity folder and its hub, from the files to the agreements, and says of each what
/// was found and what to do.
/// </summary>
/// <remarks>
/// Takes a folder that is broken in any way. Changes nothing, here or at the hub. What cannot be looked at because of an
/// earlier fault is said to be so, and not guessed at.
/// </remarks>
public sealed class HubDoctor
{
    private const string OwnFolder = "Identity folder";
    private const string Address = "Hub's address";
    private const string Roots = "Trusted roots";
    private const string OwnCertificate = "Own certificate";
    private const string OwnKey = "Own key";
    private const string OwnChain = "Own chain";
    private const string Tcp = "TCP";
    private const string Tls = "TLS";
    private const string HubCertificate = "Hub's certificate";
    private const string Http2 = "HTTP/2";
    private const string Clock = "Clock";
    private const string Token = "Access token";
    private const string Rights = "Permissions";
    private const string Consent = "Consent";
    private const string Agreement = "Agreement";

    // Its name in GetStatus too.
    private const string Printing = "Printing";

    private static readonly TimeSpan MuchSkew = TimeSpan.FromSeconds(30);

    // What the hub issues is backdated by this much: a clock further behind takes it for not valid yet.
    private static readonly TimeSpan TooMuchSkew = TimeSpan.FromMinutes(5);

    private readonly string path;
    private readonly HubClientOptions options;
    private readonly KeyPassphrase? passphrase;
    private readonly DateTimeOffset now;

    private IdentityFiles.HubAddress? hub;
    private X509Certificate2Collection? roots;
    private X509Certificate2Collection? chain;
    private X509Certificate2? own;
    private string? broken;

    private HubDoctor(string path, HubClientOptions options, KeyPassphrase? passphrase)
    {
        this.path = path;
        this.options = options;
        this.passphrase = passphrase ?? KeyPassphrase.FromEnvironment();
        now = options.Time.GetUtcNow();
    }

    /// <summary>Looks at one link after the other.</summary>
    /// <param name="directory">Path of the identity folder.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="passphrase">As in <see cref="IdentityFolder.Load"/>.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async IAsyncEnumerable<HubCheck> ExamineAsync(string directory, HubClientOptions? options = null,
        KeyPassphrase? passphrase = null, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        var doctor = new HubDoctor(Path.GetFullPath(directory), options ?? new HubClientOptions(), passphrase);
        foreach (var check in doctor.Files())
        {
            yield return doctor.Noted(check);
        }

        await foreach (var check in doctor.ConnectionAsync(cancellation).ConfigureAwait(false))
        {
            yield return doctor.Noted(check);
        }

        await foreach (var check in doctor.CallsAsync(cancellation).ConfigureAwait(false))
        {
            yield return doctor.Noted(check);
        }
    }

    // The files, one by one: a broken one says nothing of the others.
    private IEnumerable<HubCheck> Files()
    {
        if (!Directory.Exists(path))
        {
            yield return Of(OwnFolder, IdentityFolder.Absent(path));
            foreach (var subject in (string[])[Address, Roots, OwnCertificate, OwnKey, OwnChain])
            {
                yield return NotMade(subject);
            }

            yield break;
        }

        yield return Fine(OwnFolder, path);
        yield return Read(Address, () =>
        {
            hub = IdentityFiles.ReadHub(path);
            hub = hub with { Url = options.Url ?? hub.Url };
            return Fine(Address, $"{hub.Url.GetLeftPart(UriPartial.Authority)}, as {hub.Id}.");
        });
        yield return Read(Roots, () =>
        {
            roots = IdentityFiles.ReadCertificates(path, IdentityFiles.RootFile);
            var until = roots.Max(root => root.NotAfter);
            return until < now.LocalDateTime
                ? Failed(Roots, $"ca.crt holds roots that expired on {Day(until)}.", IdentityFiles.EnrolAgain)
                : Fine(Roots, $"{roots[0].Subject}, until {Day(until)}.");
        });
        yield return Read(OwnCertificate, () =>
        {
            chain = IdentityFiles.ReadChain(path);
            return Validity(chain[0]);
        });
        yield return chain is null ? NotMade(OwnKey) : Read(OwnKey, () =>
        {
            own = IdentityFiles.Join(path, IdentityFiles.KeyFile, chain[0], passphrase)
                ?? IdentityFiles.Join(path, IdentityFiles.NextKeyFile, chain[0], passphrase);
            if (own is null)
            {
                IdentityFiles.ReadText(path, IdentityFiles.KeyFile);
            }

            return own is null
                ? Failed(OwnKey, "client.key is not the key of client.crt.", IdentityFiles.EnrolAgain)
                : IdentityFiles.IsOpenToOthers(Path.Combine(path, IdentityFiles.KeyFile))
                    ? Warned(OwnKey, "client.key can be read by others on this machine.", "chmod 600 client.key, and 700 the folder.")
                : passphrase is { IsOpenToOthers: true } && IsEncrypted()
                    ? Warned(OwnKey, $"{passphrase.File}, with its passphrase, can be read by others on this machine.", $"chmod 600 {passphrase.File}.")
                    : Fine(OwnKey, "client.key fits client.crt.");
        });
        yield return chain is null || roots is null ? NotMade(OwnChain) : Chain();
    }

    private bool IsEncrypted() => PrivateKey.IsEncrypted(IdentityFiles.ReadText(path, IdentityFiles.KeyFile));

    private HubCheck Validity(X509Certificate2 certificate)
    {
        var from = new DateTimeOffset(certificate.NotBefore);
        var until = new DateTimeOffset(certificate.NotAfter);
        if (now > until)
        {
            return Failed(OwnCertificate, $"client.crt expired on {Day(certificate.NotAfter)}.", IdentityFiles.EnrolAgain);
        }

        if (now < from)
        {
            return Failed(OwnCertificate, $"client.crt is valid from {Day(certificate.NotBefore)}, and it is {Day(now)} here.",
                "Set this machine's clock.");
        }

        // It renews itself after two thirds of its time: one this old is not renewed by anything.
        return now > until - (until - from) / 6
            ? Warned(OwnCertificate, $"client.crt expires on {Day(certificate.NotAfter)} and has not been renewed.",
                $"Run `thub cert renew --as {path}`.")
            : Fine(OwnCertificate, $"valid until {Day(certificate.NotAfter)}.");
    }

    private HubCheck Chain()
    {
        using var built = new X509Chain { ChainPolicy = HubConnection.Policy(roots!) };
        // Its time is looked at by itself.
        built.ChainPolicy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid;
        built.ChainPolicy.ExtraStore.AddRange(chain!);
        if (built.Build(chain![0]))
        {
            return Fine(OwnChain, $"client.crt is issued by {chain[0].Issuer}, under ca.crt.");
        }

        var mine = HubEnvironment.Of(chain[0].Issuer);
        var theirs = HubEnvironment.Of(roots![0].Subject);
        return mine is not null && theirs is not null && mine != theirs
            ? Failed(OwnChain, $"client.crt is of a {mine} hub, and ca.crt of a {theirs} hub.",
                "Use the folder that belongs to the hub you mean; files of two folders were mixed.")
            : mine is not null && theirs is not null
                ? Failed(OwnChain, "client.crt is of another hub than ca.crt.",
                    "Use the folder that belongs to the hub you mean; files of two folders were mixed.")
                : Warned(OwnChain, $"client.crt is issued by {chain[0].Issuer}, which is not under ca.crt.",
                    "That is right only for a certificate of an outside authority that the operator has registered to you.");
    }

    // One connection by hand: what HTTP and gRPC make of a fault tells too little.
    private async IAsyncEnumerable<HubCheck> ConnectionAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        if (hub is null)
        {
            foreach (var subject in (string[])[Tcp, Tls, HubCertificate, Http2])
            {
                yield return NotMade(subject);
            }

            yield break;
        }

        using var client = new TcpClient();
        var tcp = await ConnectAsync(client, hub.Url, cancellation).ConfigureAwait(false);
        yield return tcp;
        if (tcp.Outcome != CheckOutcome.Fine)
        {
            foreach (var subject in (string[])[Tls, HubCertificate, Http2])
            {
                yield return NotMade(subject, Tcp);
            }

            yield break;
        }

        await using var stream = new SslStream(client.GetStream());
        var verdict = new Verdict();
        var tls = await ShakeHandsAsync(stream, hub.Url, verdict, cancellation).ConfigureAwait(false);
        yield return tls;
        yield return verdict.Check ?? NotMade(HubCertificate, Tls);
        yield return tls.Outcome != CheckOutcome.Fine ? NotMade(Http2, Tls)
            : stream.NegotiatedApplicationProtocol == SslApplicationProtocol.Http2 ? Fine(Http2, "the hub speaks it.")
            : Failed(Http2, "What answers does not speak HTTP/2, which gRPC needs.",
                "Check the port; a proxy in between must let TLS through unopened.");
    }

    private async Task<HubCheck> ConnectAsync(TcpClient client, Uri url, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(options.ConnectTimeout);
        const string remedy = "Check that the hub runs, and the address in hub.json.";
        try
        {
            await client.ConnectAsync(url.IdnHost, url.Port, patience.Token).ConfigureAwait(false);
            return Fine(Tcp, $"{url.Host} port {url.Port} answers.");
        }
        catch (SocketException exception)
        {
            return Failed(Tcp, $"{url.Host} port {url.Port} cannot be reached: "
                + ConnectionFault.Unreachable(exception, url.Host), remedy);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Failed(Tcp, $"{url.Host} port {url.Port} cannot be reached: no answer came; a firewall may drop it.", remedy);
        }
    }

    [SuppressMessage("Security", "CA5359", Justification = "Nothing is sent over it: the verdict is what is asked for.")]
    private async Task<HubCheck> ShakeHandsAsync(
        SslStream stream, Uri url, Verdict verdict, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(options.ConnectTimeout);
        try
        {
            await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = url.IdnHost,
                ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
                ClientCertificateContext = own is null ? null : SslStreamCertificateContext.Create(
                    own, [.. chain!.Skip(1)], offline: true),
                CertificateChainPolicy = HubConnection.ServerPolicy(roots),
                RemoteCertificateValidationCallback = (_, certificate, built, errors) =>
                {
                    verdict.Check = Judge(url, certificate, built, errors);
                    return true;
                },
            }, patience.Token).ConfigureAwait(false);
            return Fine(Tls, stream.SslProtocol switch
            {
                SslProtocols.Tls13 => "TLS 1.3.",
                SslProtocols.Tls12 => "TLS 1.2.",
                _ => "an old version.",
            });
        }
        catch (Exception exception) when (ConnectionFault.IsNoTls(exception))
        {
            return Failed(Tls, $"What listens on port {url.Port} does not speak TLS: it is another program.",
                "Check the port in hub.json, and which program holds it.");
        }
        catch (AuthenticationException exception)
        {
            return Failed(Tls, $"The hub refused the handshake: {(exception.InnerException ?? exception).Message}",
                "The hub's log holds its reason: mostly a certificate that it does not take, or an old TLS on either side.");
        }
        catch (IOException)
        {
            return Failed(Tls, $"What listens on port {url.Port} closed the connection during the handshake.",
                "Check that it is the hub, and not another program; the hub's log holds its reason.");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Failed(Tls, $"What listens on port {url.Port} takes connections but does not answer.",
                "Check that it is the hub, and not another program.");
        }
    }

    private HubCheck? Judge(Uri url, X509Certificate? certificate, X509Chain? built, SslPolicyErrors errors)
    {
        if (roots is null)
        {
            return NotMade(HubCertificate, Roots);
        }

        if (errors == SslPolicyErrors.None)
        {
            return Fine(HubCertificate, $"signed under ca.crt, for the name {url.Host}, valid until "
                + $"{(certificate is X509Certificate2 shown ? Day(shown.NotAfter) : "–")}.");
        }

        var text = HubConnection.Describe(url, roots, errors, certificate, built);
        return Failed(HubCertificate, $"The hub is not trusted: {text}",
            text.Contains("sandbox", StringComparison.Ordinal)
                ? "Use the identity folder that belongs to this hub, or the address of the hub that it belongs to."
                : "Check the address in hub.json, and that ca.crt is the root of that hub. Do not go on with a hub that is not "
                    + "trusted.");
    }

    // The same way as every call goes.
    private async IAsyncEnumerable<HubCheck> CallsAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        using var identity = broken is null or OwnCertificate ? Load() : null;
        if (identity is null)
        {
            foreach (var subject in (string[])[Clock, Token, Rights, Consent, Agreement])
            {
                yield return NotMade(subject);
            }

            yield break;
        }

        using var link = new HubLink(identity, options, _ => { });
        HubException? refused = null;
        try
        {
            await link.Tokens.GetAsync(cancellation).ConfigureAwait(false);
        }
        catch (HubException exception)
        {
            refused = exception;
        }

        yield return link.Tokens.IssuerTime is { } issued ? Skew(issued - options.Time.GetUtcNow()) : NotMade(Clock, Token);
        yield return refused is null ? Fine(Token, $"issued at {identity.TokenEndpointFor(link.Connection.Url)}.") : Of(Token, refused);
        if (refused is not null)
        {
            yield return NotMade(Rights, Token);
            yield return NotMade(Consent, Token);
            yield return NotMade(Agreement, Token);
            yield break;
        }

        var (rights, self) = await RightsAsync(link, identity, cancellation).ConfigureAwait(false);
        yield return rights;
        yield return self is null ? NotMade(Consent, Rights) : ConsentOf(self);
        yield return self is null ? NotMade(Agreement, Rights) : await AgreementAsync(link, self, cancellation).ConfigureAwait(false);
        if (self?.Permissions.Contains("status.read") == true)
        {
            yield return await PrintingAsync(link, cancellation).ConfigureAwait(false);
        }
    }

    // For those who look after the hub: what prints there runs on what partners have sent.
    private static async Task<HubCheck> PrintingAsync(HubLink link, CancellationToken cancellation)
    {
        try
        {
            var status = await new StatusService.StatusServiceClient(link.Invoker)
                .GetStatusAsync(new GetStatusRequest(), cancellationToken: cancellation);
            return status.Items.FirstOrDefault(i => i.Subject == Printing) switch
            {
                null => new HubCheck(Printing, CheckOutcome.NotMade, "not looked at: the hub does not say."),
                { Level: StatusLevel.Ok } item => Fine(Printing, item.Text),
                { Level: StatusLevel.Failure } item => Failed(Printing, item.Text, item.Remedy),
                var item => Warned(Printing, item.Text, item.Remedy),
            };
        }
        catch (HubException exception)
        {
            return Of(Printing, exception);
        }
    }

    private static async Task<(HubCheck Check, GetCallerResponse? Self)> RightsAsync(
        HubLink link, IdentityFolder identity, CancellationToken cancellation)
    {
        try
        {
            var self = await new CallerService.CallerServiceClient(link.Invoker)
                .GetCallerAsync(new GetCallerRequest(), cancellationToken: cancellation);
            var roles = self.Roles.Count == 0 ? "no role" : string.Join(", ", self.Roles);
            if (self.Principal != identity.Id)
            {
                return (Warned(Rights, $"The hub knows this certificate as {self.Principal}, and hub.json says {identity.Id}.",
                    "Correct id in hub.json, or use the other folder."), self);
            }

            return (self.Roles.Count == 0
                ? Warned(Rights, $"{self.Principal} has {roles} and may do nothing but ask about itself.",
                    "Ask the hub's operator for a role: `thub partner roles ID --set ROLES`.")
                : Fine(Rights, $"{self.Principal} with {roles}: {string.Join(", ", self.Permissions)}."), self);
        }
        catch (HubException exception)
        {
            return (Of(Rights, exception), null);
        }
    }

    // What somebody else asks for in the partner's name is the first thing to look at.
    private static HubCheck ConsentOf(GetCallerResponse self)
    {
        var waiting = self.OpenRequests.Select(r => r.Id).ToList();
        return self.Certificate?.Access switch
        {
            CertificateAccess.Pending => Warned(Consent,
                "your partner has not consented to this certificate, which may only ask what its access is.",
                $"With another valid certificate: `thub cert consent {waiting.FirstOrDefault()} --as DIR`."),
            CertificateAccess.Sending => Warned(Consent,
                "this certificate may send and confirm weeks, and reads from "
                    + $"{Minute(self.OpenRequests.FirstOrDefault()?.GrantTime?.ToDateTimeOffset())}, unless your partner objects.",
                "Wait, or hand in what a registered contact signs: "
                    + $"`thub cert consent {waiting.FirstOrDefault()} --contact FILE`."),
            _ when waiting.Count > 0 => Warned(Consent,
                $"somebody has asked for a certificate or for roles in your name: {string.Join(", ", waiting)}.",
                "Look at once: `thub cert requests`, and then `thub cert consent ID` or `thub cert object ID`."),
            _ => Fine(Consent, "nothing waits for it."),
        };
    }

    private static string Minute(DateTimeOffset? time) =>
        time is { } at ? SwedishClock.Minute(at) : "later";

    private static async Task<HubCheck> AgreementAsync(HubLink link, GetCallerResponse self, CancellationToken cancellation)
    {
        if (self.Partner is not { } partner)
        {
            return Fine(Agreement, "the operator needs none.");
        }

        try
        {
            var service = new AgreementService.AgreementServiceClient(link.Invoker);
            var named = new List<string>();
            for (var token = ""; ;)
            {
                var page = await service.ListAgreementsAsync(
                    new ListAgreementsRequest { PageSize = 1_000, PageToken = token }, cancellationToken: cancellation);
                named.AddRange(page.Versions
                    .Where(v => v.State == AgreementState.Active && v.Agreement.Parties.Any(p => p.Partner == partner.Id))
                    .Select(v => v.Agreement.Id));
                if ((token = page.NextPageToken).Length == 0)
                {
                    break;
                }
            }

            return named.Count > 0
                ? Fine(Agreement, $"in force: {string.Join(", ", named)}.")
                : Warned(Agreement, $"No agreement in force names {partner.Id}: it may send and see nothing.",
                    "One is drafted, proposed and signed by all parties: `thub agreement list` tells what waits for a signature.");
        }
        catch (HubException exception) when (exception.Reason == "ACCESS_RESTRICTED")
        {
            return new HubCheck(Agreement, CheckOutcome.NotMade, "not looked at: this certificate may not read agreements yet.");
        }
        catch (HubException exception) when (exception.Reason == "PERMISSION_MISSING")
        {
            return new HubCheck(Agreement, CheckOutcome.NotMade, "not looked at: your role may not read agreements.");
        }
        catch (HubException exception)
        {
            return Of(Agreement, exception);
        }
    }

    private static HubCheck Skew(TimeSpan ahead)
    {
        // The answer's time has whole seconds, and it was under way for a while.
        var skew = ahead.Duration();
        var text = skew <= MuchSkew ? "this machine and the hub agree."
            : $"this machine is {Span(skew)} {(ahead > TimeSpan.Zero ? "behind" : "ahead of")} the hub.";
        return skew <= MuchSkew ? Fine(Clock, text)
            : skew <= TooMuchSkew ? Warned(Clock, text, "Let the clock be set by NTP.")
            : Failed(Clock, text, "Set the clock, by NTP: certificates and tokens are judged by it.");
    }

    private static string Span(TimeSpan span) => span.TotalMinutes < 2
        ? string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0} seconds")
        : span.TotalHours < 2 ? string.Create(CultureInfo.InvariantCulture, $"{span.TotalMinutes:0} minutes")
        : string.Create(CultureInfo.InvariantCulture, $"{span.TotalHours:0} hours");

    private IdentityFolder? Load()
    {
        try
        {
            return IdentityFolder.Load(path, passphrase);
        }
        catch (IdentityFolderException)
        {
            return null;
        }
    }

    private HubCheck Noted(HubCheck check)
    {
        if (check.Outcome == CheckOutcome.Failed)
        {
            broken ??= check.Subject;
        }

        return check;
    }

    private static HubCheck Read(string subject, Func<HubCheck> read)
    {
        try
        {
            return read();
        }
        catch (IdentityFolderException exception)
        {
            return Of(subject, exception);
        }
    }

    private HubCheck NotMade(string subject, string? because = null) =>
        new(subject, CheckOutcome.NotMade, $"not looked at, because of: {because ?? broken ?? Address}.");

    private static HubCheck Fine(string subject, string text) => new(subject, CheckOutcome.Fine, text);

    private static HubCheck Warned(string subject, string text, string remedy) =>
        new(subject, CheckOutcome.Warning, text, remedy);

    private static HubCheck Failed(string subject, string text, string remedy) =>
        new(subject, CheckOutcome.Failed, text, remedy);

    private static HubCheck Of(string subject, IdentityFolderException exception) =>
        new(subject, CheckOutcome.Failed, exception.Message, exception.Remedy) { Fault = exception.Fault };

    // Who is told to ask this very command learns nothing.
    private static HubCheck Of(string subject, HubException exception) => new(subject, CheckOutcome.Failed,
        exception.Message + (exception.Reason is null ? "" : $" ({exception.Reason})"),
        exception.Remedy?.Contains("thub doctor", StringComparison.Ordinal) == true
            ? "Ask the hub's operator: the hub's log holds its reason, and `thub partner show ID` the state of your certificates."
            : exception.Remedy);

    private static string Day(DateTime local) => Day(new DateTimeOffset(local));

    private static string Day(DateTimeOffset time) => SwedishClock.Day(time);

    private sealed class Verdict
    {
        public HubCheck? Check { get; set; }
    }
}
