using System.CommandLine;
using System.Globalization;
using TrygghetHub.Client;

namespace TrygghetHub.Cli.Connectors.Polisen;

/// <summary><c>thub connect polisen</c>.</summary>
internal static class ConnectPolisenCommand
{
    private const string StateFile = "polisen-feed.json";

    // The feed's rules allow one call a minute over a day, and no more.
    private const int LeastEvery = 1;
    private const int MostEvery = 24 * 60;

    public static Command Create()
    {
        var files = new Option<string[]>("--file")
        {
            Description = "File with events from the feed, as one JSON object per line or one array, or a folder of *.ndjson files. Can be "
                + "specified more than once. Files are processed in order of their names.",
            HelpName = "FILE.ndjson",
        };
        var url = new Option<string?>("--url")
        {
            Description = $"Fetch new events from the feed, within its usage rules. Default address: {PoliceFeedClient.DefaultUrl}.",
            HelpName = "URL",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var every = new Option<int?>("--every")
        {
            Description = "With --url: fetch repeatedly, at this interval in minutes (1 to 1440), until the command is stopped.",
            HelpName = "MINUTES",
        };
        var state = new Option<string?>("--state")
        {
            Description = $"With --url: file that stores the latest calls, so that the usage rules are followed between runs. Default: {StateFile} in the identity folder.",
            HelpName = "FILE",
        };
        var withText = new Option<bool>("--with-text")
        {
            Description = "Include the feed's own text, unless it is longer than 500 characters. Reports that the hub already has are not "
                + "changed: running again with this option adds no text to them.",
        };
        var dryRun = ConnectorOptions.DryRun();
        var caller = CallerOptions.As();
        var json = CallerOptions.Json(", with --every one a line");

        var command = new Command(
            "polisen",
            "Send events from the police's public feed to the hub, from a file or from the feed itself. Sending the same events "
            + "again has no effect. Exit code 0: success, 1: some lines were invalid or refused, 2: failure.")
        {
            files, url, every, state, withText, dryRun, caller, json,
        };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            var asksFeed = parsed.GetResult(url) is not null;
            Check(parsed.GetValue(files) is { Length: > 0 }, asksFeed, parsed.GetValue(every), parsed.GetValue(state));
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var run = new PoliceRun(client, screen, TimeProvider.System)
            {
                WithText = parsed.GetValue(withText),
                DryRun = parsed.GetValue(dryRun),
                Json = parsed.GetValue(json),
            };
            if (!asksFeed)
            {
                return await run.FilesAsync(Files(parsed.GetRequiredValue(files)), cancellation);
            }

            var feed = SourceHttp.Address(parsed.GetValue(url) ?? PoliceFeedClient.DefaultUrl);
            var kept = Path.GetFullPath(parsed.GetValue(state) ?? Path.Combine(identity.Path, StateFile));
            using var http = new SourceHttp(TimeProvider.System);
            var validFor = string.Create(
                CultureInfo.InvariantCulture, $"{feed} {identity.Url} {identity.Id}{(run.WithText ? " with text" : "")}");
            var asked = new PoliceFeedClient(http, new PoliceFeedStateFile(kept), validFor, TimeProvider.System)
            {
                Note = screen.Note,
            };
            return await run.FeedAsync(asked, feed, parsed.GetValue(every), cancellation);
        });
    }

    private static void Check(bool hasFiles, bool asksFeed, int? every, string? state)
    {
        if (hasFiles == asksFeed)
        {
            throw new UsageException(
                hasFiles ? "--file and --url were both given." : "Nothing to read was named.",
                "Give --file FILE.ndjson for a file of the feed, or --url for the feed itself.");
        }

        if (!asksFeed && (every is not null || state is not null))
        {
            throw new UsageException("--every and --state are for --url.", "Leave them out with --file.");
        }

        if (every is < LeastEvery or > MostEvery)
        {
            throw new UsageException(
                $"--every is {LeastEvery} to {MostEvery} minutes.", "The feed's rules allow 1,440 calls a day: one a minute.");
        }
    }

    private static List<string> Files(IEnumerable<string> given)
    {
        var files = new List<string>();
        foreach (var path in given)
        {
            if (!Directory.Exists(path))
            {
                if (!File.Exists(path))
                {
                    throw new UsageException($"There is no file or folder {path}.", "Name a file of the feed.");
                }

                files.Add(path);
                continue;
            }

            var inside = Directory.GetFiles(path, "*.ndjson");
            if (inside.Length == 0)
            {
                throw new UsageException($"The folder {path} has no *.ndjson.", "Name a file of the feed.");
            }

            files.AddRange(inside);
        }

        return files
            .Select(Path.GetFullPath)
            .Distinct(StringComparer.Ordinal)
            .OrderBy(Path.GetFileName, StringComparer.Ordinal)
            .ThenBy(f => f, StringComparer.Ordinal)
            .ToList();
    }
}
