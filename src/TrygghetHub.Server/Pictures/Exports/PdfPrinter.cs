using System.Diagnostics.Metrics;
using TrygghetHub.Errors.V1;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Errors;

namespace TrygghetHub.Server.Pictures.Exports;

/// <summary>Prints pages to PDF, one at a time: a browser takes 200 MB. Partners take turns. Thread-safe.</summary>
/// <remarks>
/// After each page it is the turn of the partner that has waited longest since its last one, so a partner that asks for many
/// pages delays another by one page at most. A partner may have a few pages waiting; a further one is refused with the length of
/// the queue and a time to try again, and so is one that has waited for a minute.
/// </remarks>
internal sealed class PdfPrinter : IDisposable
{
    /// <summary>Pages of one partner that may wait, beside the one that is printed.</summary>
    public const int MostWaiting = 4;

    /// <summary>How long a page waits for its turn.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly IBrowser browser;
    private readonly TimeProvider time;
    private readonly Meter meter = new("TrygghetHub");

    // In the order of their turns; a partner is in it once, as long as pages of it wait.
    private readonly LinkedList<PartnerId> turns = new();
    private readonly Dictionary<PartnerId, LinkedList<TaskCompletionSource>> waiting = [];
    private PartnerId? printing;

    // What a page took last is the best guess of what one takes.
    private TimeSpan usual = TimeSpan.FromSeconds(2);

    public PdfPrinter(IBrowser browser, TimeProvider time)
    {
        this.browser = browser;
        this.time = time;
        meter.CreateObservableGauge("trygghethub.pdf.waiting", () => Waiting, "{page}", "Pages that wait to be printed to PDF.");
    }

    /// <summary>How many pages wait, of all partners.</summary>
    public int Waiting
    {
        get
        {
            lock (gate)
            {
                return CountWaiting();
            }
        }
    }

    /// <summary>The page as PDF.</summary>
    /// <param name="partner">Whose turn it takes.</param>
    /// <param name="page">HTML that needs nothing else.</param>
    /// <param name="cancellation">Gives the turn up.</param>
    /// <exception cref="HubException">
    /// QUOTA_EXCEEDED: the partner has too many pages waiting. UNAVAILABLE: its turn has not come. FORMAT_UNAVAILABLE: there is no
    /// browser, or it did not print.
    /// </exception>
    public async Task<byte[]> PrintAsync(PartnerId partner, byte[] page, CancellationToken cancellation)
    {
        await WaitForTurnAsync(partner, cancellation);
        var began = time.GetTimestamp();
        try
        {
            return await browser.PrintAsync(page, cancellation);
        }
        finally
        {
            PassOn(time.GetElapsedTime(began));
        }
    }

    public void Dispose() => meter.Dispose();

    private async Task WaitForTurnAsync(PartnerId partner, CancellationToken cancellation)
    {
        // What can fail comes before the queue: a turn that nobody waits for would hold up all.
        using var limit = new CancellationTokenSource(LongestWait, time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            if (printing is null)
            {
                printing = partner;
                return;
            }

            if (!waiting.TryGetValue(partner, out var own))
            {
                waiting.Add(partner, own = new LinkedList<TaskCompletionSource>());
                turns.AddLast(partner);
            }

            if (own.Count >= MostWaiting)
            {
                throw Busy(ErrorReason.QuotaExceeded, $"{own.Count} pages of yours wait to be printed already, of {CountWaiting()} in all.");
            }

            own.AddLast(turn);
        }

        try
        {
            await turn.Task.WaitAsync(ended.Token);
        }
        catch (OperationCanceledException)
        {
            lock (gate)
            {
                if (!Leave(partner, turn))
                {
                    // The turn came at the same moment.
                    Next();
                }

                cancellation.ThrowIfCancellationRequested();
                throw Busy(
                    ErrorReason.Unavailable,
                    $"The page was not printed within {LongestWait.TotalSeconds:0} seconds; {CountWaiting()} others wait.");
            }
        }
    }

    private void PassOn(TimeSpan took)
    {
        lock (gate)
        {
            usual = took;
            Next();
        }
    }

    private void Next()
    {
        // Who has just had its turn comes after those who have asked meanwhile.
        if (printing is { } last && turns.Remove(last))
        {
            turns.AddLast(last);
        }

        printing = turns.First?.Value;
        if (printing is not { } next)
        {
            return;
        }

        var turn = waiting[next].First!.Value;
        Leave(next, turn);
        turn.SetResult();
    }

    private bool Leave(PartnerId partner, TaskCompletionSource turn)
    {
        if (!waiting.TryGetValue(partner, out var own) || !own.Remove(turn))
        {
            return false;
        }

        if (own.Count == 0)
        {
            waiting.Remove(partner);
            turns.Remove(partner);
        }

        return true;
    }

    private int CountWaiting() => waiting.Values.Sum(w => w.Count);

    private HubException Busy(ErrorReason reason, string rule)
    {
        var delay = TimeSpan.FromSeconds(Math.Clamp(Math.Ceiling((CountWaiting() + 1) * usual.TotalSeconds), 1, 60));
        return new HubException(new Refusal(
            reason, "form", rule,
            $"Try again in {delay.TotalSeconds:0} s, or take the HTML page and print it from a browser: it looks the same.")
        {
            RetryDelay = delay,
        });
    }
}
