using System.CommandLine;
using Spectre.Console;
using TrygghetHub.Client;
using TrygghetHub.Retention.V1;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub retention disposals</c>: the records of what has gone.</summary>
internal static class RetentionDisposalsCommand
{
    public static Command Create()
    {
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("disposals", "List disposed data and the decisions behind each disposal, newest first. Auditors see all partners' disposals.")
        {
            caller, json,
        };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var disposals = new List<Disposal>();
            var request = new ListDisposalsRequest { PageSize = 1_000 };
            do
            {
                var page = await client.Retention.ListDisposalsAsync(request, cancellationToken: cancellation);
                disposals.AddRange(page.Disposals);
                request.PageToken = page.NextPageToken;
            }
            while (request.PageToken.Length > 0);
            if (parsed.GetValue(json))
            {
                screen.WriteJson(disposals);
            }
            else if (disposals.Count == 0)
            {
                screen.Line("Nothing has been disposed of.");
            }
            else
            {
                Show(screen, disposals);
            }

            return ExitCode.Fine;
        });
    }

    private static void Show(Screen screen, List<Disposal> disposals)
    {
        var table = Screen.Table("When, Swedish time", "Class", "Of", "Contents>", "Received", "Decision", "Entries");
        foreach (var disposal in disposals.Where(d => d.Quarter is null))
        {
            table.AddRow(
                TextCell.Of(Words.MinuteOfColumn(disposal.DisposeTime)), TextCell.Of(RetentionWords.Of(disposal.RetentionClass)),
                TextCell.Of(disposal.Partner.Length > 0 ? disposal.Partner : "the hub"), TextCell.Of(Screen.Figure(disposal.Count)),
                TextCell.Of(RetentionWords.Days(disposal.FirstDay, disposal.LastDay)), TextCell.Of(disposal.DecisionReference),
                TextCell.Of(disposal.EntriesSha256[..12]));
        }

        if (disposals.Any(d => d.Quarter is null))
        {
            screen.Show(table);
            screen.Line($"{RetentionWords.Contents(disposals.Sum(d => d.Count))} in all. --json shows the whole hashes of the entries.");
        }

        if (disposals.Any(d => d.Quarter is not null))
        {
            var quarters = Screen.Table("Quarter", "Class", "Of", "Contents>", "Decision");
            foreach (var disposal in disposals.Where(d => d.Quarter is not null))
            {
                quarters.AddRow(
                    TextCell.Of(BandWords.Of(disposal.Quarter)), TextCell.Of(RetentionWords.Of(disposal.RetentionClass)),
                    TextCell.Of(disposal.Partner.Length > 0 ? disposal.Partner : "the hub"),
                    TextCell.Of(BandWords.Of(disposal.CountBand)), TextCell.Of(disposal.DecisionReference));
            }

            screen.Show(quarters);
            screen.Line(BandWords.Note);
        }
    }
}
