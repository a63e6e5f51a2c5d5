using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Client;
using TrygghetHub.Reports.V1;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub agreement explain</c>: what a partner may see, by which clause, and why not more.</summary>
internal static class AgreementExplainCommand
{
    public static Command Create()
    {
        var partner = AgreementArguments.Recipient();
        var report = Text("--report", "NAME", "Name of a report that the hub has, such as partners/polisen/incidents/….");
        var from = Text("--from", "ID", "Hypothetical report: id of the partner that sends it.");
        var category = Text("--category", "CODE", "Hypothetical report: its category, such as graffiti.");
        var area = Text("--area", "CODE", "Hypothetical report: the smallest known area, such as 0139-bro.");
        var precision = Text("--precision", "P", "Hypothetical report: point, street, grid-250m, district, municipality or county.");
        var environment = Text("--environment", "E", "Hypothetical report: street, square, station, stairwell, …. Default: other.");
        var tlp = Text("--tlp", "TLP", "Hypothetical report: clear, green, amber, amber-strict or red. Default: amber.");
        var purpose = AgreementArguments.Purpose();
        var counts = new Option<bool>("--counts") { Description = "Explain counts in pictures instead of reports." };
        var at = TimeArgument.Of("--at", "Apply the rules in force at this time, such as 2026-11-23T08:00. Default: now.");
        var field = Text("--field", "FIELD", "Explain only this field, such as occurred or summary.");
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("explain",
            "Explain what a partner may see of a report, which clause permits it, and why the rest is withheld. Without --report and --from, explain each clause.")
        {
            partner, report, from, category, area, precision, environment, tlp, purpose, counts, at, field, caller, json,
        };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            var recipient = parsed.GetRequiredValue(partner);
            var asked = parsed.GetValue(field) is { } named ? FieldPath(named) : null;
            var request = new ExplainAccessRequest
            {
                Recipient = recipient,
                Purpose = Words.ValueOf<Purpose>(parsed.GetRequiredValue(purpose), "purpose"),
                Form = parsed.GetValue(counts) ? SharingForm.Counts : SharingForm.Records,
                Time = TimeArgument.Read(parsed.GetValue(at), "--at"),
            };
            var described = new[] { from, category, area }.Count(o => parsed.GetValue(o) is not null);
            var further = new[] { precision, environment, tlp }.Any(o => parsed.GetValue(o) is not null);
            if (parsed.GetValue(report) is { } name)
            {
                request.Report = described == 0 && !further
                    ? name
                    : throw new UsageException("--report names a report that there is, --from and the others describe one.", "Leave one out.");
            }
            else if (described > 0 || further)
            {
                request.Described = described == 3
                    ? Described(parsed.GetValue(from)!, parsed.GetValue(category)!, parsed.GetValue(area)!,
                        parsed.GetValue(precision), parsed.GetValue(environment), parsed.GetValue(tlp))
                    : throw new UsageException("A report is described by its sender, its category and its area.",
                        "Add --from, --category and --area.");
            }

            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            if (request.SubjectCase == ExplainAccessRequest.SubjectOneofCase.None)
            {
                if (request.Time is not null || parsed.GetValue(json))
                {
                    throw new UsageException("Which report? --at and --json need one.",
                        "Add --report NAME, or --from, --category and --area.");
                }

                await ByClauseAsync(screen, client, recipient, asked, request, cancellation);
                return ExitCode.Fine;
            }

            var answer = await client.Agreements.ExplainAccessAsync(request, cancellationToken: cancellation);
            if (parsed.GetValue(json))
            {
                screen.WriteJson(answer);
            }
            else
            {
                Show(screen, answer, asked);
            }

            return ExitCode.Fine;
        });
    }

    private static Option<string?> Text(string name, string help, string description) =>
        new(name) { Description = description, HelpName = help };

    private static DescribedReport Described(
        string sender, string category, string area, string? precision, string? environment, string? tlp)
    {
        var report = new DescribedReport { Sender = sender, Category = category, Area = area };
        if (precision is not null)
        {
            report.Precision = Words.ValueOf<Precision>(precision, "precision");
        }

        if (environment is not null)
        {
            report.Environment = Words.ValueOf<Reports.V1.Environment>(environment, "environment");
        }

        if (tlp is not null)
        {
            report.Tlp = Words.ValueOf<Tlp>(tlp, "marking");
        }

        return report;
    }

    private static void Show(Screen screen, ExplainAccessResponse answer, string? field)
    {
        if (answer.Permitted && answer.Grounds is { } grounds)
        {
            var isWithheld = field is not null && grounds.Withheld.Contains(field);
            var by = grounds.Agreement.Length == 0 ? "it is its own"
                : $"{grounds.Agreement} v{grounds.Version} {AgreementPrinter.Plain(grounds.Clause)}";
            var coarsened = isWithheld && Coarsened(field!, answer) is { } shown ? $"; {field} is shown as {shown}" : "";
            screen.Line(isWithheld && coarsened.Length == 0
                ? $"DENIED  {by} shows the report without {field}"
                : $"PERMITTED  {by}{coarsened}");
            screen.Line($"Shown as:  place by {Words.Of(answer.Precision)}, time by {Words.Of(answer.Time).Replace('-', ' ')}");
            AgreementPrinter.Wrapped(screen, "Withheld:  ", AgreementPrinter.List(grounds.Withheld, "nothing"));
            if (grounds.Ceilings.Count > 0)
            {
                AgreementPrinter.Wrapped(screen, "Ceilings:  ", $"{AgreementPrinter.List(grounds.Ceilings)} (list v{grounds.CeilingsVersion})");
            }

            if (grounds.Agreement.Length > 0)
            {
                screen.Line($"Handling:  {AgreementPrinter.Onward(grounds.OnwardSharing)}"
                    + (grounds.RetentionDays > 0 ? $", kept {grounds.RetentionDays} days at most" : ""));
            }
        }
        else
        {
            screen.Line($"DENIED  {AgreementPrinter.Plain(answer.Why)}");
            if (answer.VisibleTime is not null)
            {
                screen.Line($"It is shown from {Words.Time(answer.VisibleTime)}.");
            }

            foreach (var clause in answer.Clauses.Where(c => c.Shows.Count > 0))
            {
                AgreementPrinter.Wrapped(screen, "        ", $"{clause.Agreement} {clause.Clause} allows: {string.Join(", ", clause.Shows)}; not here: {clause.WhyNot}");
            }
        }

        if (answer.Clauses.Count == 0)
        {
            screen.Line("No clause that you may see names this sender and this recipient.");
            return;
        }

        var table = Screen.Table("Agreement", "Version>", "Clause", "Permits", "Why not");
        foreach (var clause in answer.Clauses)
        {
            table.AddRow(TextCell.Of(clause.Agreement), TextCell.Of(clause.Version.ToString(CultureInfo.InvariantCulture)),
                TextCell.Of(clause.Clause), TextCell.Of(clause.Permits ? "yes" : "no"), TextCell.Of(clause.WhyNot));
        }

        screen.Show(table);
    }

    // A time or a place that is coarsened counts as withheld, and is shown all the same.
    private static string? Coarsened(string field, ExplainAccessResponse answer) => field switch
    {
        "occurred" when answer.Time != TimeGranularity.Week => Words.Of(answer.Time).Replace('-', ' '),
        "place.area" => Words.Of(answer.Precision),
        _ => null,
    };

    // Without a report the agreements in force are read: what each clause would show, before ceilings.
    private static async Task ByClauseAsync(Screen screen, HubClient client, string recipient, string? field,
        ExplainAccessRequest asked, CancellationToken cancellation)
    {
        var found = false;
        foreach (var version in (await AgreementArguments.AllAsync(client, cancellation))
            .Where(v => v.State == AgreementState.Active && v.Agreement.SharingTerms.Purposes.Contains(asked.Purpose)))
        {
            foreach (var flow in version.Agreement.SharingTerms.Flows.Where(f => f.To.Contains(recipient)
                && (f.Form == asked.Form || f.Form == SharingForm.Records)))
            {
                found = true;
                var shows = Shows(flow);
                var allows = field is null || shows.Contains(field);
                AgreementPrinter.Wrapped(screen, allows ? "ALLOWED " : "DENIED  ",
                    $"{version.Agreement.Id} {flow.Clause} ({flow.From} → {recipient}, {Words.Of(flow.Form)}) "
                    + $"{(allows && field is not null ? "allows " + field + ", of: " : "allows: ")}{string.Join(", ", shows)}");
            }
        }

        if (!found)
        {
            screen.Line($"DENIED  No agreement in force that you see shows {AgreementPrinter.Plain(recipient)} anything for this purpose.");
        }

        screen.Note("Ceilings and prohibitions may take more away. For one report: add --report NAME, or --from, --category and --area.");
    }

    private static List<string> Shows(Flow flow)
    {
        var shows = flow.Fields.Select(f => f switch
        {
            ReportField.Position => "place.position",
            _ => Words.Of(f).Replace('-', '_'),
        }).Concat(["family", "place.area", "week"]).ToList();
        if (flow.FreeText is FreeText.Screened or FreeText.Full)
        {
            shows.Add("summary");
        }

        return shows;
    }

    // As people write it: with the kind of report before it, or by another of its names.
    private static string FieldPath(string text)
    {
        var known = Enum.GetValues<ReportField>().Where(f => f != ReportField.Unspecified)
            .Select(f => f == ReportField.Position ? "place.position" : Words.Of(f).Replace('-', '_'))
            .Concat(["summary", "family", "place.area", "week", "source_ref"]).ToList();
        var path = text.Replace('-', '_').ToLowerInvariant();
        foreach (var prefix in new[] { "incident.", "observation.", "report." })
        {
            path = path.StartsWith(prefix, StringComparison.Ordinal) ? path[prefix.Length..] : path;
        }

        path = path switch
        {
            "free_text" or "text" => "summary",
            "position" => "place.position",
            "area" or "place" => "place.area",
            "time" => "occurred",
            _ => path,
        };
        return known.Contains(path)
            ? path
            : throw new UsageException($"There is no value of a report called \"{text}\".", "It is one of " + string.Join(", ", known) + ".");
    }
}
