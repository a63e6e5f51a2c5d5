using System.CommandLine;
using Google.Protobuf;
using Spectre.Console;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Cli.Demo;
using TrygghetHub.Client;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Observations.V1;
using TrygghetHub.Partners.V1;
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
        var keep = new Option<bool>("--keep") { Description = "Leave the hub running afterwards, and keep its data." };
        var url = new Option<string>("--url")
        {
            Description = "Address to listen on; port 0 takes a free one.",
            HelpName = "URL",
            DefaultValueFactory = _ => "https://127.0.0.1:0",
        };
        var data = new Option<string?>("--data")
        {
            Description = "Directory of the hub's data, kept afterwards. Default: a temporary one.",
            HelpName = "DIR",
        };
        var command = new Command("demo", "Start a sandbox, let five partners join and sign, send 32 invented weeks, and print the last one.")
        {
            keep, url, data,
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
                await RunAsync(screen, directory, address, parsed.GetValue(keep), isKept, cancellation);
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
        Screen screen, string directory, Uri address, bool staysUp, bool isKept, CancellationToken cancellation)
    {
        var time = TimeProvider.System;
        var begun = time.GetTimestamp();
        var last = Week.Of(time.GetUtcNow()).Plus(-1);
        await using var hub = await screen.WorkAsync("Starting a hub", () => Hub.StartAsync(new HubOptions
        {
            DataDirectory = Path.Combine(directory, "hub"),
            Url = address,
            Sandbox = true,
        }, cancellation));

        var identities = await JoinAsync(screen, hub, Path.Combine(directory, "identities"), cancellation);
        screen.Line($"A hub of its own at {hub.Url.GetLeftPart(UriPartial.Authority)}: {identities.Count} partners "
            + "joined, every call over mutual TLS.");
        var agreement = await screen.WorkAsync("Agreeing", () => AgreeAsync(hub, identities, cancellation));
        screen.Line($"The operator drafted and proposed the agreement {agreement.Agreement.Id}; each party signed it with its own key:");
        screen.Line($"{AgreementPrinter.List(agreement.Signatures.Select(s => s.Partner))}.");
        screen.Line($"With the last signature it is in force: version {agreement.Version}, SHA-256 {agreement.DocumentSha256[..16]}….");

        await SendAsync(screen, identities, last, time, cancellation);
        await ConfirmAsync(identities, last, cancellation);
        await screen.WorkAsync($"Compiling the pictures up to {last}", async () =>
        {
            await hub.RunWeeklyPicturesAsync(last.ToString(), cancellation);
            return true;
        });

        using (var municipality = HubClient.Connect(identities["upplands-bro"]))
        {
            var answer = await municipality.Pictures.GetPictureAsync(
                new GetPictureRequest { Municipality = DemoTown.Municipality, Week = last.Wire },
                cancellationToken: cancellation);
            PicturePrinter.Print(screen, answer.Picture);
        }
        screen.Line();
        screen.Line($"From nothing to this picture in {time.GetElapsedTime(begun).TotalSeconds:0.0} s. All reports are invented.");

        if (staysUp)
        {
            await StayAsync(screen, hub, identities, last, cancellation);
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

    private static async Task<Dictionary<string, IdentityFolder>> JoinAsync(
        Screen screen, Hub hub, string directory, CancellationToken cancellation)
    {
        using var identity = IdentityFolder.Load(hub.OperatorFolder);
        using var client = HubClient.Connect(identity, new HubClientOptions { Url = hub.Url });
        return await screen.WorkAsync("Letting partners join", async () =>
        {
            var identities = new Dictionary<string, IdentityFolder>();
            foreach (var partner in DemoTown.Partners)
            {
                var folder = Path.Combine(directory, partner.Id);
                // On data that is kept from an earlier run they have joined; only the port may be another.
                identities[partner.Id] = File.Exists(Path.Combine(folder, "client.crt"))
                    ? IdentityFolder.Load(folder).MovedTo(hub.Url)
                    : await JoinAsync(client, hub.OpenUrl, partner, folder, cancellation);
            }

            return identities;
        });
    }

    // As for real: the operator makes a code, and the partner joins with it.
    private static async Task<IdentityFolder> JoinAsync(
        HubClient client, Uri openUrl, Partner partner, string folder, CancellationToken cancellation)
    {
        var created = await client.Partners.CreatePartnerAsync(
            new CreatePartnerRequest { Partner = partner }, cancellationToken: cancellation);
        var code = await client.Partners.CreateEnrolmentCodeAsync(
            new CreateEnrolmentCodeRequest { Name = created.Partner.Name }, cancellationToken: cancellation);
        return await Joining.JoinAsync(openUrl, code.Code, folder, cancellation: cancellation);
    }

    // As for real: the operator drafts and proposes, and every party signs the stored bytes by itself.
    private static async Task<AgreementVersion> AgreeAsync(
        Hub hub, Dictionary<string, IdentityFolder> identities, CancellationToken cancellation)
    {
        var agreement = Agreement();
        using var identity = IdentityFolder.Load(hub.OperatorFolder);
        using var client = HubClient.Connect(identity, new HubClientOptions { Url = hub.Url });
        // On data that is kept from an earlier run it is in force already, or part of the way there.
        var version = (await AgreementArguments.AllAsync(client, cancellation))
            .LastOrDefault(v => v.Agreement.Equals(agreement)
                && v.State is (AgreementState.Active or AgreementState.Proposed));
        if (version is null)
        {
            var draft = (await client.Agreements.DraftAgreementAsync(
                new DraftAgreementRequest { Agreement = agreement }, cancellationToken: cancellation)).Version;
            version = (await client.Agreements.ProposeAgreementAsync(
                new ProposeAgreementRequest { Name = draft.Name, DocumentSha256 = draft.DocumentSha256 },
                cancellationToken: cancellation)).Version;
        }

        foreach (var party in version.UnsignedParties.ToList())
        {
            using var signer = HubClient.Connect(identities[party]);
            version = (await signer.Agreements.SignAgreementAsync(
                new SignAgreementRequest
                {
                    Name = version.Name,
                    Signature = ByteString.CopyFrom(AgreementSigning.Sign(version.Document.Memory, identities[party])),
                },
                cancellationToken: cancellation)).Version;
        }

        return version;
    }

    /// <summary>The agreement that the demo's partners have.</summary>
    public static CooperationAgreement Agreement()
    {
        const string name = "demo-agreement.json";
        using var stream = typeof(DemoCommand).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not embedded.");
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return ProtoJson.Of(name, bytes.ToArray()).Message<CooperationAgreement>();
    }

    private static async Task SendAsync(Screen screen, Dictionary<string, IdentityFolder> identities, Week last,
        TimeProvider time, CancellationToken cancellation)
    {
        var table = Screen.Table("Partner", "How", "Reports>", "Accepted>", "Refused>", "Durable a second>");
        var refusals = new List<ReportResult>();
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
            table.AddRow(TextCell.Of(partner.Id), TextCell.Of(how), TextCell.Of(Screen.Figure(results.Count)),
                TextCell.Of(Screen.Figure(accepted)), TextCell.Of(Screen.Figure(results.Count - accepted)),
                TextCell.Of(Screen.Figure((long)(accepted / Math.Max(seconds, 0.001)))));
        }
        screen.Show(table);
        if (refusals.Count == 0)
        {
            return;
        }

        screen.Line("Refused alone, while the stream went on: one report that the agreement does not name.");
        SendCommand.ShowRefusals(screen, refusals);
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

    private static async Task StayAsync(Screen screen, Hub hub, Dictionary<string, IdentityFolder> identities, Week last,
        CancellationToken cancellation)
    {
        const string run = "dotnet run --project src/TrygghetHub.Cli --";
        screen.Line();
        screen.Line($"The hub stays up at {hub.Url.GetLeftPart(UriPartial.Authority)} until Ctrl+C. In another terminal, from the repository:");
        screen.Line();
        screen.Line($"  {run} picture get --municipality {DemoTown.Municipality} --week {last} --as {Quoted(identities["upplands-bro"].Path)}");
        screen.Line($"  {run} picture get --municipality {DemoTown.Municipality} --week {last} --format html --out week.html --as {Quoted(identities["upplands-bro"].Path)}");
        screen.Line($"  {run} picture list --as {Quoted(identities["upplands-bro"].Path)}");
        screen.Line($"  {run} send samples/incident.json --as {Quoted(identities["polisen"].Path)}");
        screen.Line($"  {run} send samples/observation.json --as {Quoted(identities["bostad-bro"].Path)}");
        screen.Line($"  {run} picture compile --municipality {DemoTown.Municipality} --week 2024-W20 --as {Quoted(identities["upplands-bro"].Path)}");
        screen.Line($"  {run} partner list --as {Quoted(hub.OperatorFolder)}");
        screen.Line($"  {run} doctor --as {Quoted(identities["polisen"].Path)}");
        screen.Line($"  {run} status --as {Quoted(hub.OperatorFolder)}");
        screen.Line($"  {run} agreement show {Agreement().Id} --as {Quoted(hub.OperatorFolder)}");
        screen.Line($"  {run} agreement explain --partner bostad-bro --from polisen --category weapon --area 0139-bro --as {Quoted(hub.OperatorFolder)}");
        screen.Line($"  {run} agreement export {Agreement().Id} --out demo.agreement --as {Quoted(identities["polisen"].Path)}");
        screen.Line($"  {run} agreement verify demo.agreement --as {Quoted(identities["polisen"].Path)}");
        try
        {
            await hub.WaitForShutdownAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            // Ctrl+C is how it ends.
        }
    }

    private static string Quoted(string path) => path.Contains(' ', StringComparison.Ordinal) ? $"\"{path}\"" : path;
}
