using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;
using Google.Protobuf;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Client;
using TrygghetHub.Partners.V1;
using TrygghetHub.Testing;

namespace TrygghetHub.EndToEnd.Tests.Processes;

/// <summary>A hub served by <c>thub serve</c>, that can be killed and started again on its data and its port.</summary>
internal sealed class ServedHub : IAsyncDisposable
{
    private const string Listening = "The hub listens on ";
    private const string Open = "Open endpoint: ";

    private readonly ConcurrentQueue<string> log = new();
    private readonly Channel<string> unread = Channel.CreateUnbounded<string>();
    private Process? process;
    private long loggedLength;
    private Task logReading = Task.CompletedTask;

    private readonly string[] options;
    private readonly IReadOnlyDictionary<string, string> environment;

    private ServedHub(string directory, string[] options, IReadOnlyDictionary<string, string> environment)
    {
        Directory = directory;
        this.options = options;
        this.environment = environment;
    }

    /// <summary>All that it has written to stderr.</summary>
    public IReadOnlyCollection<string> Log => log;

    /// <summary>The hub's own data is in <c>hub</c>, identity folders stand beside it.</summary>
    public string Directory { get; }

    public Uri Url { get; private set; } = new("https://127.0.0.1:0");

    /// <summary>Where partners join.</summary>
    public Uri OpenUrl { get; private set; } = new("https://127.0.0.1:0");

    /// <summary>What its process holds in memory (resident set), in bytes. Linux alone.</summary>
    public long ResidentBytes
    {
        get
        {
            process!.Refresh();
            return process.WorkingSet64;
        }
    }

    /// <summary>What it has written to stderr so far, in characters.</summary>
    public long LoggedLength => Interlocked.Read(ref loggedLength);

    public string OperatorFolder => Path.Combine(Directory, "hub", "operator");

    /// <summary>Serves for development, where <see cref="EnrolAsync"/> works, unless other options are given.</summary>
    public static Task<ServedHub> StartAsync(params string[] options) =>
        StartAsync(new Dictionary<string, string>(), options.Length == 0 ? ["--development"] : options);

    /// <summary>Serves with variables of its own in its environment.</summary>
    public static async Task<ServedHub> StartAsync(IReadOnlyDictionary<string, string> environment, params string[] options)
    {
        var hub = new ServedHub(
            System.IO.Directory.CreateTempSubdirectory("trygghethub-served-").FullName, options, environment);
        await hub.OpenAsync();
        return hub;
    }

    /// <summary>SIGKILL: nothing is flushed, nothing is said.</summary>
    public async Task KillAsync()
    {
        if (process is { } running)
        {
            process = null;
            running.Kill();
            await running.WaitForExitAsync();
            await logReading;
            running.Dispose();
        }
    }

    /// <summary>Starts it again where it was.</summary>
    public async Task OpenAsync()
    {
        process = Thub.Start(environment, [
            "serve", "--data", Path.Combine(Directory, "hub"), "--url", Url.GetLeftPart(UriPartial.Authority),
            "--open-url", OpenUrl.GetLeftPart(UriPartial.Authority), .. options,
        ]);
        logReading = CollectAsync(process.StandardError);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(1));
        while (await process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.StartsWith(Listening, StringComparison.Ordinal))
            {
                Url = new Uri(line[Listening.Length..]);
            }
            else if (line.StartsWith(Open, StringComparison.Ordinal))
            {
                OpenUrl = new Uri(line[Open.Length..].Split(',')[0].Trim());
                return;
            }
        }

        await logReading;
        throw new InvalidOperationException("The hub did not start:\n" + string.Join('\n', log));
    }

    /// <summary>Waits until it writes a line with that text to stderr; lines before it are passed over.</summary>
    public async Task<string> LoggedAsync(string text)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(1));
        await foreach (var line in unread.Reader.ReadAllAsync(patience.Token))
        {
            if (line.Contains(text, StringComparison.Ordinal))
            {
                return line;
            }
        }

        throw new InvalidOperationException($"\"{text}\" was not logged:\n" + string.Join('\n', log));
    }

    /// <summary>Enrols a partner and gives its identity folder.</summary>
    public async Task<string> EnrolAsync(string id, PartnerKind kind)
    {
        var folder = FolderOf(id);
        using var identity = IdentityFolder.Load(OperatorFolder);
        using var client = HubClient.Connect(identity);
        using var enrolled = await Enrolment.EnrolAsync(
            client, Url, new Partner { Id = id, DisplayName = "Test " + id, Kind = kind }, folder,
            TestContext.Current.CancellationToken);
        return folder;
    }

    /// <summary>Creates a partner by command and gives its enrolment code.</summary>
    public async Task<string> CodeAsync(string id, string kind)
    {
        var printed = await Thub.RunFineAsync(
            "partner", "create", id, "--name", "Test " + id, "--kind", kind, "--as", OperatorFolder);
        return printed.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries)
            .First(word => word.StartsWith("thj1_", StringComparison.Ordinal));
    }

    /// <summary>Creates a partner and lets it join, by command, as for real; gives its identity folder.</summary>
    public async Task<string> JoinAsync(string id, string kind)
    {
        var folder = FolderOf(id);
        await Thub.RunFineAsync(
            "join", "--hub", OpenUrl.GetLeftPart(UriPartial.Authority), "--code", await CodeAsync(id, kind), "--out", folder);
        return folder;
    }

    /// <summary>Where a partner's identity folder is.</summary>
    public string FolderOf(string id) => Path.Combine(Directory, "id-" + id);

    /// <summary>
    /// Puts an agreement in force as for real: the operator drafts and proposes it, and each party, which has joined, signs.
    /// </summary>
    public async Task<AgreementVersion> AgreeAsync(CooperationAgreement agreement)
    {
        using var client = Connect(OperatorFolder);
        var draft = (await client.Agreements.DraftAgreementAsync(new DraftAgreementRequest { Agreement = agreement })).Version;
        var version = (await client.Agreements.ProposeAgreementAsync(
            new ProposeAgreementRequest { Name = draft.Name, DocumentSha256 = draft.DocumentSha256 })).Version;
        foreach (var party in agreement.Parties)
        {
            using var identity = IdentityFolder.Load(FolderOf(party.Partner));
            using var signer = HubClient.Connect(identity);
            version = (await signer.Agreements.SignAgreementAsync(new SignAgreementRequest
            {
                Name = version.Name,
                Signature = ByteString.CopyFrom(AgreementSigning.Sign(version.Document.Memory, identity)),
            })).Version;
        }

        Assert.Equal(AgreementState.Active, version.State);
        return version;
    }

    /// <summary>Police that may send everything of Upplands-Bro, and a municipality that sees it.</summary>
    public async Task<(HubClient Police, HubClient Municipality)> AgreedPairAsync()
    {
        var police = await EnrolAsync("polisen", PartnerKind.Police);
        var municipality = await EnrolAsync("upplands-bro", PartnerKind.MunicipalUnit);
        await AgreeAsync(Examples.Agreement("est", "polisen", "upplands-bro"));
        return (Connect(police), Connect(municipality));
    }

    public static HubClient Connect(string folder)
    {
        using var identity = IdentityFolder.Load(folder);
        return HubClient.Connect(identity);
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private async Task CollectAsync(StreamReader error)
    {
        while (await error.ReadLineAsync() is { } line)
        {
            Interlocked.Add(ref loggedLength, line.Length + 1);
            log.Enqueue(line);
            unread.Writer.TryWrite(line);
        }
    }
}
