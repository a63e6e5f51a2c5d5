using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Observations.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Reports.V1;

namespace TrygghetHub.Client.Tests;

/// <summary>
/// What a hub looks like from outside, on a real socket with real TLS: takes every report, unless told otherwise.
/// </summary>
internal sealed class FakeHub : IAsyncDisposable
{
    private readonly WebApplication app;

    private int tokens;

    private FakeHub(WebApplication app, string rootPem)
    {
        this.app = app;
        RootPem = rootPem;
    }

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

    /// <summary>Every request that was not gRPC, and every RPC, as the path that was asked for.</summary>
    public ConcurrentQueue<string> Paths { get; } = [];

    /// <summary>The `authorization` of every RPC.</summary>
    public ConcurrentQueue<string> Authorizations { get; } = [];

    /// <summary>Thumbprints of the certificates that tokens were fetched with.</summary>
    public ConcurrentQueue<string> TokenCertificates { get; } = [];

    /// <summary>How many tokens were issued; the last is <c>token-N</c>.</summary>
    public int Tokens => tokens;

    /// <summary>The life that tokens are said to have.</summary>
    public int TokenSeconds { get; set; } = 600;

    /// <summary>Answers a token request in place of a token.</summary>
    public Func<HttpContext, Task<IResult?>>? OnToken { get; set; }

    /// <summary>Fails a call before its work, or lets it go on.</summary>
    public Action<ServerCallContext>? OnCall { get; set; }

    /// <summary>What joining is answered with.</summary>
    public Func<JoinRequest, JoinResponse>? OnJoin { get; set; }

    /// <summary>What a renewal is answered with.</summary>
    public Func<RenewCertificateRequest, RenewCertificateResponse>? OnRenew { get; set; }

    /// <summary>What a caller is told of itself.</summary>
    public GetCallerResponse Caller { get; set; } = new();

    /// <summary>The agreements in force.</summary>
    public List<AgreementVersion> AgreementsInForce { get; } = [];

    /// <summary>What the open endpoint shows as the hub's roots.</summary>
    public string RootPem { get; set; }

    /// <summary>The hub's clock, where it is not the machine's.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;

    /// <summary>What partners receive.</summary>
    public FakeFeed Feed { get; } = new();

    public Uri Url => Address(0);

    public Uri OpenUrl => Address(1);

