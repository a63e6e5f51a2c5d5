using TrygghetHub.Server.Platform.Calendar;

namespace TrygghetHub.Cli.Connectors.Polisen;

/// <summary>Asks the police's feed, within its limits, and only for what is new.</summary>
/// <remarks>
/// A call is written down before it is made, so that one that is cut off counts. The validators of an answer are kept
/// by <see cref="Keep"/>, when the hub has it all: a run that is cut off gets the same answer again. One caller at a time.
/// </remarks>
/// <param name="http">The way there.</param>
/// <param name="file">What is remembered.</param>
/// <param name="validFor">See <see cref="PoliceFeedState.ValidFor"/>.</param>
/// <param name="time">Limits and waits go by it.</param>
internal sealed class PoliceFeedClient(SourceHttp http, PoliceFeedStateFile file, string validFor, TimeProvider time)
{
    /// <summary>Where the police publish it.</summary>
    public const string DefaultUrl = "https://polisen.se/api/events";

    /// <summary>A wait as long as that between two calls needs no decision by anybody.</summary>
    private static readonly TimeSpan ShortWait = TimeSpan.FromSeconds(15);

    /// <summary>Told what a person should know while it waits.</summary>
    public Action<string> Note { get; init; } = _ => { };

    /// <summary>Asks.</summary>
    /// <param name="url">The feed.</param>
    /// <param name="isPatient">Whether it waits however long the limits want; otherwise a few seconds at most.</param>
    /// <param name="cancellation">Ends the wait and the call.</param>
    /// <exception cref="SourceException">The feed may not be asked now, or did not answer.</exception>
    public async Task<SourceAnswer> GetAsync(Uri url, bool isPatient, CancellationToken cancellation)
    {
        var state = await ReserveAsync(isPatient, cancellation);
        var isSame = state.ValidFor == validFor;
        try
        {
            return await http.GetAsync(
                url, "application/json", isSame ? state.ETag : "", isSame ? state.LastModified : "", cancellation);
        }
        catch (SourceException exception) when (exception.RetryAfter is { } wait)
        {
            Change(s => s with { NotBefore = time.GetUtcNow() + wait });
            throw;
        }
    }

    /// <summary>Remembers an answer that the hub now has whole.</summary>
    public void Keep(SourceAnswer answer) => Change(
        s => s with { ValidFor = validFor, ETag = answer.ETag, LastModified = answer.LastModified });

    private async Task<PoliceFeedState> ReserveAsync(bool isPatient, CancellationToken cancellation)
    {
        while (true)
        {
            var now = time.GetUtcNow();
            DateTimeOffset next;
            using (file.Lock())
            {
                var state = file.Load(now, out var note);
                next = PoliceFeedLimits.Next(state.Calls, now);
                // A clock that was wrong when it was written must not stop the connector for years.
                if (state.NotBefore > next && state.NotBefore - now <= PoliceFeedLimits.Longest)
                {
                    next = state.NotBefore;
                }

                if (note is not null)
                {
                    Note(note);
                }

                if (next <= now)
                {
                    state = state with { Calls = PoliceFeedLimits.Kept([.. state.Calls, now], now) };
                    file.Save(state);
                    return state;
                }

                // What was damaged is whole from here on, and the call that it stood for is in it.
                file.Save(state);
            }

            var wait = next - now;
            var at = SwedishClock.Second(next);
            if (!isPatient && wait > ShortWait)
            {
                throw new SourceException(
                    $"The feed may not be asked again before {at}.",
                    "Its rules: 10 seconds between calls, 60 an hour, 1,440 a day. Run it then, or leave it running with --every.")
                {
                    IsTransient = true,
                    RetryAfter = wait,
                };
            }

            Note($"Waiting until {at}: the feed's rules allow no call before.");
            await Task.Delay(wait, time, cancellation);
        }
    }

    private void Change(Func<PoliceFeedState, PoliceFeedState> change)
    {
        using (file.Lock())
        {
            file.Save(change(file.Load(time.GetUtcNow(), out _)));
        }
    }
}
