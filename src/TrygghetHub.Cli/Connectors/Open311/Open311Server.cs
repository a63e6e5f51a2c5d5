using System.Globalization;
using System.Runtime.CompilerServices;

namespace TrygghetHub.Cli.Connectors.Open311;

/// <summary>Asks a GeoReport server for all its requests of a stretch of time.</summary>
/// <remarks>
/// Pages where the server has them (<c>page</c>, <c>page_size</c>: an extension that most have), whether they count from 1 or
/// from 0; a page that is refused or not there is the end. A server without pages is asked in ever shorter stretches of time
/// instead, until it gives less than it has ever given at once: the specification lets it stop at 1,000, some stop before. One
/// that answers two stretches of time alike ignores the dates, and is not asked further. One call after the other. Not thread-safe.
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

    // What is known of the server; null until it has shown it.
    private bool? hasPages;
    private int? firstPage;
    private bool takesPages = true;
    private SourceException? nothing;

    private enum Page
    {
        /// <summary>Must be there.</summary>
        First = 1,

        /// <summary>May lie beyond the last.</summary>
        Next = 2,

        /// <summary>Page 0, which many servers cannot make sense of.</summary>
        Tried = 3,
    }

    /// <summary>Told what a person should know while it waits.</summary>
    public Action<string> Note { get; init; } = _ => { };

    /// <summary>The requests, each id once, as they come.</summary>
    /// <exception cref="SourceException">The server does not answer, or not with requests.</exception>
    public async IAsyncEnumerable<Open311Request> ListAsync(
        DateTimeOffset from, DateTimeOffset to, [EnumeratorCancellation] CancellationToken cancellation)
    {
        // Neighbours in time, in order; those that are asked for next on top.
        var groups = new Stack<IEnumerable<Open311Window>>([Open311Window.Cut(from, to)]);
        while (groups.TryPop(out var group))
        {
            var answered = new List<Open311Stretch>();
            foreach (var window in group)
            {
                var stretch = new Open311Stretch(window);
                var before = answered.Count > 0 ? answered[^1] : null;
                await foreach (var request in ListAsync(stretch, before, cancellation))
                {
                    yield return request with { Number = ++listed };
                }

                if (stretch.Repeats(before))
                {
                    Note("The source answers every stretch of time alike: it ignores start_date and end_date, and all that it gives is taken."
                        + (hasPages == false ? " It has no pages either, so that it cannot be asked for more than that." : ""));
                    yield break;
                }

                answered.Add(stretch);
            }

            // As many as ever before may be all that it gives at once.
            foreach (var stretch in answered.Where(s => s.MayBeCut && s.Given >= mostGiven).Reverse())
            {
                if (!stretch.Window.IsDivisible)
                {
                    Note($"The source gives at most {stretch.Given} requests at once, and there may be more of the hour from {At(stretch.Window.From)}.");
                    continue;
                }

                var (first, second) = stretch.Window.Halves();
                groups.Push([first, second]);
            }
        }

        if (nothing is not null)
        {
            if (listed == 0)
            {
                throw new SourceException(
                    nothing.Message,
                    nothing.Remedy + (url.AbsolutePath.EndsWith(".xml", StringComparison.OrdinalIgnoreCase)
                        ? "" : " Where a server speaks XML alone, the address ends in /requests.xml."));
            }

            Note($"{nothing.Message} That was so for a part of the time, and was read as no requests there.");
        }
    }

    /// <summary>The requests of one stretch that are not listed yet; notes in it what the server's answers tell.</summary>
    private async IAsyncEnumerable<Open311Request> ListAsync(
        Open311Stretch stretch, Open311Stretch? before, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var begin = firstPage ?? 1;
        for (var page = begin; page < begin + MostPages; page++)
        {
            var requests = page == begin
                ? await FirstAsync(stretch.Window, page, cancellation)
                : await AskAsync(stretch.Window, page, Page.Next, cancellation);
            if (requests is not { Count: > 0 })
            {
                // A server may refuse a page because it gives no more than so many, and not because it was the last.
                stretch.MayBeCut = requests is null && stretch.IsLastPageFull;
                hasPages = page > begin ? true : hasPages;
                break;
            }

            var isRepeated = !stretch.Add(requests) && page > begin;
            foreach (var request in Fresh(requests, isFirst: page == begin))
            {
                yield return request;
            }

            if (stretch.Repeats(before))
            {
                // All else has been listed with that.
                yield break;
            }

            if (isRepeated && (page > begin + 1 || hasPages == true))
            {
                // Beyond the last page comes the last again.
                hasPages = true;
                break;
            }

            if (isRepeated || hasPages == false)
            {
                (hasPages, stretch.MayBeCut) = (false, true);
                break;
            }
        }

        mostGiven = Math.Max(mostGiven, stretch.MayBeCut ? stretch.Given : 0);
        if (firstPage is not null || hasPages == false)
        {
            yield break;
        }

        // Where pages count from 0, what was asked for as the first is the second.
        var zero = await AskAsync(stretch.Window, page: 0, Page.Tried, cancellation) ?? [];
        firstPage = zero.Count > 0 && !stretch.HasAnyOf(zero) ? 0 : stretch.Given > 0 ? 1 : null;
        stretch.Add(zero);
        foreach (var request in Fresh(zero, isFirst: firstPage == 0))
        {
            yield return request;
        }
    }

    // What has no id cannot be told apart: it counts once, where it cannot be a repetition.
    private List<Open311Request> Fresh(IEnumerable<Open311Request> requests, bool isFirst) =>
        [.. requests.Where(r => r.ServiceRequestId.Length == 0 ? isFirst : seen.Add(r.ServiceRequestId))];

    private async Task<IReadOnlyList<Open311Request>> FirstAsync(Open311Window window, int page, CancellationToken cancellation)
    {
        try
        {
            return await AskAsync(window, page, Page.First, cancellation) ?? [];
        }
        catch (SourceException exception) when (exception.IsNothing)
        {
            // The specification's word for a time without requests, and also everybody's for a wrong address.
            nothing ??= exception;
            return [];
        }
        catch (SourceException exception) when (exception.IsRefusal && takesPages)
        {
            // A strict server takes no parameter that the specification does not have.
            takesPages = false;
        }

        var requests = await AskAsync(window, page, Page.First, cancellation) ?? [];
        hasPages = false;
        return requests;
    }

    /// <summary>Asks for a page; null where it may lie beyond the last, and the server refuses it or has nothing there.</summary>
    private async Task<IReadOnlyList<Open311Request>?> AskAsync(
        Open311Window window, int page, Page kind, CancellationToken cancellation)
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
                (kind != Page.First && (exception.IsNothing || exception.IsRefusal)) || (kind == Page.Tried && exception.IsFailure))
            {
                return null;
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
        var pages = takesPages ? string.Create(CultureInfo.InvariantCulture, $"&page={page}&page_size={PageSize}") : "";
        var query = $"{own}{(own.Length > 0 ? "&" : "")}start_date={At(window.From)}&end_date={At(window.To)}{pages}";
        return new UriBuilder(url) { Path = path, Query = query }.Uri;
    }

    private static string At(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
