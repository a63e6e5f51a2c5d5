namespace TrygghetHub.Cli;

/// <summary>How this program is started from the directory in which its user is: what printed commands begin with.</summary>
internal static class Invocation
{
    private static readonly string[] BuiltIn = ["src", "TrygghetHub.Cli", "bin"];

    /// <summary><c>thub</c>, a path to it, or <c>dotnet run --project …</c> where it was built in a clone of the repository.</summary>
    public static string Command { get; } = Of(
        AppContext.BaseDirectory, Environment.ProcessPath, Environment.CurrentDirectory,
        Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator) ?? []);

    /// <summary>The words before a command's name, quoted for a shell. It looks at which file PATH has.</summary>
    internal static string Of(string baseDirectory, string? processPath, string currentDirectory, IEnumerable<string> path)
    {
        if (ProjectOf(baseDirectory) is { } project)
        {
            return $"dotnet run --project {Argument(Path.GetRelativePath(currentDirectory, project))} --";
        }

        if (processPath is null || Path.GetFileNameWithoutExtension(processPath) != "thub")
        {
            return "thub";
        }

        if (path.Any(folder => IsAt(Path.Combine(folder, Path.GetFileName(processPath)), processPath)))
        {
            return "thub";
        }

        var relative = Path.GetRelativePath(currentDirectory, processPath);
        return Argument(relative.Contains(Path.DirectorySeparatorChar) ? relative : "." + Path.DirectorySeparatorChar + relative);
    }

    /// <summary>An argument as a shell takes it.</summary>
    public static string Argument(string text) =>
        text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || "/\\._-:@,=+~".Contains(c, StringComparison.Ordinal))
            ? text
            : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static bool IsAt(string file, string processPath) => File.Exists(file)
        && Path.GetFullPath(File.ResolveLinkTarget(file, returnFinalTarget: true)?.FullName ?? file) == processPath;

    // …/src/TrygghetHub.Cli of …/src/TrygghetHub.Cli/bin/Debug/net10.0/.
    private static string? ProjectOf(string baseDirectory)
    {
        for (var folder = new DirectoryInfo(baseDirectory); folder?.Parent?.Parent is { } above; folder = folder.Parent)
        {
            if (folder.Name == BuiltIn[2] && folder.Parent.Name == BuiltIn[1] && above.Name == BuiltIn[0])
            {
                return folder.Parent.FullName;
            }
        }

        return null;
    }
}
