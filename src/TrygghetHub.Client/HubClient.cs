using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Areas.V1;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Observations.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Reports.V1;

namespace TrygghetHub.Client;

/// <summary>A partner's or an operator's way to one hub, over mutual TLS.</summary>
/// <remarks>
/// Every call fails with a <see cref="HubException"/>, or with an <see cref="OperationCanceledException"/> when
/// its own token was cancelled. Thread-safe; make one and keep it, since it holds the connections.
/// </remarks>
public sealed class HubClient : IDisposable
{
    private readonly GrpcChannel channel;
    private readonly TimeProvider time;

    private HubClient(GrpcChannel channel, CallInvoker invoker, TimeProvider time)
    {
        this.channel = channel;
        this.time = time;
        Incidents = new IncidentService.IncidentServiceClient(invoker);
        Observations = new ObservationService.ObservationServiceClient(invoker);
        Pictures = new PictureService.PictureServiceClient(invoker);
        Partners = new PartnerService.PartnerServiceClient(invoker);
        Agreements = new AgreementService.AgreementServiceClient(invoker);
        Areas = new AreaService.AreaServiceClient(invoker);
    }

    /// <summary>Incident summaries, call by call; for many, see <see cref="StreamIncidentsAsync"/>.</summary>
    public IncidentService.IncidentServiceClient Incidents { get; }

    /// <summary>Property observations, call by call; for many, see <see cref="PushObservationsAsync"/>.</summary>
    public ObservationService.ObservationServiceClient Observations { get; }

    /// <summary>Weekly pictures and the confirmation of weeks.</summary>
    public PictureService.PictureServiceClient Pictures { get; }

    /// <summary>Enrolment; for the operator.</summary>
    public PartnerService.PartnerServiceClient Partners { get; }

    /// <summary>Cooperation agreements.</summary>
    public AgreementService.AgreementServiceClient Agreements { get; }

    /// <summary>The geography.</summary>
    public AreaService.AreaServiceClient Areas { get; }

    /// <summary>Prepares the way to the hub; the first call connects.</summary>
    /// <param name="identity">Who calls; not needed any more when this returns.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <remarks>Trusts <c>ca.crt</c> and nothing else, and still checks the hub's name.</remarks>
    public static HubClient Connect(IdentityFolder identity, HubClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(identity);
        options ??= new HubClientOptions();
        var connection = new HubConnection(options.Url ?? identity.Url, identity.Root);
        var channel = GrpcChannel.ForAddress(connection.Url, new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler
            {
                SslOptions = connection.TlsOptions(identity),
                // A proxy of the environment would only see a connection that it cannot read.
                UseProxy = false,
                ConnectTimeout = options.ConnectTimeout,
                EnableMultipleHttp2Connections = true,
                // A connection that a firewall has dropped in silence is noticed while a call waits on it.
                KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
                KeepAlivePingDelay = TimeSpan.FromSeconds(20),
                KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
                PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5),
            },
            DisposeHttpClient = true,
            MaxReceiveMessageSize = options.MaxReceiveBytes,
        });
        return new HubClient(channel, channel.Intercept(new ErrorInterceptor(connection)), options.Time);
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

    /// <summary>Closes the connections.</summary>
    public void Dispose() => channel.Dispose();
}
