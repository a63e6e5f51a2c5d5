using System.CommandLine;
using TrygghetHub.Client;
using TrygghetHub.Retention.V1;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub retention holds</c>: the legal holds on the caller's reports.</summary>
internal static class RetentionHoldsCommand
{
    public static Command Create()
    {
        var lifted = new Option<bool>("--lifted") { Description = "Include lifted holds." };
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("holds", "List the holds on your reports, newest first. Auditors see all partners' holds.")
        {
            lifted, caller, json,
        };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var holds = new List<LegalHold>();
            var request = new ListLegalHoldsRequest { IncludeLifted = parsed.GetValue(lifted), PageSize = 1_000 };
            do
            {
                var page = await client.Retention.ListLegalHoldsAsync(request, cancellationToken: cancellation);
                holds.AddRange(page.Holds);
                request.PageToken = page.NextPageToken;
            }
            while (request.PageToken.Length > 0);
            if (parsed.GetValue(json))
            {
                screen.WriteJson(holds);
            }
            else if (holds.Count == 0)
            {
                screen.Line("No hold.");
            }

            foreach (var hold in parsed.GetValue(json) ? [] : holds)
            {
                screen.Line(TextCell.Printable(hold.Name));
                screen.Line($"  Kept:    {TextCell.Printable(RetentionWords.Scope(hold.Scope))}");
                screen.Line($"  By:      {TextCell.Printable(hold.Reference)}, since {Words.Minute(hold.PlaceTime)}");
                if (hold.Reason.Length > 0)
                {
                    screen.Line($"  Why:     {TextCell.Printable(hold.Reason)}");
                }

                if (hold.LiftTime is not null)
                {
                    screen.Line($"  Lifted:  by {TextCell.Printable(hold.LiftReference)}, {Words.Minute(hold.LiftTime)}");
                }
            }

            return ExitCode.Fine;
        });
    }
}
