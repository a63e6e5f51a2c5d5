using System.CommandLine;
using Spectre.Console;
using TrygghetHub.Client;
using TrygghetHub.Retention.V1;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub retention preview</c>: what would go, in figures.</summary>
internal static class RetentionPreviewCommand
{
    public static Command Create()
    {
        var at = TimeArgument.Of("--at", "Show what would be disposed of by this time, such as 2026-12-31. Default: now.");
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("preview", "Show what the next disposal will remove, by day of receipt, and what holds will keep.")
        {
            at, caller, json,
        };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            var asOf = TimeArgument.Read(parsed.GetValue(at), "--at");
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var answer = await client.Retention.PreviewDisposalAsync(
                new PreviewDisposalRequest { AsOf = asOf }, cancellationToken: cancellation);
            if (parsed.GetValue(json))
            {
                screen.WriteJson(answer);
                return ExitCode.Fine;
            }

            foreach (var forecast in answer.Forecasts)
            {
                Show(screen, forecast);
            }

            return ExitCode.Fine;
        });
    }

    private static void Show(Screen screen, DisposalForecast forecast)
    {
        var name = RetentionWords.Of(forecast.RetentionClass);
        if (forecast.DueUpTo.Length == 0)
        {
            screen.Line($"{name}: nothing would go. {TextCell.Printable(forecast.Note)}");
            if (forecast.Decision is null)
            {
                screen.Note($"Next: thub retention decide --class {name} --days N --decision REF");
            }

            return;
        }

        var decision = forecast.Decision;
        var what = forecast.RetentionClass == RetentionClass.AccessLog ? "receipts" : RetentionWords.Contents(forecast.Count);
        screen.Line($"{name}: {what} would go, received up to {forecast.DueUpTo}, "
            + $"by {TextCell.Printable(decision.DecisionReference)} ({RetentionWords.Time(decision.Days)}).");
        if (forecast.HeldCount > 0)
        {
            screen.Line($"  Kept by a hold: {RetentionWords.Contents(forecast.HeldCount)}");
            foreach (var hold in forecast.Holds)
            {
                screen.Line($"    {TextCell.Printable(hold)}");
            }
        }

        if (forecast.Days.Count > 0)
        {
            var table = Screen.Table("Received", "Would go>", "Held>");
            foreach (var day in forecast.Days)
            {
                table.AddRow(
                    TextCell.Of(day.Day), TextCell.Of(Screen.Figure(day.Count)), TextCell.Of(Screen.Figure(day.HeldCount)));
            }

            screen.Show(table);
        }

        screen.Note(TextCell.Printable(forecast.Note));
    }
}
