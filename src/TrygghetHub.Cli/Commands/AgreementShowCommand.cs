using System.CommandLine;
using Google.Protobuf.Collections;
using Spectre.Console;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Client;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub agreement show</c>.</summary>
internal static class AgreementShowCommand
{
    public static Command Create()
    {
        var id = new Argument<string>("ID") { Description = "The agreement's id." };
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("show", "Show an agreement, clause by clause.") { id, caller, json };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var answer = await client.Agreements.GetAgreementAsync(
                new GetAgreementRequest { Name = "agreements/" + parsed.GetRequiredValue(id) },
                cancellationToken: cancellation);
            if (parsed.GetValue(json))
            {
                screen.WriteJson(answer.Version);
            }
            else
            {
                Show(screen, answer.Version);
            }

            return ExitCode.Fine;
        });
    }

    private static void Show(Screen screen, AgreementVersion version)
    {
        var agreement = version.Agreement;
        screen.Line($"{agreement.Title}  ({agreement.Id}, version {version.Version})");
        screen.Line($"In force {Words.Day(agreement.ValidFrom)} to {Words.Day(agreement.ValidTo)}, "
            + $"drafted {Words.Time(version.DraftTime)}"
            + (agreement.RegistrationNumber.Length > 0 ? $", registered as {agreement.RegistrationNumber}." : "."));
        screen.Line($"Parties:  {string.Join(", ", agreement.Parties.Select(p => p.Partner))}");
        screen.Line($"Purposes: {(agreement.SharingTerms.Purposes.Count == 0 ? "none: nobody may read" : string.Join(", ", agreement.SharingTerms.Purposes.Select(Words.Of)))}");
        screen.Line($"SHA-256:  {version.DocumentSha256}");
        var table = Screen.Table("Clause", "From → to", "Form", "Finest", "Areas", "Categories");
        foreach (var flow in agreement.SharingTerms.Flows)
        {
            table.AddRow(TextCell.Of(flow.Clause), TextCell.Of($"{flow.From} → {List(flow.To, "nobody")}"),
                TextCell.Of(Words.Of(flow.Form)), TextCell.Of(Words.Of(flow.FinestPrecision)),
                TextCell.Of(List(flow.Areas, "nowhere")), TextCell.Of(List(flow.Categories, "nothing")));
        }

        screen.Show(table);
        screen.Line("What no clause names is not shared.");
    }

    private static string List(RepeatedField<string> items, string none) => items.Count == 0 ? none : string.Join(", ", items);
}
