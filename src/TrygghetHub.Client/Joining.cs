using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using TrygghetHub.Partners.V1;

namespace TrygghetHub.Client;

/// <summary>How a partner gets its first certificate, with a code from the hub's operator. The key never travels.</summary>
public static class Joining
{
    /// <summary>Where the open endpoint shows the hub's roots to those who do not know it yet.</summary>
    private const string RootPath = "/.well-known/trygghethub/root.pem";

    // A few roots in PEM; whatever answers more is no hub.
    private const int MaxRootBytes = 64 * 1024;

    /// <summary>Joins a hub: makes a key, has the hub certify it, and completes the identity folder.</summary>
    /// <param name="openUrl">The hub's open endpoint, as the operator gave it together with the code.</param>
    /// <param name="code">The enrolment code.</param>
    /// <param name="directory">The folder to make; must not hold an identity.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="cancellation">Ends the wait; the same again goes on from where it was.</param>
    /// <remarks>
    /// The code holds the hash of the hub's root. The root is fetched first, over a connection that is not trusted and
    /// on which nothing is sent but the request for it; only when it is the one in the code is the hub called again,
    /// trusted through that root alone, and given the code. The same again after a break uses the same key, and the
    /// hub gives the certificate that it gave then.
    /// </remarks>
    /// <exception cref="HubException">
    /// The code is mistyped, the hub is not the one that made it, refused it, or did not answer.
    /// </exception>
    /// <exception cref="IdentityFolderException">The folder holds an identity, or cannot be written.</exception>
    public static async Task<IdentityFolder> JoinAsync(Uri openUrl, string code, string directory,
        HubClientOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(openUrl);
        options ??= new HubClientOptions();
        var parsed = EnrolmentCode.Parse(code);
        using var key = IdentityFolder.PrepareKey(directory, out var isNew);
        JoinResponse answer;
        try
        {
            using var root = await FetchRootAsync(openUrl, parsed, options, cancellation).ConfigureAwait(false);
            answer = await CallAsync(openUrl, root, parsed, key, options, cancellation).ConfigureAwait(false);
        }
        // A key that was there before may be registered by now, and so may one after a break or a fault of the hub: kept.
        catch (HubException exception)
            when (isNew && !exception.IsTransient && exception.StatusCode is not (StatusCode.Internal or StatusCode.Unknown))
        {
            IdentityFolder.Abandon(directory);
            throw;
        }

        if (!Uri.TryCreate(answer.HubUrl, UriKind.Absolute, out var url) || url.Scheme != Uri.UriSchemeHttps)
        {
            throw new HubException(StatusCode.Internal, "The hub did not say where partners call.",
                remedy: "Report it to the hub's operator; the same command again goes on from here.");
        }

        return IdentityFolder.Complete(directory, url, "urn:trygghet:partner:" + answer.Partner.Id,
            answer.CertificateChainPem, answer.RootPem, TokenEndpoint(answer.TokenEndpoint));
    }

    /// <summary>The token endpoint that the hub named; null when it named none.</summary>
    internal static Uri? TokenEndpoint(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttps ? url : null;

    private static async Task<X509Certificate2> FetchRootAsync(
        Uri openUrl, EnrolmentCode code, HubClientOptions options, CancellationToken cancellation)
    {
        var connection = new HubConnection(openUrl, roots: null, isOpen: true);
        var text = await GetRootAsync(openUrl, connection, options, cancellation).ConfigureAwait(false);
        var roots = new X509Certificate2Collection();
        try
        {
            roots.ImportFromPem(text);
        }
        catch (CryptographicException)
        {
            // Then there is none that the code names.
        }

        X509Certificate2? wanted = null;
        foreach (var root in roots)
        {
            if (wanted is null && CryptographicOperations.FixedTimeEquals(
                SHA256.HashData(root.RawDataMemory.Span), code.RootSha256.Span))
            {
                wanted = root;
            }
            else
            {
                root.Dispose();
            }
        }
        return wanted ?? throw new HubException(StatusCode.Unauthenticated, roots.Count == 0
                ? $"What answers at {connection.Name} is not a hub's open endpoint. Nothing was sent to it."
                : $"The hub at {connection.Name} is not the one that made this code. Nothing was sent to it.",
            remedy: "Check the address with the operator who gave you the code. If it is right, somebody stands in between, or "
                + "the code is of another hub: do not go on.");
    }

    [SuppressMessage("Security", "CA5359", Justification = "What comes over it is believed for its hash in the code alone.")]
    private static async Task<string> GetRootAsync(
        Uri openUrl, HubConnection connection, HubClientOptions options, CancellationToken cancellation)
    {
        using var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = (_, _, _, _) => true,
            },
            UseProxy = false,
            AllowAutoRedirect = false,
            ConnectTimeout = options.ConnectTimeout,
        };
        using var http = new HttpClient(handler) { MaxResponseContentBufferSize = MaxRootBytes };
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(openUrl, RootPath))
            {
                Version = HttpVersion.Version20,
                VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
            };
            using var answer = await http.SendAsync(request, cancellation).ConfigureAwait(false);
            return answer.IsSuccessStatusCode
                ? await answer.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false) : "";
        }
        catch (OperationCanceledException exception) when (!cancellation.IsCancellationRequested)
        {
            throw ConnectionFault.Describe(new TimeoutException(exception.Message, exception), connection);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw ConnectionFault.Describe(exception, connection);
        }
    }

    private static async Task<JoinResponse> CallAsync(Uri openUrl, X509Certificate2 root, EnrolmentCode code, ECDsa key,
        HubClientOptions options, CancellationToken cancellation)
    {
        var connection = new HubConnection(openUrl, [root], isOpen: true);
        using var channel = GrpcChannel.ForAddress(openUrl, new GrpcChannelOptions
        {
            HttpHandler = connection.Handler(identity: null, options.ConnectTimeout),
            DisposeHttpClient = true,
        });
        var service = new JoinService.JoinServiceClient(channel.Intercept(new ErrorInterceptor(connection, tokens: null)));
        return await service.JoinAsync(new JoinRequest
        {
            Code = code.Text,
            CsrDer = ByteString.CopyFrom(Renewal.SigningRequest(key, "joining")),
        }, cancellationToken: cancellation).ConfigureAwait(false);
    }
}
