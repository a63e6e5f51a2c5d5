namespace TrygghetHub.Cli.Connectors;

/// <summary>What is left to tell the hub about one row.</summary>
internal enum RowStep
{
    /// <summary>Nothing: the hub holds it as it is.</summary>
    Held,

    /// <summary>Nothing: somebody has withdrawn it, and the row has not changed since.</summary>
    LeftWithdrawn,

    /// <summary>To be sent; nothing stands under its id.</summary>
    New,

    /// <summary>To be sent; what stands under its id is older.</summary>
    Correction,
}
