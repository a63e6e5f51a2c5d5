namespace TrygghetHub.Cli.Connectors;

/// <summary>A fault, and where it was found. Not thread-safe.</summary>
internal sealed class RowFaultLines(string file, RowFault fault)
{
    private const int MostShown = 100;

    private readonly List<int> lines = [];

    /// <summary>The file, or what was fetched.</summary>
    public string File => file;

    /// <summary>What was wrong.</summary>
    public RowFault Fault => fault;

    /// <summary>How often.</summary>
    public int Count { get; private set; }

    /// <summary>The first hundred lines.</summary>
    public IReadOnlyList<int> Lines => lines;

    /// <summary>Adds a line.</summary>
    public void Add(int line)
    {
        Count++;
        if (lines.Count < MostShown)
        {
            lines.Add(line);
        }
    }
}
