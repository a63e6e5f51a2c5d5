using System.CommandLine;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Spectre.Console;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Client;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Observations.V1;
using TrygghetHub.Reports.V1;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub preview</c>: who would see the reports of a file, and what of them, if they were sent now.</summary>
internal static class PreviewCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE.json")
        {
            Description = """A report or an array of reports, as for `thub send`: {"incident": …} or {"observation": …}.""",
        };
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("preview", "Show who would see the reports if you sent them now. Nothing is sent.") { file, caller, json };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            var reports = ReportFile.Read(ProtoJson.Open(parsed.GetRequiredValue(file)));
            if (reports.Order.Count == 0)
            {
                throw new UsageException("The file holds no reports.", "An array may hold any number from one on.");
            }

            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var names = new HubNames(client);
            var answers = new List<IMessage>();
            var refused = 0;
            foreach (var report in reports.Incidents.Cast<IMessage>().Concat(reports.Observations))
            {
                try
                {
                    var answer = await AskAsync(client, report, cancellation);
                    answers.Add(answer);
                    if (!parsed.GetValue(json))
                    {
                        await ShowAsync(screen, report, answer, names, cancellation);
                    }
                }
                catch (HubException exception) when (exception.Reason is not null && !exception.IsTransient && reports.Order.Count > 1)
                {
                    // The others are previewed all the same, as they would be taken.
                    refused++;
                    screen.Fail($"{Title(report)}: {exception.Rule ?? exception.Message}", exception.Remedy,
                        ("field", string.IsNullOrEmpty(exception.Field) ? null : exception.Field), ("reason", exception.Reason));
                }
            }

            if (parsed.GetValue(json))
            {
                screen.WriteJson(answers);
            }
            else if (refused < reports.Order.Count)
            {
                screen.Note($"Nothing was sent. Next: thub send {parsed.GetRequiredValue(file)}");
            }

            return refused == 0 ? ExitCode.Fine : refused < reports.Order.Count ? ExitCode.Warnings : ExitCode.Failure;
        });
    }

    private static async Task<IMessage> AskAsync(HubClient client, IMessage report, CancellationToken cancellation) => report is Incident incident
        ? await client.Incidents.PreviewIncidentAsync(
            new PreviewIncidentRequest { Incident = incident }, cancellationToken: cancellation)
        : await client.Observations.PreviewObservationAsync(
            new PreviewObservationRequest { Observation = (Observation)report }, cancellationToken: cancellation);

    private static async Task ShowAsync(
        Screen screen, IMessage report, IMessage answer, HubNames names, CancellationToken cancellation)
    {
        var previews = answer switch
        {
            PreviewIncidentResponse incidents => incidents.Previews
                .Select(p => new Preview(p.Partner, p.Purpose, p.Incident?.Report, p.Grounds, p.VisibleTime)).ToList(),
            PreviewObservationResponse observations => observations.Previews
                .Select(p => new Preview(p.Partner, p.Purpose, p.Observation?.Report, p.Grounds, p.VisibleTime)).ToList(),
            _ => [],
        };
        screen.Line(Title(report));
        if (previews.Count == 0)
        {
            screen.Line("  It would be taken, and shown to nobody but you.");
            return;
        }
        var table = Screen.Table("Partner, and for what", "Would see", "Left out or coarser", "From", "By");
        foreach (var preview in previews)
        {
            table.AddRow(TextCell.Of($"{await names.PartnerAsync(preview.Partner, cancellation)}, {Words.Of(preview.Purpose).Replace('-', ' ')}"),
                TextCell.Of(preview.Report is { } seen ? await SeenAsync(seen, names, cancellation) : "only a count"),
                TextCell.Of(preview.Report is null ? "all else"
                    : preview.Grounds is { Withheld.Count: > 0 } grounds ? string.Join(", ", grounds.Withheld) : "nothing"),
                TextCell.Of(preview.VisibleTime is null ? "at once" : Words.Minute(preview.VisibleTime)),
                TextCell.Of(ReportWords.By(preview.Grounds)));
        }

        screen.Show(table);
    }

    private static async Task<string> SeenAsync(Report report, HubNames names, CancellationToken cancellation)
    {
        var parts = new List<string>
        {
            ReportWords.What(report), await names.AreaAsync(report.Place?.Area ?? "", cancellation), ReportWords.When(report),
        };
        if (report.Severity != Severity.Unspecified)
        {
            parts.Add(ReportWords.HowGrave(report));
        }

        return string.Join(", ", parts);
    }

    private static string Title(IMessage report)
    {
        var (kind, content) = report is Incident incident ? ("Incident", incident.Report) : ("Observation", ((Observation)report).Report);
        return TextCell.Printable($"{kind} {content?.SourceRef}, revision {content?.Revision ?? 0}");
    }

    private sealed record Preview(string Partner, Purpose Purpose, Report? Report, Grounds? Grounds, Timestamp? VisibleTime);
}
