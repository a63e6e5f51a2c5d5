using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using TrygghetHub.Client;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub feed cursors list</c>.</summary>
internal static class FeedCursorsListCommand
{
    public static Command Create()
    {
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("list", "List the cursors and the state of their streams.") { caller, json };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var cursors = await client.Feed.ListCursorsAsync(cancellation);
            if (parsed.GetValue(json))
            {
                screen.WriteJson(cursors);
                return ExitCode.Fine;
            }
            if (cursors.Count == 0)
            {
                screen.Line("The hub keeps no cursor for you.");
                screen.Note("Next: thub feed --cursor NAME");
                return ExitCode.Fine;
            }
            var table = Screen.Table("Name", "Moved at", "Streams now>", "Last stream ended");
            foreach (var cursor in cursors)
            {
                table.AddRow(TextCell.Of(cursor.CursorName), TextCell.Of(Words.Minute(cursor.AcknowledgeTime)),
                    TextCell.Of(cursor.Streams.ToString(CultureInfo.InvariantCulture)), TextCell.Of(End(cursor.LastEnd)));
            }

            screen.Show(table);
            return ExitCode.Fine;
        });
    }

    private static string End(string reason) => reason switch
    {
        "" => "–",
        "SUBSCRIBER_TOO_SLOW" => "cut off: it did not read (SUBSCRIBER_TOO_SLOW)",
        "STREAM_TIME_OVER" => "after an hour, as all do",
        "AGREEMENT_NOT_ACTIVE" => "no agreement showed it anything any more (AGREEMENT_NOT_ACTIVE)",
        _ => reason,
    };
}
