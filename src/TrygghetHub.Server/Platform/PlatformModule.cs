using Grpc.AspNetCore.Server.Model;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using TrygghetHub.Server.Platform.Access;
using TrygghetHub.Server.Platform.Errors;
using TrygghetHub.Server.Platform.Identity;
using TrygghetHub.Server.Platform.Storage;
using TrygghetHub.Server.Platform.Telemetry;

namespace TrygghetHub.Server.Platform;

/// <summary>What every slice stands on: storage, keys, TLS, and gRPC with errors outside and access inside.</summary>
internal static class PlatformModule
{
    public static IServiceCollection AddPlatform(
        this IServiceCollection services, Secrets secrets, HubOptions options)
    {
        var hubKeys = HubKeys.LoadOrCreate(secrets);
        var contentKeys = new ContentKeys(secrets.Directory, hubKeys);
        services
            .AddSingleton<HubDatabase>()
            // At once: they are made before there is data, and missed when there is.
            .AddSingleton(secrets)
            .AddSingleton(hubKeys)
            // By a factory, so that it is disposed of with the rest.
            .AddSingleton(_ => contentKeys)
            .AddSingleton(Authority.LoadOrCreate(secrets, options))
            .AddSingleton<OutsideAuthorities>()
            .AddSingleton<ServerCertificate>()
            .AddSingleton<HubSeal>()
            .AddSingleton<SecurityEvents>()
            .AddSingleton<PartnerTls>()
            .AddSingleton<KeptSignatures>()
            .AddSingleton<HubAddresses>()
            .AddHostedService<TrustReload>()
            .AddSingleton(TrustedProxies.Parse(options.Settings.TrustedProxies))
            .AddSingleton<ConnectionDoors>()
            .AddSingleton<RunningCalls>()
            .AddSingleton<Quotas>()
            .AddSingleton<PageTokens>()
            .AddSingleton<ErrorPages>()
            .AddSingleton<ErrorInterceptor>()
            .AddSingleton<AccessInterceptor>();
        services.AddGrpc(grpc =>
        {
            grpc.Interceptors.Add<ErrorInterceptor>();
            grpc.Interceptors.Add<AccessInterceptor>();
        });
        // The framework's own knows neither caps nor scans: see RpcMethods.
        services.RemoveAll(typeof(IServiceMethodProvider<>));
        services.AddSingleton(typeof(IServiceMethodProvider<>), typeof(RpcMethods<>));
        services.AddGrpcReflection();
        services.AddGrpcHealthChecks().AddCheck<StoreHealthCheck>("store");
        return services;
    }
}

/// <summary>The question that health asks and the journal answers: does the store still take anything?</summary>
internal interface IStoreHealth
{
    bool IsRunning { get; }
}

internal sealed class StoreHealthCheck(IStoreHealth store) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(store.IsRunning ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("The journal has stopped."));
}
