namespace TrygghetHub.Screening;

/// <summary>The embedded lists of <c>Data/</c>; each names its source and licence in its head.</summary>
internal static class DataFile
{
    /// <summary>All of one.</summary>
    /// <exception cref="InvalidOperationException">No such list was built in.</exception>
    public static string Text(string name)
    {
        using var reader = Open(name);
        return reader.ReadToEnd();
    }

    /// <summary>The lines of one, without those that are empty or begin with <c>#</c>.</summary>
    /// <exception cref="InvalidOperationException">No such list was built in.</exception>
    public static IEnumerable<string> Lines(string name)
    {
        using var reader = Open(name);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0 && line[0] != '#')
            {
                yield return line;
            }
        }
    }

    private static StreamReader Open(string name) => new(
        typeof(DataFile).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"{name} is not embedded."));
}
