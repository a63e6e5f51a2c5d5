namespace TrygghetHub.Cli.Connectors;

/// <summary>How often something was found, and the first few places. Not thread-safe.</summary>
internal sealed class LineNotes
{
    private const int MostShown = 10;

    private readonly List<LineNote> first = [];

    /// <summary>How often.</summary>
    public int Count { get; private set; }

    /// <summary>The first ten.</summary>
    public IReadOnlyList<LineNote> First => first;

    /// <summary>Adds one.</summary>
    public void Add(string file, int line, string text)
    {
        Count++;
        if (first.Count < MostShown)
        {
            first.Add(new(file, line, text));
        }
    }
}
