using System.CommandLine;
using Microsoft.Extensions.Logging;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Cli.Demo;
using TrygghetHub.Client;
using TrygghetHub.Partners.V1;
using TrygghetHub.Server;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub init</c>: sets up a sandbox with partners and an agreement in force, to be served afterwards.</summary>
internal static class InitCommand
{
    private const string UsualUrl = "https://127.0.0.1:5443";

    public static Command Create()
    {
        var folder = new Argument<string?>("DIR")
        {
            Description = "Folder for the sandbox. The command prompts for it if it is not specified.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var file = new Option<string?>("--agreement")
        {
            Description = "The agreement in protobuf JSON. Its parties join the hub. Default: an agreement included with thub, between "
                + "a municipality, the police and a housing company.",
            HelpName = "FILE.json",
        };
        var kinds = new Option<string[]>("--kind")
        {
            Description = "Kind of a party to your agreement, such as skolan=school. The command prompts for it if it is not specified.",
            HelpName = "ID=KIND",
        };
        var url = new Option<string>("--url")
        {
            Description = "Address of the hub. `thub serve` also listens on it.",
            HelpName = "URL",
            DefaultValueFactory = _ => UsualUrl,
        };
        var json = CallerOptions.Json();
        var command = new Command(
            "init", "Set up a sandbox: a hub, its partners, and an agreement that every partner has signed.")
        {
            folder, file, kinds, url, json,
        };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            var directory = Path.GetFullPath(parsed.GetValue(folder) ?? Ask(screen, "Directory to make", "trial"));
            if (Directory.Exists(directory) && Directory.EnumerateFileSystemEntries(directory).Any())
            {
                throw new UsageException($"{directory} is not empty.", "Name a directory that is not there yet: nothing is overwritten.");
            }

            var agreement = parsed.GetValue(file) is { } named
                ? ProtoJson.Open(named).Message<CooperationAgreement>()
                : TrialHub.Agreement("agreement.json");
            var partners = Partners(screen, agreement, parsed.GetValue(kinds) ?? []);
            var address = ServeCommand.Address(parsed.GetRequiredValue(url));
            var isNew = !Directory.Exists(directory);
            Directory.CreateDirectory(directory);
            var served = parsed.GetRequiredValue(url);
            var identities = new Dictionary<string, IdentityFolder>();
            try
            {
                await using var hub = await screen.WorkAsync("Starting the hub", () => Hub.StartAsync(
                    new HubOptions
                    {
                        DataDirectory = Path.Combine(directory, "hub"),
                        Url = address,
                        Sandbox = true,
                        Logging = log => log.SetMinimumLevel(LogLevel.None),
                    },
                    cancellation));
                if (address.Port == 0)
                {
                    // The partners' identities hold the port that was free.
                    served = hub.Url.GetLeftPart(UriPartial.Authority);
                }

                identities = await screen.WorkAsync("Letting partners join", () => TrialHub.JoinAsync(
                    hub, partners, Path.Combine(directory, "ids"), cancellation));
                await screen.WorkAsync("Signing the agreement", () => TrialHub.AgreeAsync(hub, agreement, identities, cancellation));
            }
            catch
            {
                // What is half set up is no sandbox, and would be in the way of the next try.
                foreach (var made in Directory.GetDirectories(directory))
                {
                    Directory.Delete(made, recursive: true);
                }

                if (isNew)
                {
                    Directory.Delete(directory);
                }

                throw;
            }
            finally
            {
                foreach (var identity in identities.Values)
                {
                    identity.Dispose();
                }
            }

            SampleReports.Write(directory);
            var trial = new Trial(directory, agreement, partners, served);
            if (parsed.GetValue(json))
            {
                screen.WriteDocument(trial.Document);
            }
            else
            {
                trial.Tell(screen);
            }

            return ExitCode.Fine;
        });
    }

    /// <summary>What was set up.</summary>
    private sealed record Trial(string Directory, CooperationAgreement Agreement, IReadOnlyList<Partner> Partners, string Url)
    {
        private readonly string shown = Path.GetRelativePath(Environment.CurrentDirectory, Directory);

        /// <summary>What <c>--json</c> prints.</summary>
        public Document Document => new(
            Directory, Url, Path.Combine(Directory, "hub"), Path.Combine(Directory, "hub", "operator"),
            [.. Partners.Select(p => new DocumentPartner(p.Id, Words.Of(p.Kind), Path.Combine(Directory, "ids", p.Id)))],
            Agreement.Id, [Serve, .. First]);

        private string Serve => $"{Invocation.Command} serve --sandbox --data {Invocation.Argument(Path.Combine(shown, "hub"))}"
            + (Url == UsualUrl ? "" : " --url " + Invocation.Argument(Url));

        // From a report to its picture, where the parties are those of the samples.
        private IReadOnlyList<string> First => Partners.Any(p => p.Id == "polisen") && Partners.Any(p => p.Id == "upplands-bro")
            ?
            [
                $"{Invocation.Command} send {Invocation.Argument(Path.Combine(shown, "incident.json"))} --as {Invocation.Argument(Path.Combine(shown, "ids", "polisen"))}",
                $"{Invocation.Command} use {Invocation.Argument(Path.Combine(shown, "ids", "upplands-bro"))}",
                $"{Invocation.Command} picture compile --municipality 0139 --week 2024-W20",
                $"{Invocation.Command} picture get --municipality 0139 --week 2024-W20",
            ]
            : [];

        /// <summary>Says it in words.</summary>
        public void Tell(Screen screen)
        {
            screen.Line($"A sandbox is in {shown}: the hub's data in hub, the operator's identity in hub/operator, and in ids those of "
                + $"{AgreementPrinter.List(Partners.Select(p => p.Id))}.");
            screen.Line($"The agreement {Agreement.Id} is in force: every party has signed it with its own key.");
            screen.Line("It is for trial: all keys are on this machine, and a hub that runs for real refuses them.");
            screen.Line();
            screen.Line("Next, in a terminal of its own:");
            screen.Line("  " + Serve);
            if (First.Count > 0)
            {
                screen.Line("then here:");
            }

            foreach (var command in First)
            {
                screen.Line("  " + command);
            }
        }
    }

    /// <summary>What <c>--json</c> prints; folders are absolute paths.</summary>
    /// <param name="Directory">Where everything is.</param>
    /// <param name="Url">Where the hub will listen.</param>
    /// <param name="DataDirectory">The hub's data.</param>
    /// <param name="OperatorFolder">The operator's identity folder.</param>
    /// <param name="Partners">Who takes part.</param>
    /// <param name="Agreement">The id of the agreement that is in force.</param>
    /// <param name="Commands">What comes next, from the current directory; the first serves the hub until it is stopped.</param>
    private sealed record Document(
        string Directory, string Url, string DataDirectory, string OperatorFolder, IReadOnlyList<DocumentPartner> Partners, string Agreement,
        IReadOnlyList<string> Commands);

    /// <summary>A partner: its id, its kind such as <c>police</c>, and its identity folder.</summary>
    private sealed record DocumentPartner(string Id, string Kind, string Folder);

    // The parties are the partners. What kind each is stands in no agreement.
    private static List<Partner> Partners(Screen screen, CooperationAgreement agreement, string[] kinds)
    {
        var given = new Dictionary<string, string>();
        foreach (var value in kinds)
        {
            if (value.Split('=', 2) is not [{ Length: > 0 } party, { Length: > 0 } named])
            {
                throw new UsageException($"--kind {value} names no party and kind.", "Write it like --kind skolan=school.");
            }

            if (!given.TryAdd(party, named))
            {
                throw new UsageException($"--kind names {party} more than once.", "Give each party one kind.");
            }
        }

        if (given.Keys.Except(agreement.Parties.Select(p => p.Partner)).FirstOrDefault() is { } stranger)
        {
            throw new UsageException($"{stranger} is no party of the agreement {agreement.Id}.",
                $"Its parties are {AgreementPrinter.List(agreement.Parties.Select(p => p.Partner))}.");
        }

        return [.. agreement.Parties.Select(party => new Partner
        {
            Id = party.Partner,
            DisplayName = DemoTown.Partners.FirstOrDefault(p => p.Id == party.Partner)?.DisplayName ?? party.Controller,
            Kind = given.TryGetValue(party.Partner, out var kind) ? Words.PartnerKindOf(kind)
                : DemoTown.Partners.FirstOrDefault(p => p.Id == party.Partner)?.Kind
                ?? Words.PartnerKindOf(Ask(screen, $"What {party.Partner} is ({string.Join(", ", Words.PartnerKinds)})", null, $"--kind {party.Partner}=KIND")),
        })];
    }

    private static string Ask(Screen screen, string what, string? suggestion, string option = "DIR")
    {
        if (!Question.CanBeAsked)
        {
            throw new UsageException($"{what}: nobody is there to ask.", $"Add {option}.");
        }

        return Question.Ask(screen, suggestion is null ? $"{what}: " : $"{what} [{suggestion}]: ") is { Length: > 0 } answer ? answer
            : suggestion ?? throw new UsageException($"{what}: no answer was given.", $"Add {option}.");
    }
}
