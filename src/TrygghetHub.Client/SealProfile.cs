namespace TrygghetHub.Seals;

/// <summary>What tells the hub's seal from every other signature by a certificate of the same authority.</summary>
/// <remarks>
/// Partners' certificates are issued by the hub's authority too: without a mark of its own a partner could sign a picture,
/// and it would pass for the hub's. Compiled into the hub and the SDK, so that the two cannot drift apart.
/// </remarks>
internal static class SealProfile
{
    /// <summary>
    /// The one extended key usage of a sealing certificate. Under the arc of UUIDs (ITU-T X.667), which needs no registration:
    /// 6f2c1d0e-58a4-4b7c-9e31-7a4d2b90c586.
    /// </summary>
    public const string Usage = "2.25.147773357920407276581097618509027919238";

    /// <summary>
    /// Most certificates beside the sealing one. The hub puts in the issuing one alone, since the root is the reader's to have;
    /// an authority that was brought may have more between.
    /// </summary>
    public const int MostIssuers = 4;
}
