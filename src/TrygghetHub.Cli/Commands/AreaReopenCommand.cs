using System.CommandLine;
using TrygghetHub.Areas.V1;
using TrygghetHub.Client;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub area reopen</c>.</summary>
internal static class AreaReopenCommand
{
    public static Command Create()
    {
        var code = new Argument<string>("CODE") { Description = "The closed area, such as 0139-bro." };
        var validFrom = new Option<string>("--valid-from")
        {
            Description = "First day on which the area is in use again. Default: today. The day on which it was closed cancels the closure.",
            HelpName = "DATE",
        };
        var yes = Confirmation.Yes();
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("reopen", "Reopen a closed area and the areas inside it that were closed on the same day (operator).")
        {
            code, validFrom, yes, caller, json,
        };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var asked = parsed.GetRequiredValue(code);
            var area = (await client.Areas.GetAreaAsync(new GetAreaRequest { Name = "areas/" + asked }, cancellationToken: cancellation)).Area;
            if (area.ValidTo.Length > 0)
            {
                Confirmation.Require(screen, parsed.GetValue(yes), asked,
                    $"This opens {asked} ({area.DisplayName}), closed {area.ValidTo}, again, with what was closed in it the same day.");
            }

            var answer = await client.Areas.ReopenAreaAsync(
                new ReopenAreaRequest { Code = asked, ValidFrom = parsed.GetValue(validFrom) ?? "" },
                cancellationToken: cancellation);
            if (parsed.GetValue(json))
            {
                screen.WriteJson(answer);
                return ExitCode.Fine;
            }

            if (answer.Changes.Count == 0)
            {
                screen.Line("It is in use already; nothing was changed.");
                return ExitCode.Fine;
            }

            AreaImportCommand.Show(screen, answer.Changes);
            screen.Line($"In use again from {answer.ValidFrom}; the list of areas is now version {answer.Version}.");
            return ExitCode.Fine;
        });
    }
}
