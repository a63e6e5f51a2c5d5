namespace TrygghetHub.Server.Areas;

/// <summary>A square of <see cref="Grid250"/>. Immutable.</summary>
/// <param name="Column">Cells east of easting 0.</param>
/// <param name="Row">Cells north of the equator.</param>
internal readonly record struct GridCell(int Column, int Row)
{
    // Northings in Sweden have seven digits.
    private const long EastingUnit = 10_000_000;

    /// <summary>
    /// The cell's number in stored rows, which does not change: easting times ten million plus northing of its south-west
    /// corner, so thirteen digits in Sweden, of which six are the easting (Statistics Sweden numbers its squares likewise).
    /// </summary>
    public long Key => (Column * (long)Grid250.SideM * EastingUnit) + (Row * (long)Grid250.SideM);

    /// <summary>The south-west corner.</summary>
    public SwerefPoint Corner => new(Row * (double)Grid250.SideM, Column * (double)Grid250.SideM);

    /// <summary>The middle, <see cref="Grid250.AccuracyM"/> from each corner.</summary>
    public SwerefPoint Centre => new((Row + 0.5) * Grid250.SideM, (Column + 0.5) * Grid250.SideM);

    /// <summary>The eight cells around it: row by row from the south-west.</summary>
    public IEnumerable<GridCell> Neighbours
    {
        get
        {
            for (var north = -1; north <= 1; north++)
            {
                for (var east = -1; east <= 1; east++)
                {
                    if ((north, east) != (0, 0))
                    {
                        yield return new GridCell(Column + east, Row + north);
                    }
                }
            }
        }
    }

    /// <summary>The cell of a <see cref="Key"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is no cell's.</exception>
    public static GridCell FromKey(long key)
    {
        var (easting, northing) = Math.DivRem(key, EastingUnit);
        return key >= 0 && easting % Grid250.SideM == 0 && northing % Grid250.SideM == 0
            ? new GridCell((int)(easting / Grid250.SideM), (int)(northing / Grid250.SideM))
            : throw new ArgumentOutOfRangeException(nameof(key), key, "The number is no cell's.");
    }
}
