using System.CommandLine;
using System.Globalization;
using Google.Protobuf;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Client;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Observations.V1;
using TrygghetHub.Reports.V1;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub report show</c>: one of the caller's own reports, by the reference under which it was sent.</summary>
internal static class ReportShowCommand
{
    public static Command Create()
    {
        var reference = new Argument<string>("SOURCE_REF") { Description = "Your own id of the report, as you sent it." };
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("show", "Show one of your own reports: its revisions, and which of them counts.") { reference, caller, json };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            var sourceRef = parsed.GetRequiredValue(reference);
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var held = (await client.Incidents.ListRevisionsAsync(
                new Incidents.V1.ListRevisionsRequest { SourceRefs = { sourceRef } }, cancellationToken: cancellation)).Held.Single();
            if (held.Revisions.Count == 0)
            {
                throw new UsageException(
                    $"The hub has never taken a report of yours under the reference {TextCell.Printable(sourceRef)}.",
                    "See those it has with thub report list; capitals count.");
            }

            var last = held.Revisions[^1];
            IMessage? message = last.Withdrawn ? null : held.Name.Contains("/incidents/", StringComparison.Ordinal)
                ? (await client.Incidents.GetIncidentAsync(
                    new GetIncidentRequest { Name = held.Name, Purpose = Purpose.WeeklyPicture }, cancellationToken: cancellation)).Incident
                : (await client.Observations.GetObservationAsync(
                    new GetObservationRequest { Name = held.Name, Purpose = Purpose.WeeklyPicture }, cancellationToken: cancellation)).Observation;
            if (parsed.GetValue(json))
            {
                screen.WriteJson(message ?? held);
                return ExitCode.Fine;
            }

            screen.Line(held.Name);
            screen.Line("Revisions: " + string.Join(", ", held.Revisions.Select(Revision)));
            if (message is null)
            {
                screen.Line("It is withdrawn, and does not count.");
                screen.Note(string.Create(CultureInfo.InvariantCulture, $"To bring it back, send it as revision {last.Revision + 1} or higher."));
                return ExitCode.Fine;
            }

            var report = message is Incident incident ? incident.Report : ((Observation)message).Report;
            screen.Line($"{ReportWords.When(report)}: {ReportWords.What(report)}, "
                + $"{await new HubNames(client).AreaAsync(report.Place?.Area ?? "", cancellation)}");
            if (report.Summary.Length > 0)
            {
                screen.Line(TextCell.Printable(report.Summary));
            }

            screen.Note("Next: thub audit who-saw " + held.Name);
            return ExitCode.Fine;
        });
    }

    private static string Revision(HeldRevision revision) => string.Create(
        CultureInfo.InvariantCulture,
        $"{revision.Revision}{(revision.Withdrawn ? " (withdrawal)" : "")}{(revision.SourceVersion.Length > 0 ? $" [{TextCell.Printable(revision.SourceVersion)}]" : "")}");
}
