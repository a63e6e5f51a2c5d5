using TrygghetHub.Agreements.V1;
using TrygghetHub.Areas.V1;
using TrygghetHub.Audit.V1;
using TrygghetHub.Codes.V1;
using TrygghetHub.Feed.V1;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Links.V1;
using TrygghetHub.Observations.V1;
using TrygghetHub.Operations.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Retention.V1;
using TrygghetHub.Screening;

namespace TrygghetHub.Client;

/// <summary>A partner's or an operator's way to one hub, over mutual TLS, with an access token on every call.</summary>
/// <remarks>
/// Every call fails with a <see cref="HubException"/>, or with an <see cref="OperationCanceledException"/> when
/// its own token was cancelled. Access tokens are fetched, kept and renewed by themselves, and so is the certificate in
/// its folder. Thread-safe; make one and keep it, since it holds the connections.
/// </remarks>
public sealed class HubClient : IDisposable
{
    private readonly string directory;
    private readonly KeyPassphrase? passphrase;
    private readonly HubClientOptions options;
    private readonly TimeProvider time;
    private readonly CancellationTokenSource closing = new();
    private readonly SemaphoreSlim renewal = new(1);
    private readonly Lock gate = new();
    // Calls that run end where they began: a way that has a successor is kept until the client goes.
    private readonly List<HubLink> links = [];
    private volatile HubLink link;

    private HubClient(IdentityFolder identity, HubClientOptions options)
    {
        directory = identity.Path;
        passphrase = identity.Passphrase;
        this.options = options;
        time = options.Time;
        link = new HubLink(identity, options, ConsiderRenewal);
        links.Add(link);
        var invoker = new SwitchingInvoker(() => link.Invoker);
        Incidents = new IncidentService.IncidentServiceClient(invoker);
        Observations = new ObservationService.ObservationServiceClient(invoker);
        Pictures = new PictureService.PictureServiceClient(invoker);
        Reviews = new ReviewService.ReviewServiceClient(invoker);
        Deliveries = new DeliveryService.DeliveryServiceClient(invoker);
        Partners = new PartnerService.PartnerServiceClient(invoker);
        Caller = new CallerService.CallerServiceClient(invoker);
        Agreements = new AgreementService.AgreementServiceClient(invoker);
        Areas = new AreaService.AreaServiceClient(invoker);
        Links = new LinkService.LinkServiceClient(invoker);
        Codes = new CodeService.CodeServiceClient(invoker);
        Quarantine = new QuarantineService.QuarantineServiceClient(invoker);
        Operations = new StatusService.StatusServiceClient(invoker);
        Audit = new AuditService.AuditServiceClient(invoker);
        Retention = new RetentionService.RetentionServiceClient(invoker);
        Feed = new HubFeed(new FeedService.FeedServiceClient(invoker), time);
    }

    /// <summary>Incident summaries, call by call; for many, see <see cref="StreamIncidentsAsync"/>, and to receive, <see cref="Feed"/>.</summary>
    public IncidentService.IncidentServiceClient Incidents { get; }

    /// <summary>Property observations, call by call; for many, see <see cref="PushObservationsAsync"/>.</summary>
    public ObservationService.ObservationServiceClient Observations { get; }

    /// <summary>Weekly pictures and the confirmation of weeks.</summary>
    public PictureService.PictureServiceClient Pictures { get; }

    /// <summary>What is done with a compiled picture: its review, approval and distribution.</summary>
    public ReviewService.ReviewServiceClient Reviews { get; }

    /// <summary>Pictures that partners have sent each other; their seals are verified with <see cref="PictureVerification"/>.</summary>
    public DeliveryService.DeliveryServiceClient Deliveries { get; }

    /// <summary>Who takes part, and their certificates; for the operator.</summary>
    public PartnerService.PartnerServiceClient Partners { get; }

    /// <summary>Who the caller is to the hub, and its leaving; for its certificate see <see cref="RenewAsync"/>.</summary>
    public CallerService.CallerServiceClient Caller { get; }

    /// <summary>Cooperation agreements.</summary>
    public AgreementService.AgreementServiceClient Agreements { get; }

    /// <summary>The geography.</summary>
    public AreaService.AreaServiceClient Areas { get; }

    /// <summary>Reports of different partners that are probably of one event.</summary>
    public LinkService.LinkServiceClient Links { get; }

    /// <summary>Categories, and the caller's own codes for them.</summary>
    public CodeService.CodeServiceClient Codes { get; }

