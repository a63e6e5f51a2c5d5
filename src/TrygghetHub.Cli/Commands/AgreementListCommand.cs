using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Client;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub agreement list</c>.</summary>
internal static class AgreementListCommand
{
    public static Command Create()
    {
        var all = new Option<bool>("--all") { Description = "Include versions that are expired, terminated or superseded." };
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("list", "List your agreements, including those that are waiting for your signature.")
        {
            all, caller, json,
        };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            // All versions are read, since an amendment that waits to be signed stands behind the version in force.
            var versions = await AgreementArguments.AllAsync(client, cancellation);
            if (!parsed.GetValue(all))
            {
                versions.RemoveAll(v => v.State
                    is AgreementState.Expired or AgreementState.Terminated or AgreementState.Superseded);
            }

            if (parsed.GetValue(json))
            {
                screen.WriteJson(versions);
                return ExitCode.Fine;
            }

            if (versions.Count == 0)
            {
                screen.Line("There is no agreement: nothing may be sent or seen.");
                screen.Note("Next: thub agreement draft FILE.json");
                return ExitCode.Fine;
            }

            Show(screen, versions);
            var party = AgreementArguments.PartnerOf(identity);
            foreach (var version in versions.Where(v => party is not null && WaitsFor(v, party)))
            {
                screen.Line($"{version.Agreement.Id}, version {version.Version}, waits for your signature.");
                screen.Note($"Next: thub agreement sign {version.Agreement.Id} --version {version.Version}");
            }

            foreach (var draft in versions.Where(v => v.State == AgreementState.Draft && v.Drafter == identity.Id))
            {
                screen.Line($"{draft.Agreement.Id}, version {draft.Version}, is your draft.");
                screen.Note($"Next: thub agreement propose {draft.Agreement.Id}/{draft.Version}");
            }

            return ExitCode.Fine;
        });
    }

    /// <summary>Whether a version is to be signed by a party.</summary>
    public static bool WaitsFor(AgreementVersion version, string party) =>
        version.State == AgreementState.Proposed && version.UnsignedParties.Contains(party);

    private static void Show(Screen screen, List<AgreementVersion> versions)
    {
        var table = Screen.Table("Id", "Title", "Version>", "State", "From", "To", "Parties");
        foreach (var version in versions)
        {
            var agreement = version.Agreement;
            table.AddRow(TextCell.Of(agreement.Id), TextCell.Of(agreement.Title),
                TextCell.Of(version.Version.ToString(CultureInfo.InvariantCulture)),
                TextCell.Of(AgreementArguments.StateOf(version.State)),
                TextCell.Of(Words.Day(version.EffectiveTime ?? agreement.ValidFrom)),
                TextCell.Of(Words.Day(version.EndTime ?? agreement.ValidTo)),
                TextCell.Of(string.Join(", ", agreement.Parties.Select(p => p.Partner))));
        }

        screen.Show(table);
    }
}
