using TrygghetHub.Forms;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Spectre.Console;
using TrygghetHub.Reports.V1;

namespace TrygghetHub.Cli.Connectors;

/// <summary>Tells on the screen what a dry run would have sent.</summary>
internal static class DryRunScreen
{
    // More cells than this are read in the JSON.
    private const int MostCells = 40;

    private static readonly JsonFormatter Proto = new(JsonFormatter.Settings.Default);

    /// <summary>Prints the reports that would be taken, by category and area.</summary>
    public static async Task ShowTalliesAsync(
        this Screen screen, DryRunHub hub, HubNames names, CancellationToken cancellation)
    {
        if (hub.Tallies.Count == 0)
        {
            screen.Line("Nothing would be sent.");
            return;
        }

        var table = Screen.Table("Category", "Code", "Area", "Reports>");
        foreach (var ((category, area), reports) in hub.Tallies.Take(MostCells))
        {
            table.AddRow(
                TextCell.Of(CategoryNames.Of(category, "")), TextCell.Of(category),
                TextCell.Of($"{await names.AreaAsync(area, cancellation)} ({area})"),
                TextCell.Of(Screen.Figure(reports)));
        }

        screen.Line("Would be taken, by category and area:");
        screen.Show(table);
        if (hub.Tallies.Count > MostCells)
        {
            screen.Line($"and {Screen.Figure(hub.Tallies.Count - MostCells)} more; see --json");
        }
    }

    /// <summary>Each report as JSON, for <c>--json</c>; texts are left out.</summary>
    public static JsonArray Json(DryRunHub hub) => new([.. hub.Entries.Select(Json)]);

    private static JsonNode Json(DryRunEntry entry) => new JsonObject
    {
        ["what"] = entry.What,
        ["sourceRef"] = entry.SourceRef,
        ["revision"] = entry.Revision,
        ["report"] = entry.Report is null
            ? null
            : JsonNode.Parse(Proto.Format((IMessage?)entry.Report.Incident ?? entry.Report.Observation)),
        ["refused"] = entry.Refused is not { } refused ? null : new JsonObject
        {
            ["reason"] = GrpcReportingHub.NameOf(refused.Reason),
            ["field"] = refused.Field,
            ["rule"] = refused.Rule,
            ["remedy"] = refused.Remedy,
        },
        ["findings"] = new JsonArray([.. entry.Findings.Select(Json)]),
    };

    private static JsonNode Json(Finding finding) => new JsonObject
    {
        ["kind"] = Words.Of(finding.Kind),
        ["field"] = finding.Field,
        ["start"] = finding.Start,
        ["length"] = finding.Length,
        ["blocking"] = finding.Blocking,
    };
}
