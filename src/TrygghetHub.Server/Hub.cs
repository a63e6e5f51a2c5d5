using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Quartz;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Areas;
using TrygghetHub.Server.Codes;
using TrygghetHub.Server.Feed;
using TrygghetHub.Server.Incidents;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Links;
using TrygghetHub.Server.Observations;
using TrygghetHub.Server.Operations;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Pictures;
using TrygghetHub.Server.Pictures.Weeks;
using TrygghetHub.Server.Platform;
using TrygghetHub.Server.Platform.Access;
using TrygghetHub.Server.Platform.Calendar;
using TrygghetHub.Server.Platform.Errors;
using TrygghetHub.Server.Platform.Identity;
using TrygghetHub.Server.Platform.Jobs;
using TrygghetHub.Server.Platform.Storage;
using TrygghetHub.Server.Platform.Telemetry;
using TrygghetHub.Server.Platform.Tokens;
using TrygghetHub.Server.Reports;
using TrygghetHub.Server.Retention;

namespace TrygghetHub.Server;

/// <summary>A running hub. Thread-safe.</summary>
public sealed class Hub : IAsyncDisposable
{
    // SQLite's result codes for a file that is none of its own, and for one that is damaged.
    private const int NotADatabase = 26;
    private const int Corrupt = 11;

    // What a partner fetches before it trusts, and compares with the hash in its code.
    private const string RootPath = "/.well-known/trygghethub/root.pem";

    private readonly WebApplication app;
    private readonly DataDirectory directory;

    private Hub(WebApplication app, DataDirectory directory, Uri url, Uri openUrl)
    {
        this.app = app;
        this.directory = directory;
        Url = url;
        OpenUrl = openUrl;
    }

    /// <summary>The address at which partners reach it, with the port that was really taken.</summary>
    public Uri Url { get; }

    /// <summary>The address of discovery, keys, joining and health.</summary>
    public Uri OpenUrl { get; }

    /// <summary>Identity folder of the operator, made at the first start: <c>DIR/operator</c>.</summary>
    public string OperatorFolder => directory.Combine("operator");

    /// <summary>What was in <see cref="OperatorFolder"/> at the start; in all cases but the first the hub runs without an operator here.</summary>
    public OperatorFolderState OperatorFolderState { get; private set; }

    internal IServiceProvider Services => app.Services;

    /// <summary>
    /// Starts a hub. The first start on a data directory makes authority, server certificate and the operator's
    /// identity; each start compiles the frozen weeks that lack a picture.
    /// </summary>
    /// <exception cref="IOException">Another hub runs on the directory, or the address is taken.</exception>
    public static Task<Hub> StartAsync(HubOptions options, CancellationToken cancellation = default) =>
        StartAsync(options, _ => { }, _ => { }, cancellation);

