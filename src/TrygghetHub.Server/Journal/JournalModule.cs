using Microsoft.Extensions.DependencyInjection;
using TrygghetHub.Server.Platform;

namespace TrygghetHub.Server.Journal;

internal static class JournalModule
{
    public static IServiceCollection AddJournal(this IServiceCollection services) => services
        .AddSingleton<JournalLane>()
        .AddSingleton<IStoreHealth>(s => s.GetRequiredService<JournalLane>());
}
