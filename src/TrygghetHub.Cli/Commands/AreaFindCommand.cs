using System.CommandLine;
using System.Globalization;
using TrygghetHub.Areas.V1;
using TrygghetHub.Client;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub area find</c>: by position or by name.</summary>
internal static class AreaFindCommand
{
    public static Command Create()
    {
        var what = new Argument<string[]>("WHAT")
        {
            Description = "LAT LON in degrees (WGS 84), such as 59.51 17.66, or the NAME of an area.",
            Arity = ArgumentArity.OneOrMore,
        };
        var within = new Option<string>("--within")
        {
            Description = "Include only areas inside this area.",
            HelpName = "CODE",
        };
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("find", "Find areas by position or by name.") { what, within, caller, json };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            var request = RequestOf(parsed.GetRequiredValue(what));
            request.Within = parsed.GetValue(within) ?? "";
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var found = (await client.Areas.FindAreasAsync(request, cancellationToken: cancellation)).Areas;
            if (parsed.GetValue(json))
            {
                screen.WriteJson(found);
                return found.Count == 0 ? ExitCode.Warnings : ExitCode.Fine;
            }

            if (found.Count == 0)
            {
                screen.Line(request.ByCase == FindAreasRequest.ByOneofCase.Position
                    ? "No area whose boundary the hub knows holds it."
                    : "No area in use is called so.");
                return ExitCode.Warnings;
            }

            AreaListCommand.Show(screen, found);
            return ExitCode.Fine;
        });
    }

    // A name may have several words, and no name is two numbers.
    private static FindAreasRequest RequestOf(string[] what) =>
        string.Join(' ', what).Replace(',', ' ').Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var north, var east] && Degrees(north) is { } latitude && Degrees(east) is { } longitude
            ? new FindAreasRequest { Position = new AreaPosition { Latitude = latitude, Longitude = longitude } }
            : new FindAreasRequest { Named = string.Join(' ', what) };

    // A comma may stand between the two.
    private static double? Degrees(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var degrees) ? degrees : null;
}
