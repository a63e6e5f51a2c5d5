namespace TrygghetHub.Server.Areas;

/// <summary>
/// The levels of the geography, coarsest first: of two levels the greater value is the finer.
/// </summary>
/// <remarks>The numbers are those of the wire and of stored rows; they do not change.</remarks>
internal enum AreaLevel
{
    /// <summary>Län; two digits.</summary>
    County = 1,

    /// <summary>Kommun; four digits, of which the first two are the county's.</summary>
    Municipality = 2,

    /// <summary>Område; the districts of one municipality cover it without overlap.</summary>
    District = 3,

    /// <summary>Plats; a named place inside a district.</summary>
    Place = 4,
}
