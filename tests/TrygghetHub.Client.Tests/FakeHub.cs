using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Observations.V1;
using TrygghetHub.Reports.V1;

namespace TrygghetHub.Client.Tests;

/// <summary>
/// What a hub looks like from outside, on a real socket with real TLS: takes every report, unless told otherwise.
/// </summary>
internal sealed class FakeHub : IAsyncDisposable
{
    private readonly WebApplication app;

    private FakeHub(WebApplication app) => this.app = app;

    /// <summary>What this hub has taken, by its sender's id and revision, with how many times it was sent.</summary>
    public ConcurrentDictionary<(string, int), int> Taken { get; } = [];

    /// <summary>How many reports each message held, in the order of arrival.</summary>
    public ConcurrentQueue<int> Batches { get; } = [];

    /// <summary>How many calls have begun.</summary>
    public int Calls => calls;

    /// <summary>Does a message's work in place of taking and answering all of it.</summary>
    public Func<StreamIncidentsRequest, IServerStreamWriter<StreamIncidentsResponse>, ServerCallContext, Task>? OnMessage { get; set; }

    /// <summary>Does the work of a push before its messages are read.</summary>
    public Func<int, ServerCallContext, Task>? OnPush { get; set; }

    public Uri Url => new(app.Services.GetRequiredService<IServer>().Features
        .Get<IServerAddressesFeature>()!.Addresses.Single());

    public static async Task<FakeHub> StartAsync(
        FakeAuthority authority, X509Certificate2? root = null, string host = "127.0.0.1")
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var server = authority.Server(host);
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                listen.Protocols = HttpProtocols.Http2;
                listen.UseHttps(new TlsHandshakeCallbackOptions
                {
                    OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
                    {
                        ServerCertificateContext =
                            SslStreamCertificateContext.Create(server, [authority.Issuing], offline: true),
                        ClientCertificateRequired = true,
                        CertificateChainPolicy = Trusting(root ?? authority.Root),
                    }),
                });
            }));
        builder.Services.AddGrpc(grpc => grpc.MaxReceiveMessageSize = 4 * 1024 * 1024);
        FakeHub? hub = null;
        builder.Services.AddSingleton(_ => hub!);
        var app = builder.Build();
        hub = new FakeHub(app);
        app.MapGrpcService<Incidents>();
        app.MapGrpcService<Observations>();
        await app.StartAsync();
        return hub;
    }

    /// <summary>Takes all of a message and answers it, backwards: the order of answers is the hub's own affair.</summary>
    public StreamIncidentsResponse Take(StreamIncidentsRequest request)
    {
        var response = new StreamIncidentsResponse();
        foreach (var incident in request.Incidents.Reverse())
        {
            response.Results.Add(Take(incident.Report));
        }

        return response;
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private int calls;

    private ReportResult Take(Report report)
    {
        Taken.AddOrUpdate((report.SourceRef, report.Revision), 1, (_, times) => times + 1);
        return new ReportResult
        {
            SourceRef = report.SourceRef,
            Revision = report.Revision,
            Accepted = new Accepted { Name = "partners/polisen/incidents/" + report.SourceRef },
        };
    }

    private static X509ChainPolicy Trusting(X509Certificate2 root)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        policy.CustomTrustStore.Add(root);
        return policy;
    }

    private sealed class Incidents(FakeHub hub) : IncidentService.IncidentServiceBase
    {
        public override async Task StreamIncidents(IAsyncStreamReader<StreamIncidentsRequest> requestStream,
            IServerStreamWriter<StreamIncidentsResponse> responseStream, ServerCallContext context)
        {
            Interlocked.Increment(ref hub.calls);
            await foreach (var request in requestStream.ReadAllAsync(context.CancellationToken))
            {
                hub.Batches.Enqueue(request.Incidents.Count);
                if (hub.OnMessage is { } work)
                {
                    await work(request, responseStream, context);
                }
                else
                {
                    await responseStream.WriteAsync(hub.Take(request));
                }
            }
        }
    }

    private sealed class Observations(FakeHub hub) : ObservationService.ObservationServiceBase
    {
        public override async Task<PushObservationsResponse> PushObservations(
            IAsyncStreamReader<PushObservationsRequest> requestStream, ServerCallContext context)
        {
            var call = Interlocked.Increment(ref hub.calls);
            if (hub.OnPush is { } work)
            {
                await work(call, context);
            }

            var response = new PushObservationsResponse();
            await foreach (var request in requestStream.ReadAllAsync(context.CancellationToken))
            {
                hub.Batches.Enqueue(request.Observations.Count);
                foreach (var observation in request.Observations)
                {
                    response.Results.Add(hub.Take(observation.Report));
                }
            }
            return response;
        }
    }
}
