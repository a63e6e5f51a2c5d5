using System.Globalization;
using System.Runtime.CompilerServices;

namespace TrygghetHub.Cli.Connectors.Open311;

/// <summary>Asks a GeoReport server for all its requests of a stretch of time.</summary>
/// <remarks>
/// Pages where the server has them (<c>page</c>, <c>page_size</c>: an extension that most have). One that answers every
/// page with the same is asked in ever shorter stretches of time instead, until it gives less than it has ever given
/// at once: the specification lets it stop at 1,000, some stop before. One call after the other. Not thread-safe.
/// </remarks>
internal sealed class Open311Server(SourceHttp http, Uri url, TimeProvider time)
{
    private const int PageSize = 100;
    private const int MostPages = 1000;
    private const int MostCalls = 10_000;
    private const int MostAttempts = 4;
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(2);

    private readonly HashSet<string> seen = new(StringComparer.Ordinal);
    private int calls;
    private int mostGiven;
    private int listed;

    /// <summary>Told what a person should know while it waits.</summary>
    public Action<string> Note { get; init; } = _ => { };

    /// <summary>The requests, each id once, as they come.</summary>
    /// <exception cref="SourceException">The server does not answer, or not with requests.</exception>
    public async IAsyncEnumerable<Open311Request> ListAsync(
        DateTimeOffset from, DateTimeOffset to, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var window in Open311Window.Cut(from, to))
        {
            await foreach (var request in ListAsync(window, cancellation))
            {
                yield return request;
            }
        }
    }

    private async IAsyncEnumerable<Open311Request> ListAsync(
        Open311Window whole, [EnumeratorCancellation] CancellationToken cancellation)
    {
        // Windows still to be asked for, the next one on top.
        var windows = new Stack<Open311Window>([whole]);
        while (windows.TryPop(out var window))
        {
            var given = 0;
            var hasPages = true;
            for (var page = 1; page <= MostPages; page++)
            {
                var requests = await AskAsync(window, page, cancellation);
                var fresh = requests.Where(r => r.ServiceRequestId.Length == 0 ? page == 1 : seen.Add(r.ServiceRequestId)).ToList();
                given = page == 1 ? requests.Count : given;
                foreach (var request in fresh)
                {
                    yield return request with { Number = ++listed };
                }

                // An empty page is the end. A full one with nothing new is the first again.
                if (requests.Count == 0 || (page > 1 && fresh.Count == 0))
                {
                    hasPages = requests.Count == 0 || page > 2;
                    break;
                }
            }

            if (hasPages)
            {
                continue;
            }

            // As many as ever before may be all that it gives at once.
            mostGiven = Math.Max(mostGiven, given);
            if (given == mostGiven && window.IsDivisible)
            {
                var (first, second) = window.Halves();
                windows.Push(second);
                windows.Push(first);
            }
        }
    }

    private async Task<IReadOnlyList<Open311Request>> AskAsync(
        Open311Window window, int page, CancellationToken cancellation)
    {
        if (++calls > MostCalls)
        {
            throw new SourceException(
                $"The source was asked {MostCalls} times, and there is more.", "Run it again for a shorter time: --from and --to.");
        }

        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var answer = await http.GetAsync(Query(window, page), "application/json, text/xml;q=0.9", "", "", cancellation);
                return Open311Document.Read(answer.Content ?? [], answer.Charset);
            }
            catch (SourceException exception) when (
                exception.IsTransient && attempt < MostAttempts && (exception.RetryAfter ?? TimeSpan.Zero) <= LongestWait)
            {
                var wait = exception.RetryAfter ?? TimeSpan.FromSeconds(attempt * 2);
                Note($"{exception.Message} Asking again in {Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture)} s.");
                await Task.Delay(wait, time, cancellation);
            }
        }
    }

    private Uri Query(Open311Window window, int page)
    {
        var path = url.AbsolutePath.TrimEnd('/');
        if (!path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) && !path.EndsWith(".xml", StringComparison.OrdinalIgnoreCase))
        {
            path += "/requests.json";
        }

        var own = url.Query.TrimStart('?');
        var query = string.Create(
            CultureInfo.InvariantCulture,
            $"{own}{(own.Length > 0 ? "&" : "")}start_date={At(window.From)}&end_date={At(window.To)}&page={page}&page_size={PageSize}");
        return new UriBuilder(url) { Path = path, Query = query }.Uri;
    }

    private static string At(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
