using System.CommandLine;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Client;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Observations.V1;
using TrygghetHub.Partners.V1;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub leave</c>: exports what is the caller's own, and ends its part in the hub.</summary>
internal static class LeaveCommand
{
    // What exporting and leaving take; the role reporter alone has none of it.
    private static readonly string[] Needed = ["agreements.read", "incidents.read", "observations.read", "self.leave"];

    public static Command Create()
    {
        var output = new Option<string>("--out")
        {
            Description = "New folder for your own reports and your agreements.",
            HelpName = "DIR",
            Required = true,
        };
        var reason = PartnerArguments.Reason("The hub stores and shows it");
        var recall = PartnerArguments.Recall();
        var yes = Confirmation.Yes();
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("leave", "Export your reports and agreements, and leave the hub permanently.")
        {
            output, reason, recall, yes, caller, json,
        };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var folder = new ExportFolder(parsed.GetRequiredValue(output));
            GetCallerResponse self;
            try
            {
                self = await client.Caller.GetCallerAsync(new GetCallerRequest(), cancellationToken: cancellation);
            }
            catch (HubException exception) when (exception.Reason == "PARTNER_LEFT"
                && folder.Unfinished is { ExportTime: not null } earlier && earlier.IsOf(identity.Id, identity.Url))
            {
                var rule = exception.Rule ?? exception.Message;
                if (ExportFolder.FirstChanged(earlier) is { } changed)
                {
                    throw new UsageException($"{rule} The export is not whole: {changed} is missing or was changed.",
                        "Take the folder from a copy, if there is one: the hub gives the reports no more.");
                }

                // The answer of an earlier run was lost, or the operator has ended the part since: nobody here knows which.
                folder.Finish();
                screen.Note($"{rule} The export in {folder.Path} is as of {Words.Time(earlier.ExportTime!.Value.ToTimestamp())}: "
                    + "what was sent after that, and before you left, is not in it.");
                if (parsed.GetValue(json))
                {
                    screen.WriteDocument(new Left("partners/" + identity.Id[(identity.Id.LastIndexOf(':') + 1)..], earlier.Files, null));
                }

                return ExitCode.Warnings;
            }

            if (self.Partner is not { } partner)
            {
                throw new UsageException($"{self.Principal} is no partner, and has nothing to leave.",
                    "The operator ends a partner's part with thub partner offboard ID.");
            }

            // Before the permissions, which the certificate's access narrows: the roles are not what is missing.
            if (ConsentWords.Access(self) is { } access)
            {
                throw new UsageException(
                    access + " It cannot leave the hub. Nothing was done.",
                    $"Leave with a certificate that has full access, or ask the operator: thub partner offboard {partner.Id}.");
            }

            if (Needed.Any(permission => !self.Permissions.Contains(permission)))
            {
                throw new UsageException(
                    $"Your roles ({PartnerShowCommand.Roles(partner)}) may neither export nor leave. Nothing was done.",
                    $"Ask the operator to end your part: thub partner offboard {partner.Id}; or to give you the role "
                    + "partner-system first.");
            }

            // All that the folder or the hub would refuse is refused before the question.
            folder.RequireUsable(identity.Id, identity.Url);
            var request = new LeaveHubRequest
            {
                Name = partner.Name,
                RecallReports = parsed.GetValue(recall),
                Reason = parsed.GetRequiredValue(reason),
            };
            var checkedOnly = await client.Caller.LeaveHubAsync(
                new LeaveHubRequest(request) { ValidateOnly = true }, cancellationToken: cancellation);

            // Before anything is written: who changes their mind leaves no copy of the reports behind.
            Confirmation.Require(screen, parsed.GetValue(yes), partner.Id,
                $"This ends your part in the hub for good: {PartnerArguments.Ends(checkedOnly.Departure)}.");
            var export = new Export(parsed.GetValue(json) ? screen.Aside() : screen, client, partner, folder, identity);
            LeaveHubResponse answer;
            try
            {
                // As the reports are now: the hub refuses to let the partner leave if any of them changes from here on.
                var held = (await client.Caller.LeaveHubAsync(
                    new LeaveHubRequest(request) { ValidateOnly = true }, cancellationToken: cancellation)).Departure;
                request.ReportsEtag = held.ReportsEtag;
                await export.RunAsync(held.StandingReports, cancellation);
                answer = await client.Caller.LeaveHubAsync(request, cancellationToken: cancellation);
            }
            catch (Exception exception) when (CanPass(exception))
            {
                screen.Note("thub: It broke off before the hub confirmed that you have left. Run the same again: it writes the export in "
                    + $"{folder.Path} again and then leaves.");
                throw;
            }

            folder.Finish();
            if (parsed.GetValue(json))
            {
                screen.WriteDocument(new Left(partner.Name, export.Files, Screen.Node(answer.Departure)));
                return ExitCode.Fine;
            }

            screen.Line($"{partner.DisplayName} has left the hub.");
            PartnerArguments.ShowDeparture(screen, answer.Departure);
            screen.Note($"The key in {identity.Path} opens nothing any more: the folder can be removed.");
            return ExitCode.Fine;
        });
    }

    // What the hub has refused for good is refused again.
    private static bool CanPass(Exception exception) =>
        exception is not UsageException and not HubException { IsTransient: false, Reason: not null and not "ETAG_MISMATCH" };

    /// <summary>What <c>--json</c> prints.</summary>
    /// <param name="Partner"><c>partners/{partner}</c>.</param>
    /// <param name="Exported">The files that were written.</param>
    /// <param name="Departure">What the hub says ended and stays; null where its answer to an earlier run was lost.</param>
    private sealed record Left(string Partner, IReadOnlyList<ExportedFile> Exported, JsonNode? Departure);

    /// <summary>Writes one file of each kind; an export that breaks off leaves the hub as it was.</summary>
    private sealed class Export(Screen screen, HubClient client, Partner partner, ExportFolder folder, IdentityFolder identity)
    {
        private readonly List<ExportedFile> files = [];

        public IReadOnlyList<ExportedFile> Files => files;

        public async Task RunAsync(long standing, CancellationToken cancellation)
        {
            var at = TimeProvider.System.GetUtcNow();
            folder.Begin(identity.Id, identity.Url);
            var purposes = await AgreementsAsync(cancellation);
            // Of one's own reports every purpose shows the same: whole.
            var purpose = purposes.Append(Purpose.WeeklyPicture).First();
            // A list holds real reports or those of exercises, and never both.
            await WriteAsync("incidents.ndjson", [false, true], async (exercise, token) =>
            {
                var page = await client.Incidents.ListIncidentsAsync(new ListIncidentsRequest
                {
                    Parent = partner.Name,
                    Purpose = purpose,
                    PageSize = 1_000,
                    PageToken = token,
                    Exercise = exercise,
                }, cancellationToken: cancellation);
                return (page.Incidents, page.NextPageToken);
            });
            await WriteAsync("observations.ndjson", [false, true], async (exercise, token) =>
            {
                var page = await client.Observations.ListObservationsAsync(new ListObservationsRequest
                {
                    Parent = partner.Name,
                    Purpose = purpose,
                    PageSize = 1_000,
                    PageToken = token,
                    Exercise = exercise,
                }, cancellationToken: cancellation);
                return (page.Observations, page.NextPageToken);
            });
            var exported = files[1].Count + files[2].Count;
            if (exported != standing)
            {
                throw new UsageException(
                    $"The hub holds {Screen.Figure(standing)} reports of yours, and the export has {Screen.Figure(exported)}. You have not left.",
                    "Stop what sends, and run the same again.");
            }

            folder.MarkExported(identity.Id, identity.Url, at, files);
        }

        private async Task<IReadOnlyList<Purpose>> AgreementsAsync(CancellationToken cancellation)
        {
            var purposes = new List<Purpose>();
            await WriteAsync("agreements.ndjson", [false], async (_, token) =>
            {
                var page = await client.Agreements.ListAgreementsAsync(
                    new ListAgreementsRequest { PageSize = 1_000, PageToken = token, AllVersions = true }, cancellationToken: cancellation);
                purposes.AddRange(page.Versions.SelectMany(v => v.Agreement.SharingTerms.Purposes));
                return (page.Versions, page.NextPageToken);
            });
            return purposes;
        }

        private async Task WriteAsync(string name, bool[] exercises, Func<bool, string, Task<(IEnumerable<IMessage> Items, string Next)>> page)
        {
            var count = 0;
            var file = Path.Combine(folder.Path, name);
            await using (var writer = folder.Create(name))
            {
                foreach (var exercise in exercises)
                {
                    var token = "";
                    do
                    {
                        var (items, next) = await page(exercise, token);
                        foreach (var item in items)
                        {
                            await writer.WriteLineAsync(JsonFormatter.Default.Format(item));
                            count++;
                        }

                        token = next;
                    }
                    while (token.Length > 0);
                }
            }

            files.Add(new ExportedFile(file, count));
            screen.Line($"Exported {Screen.Figure(count)} to {file}");
        }
    }
}
