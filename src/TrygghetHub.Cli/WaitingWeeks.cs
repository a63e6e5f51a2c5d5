using TrygghetHub.Client;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Server.Platform.Calendar;

namespace TrygghetHub.Cli;

/// <summary>Says, after other work, that a week waits for the caller's word before it freezes.</summary>
internal static class WaitingWeeks
{
    // The week that runs and the one before: what is older has frozen.
    private const int Weeks = 2;

    /// <summary>One line on stderr where a word is missing, and none otherwise.</summary>
    /// <remarks>An aside: a hub that does not answer it, or not to this caller, has done what it was asked for.</remarks>
    public static async Task TellAsync(Screen screen, HubClient client, CancellationToken cancellation)
    {
        try
        {
            var answer = await client.Pictures.ListWeeksAsync(
                new ListWeeksRequest { PageSize = Weeks }, cancellationToken: cancellation);
            var waiting = answer.Weeks.Where(w => w.WordMissing && w.FreezeTime > answer.HubTime).ToList();
            if (waiting.Count > 0)
            {
                screen.Note(Line(waiting));
            }
        }
        catch (HubException)
        {
        }
    }

    /// <summary>The line: the first week, and how many more there are.</summary>
    public static string Line(IReadOnlyList<ReportingWeek> waiting)
    {
        var first = waiting[0];
        var until = SwedishClock.Weekday(first.FreezeTime.ToDateTimeOffset());
        return $"Week {Week.Of(first.Week)} of {first.Municipality} waits for your word until {until}: {Confirm(first)}"
            + (waiting.Count > 1 ? $"  ({waiting.Count - 1} more: thub week list)" : "");
    }

    /// <summary>The command that gives the word.</summary>
    public static string Confirm(ReportingWeek week) =>
        $"thub week confirm --municipality {week.Municipality} --week {Week.Of(week.Week)}";
}
