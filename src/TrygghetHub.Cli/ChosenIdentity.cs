namespace TrygghetHub.Cli;

/// <summary>The identity folder that <c>thub use</c> chose: one line in a file of the user's configuration.</summary>
internal static class ChosenIdentity
{
    private static string FilePath => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify),
        "trygghethub", "use");

    /// <summary>The folder; null where none was chosen.</summary>
    public static string? Read() =>
        File.Exists(FilePath) && File.ReadLines(FilePath).FirstOrDefault() is { Length: > 0 } folder ? folder : null;

    /// <summary>Chooses a folder for every command that is not told another.</summary>
    public static void Write(string folder)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(FilePath)!);
        File.WriteAllText(FilePath, Path.GetFullPath(folder) + "\n");
    }

    /// <summary>Chooses none.</summary>
    public static void Clear() => File.Delete(FilePath);
}
