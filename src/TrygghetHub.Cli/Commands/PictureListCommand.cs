using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using TrygghetHub.Client;
using TrygghetHub.Pictures.V1;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub picture list</c>.</summary>
internal static class PictureListCommand
{
    public static Command Create()
    {
        var municipality = CallerOptions.Municipality(required: false);
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("list", "List your pictures, newest week first.") { municipality, caller, json };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var pictures = new List<SituationalPicture>();
            for (var token = ""; ;)
            {
                var page = await client.Pictures.ListPicturesAsync(new ListPicturesRequest
                {
                    Municipality = parsed.GetValue(municipality) ?? "",
                    PageSize = 1_000,
                    PageToken = token,
                }, cancellationToken: cancellation);
                pictures.AddRange(page.Pictures);
                if ((token = page.NextPageToken).Length == 0)
                {
                    break;
                }
            }
            if (parsed.GetValue(json))
            {
                screen.WriteJson(pictures);
                return ExitCode.Fine;
            }
            if (pictures.Count == 0)
            {
                screen.Line("You have no pictures yet.");
                screen.Note("Next: thub picture compile --municipality CODE --week WEEK");
                return ExitCode.Fine;
            }
            var table = Screen.Table("Week", "Municipality", "Revision>", "State", "Reports>", "Week before>", "Frozen at, Swedish time");
            foreach (var picture in pictures)
            {
                table.AddRow(TextCell.Of(Week.Of(picture.Week).ToString()),
                    TextCell.Of($"{picture.MunicipalityName} ({picture.Municipality})"),
                    TextCell.Of(picture.Revision.ToString(CultureInfo.InvariantCulture)), TextCell.Of(PicturePrinter.State(picture)),
                    TextCell.Of(Screen.Figure(picture.Totals?.Reports ?? 0)),
                    TextCell.Of(Screen.Figure(picture.Totals?.LastWeek ?? 0)), TextCell.Of(picture.State == PictureState.Collecting ? "–" : Words.MinuteOfColumn(picture.FreezeTime)));
            }

            screen.Show(table);
            return ExitCode.Fine;
        });
    }
}
