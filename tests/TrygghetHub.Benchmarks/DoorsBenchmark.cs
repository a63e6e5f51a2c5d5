using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Testing;

namespace TrygghetHub.Benchmarks;

/// <summary>
/// A partner's unary call with and without a stranger's worst beside it, at the hub and at bare Kestrel with gRPC as it comes.
/// The attack runs in this process too and takes its part of the processor: what counts is how the two compare.
/// </summary>
internal static class DoorsBenchmark
{
    private const int Calls = 2_000;
    private const int MostAttempts = 2_000;
    private const int WarmUps = 200;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    public static async Task<int> RunAsync()
    {
        await using var hub = await TestHub.StartAsync();
        var police = await hub.PartnerAsync("polisen", PartnerKind.Police);
        Func<Task> ask = async () => await police.Caller.GetCallerAsync(new GetCallerRequest());
        var calm = await MeasureAsync(ask, null);
        var attacked = await MeasureAsync(ask, new Stranger(hub.Hub.OpenUrl, hub.Hub.Url));

        await using var bare = await BareKestrel.StartAsync();
        var bareCalm = await MeasureAsync(bare.AskAsync, null);
        var bareAttacked = await MeasureAsync(bare.AskAsync, new Stranger(bare.Url, bare.Url));

        Console.WriteLine("One unary call after the other, in milliseconds.");
        Console.WriteLine("hub, calm:               " + calm);
        Console.WriteLine("hub, under attack:       " + attacked);
        Console.WriteLine("Kestrel, calm:           " + bareCalm);
        Console.WriteLine("Kestrel, under attack:   " + bareAttacked);
        Console.WriteLine();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{attacked.P99 / calm.P99,8:0.00} × calm: p99 of the hub under attack"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{bareAttacked.P99 / bareCalm.P99,8:0.00} × calm: p99 of bare Kestrel under attack"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{attacked.P99 / bareAttacked.P99,8:0.00} × bare Kestrel: p99 of the hub, both under attack"));
        return 0;
    }

    private static async Task<Figures> MeasureAsync(Func<Task> call, Stranger? stranger)
    {
        using var stop = new CancellationTokenSource();
        stop.CancelAfter(Longest);
        var attack = stranger?.AttackAsync(MostAttempts, stop.Token) ?? Task.CompletedTask;
        var times = new List<double>();
        for (var i = -WarmUps; i < Calls && !stop.IsCancellationRequested; i++)
        {
            var watch = Stopwatch.StartNew();
            await call();
            if (i >= 0)
            {
                times.Add(watch.Elapsed.TotalMilliseconds);
            }
        }

        await stop.CancelAsync();
        await attack;
        GC.Collect();
        times.Sort();
        return new Figures(times, stranger?.Attempts ?? 0);
    }

    private sealed record Figures(List<double> Times, long Attempts)
    {
        public double P99 => At(0.99);

        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture,
            $"{Times.Count} calls, p50 {At(0.50):0.00}, p99 {P99:0.00}, longest {Times[^1]:0.00}; {Attempts} attempts of the stranger");

        private double At(double share) => Times[Math.Min(Times.Count - 1, (int)(Times.Count * share))];
    }

    /// <summary>Kestrel and gRPC with nothing set: health, and a service of which no RPC is made.</summary>
    private sealed class BareKestrel : IAsyncDisposable
    {
        private readonly WebApplication app;
        private readonly GrpcChannel channel;

        [SuppressMessage("Security", "CA5359", Justification = "Both ends are this benchmark's own.")]
        private BareKestrel(WebApplication app, Uri url)
        {
            this.app = app;
            Url = url;
            channel = GrpcChannel.ForAddress(url, new GrpcChannelOptions
            {
                HttpHandler = new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true }, UseProxy = false },
            });
        }

        public Uri Url { get; }

        public static async Task<BareKestrel> StartAsync()
        {
            var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
            builder.Logging.ClearProviders();
            builder.Services.AddGrpc();
            builder.Services.AddGrpcHealthChecks();
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            using var signed = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256)
                .CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
            var certificate = X509CertificateLoader.LoadPkcs12(signed.Export(X509ContentType.Pkcs12), null);
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, endpoint =>
            {
                endpoint.Protocols = HttpProtocols.Http1AndHttp2;
                endpoint.UseHttps(certificate);
            }));
            var app = builder.Build();
            app.MapGrpcHealthChecksService();
            app.MapGrpcService<NoAgreements>();
            await app.StartAsync();
            return new BareKestrel(app, new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()));
        }

        public async Task AskAsync() => await new Health.HealthClient(channel).CheckAsync(new HealthCheckRequest());

        public async ValueTask DisposeAsync()
        {
            channel.Dispose();
            await app.StopAsync();
            await app.DisposeAsync();
        }
    }

    private sealed class NoAgreements : AgreementService.AgreementServiceBase;
}
