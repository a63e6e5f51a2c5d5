using System.CommandLine;
using System.Globalization;
using TrygghetHub.Client;
using TrygghetHub.Links.V1;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub links list</c>: reports of different partners that are probably of one event.</summary>
internal static class LinksListCommand
{
    public static Command Create()
    {
        var municipality = CallerOptions.Municipality();
        var week = CallerOptions.InWeek();
        var undecided = new Option<bool>("--undecided") { Description = "Include only pairs without a decision." };
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("list", "List pairs of reports that probably describe the same event, most likely first.")
        {
            municipality, week, undecided, caller, json,
        };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var answer = await client.Links.ListLinksAsync(
                new ListLinksRequest
                {
                    Municipality = parsed.GetRequiredValue(municipality),
                    Week = Week.Parse(parsed.GetRequiredValue(week)).Wire,
                    Purpose = Agreements.V1.Purpose.WeeklyPicture,
                    UndecidedOnly = parsed.GetValue(undecided),
                },
                cancellationToken: cancellation);
            if (parsed.GetValue(json))
            {
                screen.WriteJson(answer);
                return ExitCode.Fine;
            }

            if (answer.Links.Count == 0)
            {
                screen.Line("Nothing that you may see of this week is probably of the same event.");
                return ExitCode.Fine;
            }

            foreach (var link in answer.Links)
            {
                screen.Line(string.Create(
                    CultureInfo.InvariantCulture, $"{link.Score:0.00}  {Decision(link)}  {TextCell.Printable(link.Why)}"));
                screen.Line("      " + TextCell.Printable(link.Report));
                screen.Line("      " + TextCell.Printable(link.Other));
            }

            if (answer.Truncated)
            {
                screen.Note("There are more; decide about these first, and list with --undecided.");
            }

            if (answer.Links.FirstOrDefault(l => l.Decision == LinkDecision.Unspecified) is { } open)
            {
                screen.Note("Nothing is merged. Where they are of one event, your pictures count it once:");
                screen.Note($"Next: thub links confirm {TextCell.Printable(open.Report)} {TextCell.Printable(open.Other)}   (or reject)");
            }

            return ExitCode.Fine;
        });
    }

    private static string Decision(Link link) => link.Decision switch
    {
        LinkDecision.Same => "confirmed",
        LinkDecision.Different => "rejected ",
        _ => "open     ",
    };
}