    public static async Task<FakeHub> StartAsync(FakeAuthority authority, X509Certificate2? root = null,
        string host = "127.0.0.1", HttpProtocols protocols = HttpProtocols.Http1AndHttp2)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var server = authority.Server(host);
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            Listen(kestrel, clientRoot: root ?? authority.Root);
            Listen(kestrel, clientRoot: null);
        });
        builder.Services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = 4 * 1024 * 1024;
            grpc.Interceptors.Add<Gate>();
        });
        FakeHub? hub = null;
        builder.Services.AddSingleton(_ => hub!);
        var app = builder.Build();
        hub = new FakeHub(app, authority.Root.ExportCertificatePem());
        app.Use((context, next) =>
        {
            hub.Paths.Enqueue(context.Request.Path);
            if (hub.Time != TimeProvider.System)
            {
                context.Response.Headers.Date = hub.Time.GetUtcNow().ToString("R");
            }

            return next(context);
        });
        app.MapPost("/connect/token", async context => await (await hub.IssueTokenAsync(context)).ExecuteAsync(context));
        app.MapGet("/.well-known/trygghethub/root.pem", () => hub.RootPem);
        app.MapGrpcService<Incidents>();
        app.MapGrpcService<Observations>();
        app.MapGrpcService<Callers>();
        app.MapGrpcService<Agreements>();
        app.MapGrpcService<Joins>();
        app.MapGrpcService<FakeFeed.Service>();
        await app.StartAsync();
        return hub;

        void Listen(KestrelServerOptions kestrel, X509Certificate2? clientRoot) =>
            kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                listen.Protocols = protocols;
                listen.UseHttps(new TlsHandshakeCallbackOptions
                {
                    OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
                    {
                        ServerCertificateContext =
                            SslStreamCertificateContext.Create(server, [authority.Issuing], offline: true),
                        ClientCertificateRequired = clientRoot is not null,
                        CertificateChainPolicy = clientRoot is null ? null : Trusting(clientRoot),
                        ApplicationProtocols = protocols == HttpProtocols.Http1
                            ? [SslApplicationProtocol.Http11]
                            : [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
                    }),
                });
            });
    }

    /// <summary>Ends a call as a hub does: a reason, and what else is known.</summary>
    public static RpcException Refusal(
        StatusCode code, string reason, TimeSpan? retryDelay = null, string? resumeCursor = null, params IEnumerable<Google.Protobuf.IMessage> more)
    {
        var info = new ErrorInfo { Domain = "trygghethub", Reason = reason };
        if (resumeCursor is not null)
        {
            info.Metadata.Add("resume_cursor", resumeCursor);
        }

        var status = new Google.Rpc.Status { Code = (int)code, Message = reason, Details = { Any.Pack(info) } };
        if (retryDelay is { } delay)
        {
            status.Details.Add(Any.Pack(new RetryInfo { RetryDelay = delay.ToDuration() }));
        }

        status.Details.AddRange(more.Select(Any.Pack));
        return status.ToRpcException();
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

    private Uri Address(int index) => new(app.Services.GetRequiredService<IServer>().Features
        .Get<IServerAddressesFeature>()!.Addresses.ElementAt(index));

    private async Task<IResult> IssueTokenAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        if (OnToken is { } answer && await answer(context) is { } instead)
        {
            return instead;
        }

        TokenCertificates.Enqueue(context.Connection.ClientCertificate?.Thumbprint ?? "");
        return form["grant_type"] == "client_credentials" && form["client_id"].ToString().StartsWith("urn:", StringComparison.Ordinal)
            ? Results.Json(new Dictionary<string, object>
            {
                ["access_token"] = $"token-{Interlocked.Increment(ref tokens)}",
                ["token_type"] = "Bearer",
                ["expires_in"] = TokenSeconds,
            })
            : Results.Json(new Dictionary<string, string> { ["error"] = "invalid_request" }, statusCode: 400);
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

    private sealed class Gate(FakeHub hub) : Interceptor
    {
        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
            TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
        {
            Pass(context);
            return continuation(request, context);
        }

        public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
            IAsyncStreamReader<TRequest> requestStream, ServerCallContext context,
            ClientStreamingServerMethod<TRequest, TResponse> continuation)
        {
            Pass(context);
            return continuation(requestStream, context);
        }

        public override Task ServerStreamingServerHandler<TRequest, TResponse>(
            TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
            ServerStreamingServerMethod<TRequest, TResponse> continuation)
        {
            Pass(context);
            return continuation(request, responseStream, context);
        }

        public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
            IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream,
            ServerCallContext context, DuplexStreamingServerMethod<TRequest, TResponse> continuation)
        {
            Pass(context);
            return continuation(requestStream, responseStream, context);
        }

        private void Pass(ServerCallContext context)
        {
            hub.Authorizations.Enqueue(context.RequestHeaders.GetValue("authorization") ?? "");
            hub.OnCall?.Invoke(context);
        }
    }

    private sealed class Callers(FakeHub hub) : CallerService.CallerServiceBase
    {
        public override Task<GetCallerResponse> GetCaller(GetCallerRequest request, ServerCallContext context)
        {
            var answer = hub.Caller.Clone();
            answer.HubTime = hub.Time.GetUtcNow().ToTimestamp();
            return Task.FromResult(answer);
        }

        public override Task<RenewCertificateResponse> RenewCertificate(
            RenewCertificateRequest request, ServerCallContext context) => Task.FromResult(hub.OnRenew!(request));
    }

    private sealed class Agreements(FakeHub hub) : AgreementService.AgreementServiceBase
    {
        public override Task<ListAgreementsResponse> ListAgreements(ListAgreementsRequest request, ServerCallContext context) =>
            Task.FromResult(new ListAgreementsResponse { Versions = { hub.AgreementsInForce } });
    }

    private sealed class Joins(FakeHub hub) : JoinService.JoinServiceBase
    {
        public override Task<JoinResponse> Join(JoinRequest request, ServerCallContext context) =>
            Task.FromResult(hub.OnJoin!(request));
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
