namespace TrygghetHub.Server.Areas;

/// <summary>What an import does to an area. The numbers are those of the wire.</summary>
internal enum AreaChangeKind
{
    /// <summary>It is new, or in use again.</summary>
    Added = 1,

    /// <summary>It has another name, shape or mark.</summary>
    Changed = 2,

    /// <summary>It is in use no more.</summary>
    Closed = 3,
}
