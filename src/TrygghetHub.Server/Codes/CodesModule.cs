using Microsoft.Extensions.DependencyInjection;

namespace TrygghetHub.Server.Codes;

internal static class CodesModule
{
    public static IServiceCollection AddCodes(this IServiceCollection services) => services
        .AddSingleton<CodeMappings>()
        .AddSingleton<EventTypes>()
        .AddSingleton<HeldEventTypes>();
}
