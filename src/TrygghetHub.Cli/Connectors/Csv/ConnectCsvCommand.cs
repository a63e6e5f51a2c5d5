using System.CommandLine;
using TrygghetHub.Client;
using TrygghetHub.Screening;

namespace TrygghetHub.Cli.Connectors.Csv;

/// <summary><c>thub connect csv</c>.</summary>
internal static class ConnectCsvCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE.csv") { Description = "The CSV file. Its first line contains the column names." };
        var map = new Option<string>("--map")
        {
            Description = "JSON file that maps columns to the hub's fields. See docs/connectors.md.",
            HelpName = "MAP.json",
            Required = true,
        };
        var dryRun = ConnectorOptions.DryRun();
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command(
            "csv",
            "Send the rows of a CSV file to the hub. Running the command again sends only new and changed rows. Rows that are removed "
            + "from the file are not withdrawn. Exit code 0: success, 1: some rows were unreadable or refused, 2: failure.")
        {
            file, map, dryRun, caller, json,
        };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            // The mapping and the file's form first: what is wrong with them is told without a hub.
            var mapping = CsvMap.Open(parsed.GetRequiredValue(map));
            var content = CsvFile.Open(parsed.GetRequiredValue(file), mapping);
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var run = new RowRun(client, mapping.Kind, screen, TimeProvider.System)
            {
                RowsAre = "Rows",
                FoundBy = "line",
                DryRun = parsed.GetValue(dryRun),
                Json = parsed.GetValue(json),
            };
            var types = mapping.MayBePublished
                ? await new GrpcReportingHub(client, mapping.Kind, TimeProvider.System).ListEventTypesAsync(cancellation)
                : EventTypeList.Embedded;
            return await run.RunAsync(
                content.Name, new CsvRows(content, mapping, types).Read().ToAsyncEnumerable(), cancellation);
        });
    }
}
