using System.Text.Json;
using System.Text.Json.Nodes;

namespace TrygghetHub.Cli;

/// <summary>What to do where a hub's operator has lost its identity folder: the command that makes another.</summary>
internal static class LostOperator
{
    private const string FolderName = "operator";

    /// <summary>The command, whole where the hub's data are beside the folder.</summary>
    /// <param name="data">The hub's data directory.</param>
    public static string Command(string data)
    {
        var kind = Path.Combine(data, "authority", "kind");
        var isHere = File.Exists(kind);
        var named = isHere ? Invocation.Argument(Path.GetRelativePath(Environment.CurrentDirectory, data)) : "DIR";
        var sandbox = isHere && IsSandbox(kind) ? " --sandbox" : "";
        return $"{Invocation.Command} serve --data {named}{sandbox} --new-operator";
    }

    /// <summary>What to do where a folder is of an operator, as a sentence; null where it is of somebody else.</summary>
    /// <param name="folder">An identity folder, in whatever state; or a file in one.</param>
    public static string? Remedy(string folder)
    {
        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (Path.GetFileName(path) is "client.crt" or "client.key" or "ca.crt" or "hub.json")
        {
            path = Path.GetDirectoryName(path)!;
        }

        // A folder may have any name; it tells only where nothing else does.
        var hubFile = Path.Combine(path, "hub.json");
        return (File.Exists(hubFile) ? IsOperators(hubFile) : Path.GetFileName(path) == FolderName)
            ? "If the operator's identity is lost, stop the hub, and start it once with its options and --new-operator: "
                + $"{Command(Path.GetDirectoryName(path) ?? path)} — it makes another identity and ends the one before."
            : null;
    }

    private static bool IsOperators(string hubFile)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(hubFile))?["id"]?.GetValue<string>()
                .StartsWith("urn:trygghet:operator:", StringComparison.Ordinal) == true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static bool IsSandbox(string kind)
    {
        try
        {
            return File.ReadAllText(kind).Trim() == "sandbox";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