    /// <summary>The caller's own reports that wait because the screening found something in them.</summary>
    public QuarantineService.QuarantineServiceClient Quarantine { get; }

    /// <summary>How the hub is; for those who run it.</summary>
    public StatusService.StatusServiceClient Operations { get; }

    /// <summary>Who has seen what.</summary>
    public AuditService.AuditServiceClient Audit { get; }

    /// <summary>How long the caller's own data is kept, and what has gone.</summary>
    public RetentionService.RetentionServiceClient Retention { get; }

    /// <summary>What the caller may see, as it comes, and the recalls that it answers.</summary>
    public HubFeed Feed { get; }

    /// <summary>Until when the certificate holds that calls are made with.</summary>
    public DateTimeOffset CertificateNotAfter => link.NotAfter;

    /// <summary>Prepares the way to the hub; the first call connects.</summary>
    /// <param name="identity">Who calls; not needed any more when this returns.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <remarks>Trusts <c>ca.crt</c> and nothing else, and still checks the hub's name.</remarks>
    public static HubClient Connect(IdentityFolder identity, HubClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(identity);
        return new HubClient(identity, options ?? new HubClientOptions());
    }

    /// <summary>
    /// The screening that the hub makes of every report, to be made here first: the same code, with the hub's names of
    /// counties and municipalities, and of what lies in one of them, known as places.
    /// </summary>
    /// <param name="municipality">Code of the municipality whose districts and places are known, too; null for none.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="HubException">The hub does not answer.</exception>
    public async Task<ReportScreening> GetScreeningAsync(
        string? municipality = null, CancellationToken cancellation = default)
    {
        var names = new List<string>();
        foreach (var county in await ListAreasAsync("", cancellation).ConfigureAwait(false))
        {
            names.Add(county.DisplayName);
            names.AddRange((await ListAreasAsync(county.Code, cancellation).ConfigureAwait(false)).Select(a => a.DisplayName));
        }

        if (municipality is not null)
        {
            foreach (var district in await ListAreasAsync(municipality, cancellation).ConfigureAwait(false))
            {
                names.Add(district.DisplayName);
                names.AddRange((await ListAreasAsync(district.Code, cancellation).ConfigureAwait(false)).Select(a => a.DisplayName));
            }
        }

        return new ReportScreening(new Screener(names));
    }

