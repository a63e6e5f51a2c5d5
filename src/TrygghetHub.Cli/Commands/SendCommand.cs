using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using TrygghetHub.Client;
using TrygghetHub.Reports.V1;
using TrygghetHub.Screening;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub send</c>: sends the reports of a file and prints what became of each.</summary>
internal static class SendCommand
{
    // More accepted reports than this are told by number alone; refusals are always listed.
    private const int MaxListed = 20;

    public static Command Create()
    {
        var file = new Argument<string>("FILE.json")
        {
            Description = """A report or an array of reports in protobuf JSON: {"incident": …} or {"observation": …}.""",
        };
        var screenFirst = new Option<bool>("--screen-first")
        {
            Description = "Screen reports for personal data on this machine first. A report with data that is always blocked is not sent. "
                + "The hub checks data that only agreements block, such as names.",
        };
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("send", "Send reports from a file. Sending the same report again has no effect.")
        {
            file, screenFirst, caller, json,
        };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            var reports = ReportFile.Read(ProtoJson.Open(parsed.GetRequiredValue(file)));
            if (reports.Order.Count == 0)
            {
                throw new UsageException("The file holds no reports.", "An array may hold any number from one on.");
            }

            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var options = Patient(screen);
            if (parsed.GetValue(screenFirst))
            {
                options = options with { Screening = await client.GetScreeningAsync(cancellation: cancellation) };
            }

            var results = await screen.CountAsync("Sending", reports.Order.Count,
                counted => SendAsync(client, reports, options, counted, cancellation));

            var inOrder = InFileOrder(reports, results);
            if (parsed.GetValue(json))
            {
                screen.WriteJson(inOrder);
            }
            else
            {
                Show(screen, inOrder);
                await WaitingWeeks.TellAsync(screen, client, cancellation);
            }

            var refused = inOrder.Count(r => r.Accepted is null or { WithdrawnRevision: > 0 });
            return refused == 0 ? ExitCode.Fine : refused < inOrder.Count ? ExitCode.Warnings : ExitCode.Failure;
        });
    }

    /// <summary>Prints results whose place in a file does not matter.</summary>
    public static void ShowRefusals(Screen screen, IEnumerable<ReportResult> refusals)
    {
        var table = Screen.Table("Source ref", "Result");
        foreach (var result in refusals)
        {
            table.AddRow(TextCell.Of(result.SourceRef), TextCell.Of(Outcome(result, screen.RefusalLanguage)));
        }

        screen.Show(table);
    }

    /// <summary>Prints every refusal, and the accepted ones where they are few.</summary>
    private static void Show(Screen screen, List<ReportResult> results)
    {
        var accepted = results.Count(r => r.Accepted is not null);
        var quarantined = results.Count(r => r.Quarantined is not null);
        var table = Screen.Table("#>", "Source ref", "Rev>", "Result");
        for (var i = 0; i < results.Count; i++)
        {
            if (results[i].Accepted is null || results[i].Warnings.Count > 0 || results[i].Accepted.TextLeftOut
                || results[i].Accepted.WithdrawnRevision > 0 || accepted <= MaxListed)
            {
                table.AddRow(TextCell.Of((i + 1).ToString(CultureInfo.InvariantCulture)), TextCell.Of(results[i].SourceRef),
                    TextCell.Of(results[i].Revision.ToString(CultureInfo.InvariantCulture)), TextCell.Of(Outcome(results[i], screen.RefusalLanguage)));
            }
        }

        if (table.Rows.Count > 0)
        {
            screen.Show(table);
        }

        var withdrawn = results.Count(r => r.Accepted is { WithdrawnRevision: > 0 });
        screen.Line(
            $"{Screen.Figure(accepted - withdrawn)} accepted, {Screen.Figure(results.Count - accepted - quarantined)} refused"
            + (withdrawn > 0 ? $", {Screen.Figure(withdrawn)} withdrawn earlier" : "")
            + (quarantined > 0 ? $", {Screen.Figure(quarantined)} quarantined." : "."));
    }

    /// <summary>Options that tell the person, once, why nothing happens for a while.</summary>
    private static StreamOptions Patient(Screen screen)
    {
        var isTold = false;
        return new StreamOptions
        {
            Reconnecting = exception =>
            {
                if (!isTold)
                {
                    screen.Note($"thub: {exception.Message} Trying again for a while; Ctrl+C stops it.");
                }

                isTold = true;
            },
        };
    }

    private static async Task<List<ReportResult>> SendAsync(HubClient client, ReportFile reports, StreamOptions options,
        Action<int> counted, CancellationToken cancellation)
    {
        var results = new List<ReportResult>(reports.Order.Count);
        await foreach (var result in client.StreamIncidentsAsync(
            reports.Incidents.ToAsyncEnumerable(), options, cancellation))
        {
            results.Add(result);
            counted(results.Count);
        }
        if (reports.Observations.Count > 0)
        {
            results.AddRange(await client.PushObservationsAsync(reports.Observations, options, cancellation));
        }

        counted(results.Count);
        return results;
    }

    private static List<ReportResult> InFileOrder(ReportFile reports, List<ReportResult> results)
    {
        var byKey = results.GroupBy(r => (r.SourceRef, r.Revision)).ToDictionary(g => g.Key, g => new Queue<ReportResult>(g));
        return [.. reports.Order.Select(key => byKey[key].Dequeue())];
    }

    private static string Outcome(ReportResult result, string language) => string.Join('\n', result.OutcomeCase switch
    {
        ReportResult.OutcomeOneofCase.Refused => Lines(result.Refused, language),
        ReportResult.OutcomeOneofCase.Quarantined => Lines(result.Quarantined),
        _ => result.Warnings.Select(w => "warning: " + w.Words())
            .Prepend(Outcome(result.Accepted)),
    });

    private static string Outcome(Accepted? accepted) => accepted switch
    {
        { WithdrawnRevision: > 0 and var revision } => string.Create(
            CultureInfo.InvariantCulture,
            $"held, but withdrawn as revision {revision}: it does not count\nremedy: To bring it back, send it as revision {revision + 1} or higher."),
        { TextLeftOut: true } => "accepted without its text, which may tell of an individual",
        _ => "accepted",
    };

    private static IEnumerable<string> Lines(Quarantined quarantined)
    {
        yield return "quarantined until " + Words.Minute(quarantined.ExpireTime);
        foreach (var finding in quarantined.Findings)
        {
            yield return "found:  " + finding.Words();
        }

        yield return "remedy: Send it again without, or see: thub quarantine list";
    }

    private static IEnumerable<string> Lines(Refused refused, string language)
    {
        yield return "refused: " + Reason(refused);
        if (refused.Field.Length > 0)
        {
            yield return "field:  " + refused.Field;
        }

        if (RefusalLanguage.Rule(language, refused) is { Length: > 0 } rule)
        {
            yield return "rule:   " + rule;
        }

        foreach (var finding in refused.Findings)
        {
            yield return "found:  " + finding.Words();
        }

        if (refused.Remedy.Length > 0)
        {
            yield return "remedy: " + refused.Remedy;
        }

        if (refused.Candidates.Count > 0)
        {
            yield return "meant?  " + string.Join(", ", refused.Candidates);
        }
    }

    /// <summary>The reason as the closed list writes it: <c>CATEGORY_NOT_AGREED</c>.</summary>
    private static string Reason(Refused refused) =>
        Words.Of(refused.Reason).Replace('-', '_').ToUpperInvariant();
}
