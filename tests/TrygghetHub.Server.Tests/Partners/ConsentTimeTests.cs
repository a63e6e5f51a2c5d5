using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Quartz;
using TrygghetHub.Client;
using TrygghetHub.Partners.V1;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Storage;
using TrygghetHub.Server.Platform.Telemetry;
using TrygghetHub.Testing;
using static TrygghetHub.Server.Tests.Partners.ConsentSteps;
using Wire = TrygghetHub.Partners.V1;

namespace TrygghetHub.Server.Tests.Partners;

/// <summary>What time grants, and when it does not run: somebody must be able to object while it does.</summary>
public sealed class ConsentTimeTests : IAsyncDisposable
{
    private readonly FakeTimeProvider time = new(TimeProvider.System.GetUtcNow().AddDays(-15));
    private readonly X509Certificate2 contact;
    private TestHub hub = null!;

    public ConsentTimeTests() => contact = Consents.MakeContactCertificate("Vakthavande IT", time: time);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        contact.Dispose();
        await hub.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Delay_OfASecondCertificate_EndsWithTheFirstThatIsGranted(bool byTime)
    {
        var (own, _, second) = await TwoDelayedAsync(apart: TimeSpan.FromHours(1));
        if (byTime)
        {
            time.Advance(TimeSpan.FromHours(71) + TimeSpan.FromMinutes(30));
        }
        else
        {
            await HandInAsync(hub, own, contact, (await SelfAsync(own)).OpenRequests.Single());
        }

        // With and without an entry that says so.
        Assert.Equal(CertificateAccess.Full, await AccessAsync("own"));
        time.Advance(TimeSpan.FromHours(200));
        Assert.NotEqual(CertificateAccess.Full, await AccessAsync("thief"));
        Assert.Equal("ACCESS_RESTRICTED", await ReadAsync(hub, "thief"));
        await SettleAsync();
        await hub.RestartAsync();
        time.Advance(TimeSpan.FromHours(200));

        Assert.Equal(CertificateAccess.Pending, await AccessAsync("thief"));
        Assert.Equal("ACCESS_RESTRICTED", await ReadAsync(hub, "thief"));
        Assert.Equal(ConsentState.Waiting, (await RequestsAsync(hub)).Single(r => r.Id == second.Id).State);
        Assert.Contains(await NoticesAsync(hub, "own"), n => n.Kind == NoticeKind.ConsentWaiting && n.ConsentRequest == second.Name);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Delay_OfASecondCertificate_BeginsAgainWhenTheFirstIsRevoked(bool afterItsTime)
    {
        var (own, first, second) = await TwoDelayedAsync(apart: TimeSpan.FromMinutes(1));
        if (!afterItsTime)
        {
            await HandInAsync(hub, own, contact, first);
        }

        time.Advance(afterItsTime ? TimeSpan.FromHours(72) - TimeSpan.FromSeconds(30) : TimeSpan.FromHours(71));
        await RevokeAsync(hub, hub.IdentityPath("own"));

        var request = (await hub.OpenRequestsAsync(Reader)).Single(r => r.Id == second.Id);
        Assert.Equal(ConsentState.Delayed, request.State);
        Assert.Equal(time.GetUtcNow().AddHours(72), request.GrantTime.ToDateTimeOffset(), TimeSpan.FromSeconds(1));
        time.Advance(TimeSpan.FromHours(72) - TimeSpan.FromSeconds(1));
        Assert.Equal("ACCESS_RESTRICTED", await ReadAsync(hub, "thief"));
    }

    /// <summary>Another partner's write, before the job of the minute, meets the requests as time has left them.</summary>
    [Fact]
    public async Task TimeThatHasCome_AtTheWriteOfAnotherPartner_IsWrittenAsTheHubs()
    {
        const string police = "urn:trygghet:partner:polisen";
        var (_, first, second) = await TwoDelayedAsync(apart: TimeSpan.FromHours(1));
        var jobs = await hub.Hub.Services.GetRequiredService<ISchedulerFactory>().GetScheduler(Cancellation);
        await jobs.Shutdown(waitForJobsToComplete: true, Cancellation);
        time.Advance(TimeSpan.FromHours(71) + TimeSpan.FromMinutes(30));
        var entriesBefore = Contents(EntryKind.ConsentRequest).Count;
        var eventsBefore = hub.LoggedEvents.Count;

        await SetContactsAsync(hub, "polisen", certificate: null);

        var written = Contents(EntryKind.ConsentRequest).Skip(entriesBefore).Select(c => ConsentEntry.Parser.ParseFrom(c)).ToList();
        Assert.Equal([(first.Id, "hub"), (second.Id, "hub")], written.Select(e => (e.Request, e.By)));
        Assert.Equal(police, ContactsSet.Parser.ParseFrom(Contents(EntryKind.PartnerContacts)[^1]).By);
        var events = hub.LoggedEvents.Skip(eventsBefore).ToList();
        Assert.Equal(
            [("ConsentElapsed", "hub", "the hub itself"), ("ConsentWaiting", "hub", "the hub itself")],
            events.Where(e => e.Id.Id == (int)SecurityEvent.ConsentStep).Select(e => (e.Fields["Step"], e.Fields["By"], e.Fields["Address"])));
        var changed = Assert.Single(events, e => e.Id.Id == (int)SecurityEvent.ContactsChanged);
        Assert.Equal((police, "127.0.0.1"), (changed.Fields["By"], changed.Fields["Address"]));
        var notices = (await NoticesAsync(hub, "own")).Where(n => n.Kind is NoticeKind.ConsentWaiting or NoticeKind.ConsentElapsed).ToList();
        Assert.Equal([(NoticeKind.ConsentWaiting, "hub"), (NoticeKind.ConsentElapsed, "hub")], notices.Select(n => (n.Kind, n.By)));
    }

    [Fact]
    public async Task Contact_OfAPartnerThatCanConsentAgain_Cannot()
    {
        var (own, first, second) = await TwoDelayedAsync(apart: TimeSpan.FromMinutes(1));
        await HandInAsync(hub, own, contact, first);
        using var identity = IdentityFolder.Load(hub.IdentityPath("own"));
        using var full = HubClient.Connect(identity);

        await Refused.ForAsync("CONSENT_STATE", "name", () => HandInAsync(hub, full, contact, second));
    }

    [Fact]
    public async Task Suspension_UntilTheTimeHasCome_MovesItByAsMuch()
    {
        var (_, first, _) = await TwoDelayedAsync(apart: TimeSpan.FromMinutes(1));
        time.Advance(TimeSpan.FromHours(1));
        await hub.Operator.Partners.SuspendPartnerAsync(
            new SuspendPartnerRequest { Name = ReaderName, Reason = "A test." }, cancellationToken: Cancellation);
        time.Advance(TimeSpan.FromHours(100));
        await SettleAsync();
        Assert.All(await RequestsAsync(hub), r => Assert.Equal(ConsentState.Delayed, r.State));
        await hub.RestartAsync();

        await hub.Operator.Partners.ResumePartnerAsync(new ResumePartnerRequest { Name = ReaderName }, cancellationToken: Cancellation);

        var moved = (await hub.OpenRequestsAsync(Reader)).Single(r => r.Id == first.Id);
        Assert.Equal(first.GrantTime.ToDateTimeOffset().AddHours(100), moved.GrantTime.ToDateTimeOffset(), TimeSpan.FromSeconds(1));
        time.Advance(moved.GrantTime.ToDateTimeOffset() - time.GetUtcNow() - TimeSpan.FromSeconds(1));
        Assert.Equal("ACCESS_RESTRICTED", await ReadAsync(hub, "own"));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await ReadAsync(hub, "own"));
    }

