namespace TrygghetHub.Cli.Connectors;

/// <summary>What a run over rows did. Filled while it runs; not thread-safe.</summary>
internal sealed class RowRunSummary : RunSummary
{
    // What a fault says is made of few words. A source that has more kinds than these is broken as a whole.
    private const int MostKinds = 200;

    private readonly Dictionary<(string, RowFault), RowFaultLines> faults = [];

    /// <summary>What was wrong with rows, in the order in which it was first found.</summary>
    public IReadOnlyCollection<RowFaultLines> Faults => faults.Values;

    /// <summary>Rows with a fault.</summary>
    public int Faulty { get; private set; }

    /// <summary>Rows whose id an earlier row of the run has, and which therefore do not count.</summary>
    public LineNotes Repeated { get; } = new();

    /// <summary>Rows that the mapping leaves out.</summary>
    public int Skipped { get; set; }

    /// <summary>Rows whose report was withdrawn by hand and which have not changed since.</summary>
    public int LeftWithdrawn { get; set; }

    /// <summary>The source's own codes that the mapping does not know, taken as other, with the number of rows.</summary>
    public SortedDictionary<string, int> UnmappedCodes { get; } = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public override bool Clean => base.Clean && Faulty == 0 && Repeated.Count == 0;

    /// <summary>Adds a row with a fault.</summary>
    public void Add(string file, int line, RowFault fault)
    {
        Faulty++;
        if (!faults.TryGetValue((file, fault), out var lines))
        {
            if (faults.Count == MostKinds)
            {
                return;
            }

            faults.Add((file, fault), lines = new(file, fault));
        }

        lines.Add(line);
    }
}
