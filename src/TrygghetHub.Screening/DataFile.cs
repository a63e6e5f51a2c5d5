namespace TrygghetHub.Screening;

/// <summary>The embedded lists of <c>Data/</c>; each names its source and licence in its head.</summary>
internal static class DataFile
{
    /// <summary>The lines of one, without those that are empty or begin with <c>#</c>.</summary>
    /// <exception cref="InvalidOperationException">No such list was built in.</exception>
    public static IEnumerable<string> Lines(string name)
    {
        using var stream = typeof(DataFile).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not embedded.");
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0 && line[0] != '#')
            {
                yield return line;
            }
        }
    }
}
