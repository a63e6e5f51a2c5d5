namespace TrygghetHub.Cli;

/// <summary>
/// The folder that <c>thub leave</c> exports to. A file in it says how far an export came that is not finished, so that a second run
/// writes it again and finishes what a first one has begun.
/// </summary>
internal sealed class ExportFolder(string directory)
{
    private const string Exporting = "exporting";
    private const string Exported = "exported";

    /// <summary>The folder, as an absolute path.</summary>
    public string Path { get; } = System.IO.Path.GetFullPath(directory);

    /// <summary>Whether all is exported, and the hub has not confirmed that the partner has left.</summary>
    public bool IsExported => File.Exists(Marker) && File.ReadAllText(Marker).Trim() == Exported;

    private string Marker => System.IO.Path.Combine(Path, "leave.unfinished");

    /// <summary>Checks that the folder is new or an unfinished export, and can be written; leaves nothing behind.</summary>
    /// <exception cref="UsageException">It holds something else, or cannot be written.</exception>
    public void RequireUsable()
    {
        if (File.Exists(Path) || (Directory.Exists(Path) && !File.Exists(Marker) && Directory.EnumerateFileSystemEntries(Path).Any()))
        {
            throw new UsageException($"{Path} is not empty; nothing is overwritten.", "Name a new folder.");
        }

        var existing = Path;
        while (!Directory.Exists(existing) && !File.Exists(existing) && System.IO.Path.GetDirectoryName(existing) is { } above)
        {
            existing = above;
        }

        try
        {
            File.Create(System.IO.Path.Combine(existing, System.IO.Path.GetRandomFileName()), 1, FileOptions.DeleteOnClose).Dispose();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{Path} cannot be written: {exception.Message} Nothing was done.", "Name a folder that you may write to.");
        }
    }

    /// <summary>Makes the folder, closed to others on this machine, and marks it as begun.</summary>
    public void Begin()
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(Path);
        }
        else
        {
            Directory.CreateDirectory(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        File.WriteAllText(Marker, Exporting + "\n");
    }

    /// <summary>Says that everything is in it.</summary>
    public void MarkExported() => File.WriteAllText(Marker, Exported + "\n");

    /// <summary>The files of the export.</summary>
    public IEnumerable<ExportedFile> Files() => Directory.EnumerateFiles(Path, "*.ndjson").Order(StringComparer.Ordinal)
        .Select(file => new ExportedFile(file, File.ReadLines(file).Count()));

    /// <summary>Says that the partner has left.</summary>
    public void Finish() => File.Delete(Marker);
}

/// <summary>A file, as an absolute path, and how many items it holds, one a line.</summary>
internal sealed record ExportedFile(string Path, int Count);
