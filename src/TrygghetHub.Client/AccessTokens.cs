using System.Net;
using System.Text.Json;
using Grpc.Core;
using TrygghetHub.Errors.V1;

namespace TrygghetHub.Client;

/// <summary>
/// Access tokens for one certificate (RFC 6749 client credentials, RFC 8705 mutual TLS): fetched when needed, one fetch
/// at a time, and kept until shortly before they expire.
/// </summary>
/// <remarks>Thread-safe. A fetch that fails fails all who wait for it; the next to ask tries again.</remarks>
internal sealed class AccessTokens(HttpMessageInvoker http, Uri endpoint, string clientId, HubConnection connection,
    TimeProvider time, Action fetched) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestReserve = TimeSpan.FromSeconds(30);

    // Far more than any token endpoint says; whatever answers more is none.
    private const int MaxAnswerBytes = 64 * 1024;

    private static readonly HashSet<string> Reasons = [.. ErrorReasonReflection.Descriptor.EnumTypes
        .Single(e => e.Name == nameof(ErrorReason)).Values.Select(v => v.Name["ERROR_REASON_".Length..])];

    private readonly Lock gate = new();
    private readonly CancellationTokenSource closing = new();
    private Task<Token>? current;
    private int generation;

    /// <summary>Which token is the current one; see <see cref="Drop"/>.</summary>
    public int Generation
    {
        get
        {
            lock (gate)
            {
                return generation;
            }
        }
    }

    /// <summary>The value of the `Date` header of the last answer; null when there was none.</summary>
    public DateTimeOffset? IssuerTime { get; private set; }

    /// <summary>A token that is good for a while.</summary>
    /// <exception cref="HubException">It was refused, or the endpoint cannot be reached.</exception>
    public async Task<string> GetAsync(CancellationToken cancellation)
    {
        Task<Token> fetch;
        lock (gate)
        {
            if (current is null || current.IsFaulted || current.IsCanceled
                || (current.IsCompletedSuccessfully && current.Result.RefreshTime <= time.GetUtcNow()))
            {
                generation++;
                // Of nobody's call: one that is cancelled must not take the token from the others.
                current = Task.Run(FetchAsync, CancellationToken.None);
            }

            fetch = current;
        }
        return (await fetch.WaitAsync(cancellation).ConfigureAwait(false)).Text;
    }

    /// <summary>Forgets the token that the hub no longer takes, unless another has taken its place.</summary>
    /// <param name="seen">The <see cref="Generation"/> at the time of the call.</param>
    public void Drop(int seen)
    {
        lock (gate)
        {
            if (generation <= seen + 1 && current is { IsCompleted: true })
            {
                current = null;
            }
        }
    }

    public void Dispose()
    {
        closing.Cancel();
        closing.Dispose();
    }

    private async Task<Token> FetchAsync()
    {
        // By the machine's clock, as connecting is: a test that sets the time must not cut off what is under way.
        using var patience = new CancellationTokenSource(Patience);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, closing.Token);
        var asked = time.GetUtcNow();
        HttpResponseMessage answer;
        string text;
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, endpoint)
            {
                // HTTP/1.1 will do for an issuer outside the hub.
                Version = HttpVersion.Version20,
                VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
                Content = new FormUrlEncodedContent(new Dictionary<string, string>
                {
                    ["grant_type"] = "client_credentials",
                    ["client_id"] = clientId,
                }),
            };
            answer = await http.SendAsync(request, stop.Token).ConfigureAwait(false);
            await answer.Content.LoadIntoBufferAsync(MaxAnswerBytes, stop.Token).ConfigureAwait(false);
            text = await answer.Content.ReadAsStringAsync(stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (!closing.IsCancellationRequested)
        {
            throw ConnectionFault.Describe(new TimeoutException(exception.Message, exception), connection);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw ConnectionFault.Describe(exception, connection);
        }

        using (answer)
        {
            connection.Answered();
            IssuerTime = answer.Headers.Date;
            if (!answer.IsSuccessStatusCode)
            {
                throw Refused(answer, text);
            }

            var token = Read(text, asked);
            fetched();
            return token;
        }
    }

    private Token Read(string text, DateTimeOffset asked)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            if (Text(document, "access_token") is { Length: > 0 } token)
            {
                // An issuer that does not say how long is asked again soon.
                var seconds = document.RootElement.TryGetProperty("expires_in", out var life)
                    && life.ValueKind == JsonValueKind.Number && life.TryGetDouble(out var said) ? said : 60;
                var lifetime = TimeSpan.FromSeconds(Math.Clamp(seconds, 0, 86_400));
                var reserve = lifetime / 5 < LongestReserve ? lifetime / 5 : LongestReserve;
                return new Token(token, asked + lifetime - reserve);
            }
        }
        catch (JsonException)
        {
            // Said below.
        }
        throw new HubException(StatusCode.Unauthenticated, $"{endpoint} answered, but with no access token.",
            remedy: "Check token_endpoint in hub.json.");
    }

    private HubException Refused(HttpResponseMessage answer, string text)
    {
        string? error = null;
        string? description = null;
        try
        {
            using var document = JsonDocument.Parse(text);
            error = Text(document, "error");
            description = Text(document, "error_description");
        }
        catch (JsonException)
        {
            // The status alone must do.
        }

        // Ours comes first in the description, or stands for the error itself.
        var reason = new[] { description?.Split([' ', ':'], 2)[0], error }.FirstOrDefault(r => r is not null && Reasons.Contains(r));
        if (reason is not null && description?.StartsWith(reason, StringComparison.Ordinal) == true)
        {
            description = description[reason.Length..].TrimStart(':', ' ');
        }

        var said = string.IsNullOrWhiteSpace(description) ? error ?? $"HTTP {(int)answer.StatusCode}" : description;
        var delay = answer.Headers.RetryAfter?.Delta;
        return answer.StatusCode switch
        {
            HttpStatusCode.NotFound when error is null => new HubException(StatusCode.Unimplemented,
                $"No access tokens are issued at {endpoint}.",
                remedy: "Check url and token_endpoint in hub.json, and that the hub is not older than this client."),
            HttpStatusCode.TooManyRequests => new HubException(StatusCode.ResourceExhausted,
                $"No access token yet: {said}", reason ?? HubException.QuotaExceeded, isTransient: true, retryDelay: delay),
            >= HttpStatusCode.InternalServerError => new HubException(StatusCode.Unavailable,
                $"{connection.Name} could not issue an access token: {said}", reason,
                remedy: "Try again; if it goes on, the issuer's log holds the reason.", isTransient: true, retryDelay: delay),
            _ => new HubException(StatusCode.Unauthenticated, $"No access token was issued: {said}", reason,
                remedy: (reason is null ? "`thub doctor --as DIR` looks for the cause; the operator sees " : "The operator sees ")
                    + "the partner's state and certificates with `thub partner show ID`."),
        };
    }

    private static string? Text(JsonDocument document, string property) =>
        document.RootElement.ValueKind == JsonValueKind.Object
        && document.RootElement.TryGetProperty(property, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString() : null;

    private sealed record Token(string Text, DateTimeOffset RefreshTime);
}
