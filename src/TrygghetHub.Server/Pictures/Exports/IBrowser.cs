namespace TrygghetHub.Server.Pictures.Exports;

/// <summary>What makes a PDF of a page.</summary>
internal interface IBrowser
{
    /// <summary>The page as PDF.</summary>
    /// <exception cref="Platform.Errors.HubException">FORMAT_UNAVAILABLE.</exception>
    Task<byte[]> PrintAsync(byte[] page, CancellationToken cancellation);
}