    [Fact]
    public async Task Hub_ThatDidNotRunUntilTheTimeHasCome_MovesItByAsMuch()
    {
        var (_, first, _) = await TwoDelayedAsync(apart: TimeSpan.FromMinutes(1));
        time.Advance(TimeSpan.FromHours(10));
        await SettleAsync();

        await hub.RestartAsync(meanwhile: () => time.Advance(TimeSpan.FromHours(100)));

        Assert.Equal("ACCESS_RESTRICTED", await ReadAsync(hub, "own"));
        var moved = (await hub.OpenRequestsAsync(Reader)).Single(r => r.Id == first.Id);
        Assert.Equal(first.GrantTime.ToDateTimeOffset().AddHours(100), moved.GrantTime.ToDateTimeOffset(), TimeSpan.FromSeconds(1));
        await SettleAsync();
        await hub.RestartAsync();
        Assert.Equal(moved.GrantTime, (await hub.OpenRequestsAsync(Reader)).Single(r => r.Id == first.Id).GrantTime);
    }

    [Fact]
    public async Task Consent_ToACertificateThatHasExpired_IsRefusedAndTheRequestEnds()
    {
        hub = await TestHub.StartAsync(
            time, settings: new HubSettings { Certificates = new CertificateSettings { ClientDays = 10 } });
        await hub.AgreedPairAsync();
        await hub.JoinAsync(Reader, "new");
        var request = Assert.Single(await hub.OpenRequestsAsync(Reader));
        time.Advance(TimeSpan.FromDays(6));
        using var identity = IdentityFolder.Load(hub.IdentityPath(Reader));
        using var municipality = HubClient.Connect(identity);
        await municipality.RenewAsync(Cancellation);
        time.Advance(TimeSpan.FromDays(5));
        using var renewed = IdentityFolder.Load(hub.IdentityPath(Reader));
        using var standing = HubClient.Connect(renewed);

        await Refused.ForAsync("CONSENT_STATE", "name", () => Consents.GiveAsync(standing, renewed, request));
        await SettleAsync();

        var ended = hub.Hub.Services.GetRequiredService<PartnerRegister>().Book.Requests[request.Id];
        Assert.Equal(ConsentState.Withdrawn, ended.Outcome?.State);
    }