    /// <summary>Gets a new certificate for a new key now, and makes new calls with it; running ones go on.</summary>
    /// <param name="cancellation">Ends the wait; the same again goes on from where it was.</param>
    /// <remarks>
    /// The key is made in the identity folder and stays there. Where another process has renewed the folder's
    /// certificate already, that one is taken. The hub takes the one before for a while yet.
    /// </remarks>
    /// <exception cref="HubException">The hub refused, or did not answer; the certificate stays as it was.</exception>
    /// <exception cref="IdentityFolderException">The folder cannot be read or written.</exception>
    public async Task<CertificateRenewal> RenewAsync(CancellationToken cancellation = default)
    {
        await renewal.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await RenewAloneAsync(cancellation).ConfigureAwait(false);
        }
        finally
        {
            renewal.Release();
        }
    }

    /// <summary>Streams incidents in and gives the answer to each, once, when it is durable or refused.</summary>
    /// <param name="incidents">Where they come from; pulled only as fast as the hub answers.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="cancellation">Ends the stream. What is unanswered then may or may not be kept: send it again.</param>
    /// <returns>
    /// One result for each incident, in the order in which the hub answers, found again by <c>source_ref</c> and
    /// revision. Ends when <paramref name="incidents"/> has ended and all of it is answered.
    /// </returns>
    /// <remarks>
    /// A broken connection is made anew, with growing waits between attempts, and all that was unanswered is sent
    /// again in its order: harmless, since the hub knows a repeat. Incidents too large for any message are refused
    /// here, with the reason that the hub would give. Whatever <paramref name="incidents"/> throws comes out after
    /// the answers to all that it gave before.
    /// </remarks>
    /// <exception cref="HubException">
    /// The hub refuses the stream as such, or could not be reached again; the message says how many are unanswered.
    /// </exception>
    public IAsyncEnumerable<ReportResult> StreamIncidentsAsync(IAsyncEnumerable<Incident> incidents,
        StreamOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(incidents);
        return IncidentStream.RunAsync(Incidents, incidents, options ?? new StreamOptions(), time, cancellation);
    }

    /// <summary>Pushes observations and gives the answer to each when all are durable or refused.</summary>
    /// <param name="observations">Any number; each 5,000 are a call of their own.</param>
    /// <param name="options">Null for the defaults; what they say of attempts holds here.</param>
    /// <param name="cancellation">Ends the push; send the same again to know what became of it.</param>
    /// <returns>One result for each, in the order given.</returns>
    /// <remarks>A call that breaks is sent again whole: harmless, since the hub knows a repeat.</remarks>
    /// <exception cref="HubException">The hub refuses a call as such, or could not be reached again.</exception>
    public Task<IReadOnlyList<ReportResult>> PushObservationsAsync(IEnumerable<Observation> observations,
        StreamOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(observations);
        return ObservationPush.RunAsync(Observations, observations, options ?? new StreamOptions(), time, cancellation);
    }

    /// <summary>Imports a GeoJSON file of areas: all of it, or nothing. For the operator.</summary>
    /// <param name="import">What the features are, and from when they hold.</param>
    /// <param name="geoJson">The file, read to its end; at most 16 MiB.</param>
    /// <param name="cancellation">Ends the call. Whether the import was taken is not known then: send it again.</param>
    /// <returns>What it has changed; nothing, where it is a repeat.</returns>
    /// <exception cref="HubException">
    /// The hub refused: with <c>AREAS_INVALID</c> the rule names the feature by its number in the file.
    /// </exception>
    public Task<ImportAreasResponse> ImportAreasAsync(
        AreaImport import, Stream geoJson, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(import);
        ArgumentNullException.ThrowIfNull(geoJson);
        return AreaUpload.RunAsync(Areas, import, geoJson, cancellation);
    }

    /// <summary>Closes the connections; calls that run are cut off.</summary>
    public void Dispose()
    {
        closing.Cancel();
        lock (gate)
        {
            links.ForEach(one => one.Dispose());
            links.Clear();
        }
    }

    private async Task<CertificateRenewal> RenewAloneAsync(CancellationToken cancellation)
    {
        using var folder = IdentityFolder.Load(directory, passphrase);
        if (folder.Certificate.Thumbprint != link.Thumbprint && folder.Certificate.NotAfter > link.NotAfter)
        {
            Switch(folder);
            return new CertificateRenewal(link.NotAfter, RetireTime: null, Failure: null);
        }

        var answer = await Renewal.RunAsync(Caller, folder, time, cancellation).ConfigureAwait(false);
        using var renewed = IdentityFolder.Load(directory, passphrase);
        Switch(renewed);
        return new CertificateRenewal(link.NotAfter, answer.RetireTime?.ToDateTimeOffset(), Failure: null);
    }

    private void Switch(IdentityFolder identity)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(closing.IsCancellationRequested, this);
            link = new HubLink(identity, options, ConsiderRenewal);
            links.Add(link);
        }
    }

    /// <summary>Renews the certificate when two thirds of its time have passed, off the way of whoever called.</summary>
    private void ConsiderRenewal(HubLink of)
    {
        var due = of.NotBefore + (of.NotAfter - of.NotBefore) * 2 / 3;
        var now = time.GetUtcNow();
        if (options.RenewsCertificate && of == link && now >= due && now < of.NotAfter)
        {
            _ = Task.Run(() => RenewByItselfAsync(of), CancellationToken.None);
        }
    }

    private async Task RenewByItselfAsync(HubLink of)
    {
        CertificateRenewal outcome;
        // One that is under way does what this one would.
        if (!await renewal.WaitAsync(TimeSpan.Zero).ConfigureAwait(false))
        {
            return;
        }

        try
        {
            if (of != link)
            {
                return;
            }

            outcome = await RenewAloneAsync(closing.Token).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            outcome = new CertificateRenewal(of.NotAfter, RetireTime: null, exception);
        }
        finally
        {
            renewal.Release();
        }
        if (!closing.IsCancellationRequested)
        {
            options.Renewing?.Invoke(outcome);
        }
    }

    private async Task<List<Area>> ListAreasAsync(string parent, CancellationToken cancellation)
    {
        var found = new List<Area>();
        var request = new ListAreasRequest { Parent = parent, PageSize = 1000 };
        do
        {
            var page = await Areas.ListAreasAsync(request, cancellationToken: cancellation).ConfigureAwait(false);
            found.AddRange(page.Areas);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return found;
    }
}
