using System.Globalization;
using TrygghetHub.Client;
using TrygghetHub.Server.Platform.Calendar;

namespace TrygghetHub.Cli.Connectors.Polisen;

/// <summary>Runs of <c>thub connect polisen</c>: over files, or over what the feed answers, once or again and again.</summary>
internal sealed class PoliceRun(HubClient client, Screen screen, TimeProvider time)
{
    /// <summary>Whether the feed's text goes along.</summary>
    public bool WithText { get; init; }

    /// <summary>Whether nothing is sent.</summary>
    public bool DryRun { get; init; }

    /// <summary>Whether summaries are printed as JSON.</summary>
    public bool Json { get; init; }

    /// <summary>Runs files and tells what they did.</summary>
    public async Task<int> FilesAsync(IReadOnlyList<string> paths, CancellationToken cancellation)
    {
        var (hub, dryRun) = Hub();
        var summary = await OverFilesAsync(hub, paths, WithText, screen, time, cancellation);
        return await TellAsync(summary, dryRun, isRound: false, cancellation);
    }

    /// <summary>Asks the feed, once or every so many minutes, and runs what is new.</summary>
    public async Task<int> FeedAsync(PoliceFeedClient feed, Uri url, int? everyMinutes, CancellationToken cancellation)
    {
        if (everyMinutes is not { } minutes)
        {
            return await OnceAsync(feed, url, isRound: false, cancellation);
        }

        screen.Note($"Asking {url.Host} every {minutes} min; Ctrl+C stops it.");
        try
        {
            while (true)
            {
                var wait = TimeSpan.FromMinutes(minutes);
                try
                {
                    await OnceAsync(feed, url, isRound: true, cancellation);
                }
                catch (SourceException exception) when (exception.IsTransient)
                {
                    screen.Fail(exception.Message, "It is tried again by itself.");
                    wait = exception.RetryAfter > wait ? exception.RetryAfter.Value : wait;
                }
                catch (HubException exception) when (exception.IsTransient)
                {
                    screen.Fail(exception.Message, "It is tried again by itself; nothing is lost.");
                }

                await Task.Delay(wait, time, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            screen.Note("Stopped. What was sent is kept; the next run goes on from there.");
            return ExitCode.Fine;
        }
    }

    /// <summary>Runs files against a hub; without any printing.</summary>
    public static async Task<PoliceRunSummary> OverFilesAsync(
        IReportingHub hub, IReadOnlyList<string> paths, bool withText, Screen screen, TimeProvider time,
        CancellationToken cancellation)
    {
        var summary = new PoliceRunSummary();
        var begun = time.GetTimestamp();
        await screen.FollowAsync("Asking the hub for its areas", async tell =>
        {
            var connector = Connector(hub, withText, summary, tell);
            var areas = await connector.ReadAreasAsync(cancellation);
            foreach (var path in paths)
            {
                await using var content = File.OpenRead(path);
                await connector.RunAsync(Path.GetFileName(path), content, areas, summary, cancellation);
            }
        });
        summary.Elapsed = time.GetElapsedTime(begun);
        return summary;
    }

    private static PoliceConnector Connector(
        IReportingHub hub, bool withText, PoliceRunSummary summary, Action<string> tell) => new(hub, withText)
        {
            Progress = (what, done, of) => tell(string.Create(
                CultureInfo.InvariantCulture, $"{summary.Files[^1]}: {what} {done:N0} of {of:N0}")),
        };

    private (IReportingHub Hub, DryRunHub? DryRun) Hub()
    {
        var real = new GrpcReportingHub(client, ReportKind.Incident, time);
        var dryRun = DryRun ? new DryRunHub(real, time, keepsEntries: Json) : null;
        return ((IReportingHub?)dryRun ?? real, dryRun);
    }

    private async Task<int> OnceAsync(PoliceFeedClient feed, Uri url, bool isRound, CancellationToken cancellation)
    {
        var begun = time.GetTimestamp();
        var answer = await feed.GetAsync(url, isPatient: isRound, cancellation);
        if (answer.Content is null)
        {
            if (Json)
            {
                screen.WriteJson(new PoliceRunSummary { Elapsed = time.GetElapsedTime(begun) }, dryRun: null, isRound);
            }
            else
            {
                screen.Line($"{Clock()}  Nothing new since {(answer.LastModified.Length > 0 ? answer.LastModified : "the last run")}.");
            }

            return ExitCode.Fine;
        }

        var (hub, dryRun) = Hub();
        var summary = new PoliceRunSummary();
        await screen.FollowAsync("Asking the hub for its areas", async tell =>
        {
            var connector = Connector(hub, WithText, summary, tell);
            var areas = await connector.ReadAreasAsync(cancellation);
            using var content = answer.Open();
            await connector.RunAsync(url.Host, content, areas, summary, cancellation);
        });
        summary.Elapsed = time.GetElapsedTime(begun);
        if (dryRun is null && summary.Clean && summary.LinesRead > 0)
        {
            // What was refused, by an agreement that is suspended for one, is told again the next time; so the feed is asked
            // for all of it again.
            feed.Keep(answer);
        }

        return await TellAsync(summary, dryRun, isRound, cancellation);
    }

    private async Task<int> TellAsync(
        PoliceRunSummary summary, DryRunHub? dryRun, bool isRound, CancellationToken cancellation)
    {
        if (Json)
        {
            screen.WriteJson(summary, dryRun, isRound);
        }
        else if (isRound && dryRun is null)
        {
            screen.Line(
                $"{Clock()}  {Screen.Figure(summary.Events)} events: {Screen.Figure(summary.Sent)} new, "
                + $"{Screen.Figure(summary.Corrected)} corrected, {Screen.Figure(summary.Withdrawn)} withdrawn, "
                + $"{Screen.Figure(summary.AlreadyHeld)} already held, "
                + $"{Screen.Figure(summary.Refused.Values.Sum(n => n.Count))} refused.");
            screen.ShowFaults(summary);
        }
        else
        {
            screen.ShowFigures(Figures(summary, dryRun is not null));
            screen.ShowFaults(summary);
            ShowUnknownTypes(summary);
            if (dryRun is not null)
            {
                await screen.ShowTalliesAsync(dryRun, new HubNames(client), cancellation);
                screen.Note("Nothing was sent. Without --dry-run it would be.");
            }

            screen.ShowElapsed(summary);
        }

        return summary.Clean ? ExitCode.Fine : ExitCode.Warnings;
    }

    private string Clock() => SwedishClock.Minute(time.GetUtcNow());

    private void ShowUnknownTypes(PoliceRunSummary summary)
    {
        if (summary.UnknownTypes.Count == 0)
        {
            return;
        }

        screen.Line("Types that the hub does not know. Their events are held back until a coordinator decides (thub codes decide):");
        foreach (var (type, lines) in summary.UnknownTypes)
        {
            screen.Line($"  {TextCell.Printable(type)} ({Screen.Figure(lines)} lines)");
        }
    }

    private static IEnumerable<(string, int)> Figures(PoliceRunSummary summary, bool isDryRun)
    {
        yield return ("Lines read", summary.LinesRead);
        yield return ("Broken lines", summary.Broken.Count);
        yield return ("Events", summary.Events);
        yield return ("  counted", summary.Counted);
        yield return ("  context, not counted", summary.Context);
        yield return ("  never taken", summary.NeverTaken);
        if (summary.HeldBack > 0)
        {
            yield return ("  held back: unknown type", summary.HeldBack);
        }

        yield return (isDryRun ? "Would be sent" : "Sent", summary.Sent);
        yield return (isDryRun ? "Would be corrected" : "Corrected", summary.Corrected);
        yield return (isDryRun ? "Would be withdrawn" : "Withdrawn", summary.Withdrawn);
        yield return ("Already held", summary.AlreadyHeld);
        if (summary.TextsLeftOut > 0)
        {
            yield return ("Texts over 500 characters, left out", summary.TextsLeftOut);
        }

        if (summary.TextsOfIndividuals > 0)
        {
            yield return ("Texts that may tell of an individual, left out", summary.TextsOfIndividuals);
        }

        yield return (isDryRun ? "Would be refused" : "Refused", summary.Refused.Values.Sum(n => n.Count));
    }
}