    [Fact]
    public async Task Certificate_WithASuccessor_ObjectsAndGivesNothing()
    {
        hub = await TestHub.StartAsync(time);
        await hub.AgreedPairAsync();
        using var old = IdentityFolder.Load(hub.IdentityPath(Reader));
        using var stolen = hub.OpenChannel(old.Certificate, old.Issuers, await hub.TokenAsync(Reader));
        using (var client = HubClient.Connect(old))
        {
            await client.RenewAsync(Cancellation);
        }

        await hub.JoinAsync(Reader, "thief");
        var request = Assert.Single(await hub.OpenRequestsAsync(Reader));
        var caller = new Wire.CallerService.CallerServiceClient(stolen);

        Assert.Equal("CERTIFICATE_SUCCEEDED", await DirectReasonAsync(async () => await caller.GiveConsentAsync(
            new GiveConsentRequest
            {
                Name = request.Name,
                Signature = Google.Protobuf.ByteString.CopyFrom(AgreementSigning.Sign(request.Document.Memory, old)),
            },
            cancellationToken: Cancellation)));
        Assert.Equal("CERTIFICATE_SUCCEEDED", await DirectReasonAsync(async () => await caller.SetContactsAsync(
            new SetContactsRequest(), cancellationToken: Cancellation)));
        var objected = await caller.RaiseObjectionAsync(
            new RaiseObjectionRequest { Name = request.Name, Reason = "A test." }, cancellationToken: Cancellation);
        Assert.Equal(ConsentState.Objected, objected.Request.State);
    }

    private static async Task<string?> DirectReasonAsync(Func<Task> call) =>
        Platform.Access.DirectCaller.ReasonOf(await Assert.ThrowsAsync<Grpc.Core.RpcException>(call));

    // The reader has a contact with a key, loses all its certificates, and is joined twice: by itself, and by a thief.
    private async Task<(HubClient Own, Wire.ConsentRequest First, Wire.ConsentRequest Second)> TwoDelayedAsync(TimeSpan apart)
    {
        hub = await TestHub.StartAsync(time);
        await hub.AgreedPairAsync();
        await SetContactsAsync(hub, Reader, contact);
        await RevokeAllAsync(hub, Reader);
        time.Advance(TimeSpan.FromMinutes(1));
        var own = await hub.JoinAsync(Reader, "own");
        time.Advance(apart);
        var thief = await hub.JoinAsync(Reader, "thief");
        return (own, (await SelfAsync(own)).OpenRequests.Single(), (await SelfAsync(thief)).OpenRequests.Single());
    }

    private async Task<CertificateAccess> AccessAsync(string folder)
    {
        using var identity = IdentityFolder.Load(hub.IdentityPath(folder));
        using var client = HubClient.Connect(identity);
        return (await SelfAsync(client)).Certificate.Access;
    }

    private List<byte[]> Contents(EntryKind kind)
    {
        using var connection = hub.Hub.Services.GetRequiredService<HubDatabase>().OpenReader();
        using var find = connection.CreateCommand();
        find.CommandText = $"SELECT content FROM journal_entry WHERE kind = {(int)kind} ORDER BY seq";
        using var row = find.ExecuteReader();
        var contents = new List<byte[]>();
        while (row.Read())
        {
            contents.Add(row.GetFieldValue<byte[]>(0));
        }

        return contents;
    }

    private Task SettleAsync() => hub.Hub.Services.GetRequiredService<PartnerRegister>().SettleAsync(Cancellation);
}
