using System.Security.Cryptography;
using System.Text.Json;

namespace TrygghetHub.Cli;

/// <summary>
/// The folder that <c>thub leave</c> exports to. A file in it says whose export it is, and what it held when it was whole, until the
/// hub has confirmed that the partner has left: a second run writes it again, or finds it whole.
/// </summary>
internal sealed class ExportFolder(string directory)
{
    /// <summary>The folder, as an absolute path.</summary>
    public string Path { get; } = System.IO.Path.GetFullPath(directory);

    private string Marker => System.IO.Path.Combine(Path, "leave.unfinished");

    /// <summary>The unfinished export in the folder; null where there is none that can be read.</summary>
    public UnfinishedExport? Unfinished
    {
        get
        {
            try
            {
                return File.Exists(Marker)
                    ? JsonSerializer.Deserialize<UnfinishedExport>(File.ReadAllText(Marker), Screen.IndentedJson) : null;
            }
            catch (JsonException)
            {
                return null;
            }
        }
    }

    /// <summary>Checks that the folder is new or this partner's unfinished export, and can be written; leaves nothing behind.</summary>
    /// <exception cref="UsageException">It holds something else, is a file, or cannot be written.</exception>
    public void RequireUsable(string partner, Uri hub)
    {
        if (File.Exists(Path))
        {
            throw new UsageException($"{Path} is a file.", "Name a new folder.");
        }

        if (Directory.Exists(Path) && Directory.EnumerateFileSystemEntries(Path).Any()
            && Unfinished?.IsOf(partner, hub) is not true)
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
    public void Begin(string partner, Uri hub)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(Path);
        }
        else
        {
            Directory.CreateDirectory(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        Mark(new UnfinishedExport(partner, hub, null, []));
    }

    /// <summary>
    /// Makes a file of the export, in the place of one of an earlier run. Only the caller may read it, also where the folder was
    /// there before and is open to others.
    /// </summary>
    public StreamWriter Create(string name)
    {
        var file = System.IO.Path.Combine(Path, name);
        File.Delete(file);
        return new StreamWriter(NewFile.Create(file));
    }

    /// <summary>Says that everything is in it.</summary>
    /// <param name="partner">Whose export it is.</param>
    /// <param name="hub">The hub that it is from.</param>
    /// <param name="at">When the hub was asked for the first of it.</param>
    /// <param name="files">Its files.</param>
    public void MarkExported(string partner, Uri hub, DateTimeOffset at, IEnumerable<ExportedFile> files) =>
        Mark(new UnfinishedExport(partner, hub, at, [.. files.Select(file => file with { Sha256 = HashOf(file.Path) })]));

    /// <summary>The first file that is not as it was when the export was whole; null where all are.</summary>
    public static string? FirstChanged(UnfinishedExport export) => export.Files
        .Where(file => !File.Exists(file.Path) || HashOf(file.Path) != file.Sha256 || File.ReadLines(file.Path).Count() != file.Count)
        .Select(file => file.Path).FirstOrDefault();

    /// <summary>Says that the partner has left.</summary>
    public void Finish() => File.Delete(Marker);

    private void Mark(UnfinishedExport export)
    {
        // Whole or as before: a marker that broke off half-way would be nobody's.
        var next = Marker + ".next";
        File.Delete(next);
        using (var writer = new StreamWriter(NewFile.Create(next)))
        {
            writer.WriteLine(JsonSerializer.Serialize(export, Screen.IndentedJson));
        }

        File.Move(next, Marker, overwrite: true);
    }

    private static string HashOf(string file)
    {
        using var stream = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}

/// <summary>An export after which the hub has not confirmed that the partner has left.</summary>
/// <param name="Partner">Whose it is: its id as a URN.</param>
/// <param name="Hub">The hub that it is from.</param>
/// <param name="ExportTime">As of when it is whole; null where it is not.</param>
/// <param name="Files">Its files, where it is whole.</param>
internal sealed record UnfinishedExport(string Partner, Uri Hub, DateTimeOffset? ExportTime, IReadOnlyList<ExportedFile> Files)
{
    /// <summary>Whether it is that of a partner in a hub.</summary>
    public bool IsOf(string partner, Uri hub) => Partner == partner && Hub == hub;
}

/// <summary>A file of an export.</summary>
/// <param name="Path">As an absolute path.</param>
/// <param name="Count">How many items it holds, one a line.</param>
/// <param name="Sha256">Of its bytes, in hexadecimal.</param>
internal sealed record ExportedFile(string Path, int Count, string Sha256 = "");
