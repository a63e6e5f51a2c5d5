using System.CommandLine;
using TrygghetHub.Client;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub feed cursors delete</c>.</summary>
internal static class FeedCursorsDeleteCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "Name of the cursor, as specified with --cursor." };
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("delete", "Delete a cursor. The next run with its name starts from the beginning.") { name, caller, json };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            var cursor = parsed.GetRequiredValue(name);
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            await client.Feed.DeleteCursorAsync(cursor, cancellation);
            if (parsed.GetValue(json))
            {
                screen.WriteDocument(new Deleted(cursor));
                return ExitCode.Fine;
            }

            screen.Line($"The hub keeps no cursor under {cursor}.");
            screen.Note($"Next: thub feed --cursor {cursor}, which starts over; with --from-now, with what comes.");
            return ExitCode.Fine;
        });
    }

    /// <summary>What <c>--json</c> prints.</summary>
    private sealed record Deleted(string CursorName);
}
