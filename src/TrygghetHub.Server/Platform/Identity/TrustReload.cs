using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace TrygghetHub.Server.Platform.Identity;

/// <summary>
/// Looks every few seconds whether files of trust have changed (authority, outside authorities and their revocation
/// lists, the hub's own certificate) or are to be made anew. New handshakes take what holds then.
/// </summary>
internal sealed partial class TrustReload(
    Authority authority, OutsideAuthorities outside, ServerCertificate server, TimeProvider time,
    ILogger<TrustReload> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await Task.Delay(Interval, time, stoppingToken);

            // Each by itself: what is wrong with one must not keep a newer revocation list from being read.
            Try(() => outside.Reload());
            Try(() => authority.Reload(logger));
            Try(() => server.Reload());
        }
    }

    private void Try(Action reload)
    {
        try
        {
            reload();
        }
        catch (Exception e)
        {
            // What was in use stays in use.
            LogFault(e);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Files of trust could not be read again")]
    private partial void LogFault(Exception fault);
}
