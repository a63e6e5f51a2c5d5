using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace TrygghetHub.Server.Platform.Storage;

/// <summary>
/// The hub's data on disk. Readable by its owner only, and locked by the operating system while a hub runs on
/// it: two writers would number one journal twice.
/// </summary>
internal sealed class DataDirectory : IDisposable
{
    private const UnixFileMode OwnerOnlyDirectory =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private const UnixFileMode OwnerOnlyFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const string InUse = "in-use";

    private readonly FileStream held;
    private readonly ConcurrentDictionary<string, string> connectionStrings = new(StringComparer.Ordinal);

    private DataDirectory(string path, FileStream held)
    {
        Path = path;
        this.held = held;
    }

    public string Path { get; }

    /// <exception cref="IOException">Another hub runs on the directory; the message says so.</exception>
    public static DataDirectory Open(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        CreateOwnerOnly(path);
        var lockFile = System.IO.Path.Combine(path, "hub.lock");
        try
        {
            return new DataDirectory(path, new FileStream(
                lockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e) when (e.GetType() == typeof(IOException))
        {
            throw new IOException(
                $"Another hub runs on {path}: {lockFile} is locked. Stop it, or give this one a directory of its own.", e);
        }
    }

    /// <summary>A key is made for a new hub only: a hub with data that lacks one has lost it.</summary>
    /// <exception cref="IOException">There is data; the message says what to restore.</exception>
    public void RequireNew(string missing)
    {
        if (File.Exists(Combine("hub.db")))
        {
            throw new IOException($"{missing} is gone, and the hub has data that needs it. Restore it from a backup.");
        }
    }

    /// <summary>A directory in which a hub has run holds its database: without, it would start as an empty one.</summary>
    /// <exception cref="IOException">The database is gone; the message says what to do.</exception>
    public void RequireWhole()
    {
        if (File.Exists(Combine(InUse)) && !File.Exists(Combine("hub.db")))
        {
            throw new IOException(
                $"{Combine("hub.db")} is gone, and a hub has run on this directory. Restore it from a backup; for a new hub, name "
                + "another directory.");
        }
    }

    /// <summary>Remembers that a hub has run here.</summary>
    public void MarkInUse()
    {
        if (!File.Exists(Combine(InUse)))
        {
            WriteSecret(Combine(InUse), []);
        }
    }

    public string Combine(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>Makes a directory that only its owner can enter.</summary>
    public static void CreateOwnerOnly(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, OwnerOnlyDirectory);

            // One that was there keeps its mode otherwise.
            File.SetUnixFileMode(path, OwnerOnlyDirectory);
        }
    }

    /// <summary>
    /// Path of a database in the directory. Made empty when absent, so that what SQLite puts beside it is closed to
    /// others too, also in a copy.
    /// </summary>
    public string Database(string name)
    {
        var path = Combine(name);
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnlyFile;
        }

        using var file = new FileStream(path, options);
        return path;
    }

    /// <summary>
    /// How to connect to a database in the directory, with pooled connections. Disposing the directory closes those
    /// that wait for their next use: a hub that has stopped holds no file open.
    /// </summary>
    public string ConnectionString(string name) => connectionStrings.GetOrAdd(name, n =>
        new SqliteConnectionStringBuilder { DataSource = Database(n), Pooling = true, DefaultTimeout = 30 }.ConnectionString);

    /// <summary>Writes a file that only its owner can read, whole or not at all.</summary>
    public static void WriteSecret(string path, ReadOnlySpan<byte> bytes)
    {
        CreateOwnerOnly(System.IO.Path.GetDirectoryName(path)!);
        var unfinished = path + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnlyFile;
        }

        using (var file = new FileStream(unfinished, options))
        {
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }

        File.Move(unfinished, path, overwrite: true);
    }

    public void Dispose()
    {
        foreach (var connectionString in connectionStrings.Values)
        {
            using var connection = new SqliteConnection(connectionString);
            SqliteConnection.ClearPool(connection);
        }

        held.Dispose();
    }
}
