namespace TrygghetHub.Server.Areas;

/// <summary>What an import does to the book. Immutable.</summary>
/// <param name="Changed">New areas, those with another name, shape or mark, and those that are closed: as they are after.</param>
/// <param name="Kinds">By code, what is done to each of them.</param>
/// <param name="Unchanged">Features that the book holds already as they are.</param>
/// <param name="Repaired">Numbers of the features whose geometry had to be mended.</param>
/// <param name="Missing">Areas in use that the file lacks and that stay in use, since closing them was not asked for.</param>
internal sealed record AreaChanges(
    IReadOnlyList<Area> Changed, IReadOnlyDictionary<string, AreaChangeKind> Kinds, int Unchanged, IReadOnlyList<int> Repaired,
    IReadOnlyList<Area> Missing)
{
    /// <summary>How many are changed that way.</summary>
    public int Count(AreaChangeKind kind) => Kinds.Values.Count(k => k == kind);
}
