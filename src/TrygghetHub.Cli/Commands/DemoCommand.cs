using System.CommandLine;
using System.Text.Json.Nodes;
using Spectre.Console;
using TrygghetHub.Cli.Demo;
using TrygghetHub.Client;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Observations.V1;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Server;

namespace TrygghetHub.Cli.Commands;

/// <summary>
/// <c>thub demo</c>: the main job from end to end, on a hub of its own, over the same gRPC and mutual TLS as always.
/// </summary>
internal static class DemoCommand
{
    // More than the 26 that the usual span rests on.
    private const int Weeks = 32;

    public static Command Create()
    {
        var keep = new Option<bool>("--keep") { Description = "Keep the hub running afterwards, and keep its data." };
        var url = new Option<string>("--url")
        {
            Description = "Address to listen on. Port 0 selects a free port.",
            HelpName = "URL",
            DefaultValueFactory = _ => "https://127.0.0.1:0",
        };
        var data = new Option<string?>("--data")
        {
            Description = "Directory for the hub's data, which is kept afterwards. Default: a temporary directory.",
            HelpName = "DIR",
        };
        var json = CallerOptions.Json();
        var command = new Command("demo", "Start a sandbox with five partners and a signed agreement, send 32 weeks of invented reports, and print the last week.")
        {
            keep, url, data, json,
        };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            var address = ServeCommand.Address(parsed.GetRequiredValue(url));
            var isKept = parsed.GetValue(keep) || parsed.GetValue(data) is not null;
            var directory = parsed.GetValue(data) is { } named
                ? Directory.CreateDirectory(named).FullName
                : Directory.CreateTempSubdirectory("trygghethub-demo-").FullName;
            try
            {
                await RunAsync(screen, parsed.GetValue(json), directory, address, parsed.GetValue(keep), isKept, cancellation);
            }
            finally
            {
                if (!isKept)
                {
                    Directory.Delete(directory, recursive: true);
                }
            }
            return ExitCode.Fine;
        });
    }

    private static async Task RunAsync(
        Screen output, bool asJson, string directory, Uri address, bool staysUp, bool isKept, CancellationToken cancellation)
    {
        var screen = asJson ? output.Aside() : output;
        var time = TimeProvider.System;
        var begun = time.GetTimestamp();
        var last = Week.Of(time.GetUtcNow()).Plus(-1);
        await using var hub = await screen.WorkAsync("Starting a hub", () => Hub.StartAsync(new HubOptions
        {
            DataDirectory = Path.Combine(directory, "hub"),
            Url = address,
            Sandbox = true,
        }, cancellation));

        var identities = await screen.WorkAsync("Letting partners join", () => TrialHub.JoinAsync(
            hub, DemoTown.Partners, Path.Combine(directory, "identities"), cancellation));
        screen.Line($"A hub of its own at {hub.Url.GetLeftPart(UriPartial.Authority)}: {identities.Count} partners "
            + "joined, every call over mutual TLS.");
        var agreement = await screen.WorkAsync("Agreeing", () => TrialHub.AgreeAsync(
            hub, TrialHub.Agreement("demo-agreement.json"), identities, cancellation));
        screen.Line($"The operator drafted and proposed the agreement {agreement.Agreement.Id}; each party signed it with its own key:");
        screen.Line($"{AgreementPrinter.List(agreement.Signatures.Select(s => s.Partner))}.");
        screen.Line($"With the last signature it is in force: version {agreement.Version}, SHA-256 {agreement.DocumentSha256[..16]}….");

        var sent = await SendAsync(screen, identities, last, time, cancellation);
        await ConfirmAsync(identities, last, cancellation);
        await screen.WorkAsync($"Compiling the pictures up to {last}", async () =>
        {
            await hub.RunWeeklyPicturesAsync(last.ToString(), cancellation);
            return true;
        });

        var picture = await PictureAsync(identities["upplands-bro"], last, cancellation);
        PicturePrinter.Print(screen, picture);
        screen.Line();
        screen.Line($"From nothing to this picture in {time.GetElapsedTime(begun).TotalSeconds:0.0} s. All reports are invented.");

        var commands = staysUp ? Commands(hub, SampleReports.Write(directory), agreement.Agreement.Id, identities, last) : [];
        if (asJson)
        {
            output.WriteDocument(new Document(
                hub.Url.GetLeftPart(UriPartial.Authority), hub.OpenUrl.GetLeftPart(UriPartial.Authority), isKept ? directory : null,
                isKept ? hub.OperatorFolder : null,
                [.. identities.Select(i => new DocumentPartner(i.Key, isKept ? Path.GetFullPath(i.Value.Path) : null))],
                new DocumentAgreement(agreement.Agreement.Id, agreement.Version, agreement.DocumentSha256), sent, Screen.Node(picture), commands));
        }

        if (staysUp)
        {
            await StayAsync(screen, hub, commands, cancellation);
        }
        else
        {
            screen.Note(isKept
                ? $"The data stays in {directory}."
                : "Everything is removed again. Next: the same with --keep, to try the commands against it.");
        }

        foreach (var identity in identities.Values)
        {
            identity.Dispose();
        }
    }

    /// <summary>What <c>--json</c> prints; folders are absolute paths.</summary>
    /// <param name="Url">Where the hub listened, and with <c>--keep</c> listens.</param>
    /// <param name="OpenUrl">Its open endpoint.</param>
    /// <param name="Directory">Where the data stays; null where it is removed again, as the folders below are.</param>
    /// <param name="OperatorFolder">The operator's identity folder.</param>
    /// <param name="Partners">Who joined.</param>
    /// <param name="Agreement">What they signed.</param>
    /// <param name="Sent">What was sent, by partner.</param>
    /// <param name="Picture">The picture of the last week, in protobuf JSON.</param>
    /// <param name="Commands">With <c>--keep</c> what to try, from the current directory.</param>
    private sealed record Document(
        string Url, string OpenUrl, string? Directory, string? OperatorFolder, IReadOnlyList<DocumentPartner> Partners,
        DocumentAgreement Agreement, IReadOnlyList<Sent> Sent, JsonNode Picture, IReadOnlyList<string> Commands);

    private sealed record DocumentPartner(string Id, string? Folder);

    private sealed record DocumentAgreement(string Id, long Version, string DocumentSha256);

    /// <summary>How many reports of a partner the hub accepted and refused.</summary>
    private sealed record Sent(string Partner, int Accepted, int Refused);

    private static async Task<SituationalPicture> PictureAsync(IdentityFolder identity, Week week, CancellationToken cancellation)
    {
        using var client = HubClient.Connect(identity);
        var answer = await client.Pictures.GetPictureAsync(
            new GetPictureRequest { Municipality = DemoTown.Municipality, Week = week.Wire }, cancellationToken: cancellation);
        return answer.Picture;
    }

    private static async Task<IReadOnlyList<Sent>> SendAsync(Screen screen, Dictionary<string, IdentityFolder> identities, Week last,
        TimeProvider time, CancellationToken cancellation)
    {
        var table = Screen.Table("Partner", "How", "Reports>", "Accepted>", "Refused>", "Durable a second>");
        var refusals = new List<ReportResult>();
        var sent = new List<Sent>();
        foreach (var partner in DemoTown.Partners.Where(p => p.Id != "upplands-bro"))
        {
            using var client = HubClient.Connect(identities[partner.Id]);
            var begun = time.GetTimestamp();
            IReadOnlyList<ReportResult> results;
            string how;
            if (partner.Id == "bostad-bro")
            {
                how = "pushed";
                List<Observation> observations = [.. DemoTown.Observations(last, Weeks)];
                begun = time.GetTimestamp();
                results = await client.PushObservationsAsync(observations, cancellation: cancellation);
            }
            else
            {
                how = "streamed";
                List<Incident> incidents = [.. DemoTown.Incidents(partner.Id, last, Weeks)];
                if (partner.Id == DemoTown.Silent)
                {
                    incidents.Add(DemoTown.NotAgreed(last));
                }

                begun = time.GetTimestamp();
                results = await screen.CountAsync(partner.Id, incidents.Count,
                    counted => StreamAsync(client, incidents, counted, cancellation));
            }
            var seconds = time.GetElapsedTime(begun).TotalSeconds;
            refusals.AddRange(results.Where(r => r.Refused is not null));
            var accepted = results.Count(r => r.Refused is null);
            sent.Add(new Sent(partner.Id, accepted, results.Count - accepted));
            table.AddRow(TextCell.Of(partner.Id), TextCell.Of(how), TextCell.Of(Screen.Figure(results.Count)),
                TextCell.Of(Screen.Figure(accepted)), TextCell.Of(Screen.Figure(results.Count - accepted)),
                TextCell.Of(Screen.Figure((long)(accepted / Math.Max(seconds, 0.001)))));
        }
        screen.Show(table);
        if (refusals.Count > 0)
        {
            screen.Line("Refused alone, while the stream went on: one report that the agreement does not name.");
            SendCommand.ShowRefusals(screen, refusals);
        }

        return sent;
    }

    private static async Task<IReadOnlyList<ReportResult>> StreamAsync(
        HubClient client, List<Incident> incidents, Action<int> counted, CancellationToken cancellation)
    {
        var results = new List<ReportResult>(incidents.Count);
        await foreach (var result in client.StreamIncidentsAsync(incidents.ToAsyncEnumerable(), cancellation: cancellation))
        {
            results.Add(result);
            counted(results.Count);
        }
        return results;
    }

    /// <summary>Everyone confirms the week before; of the last, one has only reported and one is silent.</summary>
    private static async Task ConfirmAsync(
        Dictionary<string, IdentityFolder> identities, Week last, CancellationToken cancellation)
    {
        foreach (var (partner, weeks) in ((string, Week[])[])
            [("polisen", [last.Plus(-1), last]), ("raddningstjansten", [last.Plus(-1), last]),
             ("bostad-bro", [last.Plus(-1)]), (DemoTown.Silent, [last.Plus(-1)])])
        {
            using var client = HubClient.Connect(identities[partner]);
            foreach (var week in weeks)
            {
                await client.Pictures.ConfirmWeekAsync(new ConfirmWeekRequest
                {
                    Municipality = DemoTown.Municipality,
                    Week = week.Wire,
                    Statement = WeekStatement.Complete,
                }, cancellationToken: cancellation);
            }
        }
    }

    private static IReadOnlyList<string> Commands(
        Hub hub, SampleReports samples, string agreement, Dictionary<string, IdentityFolder> identities, Week last)
    {
        string As(string partner) => "--as " + Invocation.Argument(identities[partner].Path);
        var asOperator = "--as " + Invocation.Argument(hub.OperatorFolder);
        var ofLast = $"--municipality {DemoTown.Municipality} --week {last}";
        string[] commands =
        [
            $"picture get {ofLast} {As("upplands-bro")}",
            $"picture get {ofLast} --format html --out week.html {As("upplands-bro")}",
            $"picture list {As("upplands-bro")}",
            $"send {Invocation.Argument(samples.Incident)} {As("polisen")}",
            $"send {Invocation.Argument(samples.Observation)} {As("bostad-bro")}",
            $"picture compile --municipality {DemoTown.Municipality} --week 2024-W20 {As("upplands-bro")}",
            $"partner list {asOperator}",
            $"doctor {As("polisen")}",
            $"status {asOperator}",
            $"agreement show {agreement} {asOperator}",
            $"agreement explain --partner bostad-bro --from polisen --category weapon --area 0139-bro {asOperator}",
            $"agreement export {agreement} --out demo.agreement {As("polisen")}",
            $"agreement verify demo.agreement {As("polisen")}",
        ];
        return [.. commands.Select(command => $"{Invocation.Command} {command}")];
    }

    private static async Task StayAsync(Screen screen, Hub hub, IReadOnlyList<string> commands, CancellationToken cancellation)
    {
        screen.Line();
        screen.Line($"The hub stays up at {hub.Url.GetLeftPart(UriPartial.Authority)} until Ctrl+C. In another terminal, from this directory:");
        screen.Line();
        foreach (var command in commands)
        {
            screen.Line("  " + command);
        }

        try
        {
            await hub.WaitForShutdownAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            // Ctrl+C is how it ends.
        }
    }
}