    /// <summary>Starts a hub with more services than its own: a benchmark's echo beside the real thing.</summary>
    internal static async Task<Hub> StartAsync(
        HubOptions options, Action<IServiceCollection> addMore, Action<WebApplication> mapMore,
        CancellationToken cancellation = default)
    {
        options.Settings.Check();
        var directory = DataDirectory.Open(options.DataDirectory);
        WebApplication? app = null;
        try
        {
            directory.RequireWhole();
            RequireFree(options.Url);
            RequireFree(OpenUrlOf(options));
            app = Build(options, directory, addMore);
            MapSlices(app, options);
            mapMore(app);

            // First: it looks when the hub ran last.
            var partners = app.Services.GetRequiredService<PartnerRegister>();
            // What cannot be opened keeps the hub from listening.
            app.Services.GetRequiredService<AgreementRegister>();
            app.Services.GetRequiredService<WeeklyCycles>().RequireKnown(
                app.Services.GetRequiredService<AreaRegister>().Current.Book);
            await partners.SettleAsync(cancellation);
            await app.StartAsync(cancellation);

            var hub = new Hub(app, directory, ListeningUrl(app, options.Url, 0), ListeningUrl(app, OpenUrlOf(options), 1));
            app.Services.GetRequiredService<HubAddresses>().Set(
                options.Settings.PublicUrl ?? hub.Url, options.Settings.PublicOpenUrl ?? hub.OpenUrl,
                options.Settings.OutsideIssuer?.TokenEndpoint);
            await EnsureOperatorAsync(hub, options, cancellation);
            directory.MarkInUse();
            var scheduler = await app.Services.GetRequiredService<ISchedulerFactory>().GetScheduler(cancellation);
            await scheduler.TriggerJob(WeeklyPictureJob.Key, new JobDataMap(), cancellation);
            await scheduler.TriggerJob(WeekReminderJob.Key, new JobDataMap(), cancellation);
            await scheduler.TriggerJob(ExpiryNoticesJob.Key, new JobDataMap(), cancellation);
            await scheduler.TriggerJob(QuarantineJob.Key, new JobDataMap(), cancellation);
            await scheduler.TriggerJob(DisposalJob.Key, new JobDataMap(), cancellation);
            hub.StopWithTheLane();
            return hub;
        }
        catch (Exception e)
        {
            if (app is not null)
            {
                // What had started has threads of its own, which would keep the process.
                await app.StopAsync(CancellationToken.None);
                await app.DisposeAsync();
            }

            directory.Dispose();
            if (Explain(e, options) is { } explained)
            {
                throw explained;
            }

            throw;
        }
    }

    /// <summary>
    /// Runs the weekly Quartz job now and waits for it: every frozen week that lacks a picture is compiled, and
    /// <paramref name="week"/> ("2026-W46") where given.
    /// </summary>
    /// <exception cref="ArgumentException">The week is not one.</exception>
    /// <exception cref="InvalidOperationException">A picture could not be made; the log says which.</exception>
    public async Task RunWeeklyPicturesAsync(string? week = null, CancellationToken cancellation = default)
    {
        var scheduler = await app.Services.GetRequiredService<ISchedulerFactory>().GetScheduler(cancellation);
        if (week is not null && !IsoWeek.TryParse(week, out _))
        {
            throw new ArgumentException("A week is written like 2026-W46.", nameof(week));
        }

        var run = new RunListener(Guid.CreateVersion7().ToString("N"));
        scheduler.ListenerManager.AddJobListener(run, []);
        try
        {
            var data = new JobDataMap { { RunListener.RunData, run.Name } };
            if (week is not null)
            {
                data.Add(WeeklyPictureJob.WeekData, week);
            }

            await scheduler.TriggerJob(WeeklyPictureJob.Key, data, cancellation);
            await run.Done.WaitAsync(cancellation);
        }
        finally
        {
            scheduler.ListenerManager.RemoveJobListener(run.Name);
        }
    }

    /// <summary>Waits until the hub is told to stop (SIGTERM, Ctrl+C).</summary>
    public Task WaitForShutdownAsync(CancellationToken cancellation = default) => app.WaitForShutdownAsync(cancellation);

