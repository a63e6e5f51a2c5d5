using System.Globalization;
using System.Net;
using System.Reflection;
using TrygghetHub.Server.Platform.Calendar;

namespace TrygghetHub.Cli.Connectors;

/// <summary>Fetches from a source over HTTP, with bounds on what it may answer.</summary>
/// <remarks>
/// At most 20 MiB after decompression, a minute in all, five redirections, each to https: a feed that is read over an
/// open line could be changed on the way. Plain http is for this machine alone. Thread-safe.
/// </remarks>
internal sealed class SourceHttp : IDisposable
{
    /// <summary>The largest body that is read, in bytes after decompression.</summary>
    public const int LargestBytes = 20 * 1024 * 1024;

    private const int MostRedirections = 5;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromDays(1);

    private readonly HttpClient http;
    private readonly TimeProvider time;

    /// <summary>Prepares; nothing is asked yet.</summary>
    /// <param name="time">For a Retry-After that names a day and time.</param>
    public SourceHttp(TimeProvider time)
    {
        this.time = time;
        http = new HttpClient(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                AutomaticDecompression = DecompressionMethods.All,
                UseCookies = false,
                ConnectTimeout = TimeSpan.FromSeconds(15),
            })
        {
            // One limit of our own, which holds for the body too.
            Timeout = Timeout.InfiniteTimeSpan,
        };
        var version = typeof(SourceHttp).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?
            .InformationalVersion.Split('+')[0] ?? "0";
        http.DefaultRequestHeaders.UserAgent.ParseAdd($"TrygghetHub/{version} (thub connect)");
    }

    /// <summary>Reads an address that somebody gave.</summary>
    /// <exception cref="UsageException">It is none that may be fetched from.</exception>
    public static Uri Address(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && MayAsk(uri) && uri.UserInfo.Length == 0
            ? uri
            : throw new UsageException(
                "--url is not an address that may be asked.",
                "Give one that begins with https:// and holds no password; http:// is for this machine alone.");

    /// <summary>Fetches.</summary>
    /// <param name="uri">From <see cref="Address"/>.</param>
    /// <param name="accept">The content type that is wanted.</param>
    /// <param name="etag">From the answer before; empty for whatever there is.</param>
    /// <param name="lastModified">Likewise.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="SourceException">Anything but an answer; says what and what to do.</exception>
    public async Task<SourceAnswer> GetAsync(
        Uri uri, string accept, string etag, string lastModified, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        try
        {
            for (var hop = 0; hop <= MostRedirections; hop++)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, uri);
                request.Headers.Accept.ParseAdd(accept);
                if (etag.Length > 0)
                {
                    request.Headers.TryAddWithoutValidation("If-None-Match", etag);
                }

                if (lastModified.Length > 0)
                {
                    request.Headers.TryAddWithoutValidation("If-Modified-Since", lastModified);
                }

                using var response = await http.SendAsync(
                    request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
                if (response.StatusCode is not (HttpStatusCode.Moved or HttpStatusCode.Found or HttpStatusCode.SeeOther
                    or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect))
                {
                    return await ReadAsync(response, etag, lastModified, patience.Token);
                }

                var next = response.Headers.Location is { } location ? new Uri(uri, location) : null;
                if (next is null || !MayAsk(next) || (next.IsLoopback && !uri.IsLoopback))
                {
                    throw new SourceException(
                        $"{uri.Host} sends the caller on to an address that may not be asked.",
                        "Only https is followed. Ask the source's owner for its right address, and give it as --url.");
                }

                uri = next;
            }

            throw new SourceException(
                $"{uri.Host} sends the caller on more than {MostRedirections} times.",
                "Ask the source's owner for its right address, and give it as --url.");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new SourceException(
                $"{uri.Host} did not answer whole within {Patience.TotalSeconds:0} seconds.", "Try again later.")
            {
                IsTransient = true,
            };
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or InvalidDataException)
        {
            throw new SourceException(
                $"{uri.Host} could not be asked: {exception.Message}", "Check the address and the network, and try again.")
            {
                IsTransient = true,
            };
        }
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private static bool MayAsk(Uri uri) =>
        uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback);

    private async Task<SourceAnswer> ReadAsync(
        HttpResponseMessage response, string etag, string lastModified, CancellationToken cancellation)
    {
        if (response.StatusCode == HttpStatusCode.NotModified)
        {
            return new(null, etag, lastModified);
        }

        if (response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable)
        {
            var wait = RetryAfter(response);
            throw new SourceException(
                $"The source asks to be left alone for now ({(int)response.StatusCode}).",
                wait is null ? "Try again later." : $"Try again after {At(wait.Value)}.")
            {
                IsTransient = true,
                RetryAfter = wait,
            };
        }

        if (response.StatusCode != HttpStatusCode.OK)
        {
            var status = (int)response.StatusCode;
            throw new SourceException(
                status == (int)HttpStatusCode.NoContent
                    ? "The source answers 204, no content, where a list was expected."
                    : $"The source answers {status.ToString(CultureInfo.InvariantCulture)} where 200 was expected.",
                status switch
                {
                    >= 500 => "The fault is with the source. Try again later.",
                    401 or 403 => "It wants a login or an API key: ask its owner for an address that can be read without one, or with a key in it.",
                    _ => "Check the address given as --url.",
                })
            {
                IsTransient = status >= 500,
                IsNothing = status is 204 or 404 or 406 or 410 or 415,
                IsFailure = status >= 500,
                IsRefusal = status is 400 or 416 or 422,
            };
        }

        await using var body = await response.Content.ReadAsStreamAsync(cancellation);
        using var content = new MemoryStream();
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await body.ReadAsync(buffer, cancellation)) > 0)
        {
            if (content.Length + read > LargestBytes)
            {
                throw new SourceException(
                    $"The source's answer is larger than {LargestBytes / (1024 * 1024)} MiB, and is not read.",
                    "Ask for less at a time, or save it to a file and use --file.");
            }

            content.Write(buffer, 0, read);
        }

        return new(
            content.ToArray(), First(response.Headers.NonValidated, "ETag"),
            First(response.Content.Headers.NonValidated, "Last-Modified"),
            response.Content.Headers.ContentType?.CharSet?.Trim('"') ?? "");
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        var wait = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - time.GetUtcNow(),
            _ => (TimeSpan?)null,
        };
        return wait is null ? null : TimeSpan.FromTicks(Math.Clamp(wait.Value.Ticks, 0, LongestRetryAfter.Ticks));
    }

    private string At(TimeSpan wait) =>
        SwedishClock.Second(time.GetUtcNow() + wait);

    // What goes back to the source must not carry a line break, or be without end.
    private static string First(System.Net.Http.Headers.HttpHeadersNonValidated headers, string name) =>
        headers.TryGetValues(name, out var values) && values.ToString() is { Length: <= 256 } value
        && !value.Any(char.IsControl) ? value : "";
}
