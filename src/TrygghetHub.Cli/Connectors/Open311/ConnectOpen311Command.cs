using System.CommandLine;
using System.Runtime.CompilerServices;
using TrygghetHub.Client;
using TrygghetHub.Reports.V1;
using TrygghetHub.Screening;

namespace TrygghetHub.Cli.Connectors.Open311;

/// <summary><c>thub connect open311</c>.</summary>
internal static class ConnectOpen311Command
{
    // What GeoReport v2 gives where nobody says how far back.
    private static readonly TimeSpan Back = TimeSpan.FromDays(90);

    public static Command Create()
    {
        var file = new Option<string?>("--file")
        {
            Description = "File with a saved list of service requests, JSON or XML.",
            HelpName = "FILE",
        };
        var url = new Option<string?>("--url")
        {
            Description = "Address of the GeoReport v2 service, such as https://fel.example.se/open311/v2. Include any query parameters "
                + "that the service requires, such as ?jurisdiction_id=….",
            HelpName = "URL",
        };
        var from = TimeArgument.Of("--from", "With --url: include requests reported from this time on. Default: 90 days ago.");
        var to = TimeArgument.Of("--to", "With --url: include requests reported until this time. Default: now.");
        var map = new Option<string?>("--map")
        {
            Description = "JSON file that maps services to the hub's categories. Services that it does not contain become other. See docs/connectors.md.",
            HelpName = "MAP.json",
        };
        var area = new Option<string?>("--area")
        {
            Description = "Code of the area that contains the requests, such as 0139. Default: the area in the mapping.",
            HelpName = "CODE",
        };
        var precision = new Option<string?>("--precision")
        {
            Description = "Maximum precision of the location: point, grid, district or municipality. Default: the precision in the mapping, otherwise the area.",
            HelpName = "PRECISION",
        };
        var withText = new Option<bool>("--with-text")
        {
            Description = "Include the descriptions. They can contain personal data, so try --dry-run first.",
        };
        var dryRun = ConnectorOptions.DryRun();
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command(
            "open311",
            "Send fault reports from an Open311 (GeoReport v2) system to the hub. Running the command again sends only new and changed "
            + "requests. Addresses, contact details and media are never sent. Exit code 0: success, 1: some requests were unreadable or refused, 2: failure.")
        {
            url, file, from, to, map, area, precision, withText, dryRun, caller, json,
        };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            var (given, asked) = (parsed.GetValue(file), parsed.GetValue(url));
            if (given is null == asked is null)
            {
                throw new UsageException(
                    given is null ? "Nothing to read was named." : "--file and --url were both given.",
                    "Give --url for the service itself, or --file for a list that was saved.");
            }

            if (given is not null && (parsed.GetValue(from) is not null || parsed.GetValue(to) is not null))
            {
                throw new UsageException("--from and --to are for --url.", "Leave them out with --file.");
            }

            var mapping = Map(parsed.GetValue(map), parsed.GetValue(area), parsed.GetValue(precision));
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var time = TimeProvider.System;
            var run = new RowRun(client, ReportKind.Observation, screen, time)
            {
                RowsAre = "Requests",
                FoundBy = "request",
                DryRun = parsed.GetValue(dryRun),
                Json = parsed.GetValue(json),
            };
            if (given is not null)
            {
                var name = Path.GetFileName(given);
                var saved = Open311Document.Read(Content(given));
                return await run.RunAsync(
                    name, Rows(name, saved.ToAsyncEnumerable(), mapping, parsed.GetValue(withText), cancellation), cancellation);
            }

            var service = SourceHttp.Address(asked!);
            var until = TimeArgument.Read(parsed.GetValue(to), "--to")?.ToDateTimeOffset() ?? time.GetUtcNow();
            var since = TimeArgument.Read(parsed.GetValue(from), "--from")?.ToDateTimeOffset() ?? until - Back;
            if (since > until)
            {
                throw new UsageException("--from is after --to.", "Exchange them.");
            }

            using var http = new SourceHttp(time);
            var server = new Open311Server(http, service, time) { Note = screen.Note };
            return await run.RunAsync(
                service.Host,
                Rows(service.Host, server.ListAsync(since, until, cancellation), mapping, parsed.GetValue(withText), cancellation),
                cancellation);
        });
    }

    private static Open311Map Map(string? file, string? area, string? precision)
    {
        var map = file is null ? new Open311Map() : Open311Map.Open(file);
        if (area is not null)
        {
            map = map with { Area = area.Trim() };
        }

        if (map.Area.Length == 0)
        {
            throw new UsageException(
                "Nobody says where the requests lie.", "Add --area CODE, such as 0139, or \"area\" to the mapping; thub area list has the codes.");
        }

        if (precision is null)
        {
            return map;
        }

        if (!FieldWords.TryRead<Precision>(precision, out var most))
        {
            throw new UsageException(
                $"There is no precision called \"{precision}\".", $"It is one of {FieldWords.All<Precision>()}.");
        }

        // Asked for on the command line it holds for all; what a service has coarser stays so.
        return map with
        {
            Precision = most,
            Services = map.Services.ToDictionary(
                s => s.Key, s => s.Value with { Precision = Coarser(s.Value.Precision, most) }, ComparisonKey.Comparer),
        };
    }

    private static Precision Coarser(Precision one, Precision other) => one > other ? one : other;

    private static byte[] Content(string path)
    {
        if (!File.Exists(path))
        {
            throw new UsageException($"There is no file {path}.", "Check the path.");
        }

        return new FileInfo(path).Length <= SourceHttp.LargestBytes
            ? File.ReadAllBytes(path)
            : throw new SourceException("The file is larger than 20 MiB, and is not read.", "Split it, and run each part.");
    }

    private static async IAsyncEnumerable<SourceRow> Rows(
        string name, IAsyncEnumerable<Open311Request> requests, Open311Map map, bool withText,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var request in requests.WithCancellation(cancellation))
        {
            yield return Open311Observation.Of(name, request, map, withText);
        }
    }
}
