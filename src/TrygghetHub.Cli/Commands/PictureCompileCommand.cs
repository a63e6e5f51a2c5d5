using System.CommandLine;
using TrygghetHub.Client;
using TrygghetHub.Pictures.V1;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub picture compile</c>: one week, or several in a row.</summary>
internal static class PictureCompileCommand
{
    public static Command Create()
    {
        var municipality = CallerOptions.Municipality();
        var week = CallerOptions.InWeek(required: false);
        var from = new Option<string>("--from") { Description = "First week of a range. Requires --to.", HelpName = "WEEK" };
        var to = new Option<string>("--to") { Description = "Last week of the range.", HelpName = "WEEK" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Show what would be done, without doing it." };
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("compile", "Compile your pictures of one or more weeks from the reports that the hub has now, oldest week first.")
        {
            municipality, week, from, to, dryRun, caller, json,
        };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            var weeks = WeekRange.Parse(parsed.GetValue(week), parsed.GetValue(from), parsed.GetValue(to));
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var answers = new List<(Week Week, CompilePictureResponse Answer)>();
            foreach (var asked in weeks)
            {
                var request = new CompilePictureRequest
                {
                    Municipality = parsed.GetRequiredValue(municipality),
                    Week = asked.Wire,
                    DryRun = parsed.GetValue(dryRun),
                };
                try
                {
                    var answer = await screen.WorkAsync($"Compiling {asked}", async () =>
                        await client.Pictures.CompilePictureAsync(request, cancellationToken: cancellation));
                    answers.Add((asked, answer));
                    if (!request.DryRun && !parsed.GetValue(json))
                    {
                        screen.Line(Done(answer));
                    }
                }
                // One week's trouble is not the next one's.
                catch (HubException exception) when (weeks.Count > 1)
                {
                    screen.Fail($"{asked}: {exception.Rule ?? exception.Message}", exception.Remedy, ("reason", exception.Reason));
                }
            }

            Show(screen, answers, parsed.GetRequiredValue(municipality), parsed.GetValue(json), parsed.GetValue(dryRun), weeks.Count);
            return answers.Count == weeks.Count ? ExitCode.Fine : answers.Count > 0 ? ExitCode.Warnings : ExitCode.Failure;
        });
    }

    private static void Show(
        Screen screen, List<(Week Week, CompilePictureResponse Answer)> answers, string municipality, bool json, bool dryRun,
        int asked)
    {
        if (json)
        {
            // One week is one message, as it was asked for.
            if (asked == 1)
            {
                screen.WriteJson(answers[0].Answer);
            }
            else
            {
                screen.WriteJson(answers.Select(a => a.Answer));
            }
        }
        else if (dryRun && answers.Count > 0)
        {
            screen.Line(Would(answers));
        }
        else if (!dryRun && answers.Count > 0)
        {
            var (last, answer) = answers[^1];
            var verb = answer.Picture.State == PictureState.Compiled ? "review" : "get";
            screen.Note($"Next: thub picture {verb} --municipality {municipality} --week {last}");
        }
    }

    private static string Done(CompilePictureResponse answer) => answer.Compiled
        ? $"Compiled {answer.Picture.Name}, {PicturePrinter.State(answer.Picture)}: "
            + $"{Screen.Figure(answer.Picture.Totals?.Reports ?? 0)} {(answer.Picture.Totals?.Reports == 1 ? "report" : "reports")}."
        : $"Nothing differs: {answer.Picture.Name}, {PicturePrinter.State(answer.Picture)}, stands.";

    /// <summary>What a dry run has found, in a few sentences.</summary>
    public static string Would(IReadOnlyList<(Week Week, CompilePictureResponse Answer)> answers)
    {
        var rebuilt = answers.Where(a => a.Answer.Would != CompilationEffect.Nothing).Select(a => a.Week).ToList();
        var sentences = answers.Select(a => a.Answer is { Would: CompilationEffect.MakeRevision, Picture: { } kept }
                ? $"{a.Week} is {PicturePrinter.State(kept)}: revision {kept.Revision + 1} would be made, revision {kept.Revision} kept."
                : null)
            .OfType<string>()
            .Prepend(rebuilt switch
            {
                [] => "Would rebuild nothing: every picture stands.",
                [var only] => $"Would rebuild 1 picture, {only}.",
                _ => $"Would rebuild {rebuilt.Count} pictures: {string.Join(", ", rebuilt)}.",
            });
        return string.Join(' ', sentences);
    }
}
