using System.CommandLine;
using TrygghetHub.Cli.Connectors.Csv;
using TrygghetHub.Cli.Connectors.Open311;
using TrygghetHub.Cli.Connectors.Polisen;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub connect</c>: connectors for sources that do not speak to the hub themselves.</summary>
internal static class ConnectCommand
{
    public static Command Create() => new("connect", "Import reports from a source that does not use gRPC.")
    {
        ConnectPolisenCommand.Create(), ConnectOpen311Command.Create(), ConnectCsvCommand.Create(),
    };
}
