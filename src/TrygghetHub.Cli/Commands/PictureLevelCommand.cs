using System.CommandLine;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Screening;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub picture level</c>: decides how things stand in an area.</summary>
internal static class PictureLevelCommand
{
    public static Command Create()
    {
        var area = new Option<string>("--area")
        {
            Description = "Code of an area in the picture, such as 0139-bro, or of the municipality.",
            HelpName = "CODE",
            Required = true,
        };
        var level = new Option<string>("--level")
        {
            Description = "The level: normal (normalläge), deviation (avvikelse) or joint-effort (gemensam insats).",
            HelpName = "LEVEL",
            Required = true,
        };
        var reason = PictureArguments.Reason("Reason, shown only in your own picture. Required if the level differs from the suggestion.");
        return PictureArguments.Command(
            "level", "Set the level of an area. The log shows if the level differs from the suggestion.", [area, level, reason],
            async (call, cancellation) =>
            {
                var asked = call.Parsed.GetRequiredValue(area);
                var picture = (await call.Client.Reviews.SetAreaLevelAsync(
                    new SetAreaLevelRequest
                    {
                        Name = call.Picture.Name,
                        Etag = call.Etag,
                        Area = asked,
                        Level = LevelOf(call.Parsed.GetRequiredValue(level)),
                        Reason = call.Parsed.GetValue(reason) ?? "",
                    },
                    cancellationToken: cancellation)).Picture;
                if (call.Json)
                {
                    call.Screen.WriteJson(picture);
                    return ExitCode.Fine;
                }

                var decided = picture.Review.Levels.Single(l => l.Area == asked);
                call.Screen.Line($"{asked}: {ReviewPrinter.Of(decided.Level)}; suggested was {ReviewPrinter.Of(decided.Suggested)}.");
                call.Screen.Note(ReviewPrinter.Undecided(picture) is [var next, ..]
                    ? call.Next("level", $"--area {next} --level LEVEL")
                    : call.Next("review"));
                return ExitCode.Fine;
            });
    }

    // As the meeting says it, too.
    private static AreaLevel LevelOf(string text) => ComparisonKey.Of(text) switch
    {
        "normalläge" => AreaLevel.Normal,
        "avvikelse" => AreaLevel.Deviation,
        "gemensam insats" => AreaLevel.JointEffort,
        _ => Words.ValueOf<AreaLevel>(text, "level"),
    };
}
