namespace TrygghetHub.Server.Areas;

/// <summary>
/// A place as resolved at intake: the area named, and every area that holds it.
/// </summary>
/// <remarks>
/// A level is null where the place is known no more finely, and then every finer level is null too: a
/// report known by county alone belongs to no municipality. The default value is no place and lies
/// within nothing. Immutable and thread-safe.
/// </remarks>
/// <param name="County">Code of the county; null in the default value only.</param>
/// <param name="Municipality">Code of the municipality, or null.</param>
/// <param name="District">Code of the district, or null.</param>
/// <param name="Place">Code of the named place, or null.</param>
internal readonly record struct AreaChain(string? County, string? Municipality, string? District, string? Place)
{
    /// <summary>Code of the finest area known; empty for the default value.</summary>
    public string Finest => Place ?? District ?? Municipality ?? County ?? string.Empty;

    /// <summary>
    /// Whether the place is known to lie in that area, which may be the finest one itself.
    /// </summary>
    /// <param name="areaCode">Code of an area of any level; null and empty hold nothing.</param>
    /// <returns>
    /// False also where the place is known too coarsely to tell: whoever is allowed one municipality is
    /// not thereby allowed what is known by its county alone.
    /// </returns>
    public bool IsWithin(string? areaCode) =>
        // Levels that are not known are null, and must not match an area that is not named.
        !string.IsNullOrEmpty(areaCode)
        && (string.Equals(areaCode, Municipality, StringComparison.Ordinal)
            || string.Equals(areaCode, County, StringComparison.Ordinal)
            || string.Equals(areaCode, District, StringComparison.Ordinal)
            || string.Equals(areaCode, Place, StringComparison.Ordinal));

    /// <summary>
    /// The same place told no more finely than <paramref name="level"/>; unchanged where it is coarser already.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="level"/> is no level.</exception>
    public AreaChain CoarsenTo(AreaLevel level) => level switch
    {
        AreaLevel.County => new AreaChain(County, null, null, null),
        AreaLevel.Municipality => new AreaChain(County, Municipality, null, null),
        AreaLevel.District => new AreaChain(County, Municipality, District, null),
        AreaLevel.Place => this,
        _ => throw new ArgumentOutOfRangeException(nameof(level), level, "There is no such level."),
    };
}
