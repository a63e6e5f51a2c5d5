using Microsoft.Extensions.DependencyInjection;

namespace TrygghetHub.Server.Journal;

internal static class JournalModule
{
    public static IServiceCollection AddJournal(this IServiceCollection services) => services.AddSingleton<JournalLane>();
}
