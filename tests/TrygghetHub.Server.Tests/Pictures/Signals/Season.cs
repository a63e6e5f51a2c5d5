namespace TrygghetHub.Server.Tests.Pictures.Signals;

/// <summary>How rates move over the year.</summary>
internal enum Season
{
    None,
    Common,
    OfEachFamily,
}
