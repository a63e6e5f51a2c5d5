using System.CommandLine;
using Spectre.Console;
using TrygghetHub.Client;
using TrygghetHub.Retention.V1;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub retention show</c>: what is suggested, and what is decided.</summary>
internal static class RetentionShowCommand
{
    public static Command Create()
    {
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("show", "Show how long the hub keeps your data, and under which decision.") { caller, json };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var answer = await client.Retention.ListRetentionAsync(new ListRetentionRequest(), cancellationToken: cancellation);
            if (parsed.GetValue(json))
            {
                screen.WriteJson(answer);
                return ExitCode.Fine;
            }

            Show(screen, answer.Rules);
            return ExitCode.Fine;
        });
    }

    private static void Show(Screen screen, IReadOnlyCollection<RetentionRule> rules)
    {
        var table = Screen.Table("Class", "Suggested", "Of", "Decided", "Decision", "Since");
        foreach (var rule in rules)
        {
            var (name, suggested) = (RetentionWords.Of(rule.RetentionClass), RetentionWords.Time(rule.SuggestedDays));
            if (rule.Decisions.Count == 0)
            {
                table.AddRow(
                    TextCell.Of(name), TextCell.Of(suggested), TextCell.Of("–"),
                    TextCell.Of(rule.Decidable ? "nothing: all is kept" : "–"), TextCell.Of("–"), TextCell.Of("–"));
            }

            foreach (var decision in rule.Decisions)
            {
                table.AddRow(
                    TextCell.Of(name), TextCell.Of(suggested),
                    TextCell.Of(decision.Partner.Length > 0 ? decision.Partner : "the hub"),
                    TextCell.Of(RetentionWords.Time(decision.Days)), TextCell.Of(decision.DecisionReference),
                    TextCell.Of(Words.Minute(decision.DecideTime)));
            }
        }

        screen.Show(table);
        if (rules.FirstOrDefault(r => r.Decidable && r.Decisions.Count == 0) is { } open)
        {
            screen.Note("Nothing is disposed of without a decision.");
            screen.Note($"Next: thub retention decide --class {RetentionWords.Of(open.RetentionClass)} --days {open.SuggestedDays} "
                + "--decision REF");
        }
        else if (rules.Any(r => r.Decidable))
        {
            screen.Note("Next: thub retention preview");
        }
    }
}