    /// <summary>Ends calls and jobs, finishes what the journal has queued, and lets go of the data directory.</summary>
    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        directory.Dispose();
    }

    private static IOException? Explain(Exception fault, HubOptions options) => fault switch
    {
        SqliteException { SqliteErrorCode: NotADatabase or Corrupt } =>
            new IOException($"A database in {options.DataDirectory} is damaged. Restore the directory from a backup.", fault),
        IOException { InnerException: AddressInUseException } => InUse($"{options.Url} or {OpenUrlOf(options)}", fault),
        _ => null,
    };

    // Before anything is started that would have to be stopped again. An address that is taken in between is still found
    // when Kestrel binds to it.
    private static void RequireFree(Uri url)
    {
        if (url.Port == 0)
        {
            return;
        }

        if (!IPAddress.TryParse(url.Host.Trim('[', ']'), out var address))
        {
            address = url.Host == "localhost" ? IPAddress.Loopback : IPAddress.Any;
        }

        try
        {
            using var listener = new TcpListener(address, url.Port);
            listener.Start();
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw InUse(url.GetLeftPart(UriPartial.Authority), e);
        }
    }

    private static IOException InUse(string addresses, Exception fault) =>
        new($"{addresses} is in use by another program, which may be another hub. Stop it, or name another address: --url https://127.0.0.1:PORT.", fault);

    // A hub that can take nothing more is better stopped, and started again, than half alive.
    private void StopWithTheLane()
    {
        var lifetime = app.Services.GetRequiredService<IHostApplicationLifetime>();
        _ = app.Services.GetRequiredService<JournalLane>().Ended.ContinueWith(
            _ => lifetime.StopApplication(), TaskScheduler.Default);
    }

    private static WebApplication Build(
        HubOptions options, DataDirectory directory, Action<IServiceCollection> addMore)
    {
        // A stray settings file in the current directory must not configure a hub.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            ApplicationName = typeof(Hub).Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
            EnvironmentName = options.Development ? Environments.Development : Environments.Production,
        });
        builder.Logging.ClearProviders();
        SetUsualLevels(builder.Configuration);
        options.Logging(builder.Logging);
        LogBoundary.Enclose(builder.Services, options.Time);

        var cycles = new WeeklyCycles(options.Settings.Cycles);
        var secrets = new Secrets(directory, options.MasterKey);
        builder.Services
            .AddSingleton(options)
            .AddSingleton(options.Time)
            .AddSingleton(directory)
            .AddPlatform(secrets, options)
            .AddTokens(secrets, options)
            .AddJournal()
            .AddPartners()
            .AddAreas()
            .AddCodes()
            .AddAgreements()
            .AddReports()
            .AddFeed()
            .AddLinks()
            .AddPictures(cycles)
            .AddRetention()
            .AddOperations()
            .AddJobs(directory, options.Time, jobs =>
            {
                jobs.SchedulePartners();
                jobs.ScheduleReports();
                jobs.SchedulePictures(cycles);
                jobs.ScheduleRetention();
                jobs.ScheduleOperations();
                jobs.ScheduleTokens();
            });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(10));
        addMore(builder.Services);

        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // Of what is no RPC; a message of an RPC has a cap of its own.
            kestrel.Limits.MaxRequestBodySize = Admission.MostBodyBytes;
            // Headers over their limit end the call alone, over twice that the connection and every stream on it, as does one
            // field over its own: which therefore stands above twice the total. It is answered by HTTP's 431 and no status of gRPC:
            // the server does so before there is a request that anything of ours could answer. The number of fields has the same grace.
            kestrel.Limits.MaxRequestHeaderCount = 1_000;
            kestrel.Limits.Http2.MaxRequestHeaderFieldSize = (2 * kestrel.Limits.MaxRequestHeadersTotalSize) + 1;
            kestrel.Limits.Http2.InitialConnectionWindowSize = 8 * 1024 * 1024;
            kestrel.Limits.Http2.InitialStreamWindowSize = 4 * 1024 * 1024;
            kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
            var tls = kestrel.ApplicationServices.GetRequiredService<PartnerTls>();
            var doors = kestrel.ApplicationServices.GetRequiredService<ConnectionDoors>();
            Listen(kestrel, options.Url, doors.Partners, tls.Handshake, isOpen: false);
            Listen(kestrel, OpenUrlOf(options), doors.Open, tls.OpenHandshake, isOpen: true);
        });
        return builder.Build();
    }

    // As configuration, under what the environment says: filters in code would stand above it. A level for everything
    // (Logging__LogLevel__Default) means everything.
    private static void SetUsualLevels(ConfigurationManager configuration)
    {
        const string levels = "Logging:LogLevel:";
        var usual = new Dictionary<string, string?> { [levels + "Default"] = nameof(LogLevel.Information) };
        if (configuration[levels + "Default"] is null)
        {
            // OpenIddict writes four lines a token; what is refused has a line of ours.
            foreach (var category in (string[])["Microsoft", "Quartz", "Grpc", "OpenIddict"])
            {
                usual[levels + category] = nameof(LogLevel.Warning);
            }
        }

        ((IConfigurationBuilder)configuration).Sources.Insert(0, new MemoryConfigurationSource { InitialData = usual });
    }

    private static void MapSlices(WebApplication app, HubOptions options)
    {
        app.UseForwardedAddresses();
        CallOrigin.Follow(app);
        app.UseMiddleware<Admission>();
        app.UseFrameworkRefusals();
        app.MapTokens();
        app.MapPartners();
        app.MapAreas();
        app.MapAgreements();
        app.MapReports();
        app.MapIncidents();
        app.MapObservations();
        app.MapFeed();
        app.MapLinks();
        app.MapPictures();
        app.MapRetention();
        app.MapOperations();
        app.MapGrpcHealthChecksService();
        app.MapGet(RootPath, (Authority authority) => Results.Text(authority.RootsPem, "application/x-pem-file"));
        if (options.Development)
        {
            app.MapGrpcReflectionService();
        }
    }

    private static Uri OpenUrlOf(HubOptions options) => options.OpenUrl
        ?? new UriBuilder(options.Url) { Port = options.Url.Port == 0 ? 0 : options.Url.Port + 1 }.Uri;

    private static void Listen(
        KestrelServerOptions kestrel, Uri url, ConnectionDoor door, TlsHandshakeCallbackOptions handshake, bool isOpen)
    {
        void Endpoint(ListenOptions endpoint)
        {
            // gRPC is HTTP/2; token requests, discovery and keys come as either.
            endpoint.Protocols = HttpProtocols.Http1AndHttp2;
            CallOrigin.Follow(endpoint);
            EndpointFeature.Mark(endpoint, isOpen);
            door.Guard(endpoint, handshake);
        }

        if (IPAddress.TryParse(url.Host.Trim('[', ']'), out var address))
        {
            kestrel.Listen(address, url.Port, Endpoint);
        }
        else if (url.Host == "localhost")
        {
            kestrel.ListenLocalhost(url.Port, Endpoint);
        }
        else
        {
            kestrel.ListenAnyIP(url.Port, Endpoint);
        }
    }

    // Addresses come in the order of listening.
    private static Uri ListeningUrl(WebApplication app, Uri wanted, int index)
    {
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.ElementAt(index);
        return new UriBuilder(wanted) { Port = BindingAddress.Parse(address).Port }.Uri;
    }

    // The operator's identity is made by the hub itself: somebody has to be first. Once: the folder may be kept elsewhere, and
    // what is here may be an old copy of it. Another is made, and ends the one before, only where the operator asks for it.
    private static async Task EnsureOperatorAsync(Hub hub, HubOptions options, CancellationToken cancellation)
    {
        var register = hub.Services.GetRequiredService<PartnerRegister>();
        var authority = hub.Services.GetRequiredService<Authority>();
        var now = options.Time.GetUtcNow();
        var accepted = register.Book.CertificatesOf(Principal.OperatorUri + "operator").Where(c => c.IsTaken(now)).ToList();
        var certificatePath = Path.Combine(hub.OperatorFolder, "client.crt");
        var keyPath = Path.Combine(hub.OperatorFolder, "client.key");
        var nextKeyPath = Path.Combine(hub.OperatorFolder, "client.key.next");
        var state = OperatorFolderOf(register, authority, certificatePath, keyPath, now);
        if (options.NewOperator || state is not (OperatorFolderState.InPlace or OperatorFolderState.Expiring))
        {
            // A start that broke off after the register's entry has left the key that the entry is about.
            var chainPem = options.NewOperator ? null : UnfinishedChain(accepted, nextKeyPath);
            if (chainPem is null && !options.NewOperator && (accepted.Count > 0 || IsEncrypted(keyPath)))
            {
                hub.OperatorFolderState = state;
                return;
            }

            if (state is OperatorFolderState.OfAnotherHub or OperatorFolderState.Unreadable)
            {
                // It may be the only copy of what somebody put there.
                Directory.Move(hub.OperatorFolder, $"{hub.OperatorFolder}.before-{now.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}");
            }

            if (chainPem is null)
            {
                // The key first: where it cannot be written, the identity before must not have ended.
                using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
                DataDirectory.WriteSecret(nextKeyPath, Encoding.UTF8.GetBytes(key.ExportPkcs8PrivateKeyPem()));
                chainPem = (await register.IssueOperatorAsync("operator", new PublicKey(key), cancellation)).ChainPem;
            }

            DataDirectory.WriteSecret(certificatePath, Encoding.UTF8.GetBytes(chainPem));
            File.Move(nextKeyPath, keyPath, overwrite: true);
            state = OperatorFolderState.InPlace;
        }

        hub.OperatorFolderState = state;
        DataDirectory.WriteSecret(Path.Combine(hub.OperatorFolder, "ca.crt"), Encoding.UTF8.GetBytes(authority.RootsPem));
        DataDirectory.WriteSecret(
            Path.Combine(hub.OperatorFolder, "hub.json"),
            JsonSerializer.SerializeToUtf8Bytes(new
            {
                url = hub.Url.GetLeftPart(UriPartial.Authority),
                id = Principal.OperatorUri + "operator",
                // On this machine: a public address may not be reachable from here.
                token_endpoint = options.Settings.OutsideIssuer?.TokenEndpoint ?? new Uri(hub.Url, HubAddresses.TokenPath),
            }));
    }

    private static OperatorFolderState OperatorFolderOf(
        PartnerRegister register, Authority authority, string certificatePath, string keyPath, DateTimeOffset now)
    {
        try
        {
            // File.Exists says no also of what may not be read.
            var certificatePem = File.ReadAllText(certificatePath);
            using var held = X509Certificate2.CreateFromPem(certificatePem);
            if (register.Find(held).Principal is null)
            {
                return authority.IssuingAll.Any(issuing => CertificateFiles.SameName(issuing.SubjectName, held.IssuerName))
                    ? OperatorFolderState.NotAccepted : OperatorFolderState.OfAnotherHub;
            }

            return !File.Exists(keyPath) || !Fits(certificatePem, File.ReadAllText(keyPath)) ? OperatorFolderState.NotAccepted
                : held.NotAfter.ToUniversalTime() > now.UtcDateTime.AddDays(30) ? OperatorFolderState.InPlace
                : OperatorFolderState.Expiring;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return OperatorFolderState.Absent;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return OperatorFolderState.NotAccepted;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return OperatorFolderState.Unreadable;
        }
    }

    // Whether a key fits that the operator has encrypted only the operator can tell.
    private static bool Fits(string certificatePem, string keyPem)
    {
        if (IsEncryptedPem(keyPem))
        {
            return true;
        }

        using var held = X509Certificate2.CreateFromPem(certificatePem, keyPem);
        return held.HasPrivateKey;
    }

    // Of PKCS #8, and of OpenSSL's form before it (Proc-Type: 4,ENCRYPTED).
    private static bool IsEncryptedPem(string keyPem) => keyPem.Contains("ENCRYPTED", StringComparison.Ordinal);

    private static bool IsEncrypted(string keyPath)
    {
        try
        {
            return IsEncryptedPem(File.ReadAllText(keyPath));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string? UnfinishedChain(IEnumerable<RegisteredCertificate> accepted, string nextKeyPath)
    {
        try
        {
            using var key = ECDsa.Create();
            key.ImportFromPem(File.ReadAllText(nextKeyPath));
            var hash = Convert.ToHexString(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));
            return accepted.FirstOrDefault(c => c.KeySha256 == hash)?.ChainPem;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            return null;
        }
    }

    private sealed class RunListener(string run) : IJobListener
    {
        public const string RunData = "run";

        private readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Name => run;

        public Task Done => done.Task;

        public ValueTask JobWasExecuted(
            IJobExecutionContext context, JobExecutionException? jobException, CancellationToken cancellationToken = default)
        {
            if (context.MergedJobDataMap.TryGetValue(RunData, out var mine) && mine as string == run)
            {
                if (jobException is null)
                {
                    done.TrySetResult();
                }
                else
                {
                    done.TrySetException(new InvalidOperationException("The weekly job failed.", jobException));
                }
            }

            return ValueTask.CompletedTask;
        }
    }
}
