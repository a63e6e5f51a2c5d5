using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace TrygghetHub.EndToEnd.Tests.Connectors;

/// <summary>A source over real HTTP on loopback; what it answers is the test's.</summary>
internal sealed class FakeSource : IAsyncDisposable
{
    private readonly WebApplication app;

    private FakeSource(WebApplication app) => this.app = app;

    /// <summary>What was asked, in order: path, query and headers.</summary>
    public ConcurrentQueue<(string Path, IQueryCollection Query, IHeaderDictionary Headers)> Asked { get; } = new();

    public Uri Url { get; private set; } = null!;

    public static async Task<FakeSource> StartAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var source = new FakeSource(builder.Build());
        source.app.Run(context =>
        {
            source.Asked.Enqueue((context.Request.Path, context.Request.Query,
                new HeaderDictionary(context.Request.Headers.ToDictionary(h => h.Key, h => h.Value, StringComparer.OrdinalIgnoreCase))));
            return answer(context);
        });
        await source.app.StartAsync();
        var addresses = source.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        source.Url = new Uri(addresses.Addresses.Single());
        return source;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
