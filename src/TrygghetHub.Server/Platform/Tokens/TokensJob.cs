using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenIddict.EntityFrameworkCore.Models;
using Quartz;

namespace TrygghetHub.Server.Platform.Tokens;

/// <summary>Hourly: see <see cref="TokenUpkeep"/>.</summary>
[DisallowConcurrentExecution]
internal sealed class TokensJob(TokenUpkeep upkeep) : IJob
{
    public static readonly JobKey Key = new("upkeep", "tokens");

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) =>
        await upkeep.RunAsync(cancellationToken);
}

/// <summary>
/// Rotates signing keys and deletes the rows of tokens that are over. With an outside issuer there is nothing to do; the
/// job may still stand in <c>jobs.db</c> from before. Thread-safe.
/// </summary>
internal sealed partial class TokenUpkeep(
    IServiceScopeFactory scopes, TimeProvider time, ILogger<TokenUpkeep> logger, SigningKeys? keys = null)
{
    public async Task RunAsync(CancellationToken cancellation)
    {
        if (keys is null)
        {
            return;
        }

        if (keys.Rotate())
        {
            foreach (var key in keys.Ring.Dates)
            {
                LogPublished(key.Id, key.SignsFrom);
            }
        }

        // Not OpenIddict's own pruning, which goes by the machine's clock instead of the hub's.
        var over = (time.GetUtcNow() - AccessTokens.ClockSkew).UtcDateTime;
        await using var scope = scopes.CreateAsyncScope();
        var deleted = await scope.ServiceProvider.GetRequiredService<TokenDbContext>()
            .Set<OpenIddictEntityFrameworkCoreToken>()
            .Where(t => t.ExpirationDate < over)
            .ExecuteDeleteAsync(cancellation);
        LogPruned(deleted);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Signing keys changed; published: {Key}, which signs from {SignsFrom}")]
    private partial void LogPublished(string key, DateTimeOffset signsFrom);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Count} tokens are over and forgotten")]
    private partial void LogPruned(int count);
}
