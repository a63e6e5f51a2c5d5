namespace TrygghetHub.Cli;

/// <summary>Files that <c>thub</c> makes for its caller: only the caller may read them, and nothing is overwritten.</summary>
internal static class NewFile
{
    /// <summary>Looks whether a new file can be made, before anything is done that is to end in it.</summary>
    /// <exception cref="UsageException">There is one already, or its folder is missing.</exception>
    public static void Require(string path)
    {
        // Also a link to nothing: what is behind it is not the caller's to make.
        if (Path.Exists(path) || new FileInfo(path).LinkTarget is not null)
        {
            throw Exists(path);
        }

        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder && !Directory.Exists(folder))
        {
            throw new UsageException($"There is no folder {folder}.", "Check the path.");
        }
    }

    /// <summary>Makes the file, to be written to. The mode is given at creation, so that it is never open to others.</summary>
    /// <exception cref="UsageException">There is one already, or its folder is missing.</exception>
    public static FileStream Create(string path)
    {
        Require(path);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            return new FileStream(path, options);
        }
        catch (IOException) when (Path.Exists(path))
        {
            // Made by another process since.
            throw Exists(path);
        }
    }

    /// <summary>Makes the file with a content.</summary>
    /// <exception cref="UsageException">There is one already, or its folder is missing.</exception>
    public static async Task WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        await using var stream = Create(path);
        await stream.WriteAsync(content, cancellation);
    }

    private static UsageException Exists(string path) =>
        new($"There is {path} already; nothing is overwritten.", "Name another file.");
}
