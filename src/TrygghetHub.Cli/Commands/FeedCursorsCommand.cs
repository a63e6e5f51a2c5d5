using System.CommandLine;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub feed cursors</c>: the cursors that the hub keeps for the caller.</summary>
internal static class FeedCursorsCommand
{
    public static Command Create() => new("cursors", "Manage the cursors that the hub stores for you.")
    {
        FeedCursorsListCommand.Create(), FeedCursorsDeleteCommand.Create(),
    };
}
