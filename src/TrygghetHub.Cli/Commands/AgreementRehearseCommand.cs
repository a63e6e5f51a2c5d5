using System.CommandLine;
using Spectre.Console;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Client;
using TrygghetHub.Oversight.V1;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub agreement rehearse</c>: what a document would change, before anybody has agreed to it.</summary>
internal static class AgreementRehearseCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("DRAFT.json") { Description = "The agreement in protobuf JSON. The hub does not store it." };
        var weeks = AgreementArguments.Weeks();
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("rehearse", "Show what each partner would gain and lose under a draft, based on the reports of recent weeks.")
        {
            file, weeks, caller, json,
        };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            var agreement = ProtoJson.Open(parsed.GetRequiredValue(file)).Message<CooperationAgreement>();
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var answer = await client.Agreements.RehearseAgreementAsync(
                new RehearseAgreementRequest { Agreement = agreement, Weeks = parsed.GetValue(weeks) },
                cancellationToken: cancellation);
            if (parsed.GetValue(json))
            {
                screen.WriteJson(answer);
                return ExitCode.Fine;
            }

            if (answer.Changes.Count + answer.ReachChanges.Count == 0)
            {
                screen.Line(answer.Quarters.Count > 0
                    ? "By this draft nothing would be shown otherwise."
                    : $"Of the reports of the last {AgreementPrinter.Count(parsed.GetValue(weeks), "week", "weeks")} nothing would be seen otherwise.");
                return ExitCode.Fine;
            }

            foreach (var ofRecipient in answer.ReachChanges.GroupBy(c => c.Recipient))
            {
                Show(screen, ofRecipient.Key, [.. ofRecipient], answer.Quarters);
            }

            foreach (var ofRecipient in answer.Changes.GroupBy(c => c.Recipient))
            {
                Show(screen, ofRecipient.Key, [.. ofRecipient]);
            }

            screen.Note($"Nothing was kept. Next: thub agreement draft {parsed.GetRequiredValue(file)}");
            return ExitCode.Fine;
        });
    }

    private static void Show(Screen screen, string recipient, IReadOnlyList<ReachChange> changes, IReadOnlyList<Quarter> quarters)
    {
        screen.Line($"{AgreementPrinter.Plain(recipient)} would be shown, and how many reports the hub has received:");
        var table = Screen.Table(
            ["Purpose", "Sender", "Category", "Now → then", "Where", .. quarters.Select(q => BandWords.Of(q) + ">")]);
        foreach (var change in changes)
        {
            foreach (var place in change.Municipalities)
            {
                table.AddRow(
                [
                    TextCell.Of(Words.Of(change.Purpose)), TextCell.Of(change.Sender), TextCell.Of(change.Category),
                    TextCell.Of($"{Or(change.Before, "nothing")} → {Or(change.After, "nothing")}"),
                    TextCell.Of(BandWords.Place(place)), .. place.Bands.Select(b => TextCell.Of(BandWords.Of(b))),
                ]);
            }
        }

        screen.Show(table);
        screen.Line(BandWords.Note);
    }

    private static void Show(Screen screen, string recipient, IReadOnlyList<AccessChange> changes)
    {
        screen.Line($"{AgreementPrinter.Plain(recipient)} would see:");
        var table = Screen.Table("Purpose", "Sender", "Category", "Gained>", "Lost>", "Changed>", "Now → then");
        foreach (var change in changes)
        {
            table.AddRow(TextCell.Of(Words.Of(change.Purpose)), TextCell.Of(change.Sender), TextCell.Of(change.Category),
                TextCell.Of(Figures(change.Gained, change.CountsGained)), TextCell.Of(Figures(change.Lost, change.CountsLost)),
                TextCell.Of(Figures(change.Changed, 0)),
                TextCell.Of($"{Or(change.Before, "nothing")} → {Or(change.After, "nothing")}"));
        }

        screen.Show(table);
    }

    private static string Figures(int records, int counted)
    {
        var text = Screen.Figure(records);
        return counted == 0 ? text : $"{text} +{Screen.Figure(counted)} counted";
    }

    private static string Or(string text, string none) => text.Length == 0 ? none : text;
}
