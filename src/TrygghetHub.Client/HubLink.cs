using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;

namespace TrygghetHub.Client;

/// <summary>The way to the hub with one certificate: its connections, and the access tokens that are bound to it.</summary>
internal sealed class HubLink : IDisposable
{
    private readonly GrpcChannel channel;
    private readonly AccessTokens tokens;
    private readonly HttpMessageInvoker issuer;

    /// <summary>Prepares the way; the first call connects.</summary>
    /// <param name="identity">Who calls; not needed any more afterwards.</param>
    /// <param name="options">How.</param>
    /// <param name="tokenFetched">Told after each token.</param>
    public HubLink(IdentityFolder identity, HubClientOptions options, Action<HubLink> tokenFetched)
    {
        Thumbprint = identity.Certificate.Thumbprint;
        NotBefore = identity.Certificate.NotBefore;
        NotAfter = identity.Certificate.NotAfter;
        Connection = new HubConnection(options.Url ?? identity.Url, identity.Roots);

        // Of its own, since a channel takes its handler for itself. An issuer elsewhere is none of the hub's authority's.
        var endpoint = identity.TokenEndpointFor(Connection.Url);
        var isOwn = endpoint.IdnHost.Equals(Connection.Url.IdnHost, StringComparison.OrdinalIgnoreCase);
        var issuerConnection = isOwn ? Connection : new HubConnection(endpoint, roots: null);
        issuer = new HttpMessageInvoker(issuerConnection.Handler(identity, options.ConnectTimeout));
        tokens = new AccessTokens(issuer, endpoint, identity.Id, issuerConnection, options.Time, () => tokenFetched(this));

        var credentials = CallCredentials.FromInterceptor(async (call, metadata) => metadata.Add(
            "authorization", "Bearer " + await tokens.GetAsync(call.CancellationToken).ConfigureAwait(false)));
        channel = GrpcChannel.ForAddress(Connection.Url, new GrpcChannelOptions
        {
            HttpHandler = Connection.Handler(identity, options.ConnectTimeout),
            DisposeHttpClient = true,
            Credentials = ChannelCredentials.Create(ChannelCredentials.SecureSsl, credentials),
            MaxReceiveMessageSize = options.MaxReceiveBytes,
        });
        Invoker = channel.Intercept(new ErrorInterceptor(Connection, tokens));
    }

    /// <summary>Makes calls.</summary>
    public CallInvoker Invoker { get; }

    /// <summary>The address, and what was seen of it.</summary>
    public HubConnection Connection { get; }

    /// <summary>The certificate's.</summary>
    public string Thumbprint { get; }

    /// <summary>The certificate's first instant.</summary>
    public DateTimeOffset NotBefore { get; }

    /// <summary>The certificate's last instant.</summary>
    public DateTimeOffset NotAfter { get; }

    /// <summary>The tokens that calls carry.</summary>
    public AccessTokens Tokens => tokens;

    public void Dispose()
    {
        tokens.Dispose();
        issuer.Dispose();
        channel.Dispose();
    }
}
