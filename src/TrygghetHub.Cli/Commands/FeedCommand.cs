using System.CommandLine;
using TrygghetHub.Client;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub feed</c>: prints what the caller may see, and goes on where it was left.</summary>
internal static class FeedCommand
{
    public static Command Create()
    {
        var follow = new Option<bool>("--follow") { Description = "Keep receiving new entries. Without this option, the command exits when it has caught up." };
        var fromNow = new Option<bool>("--from-now")
        {
            Description = "Start with entries that arrive from now on. Applies only if the cursor does not exist yet.",
        };
        var cursor = new Option<string>("--cursor")
        {
            Description = "Store your position in the feed at the hub under this name, and continue from there.",
            HelpName = "NAME",
        };
        var cursorFile = new Option<string>("--cursor-file")
        {
            Description = "Store the position in this file instead. A file can be used for only one purpose and filter.",
            HelpName = "FILE",
        };
        var own = new Option<bool>("--own") { Description = "Include your own reports." };
        var what = new FeedArguments();
        var caller = CallerOptions.As();
        var json = CallerOptions.JsonLines();
        var command = new Command("feed", "Receive the reports that others share with you, one entry per line.")
        {
            FeedCursorsCommand.Create(),
        };
        what.AddTo(command);
        foreach (var option in (Option[])[own, follow, fromNow, cursor, cursorFile, caller, json])
        {
            command.Options.Add(option);
        }

        return command.Does(async (parsed, screen, cancellation) =>
        {
            var (name, file) = (parsed.GetValue(cursor), parsed.GetValue(cursorFile));
            if (name is not null && file is not null)
            {
                throw new UsageException("--cursor and --cursor-file exclude each other.",
                    "Name --cursor to have the hub keep it, or --cursor-file to keep it yourself.");
            }

            if (name is not null && string.IsNullOrWhiteSpace(name) || file is not null && string.IsNullOrWhiteSpace(file))
            {
                throw new UsageException("The cursor has no name.", "Name it, such as --cursor weekly.");
            }

            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var isToldOfBreak = false;
            ICursorStore? store = name is not null ? client.Feed.CursorsAtHub(name)
                : file is not null ? new FileCursorStore(file) : null;
            var options = new FeedOptions
            {
                Purpose = what.Purpose(parsed),
                Filter = what.Filter(parsed),
                IncludeOwn = parsed.GetValue(own),
                FromNow = parsed.GetValue(fromNow),
                Cursors = store,
                EndsWhenCaughtUp = !parsed.GetValue(follow),
                Reconnecting = exception =>
                {
                    // Once for each time that the hub is away, however long that lasts.
                    if (!isToldOfBreak)
                    {
                        screen.Note($"thub: {exception.Message} Trying again for a while; Ctrl+C stops it.");
                    }

                    isToldOfBreak = true;
                },
            };
            var printer = new FeedPrinter(screen, new HubNames(client));
            await PrintAsync(client, options, screen, printer, parsed.GetValue(json), () =>
            {
                if (isToldOfBreak)
                {
                    screen.Note("Connected again.");
                }

                isToldOfBreak = false;
            }, cancellation);
            Conclude(screen, printer, store, cancellation.IsCancellationRequested);
            return ExitCode.Fine;
        });
    }

    private static async Task PrintAsync(HubClient client, FeedOptions options, Screen screen, FeedPrinter printer,
        bool asJson, Action received, CancellationToken cancellation)
    {
        var isTold = false;
        await foreach (var batch in client.Feed.SubscribeAsync(options, cancellation))
        {
            received();
            foreach (var entry in batch.Entries)
            {
                if (asJson)
                {
                    screen.WriteJsonLine(entry);
                    printer.Count(entry);
                    continue;
                }
                if (printer.Entries == 0)
                {
                    printer.PrintHead();
                }

                // A line that has been begun is ended: its cursor is kept only then.
                await printer.PrintAsync(entry, CancellationToken.None);
            }

            if (batch.CaughtUp && !isTold && !options.EndsWhenCaughtUp)
            {
                isTold = true;
                screen.Note($"Caught up after {Figure(printer.Entries)}. Waiting for more; Ctrl+C ends it.");
            }
        }
    }

    private static void Conclude(Screen screen, FeedPrinter printer, ICursorStore? store, bool isStopped)
    {
        screen.Note($"{(isStopped ? "Stopped" : "Caught up")} after {Figure(printer.Entries)}.");
        screen.Note(store is null
            ? "No cursor is kept, so the next run starts over. Next: add --cursor NAME, or --cursor-file FILE."
            : $"The cursor is kept in {store.Place}; the next run goes on after it.");
        if (printer.Recalls > 0)
        {
            screen.Note("Next: thub recall list --unanswered");
        }
    }

    private static string Figure(int entries) => entries == 1 ? "1 entry" : $"{Screen.Figure(entries)} entries";
}
