using System.Text;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Server.Platform.Storage;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Reports;

public sealed class IntakeTests
{
    [Fact]
    public async Task Repeat_AfterRestartAndAfterTheAgreementEnded_GetsTheFirstAnswerByteForByte()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, _) = await hub.AgreedPairAsync();
        var incident = Examples.Incident("same");
        var first = await police.SubmitAsync(incident);

        var again = await police.SubmitAsync(incident);
        await hub.RestartAsync();
        var restarted = await police.SubmitAsync(incident);
        await EndAsync(hub);
        var ended = await police.SubmitAsync(incident);

        Assert.All([again, restarted, ended], a => Assert.Equal(first.ToByteString(), a.ToByteString()));
        await Refused.ForAsync("AGREEMENT_NOT_ACTIVE", () => police.SubmitAsync(Examples.Incident("other")));
    }

    [Fact]
    public async Task Revision_WithOtherContent_IsAConflictAndTheFirstStands()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        var accepted = await police.SubmitAsync(Examples.Incident("one"));
        var changed = Examples.Incident("one");
        changed.Report.Category = "littering";

        await Refused.ForAsync("REVISION_CONFLICT", "report.revision", () => police.SubmitAsync(changed));

        Assert.Equal("graffiti", (await municipality.ReadIncidentAsync(accepted.Name)).Report.Category);
    }

    [Fact]
    public async Task Revision_LowerAndNeverSeen_IsSuperseded()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, _) = await hub.AgreedPairAsync();
        await police.SubmitAsync(Revision("one", 3));

        await Refused.ForAsync("REVISION_SUPERSEDED", "report.revision", () => police.SubmitAsync(Revision("one", 2)));
    }

    [Fact]
    public async Task Reference_OfAnIncidentUsedForAnObservation_IsAConflict()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, _) = await hub.AgreedPairAsync();
        await police.SubmitAsync(Examples.Incident("one"));
        var observation = Examples.Observation("one");

        await Refused.ForAsync("REVISION_CONFLICT", () => police.SubmitAsync(observation));
        observation.Report.Revision = 2;
        await Refused.ForAsync("REVISION_CONFLICT", () => police.SubmitAsync(observation));
    }

    [Fact]
    public async Task Correction_OfAReport_TakesItsPlaceUnderItsName()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        var first = await police.SubmitAsync(Examples.Incident("one"));
        var correction = Revision("one", 2);
        correction.Report.Category = "littering";
        correction.Report.SourceVersion = "v2";
        var second = await police.SubmitAsync(correction);

        Assert.Equal(first.Name, second.Name);
        Assert.NotEqual(first.Receipt, second.Receipt);
        var seen = await municipality.ReadIncidentAsync(first.Name);
        Assert.Equal(("littering", 2), (seen.Report.Category, seen.Report.Revision));
        Assert.Equal(first.ToByteString(), (await police.SubmitAsync(Examples.Incident("one"))).ToByteString());
        Assert.Equal(seen, Assert.Single(await municipality.IncidentPagesAsync(10)).Single());
        Assert.Equal([(1, "", false), (2, "v2", false)], Told(await police.HeldAsync("one")));
    }

    [Fact]
    public async Task Correction_ThatIsRefused_LeavesTheReportAsItWas()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        var first = await police.SubmitAsync(Examples.Incident("one"));
        var correction = Revision("one", 2);
        correction.Report.Category = "sexual-offence";

        await Refused.ForAsync("CATEGORY_NOT_ACCEPTED", () => police.SubmitAsync(correction));

        Assert.Equal(1, (await municipality.ReadIncidentAsync(first.Name)).Report.Revision);
    }

    [Fact]
    public async Task Withdrawal_OfAReport_HidesItFromAllAndHigherRevisionStandsAgain()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        var accepted = await police.SubmitAsync(Examples.Incident("one"));

        var withdrawn = await police.WithdrawIncidentAsync("one");

        Assert.Equal(accepted.Name, withdrawn.Name);
        Assert.Equal(withdrawn.ToByteString(), (await police.WithdrawIncidentAsync("one")).ToByteString());
        Assert.Equal(withdrawn.ToByteString(), (await police.WithdrawIncidentAsync("one", 2)).ToByteString());
        await Refused.ForAsync("NOT_FOUND", () => municipality.ReadIncidentAsync(accepted.Name));
        await Refused.ForAsync("NOT_FOUND", () => police.ReadIncidentAsync(accepted.Name));
        Assert.Empty(Assert.Single(await municipality.IncidentPagesAsync(10)));
        var taken = await Refused.ForAsync("REVISION_CONFLICT", () => police.SubmitAsync(Revision("one", 2)));
        Assert.Contains("You have withdrawn this report, as revision 2.", taken.Message, StringComparison.Ordinal);
        var repeated = await police.SubmitAsync(Examples.Incident("one"));
        Assert.Equal((accepted.Name, 2), (repeated.Name, repeated.WithdrawnRevision));
        Assert.Equal([(1, "", false), (2, "", true)], Told(await police.HeldAsync("one")));

        var again = await police.SubmitAsync(Revision("one", 3));

        Assert.Equal((accepted.Name, 0), (again.Name, again.WithdrawnRevision));
        Assert.Equal(3, (await municipality.ReadIncidentAsync(accepted.Name)).Report.Revision);
    }

    [Fact]
    public async Task Withdrawal_OfWhatCannotBeWithdrawn_IsRefused()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, _) = await hub.AgreedPairAsync();
        await police.SubmitAsync(Examples.Observation("observed"));
        await police.SubmitAsync(Revision("one", 5));

        await Refused.ForAsync("NOT_FOUND", "source_ref", () => police.WithdrawIncidentAsync("never"));
        await Refused.ForAsync("NOT_FOUND", "source_ref", () => police.WithdrawIncidentAsync("observed"));
        await Refused.ForAsync("REVISION_CONFLICT", "revision", () => police.WithdrawIncidentAsync("one", 5));
        await Refused.ForAsync("REVISION_SUPERSEDED", "revision", () => police.WithdrawIncidentAsync("one", 4));
        await Refused.ForAsync("FIELD_INVALID", "revision", () => police.WithdrawIncidentAsync("one", -1));
        await Refused.ForAsync("FIELD_REQUIRED", "source_ref", () => police.WithdrawIncidentAsync(""));
        await Refused.ForAsync("FIELD_REQUIRED", "reason",
            () => police.WithdrawIncidentAsync("one", reason: WithdrawalReason.Unspecified));
    }

    [Fact]
    public async Task Withdrawal_AfterTheAgreementEnded_IsTaken()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, _) = await hub.AgreedPairAsync();
        await police.SubmitAsync(Examples.Incident("one"));
        await EndAsync(hub);

        await police.WithdrawIncidentAsync("one");

        Assert.True((await police.HeldAsync("one"))[^1].Withdrawn);
    }

    [Fact]
    public async Task Reference_OfTwoPartners_IsTwoReports()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        var guards = await hub.PartnerAsync("vaktbolaget", PartnerKind.GuardCompany);
        await hub.AgreeAsync(Examples.Agreement("guards", "vaktbolaget", "upplands-bro"));

        var one = await police.SubmitAsync(Examples.Incident("one"));
        var other = await guards.SubmitAsync(Examples.Incident("one"));
        await guards.WithdrawIncidentAsync("one");

        Assert.NotEqual(one.Name, other.Name);
        Assert.Equal(one.Name, (await municipality.ReadIncidentAsync(one.Name)).Name);
        Assert.Single(await police.HeldAsync("one"));
    }

    [Fact]
    public async Task ListRevisions_OfManyReferences_AnswersInTheOrderAsked()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, _) = await hub.AgreedPairAsync();
        await police.SubmitAsync(Examples.Incident("b"));

        var held = await police.Incidents.ListRevisionsAsync(
            new TrygghetHub.Incidents.V1.ListRevisionsRequest { SourceRefs = { "c", "b", "a" } },
            cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal([("c", 0), ("b", 1), ("a", 0)], held.Held.Select(h => (h.SourceRef, h.Revisions.Count)));
        await Refused.ForAsync("FIELD_INVALID", "source_refs", async () => await police.Incidents.ListRevisionsAsync(
            new TrygghetHub.Incidents.V1.ListRevisionsRequest { SourceRefs = { Enumerable.Repeat("x", 1001) } }));
    }

    [Fact]
    public async Task Stream_OneOrManyAMessage_AnswersEachReportOnceAndNeverMixesCommits()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        var all = Examples.Incidents("s", 3_000).ToList();

        var answers = await police.StreamAsync([[all[0]], [all[1]], all[2..2_900], .. all[2_900..].Select(i => new[] { i })]);

        var results = answers.SelectMany(a => a.Results).ToList();
        Assert.Equal(all.Select(i => i.Report.SourceRef).Order(), results.Select(r => r.SourceRef).Order());
        Assert.All(results, r => Assert.Equal(ReportResult.OutcomeOneofCase.Accepted, r.OutcomeCase));
        Assert.Equal(3_000, (await municipality.IncidentPagesAsync(1000)).Sum(p => p.Count));

        // All entries of one transaction have its time: one answer, one time.
        var times = EntryTimes(hub);
        var receipts = hub.Hub.Services.GetRequiredService<Server.Reports.Receipts>();
        Assert.All(answers, a => Assert.Single(
            a.Results.Select(r => times[receipts.Open(r.Accepted.Receipt.Span)!.Value.Seq]).Distinct()));
    }

    [Fact]
    public async Task Stream_WithTheAgreementEndingInTheMiddle_EndsWithTheReasonAndWhereToGoOn()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, _) = await hub.AgreedPairAsync();
        using var call = police.Incidents.StreamIncidents(cancellationToken: TestContext.Current.CancellationToken);

        await call.RequestStream.WriteAsync(new StreamIncidentsRequest { Incidents = { Examples.Incident("a") } }, TestContext.Current.CancellationToken);
        Assert.True(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        var receipt = call.ResponseStream.Current.Results.Single().Accepted.Receipt;
        await EndAsync(hub);

        var ended = await Refused.ForAsync(
            "AGREEMENT_NOT_ACTIVE", () => call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));

        Assert.Equal(receipt.ToBase64(), ended.ResumeCursor);
    }

    [Fact]
    public async Task Stream_WithAMessageOver1MiB_EndsAfterTheAnswersToAllBefore()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.AgreedPairAsync();
        var large = Examples.Incident("large");
        large.Report.Summary = new string('x', (1024 * 1024) + 1);

        var (results, ended) = await StreamRawAsync(
            hub, Message(Examples.Incidents("kept", 700)), Message([large]));

        Assert.Equal(700, results.Count(r => r.Accepted is not null));
        AssertEnded(ended, Grpc.Core.StatusCode.ResourceExhausted, "MESSAGE_TOO_LARGE");
    }

    [Fact]
    public async Task Stream_WithAnUnreadableFrame_EndsAfterTheAnswersToAllBefore()
    {
        await using var hub = await TestHub.StartAsync();
        var (_, municipality) = await hub.AgreedPairAsync();

        var (results, ended) = await StreamRawAsync(
            hub, Message(Examples.Incidents("kept", 700)), [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 1, 2]);

        Assert.Equal(700, results.Count(r => r.Accepted is not null));
        AssertEnded(ended, Grpc.Core.StatusCode.InvalidArgument, "MESSAGE_UNREADABLE");
        Assert.Equal(700, (await municipality.IncidentPagesAsync(1000)).Sum(p => p.Count));
    }

    [Theory]
    [InlineData(Grpc.Core.StatusCode.ResourceExhausted, "MESSAGE_TOO_LARGE")]
    [InlineData(Grpc.Core.StatusCode.InvalidArgument, "MESSAGE_UNREADABLE")]
    public async Task Unary_WithAMessageThatTheFrameworkRefuses_SaysWhy(Grpc.Core.StatusCode code, string reason)
    {
        await using var hub = await TestHub.StartAsync();
        await hub.AgreedPairAsync();
        var large = Examples.Incident("large");
        large.Report.Summary = new string('x', (1024 * 1024) + 1);
        byte[] sent = code == Grpc.Core.StatusCode.ResourceExhausted
            ? new SubmitIncidentRequest { Incident = large }.ToByteArray()
            : [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 1, 2];

        AssertEnded(await UnaryRawAsync(hub, "SubmitIncident", sent), code, reason);
    }

    [Fact]
    public async Task SourceRef_FarTooLong_IsAnsweredByItsBeginning()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, _) = await hub.AgreedPairAsync();
        var bad = Examples.Incident(new string('r', 60_000));

        var answers = await police.StreamAsync(
            Enumerable.Repeat(bad, 15).Append(Examples.Incident("good")).ToArray());
        var results = answers.SelectMany(a => a.Results).ToList();

        Assert.All(results.SkipLast(1), r => Assert.Equal((128, "report.source_ref"), (r.SourceRef.Length, r.Refused.Field)));
        Assert.NotNull(results[^1].Accepted);
        var again = new List<ReportResult>();
        await foreach (var result in police.StreamIncidentsAsync(Examples.Stream(new[] { bad, bad }), cancellation: TestContext.Current.CancellationToken))
        {
            again.Add(result);
        }

        Assert.Equal(2, again.Count);
    }

    [Fact]
    public async Task ListRevisions_OfRepeatedOrImpossibleReferences_IsRefused()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, _) = await hub.AgreedPairAsync();

        foreach (var refs in new string[][] { [], ["a", "a"], [new string('r', 129)], [.. Enumerable.Range(0, 1001).Select(i => $"{i}")] })
        {
            await Refused.ForAsync("FIELD_INVALID", "source_refs", async () =>
                await police.Incidents.ListRevisionsAsync(new ListRevisionsRequest { SourceRefs = { refs } }));
        }
    }

    [Fact]
    public async Task ListRevisions_OfAReportCorrectedOften_GivesTheLastHundred()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, _) = await hub.AgreedPairAsync();
        await police.StreamAsync([.. Enumerable.Range(1, 150).Select(revision =>
        {
            var incident = Examples.Incident("often");
            incident.Report.Revision = revision;
            return incident;
        })]);

        Assert.Equal(Enumerable.Range(51, 100), (await police.HeldAsync("often")).Select(h => h.Revision));
    }

    [Fact]
    public async Task Name_OfAReport_TellsTheDayOfReceiptAndNoHour()
    {
        // Yesterday: what is issued this afternoon is not valid in the morning, when tests run as well.
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(
            new DateTimeOffset(TimeProvider.System.GetUtcNow().UtcDateTime.Date.AddDays(-1).AddHours(13.5), TimeSpan.Zero));
        await using var hub = await TestHub.StartAsync(time);
        var (police, _) = await hub.AgreedPairAsync();

        var name = (await police.SubmitAsync(Examples.Incident("one"))).Name;

        // RFC 9562: the first 48 bits are milliseconds since 1970.
        var milliseconds = Convert.ToInt64(name.Split('/')[3].Replace("-", "", StringComparison.Ordinal)[..12], 16);
        Assert.Equal(
            time.GetUtcNow().UtcDateTime.Date, DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).UtcDateTime);
    }

    [Theory]
    [InlineData("2024-07-01T21:59:59Z", 1)]
    [InlineData("2024-07-01T22:00:00Z", 2)]
    [InlineData("2024-07-01T23:59:59Z", 2)]
    [InlineData("2024-01-02T22:59:59Z", 2)]
    [InlineData("2024-01-01T23:00:00Z", 2)]
    public void Id_OfAReport_TellsTheSwedishDay(string received, int day)
    {
        // Shown beside the Swedish day, the UTC day would tell which reports came soon after midnight.
        var id = Server.Reports.ReportId.New(
            DateTimeOffset.Parse(received, System.Globalization.CultureInfo.InvariantCulture));

        var milliseconds = Convert.ToInt64(id.ToString().Replace("-", "", StringComparison.Ordinal)[..12], 16);
        var told = DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
        Assert.Equal((day, TimeSpan.Zero), (told.Day, told.TimeOfDay));
    }

    [Fact]
    public async Task UnknownFields_OfAReport_AreNotStored()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.AgreedPairAsync();
        const string secret = "121212-1212 unchecked";
        var incident = Examples.Incident("one");
        byte[] unknown = [0x9A, 0x3F, (byte)secret.Length, .. Encoding.ASCII.GetBytes(secret)]; // field 1011, a string
        var report = incident.Report.ToByteArray().Concat(unknown).ToArray();
        incident.Report = null;
        byte[] typed = [.. incident.ToByteArray(), 0x12, .. Varint(report.Length), .. report, .. unknown];
        byte[] message = [0x0A, .. Varint(typed.Length), .. typed];
        Assert.Equal("one", StreamIncidentsRequest.Parser.ParseFrom(message).Incidents[0].Report.SourceRef);

        var (results, _) = await StreamRawAsync(hub, message);

        Assert.NotNull(Assert.Single(results).Accepted);
        await hub.Hub.DisposeAsync();
        foreach (var file in Directory.EnumerateFiles(hub.DataDirectory, "hub.db*"))
        {
            Assert.DoesNotContain(secret, Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task SourceRef_OfAReport_IsNowhereInTheStore()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, _) = await hub.AgreedPairAsync();
        const string reference = "K-5000-123456-24";
        var accepted = await police.SubmitAsync(Examples.Incident(reference));

        Assert.Equal(reference, (await police.ReadIncidentAsync(accepted.Name)).Report.SourceRef);
        await hub.Hub.DisposeAsync();
        foreach (var file in Directory.EnumerateFiles(hub.DataDirectory, "*.db*"))
        {
            Assert.DoesNotContain(reference, Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken)), StringComparison.Ordinal);
        }
    }

    private static Task<TrygghetHub.Agreements.V1.AgreementVersion> EndAsync(TestHub hub)
    {
        var ended = Examples.Agreement("est", "polisen", "upplands-bro");
        ended.ValidTo = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(
            new DateTimeOffset(2021, 1, 1, 0, 0, 0, TimeSpan.Zero));
        return hub.AgreeAsync(ended);
    }

    private static Incident Revision(string sourceRef, int revision)
    {
        var incident = Examples.Incident(sourceRef);
        incident.Report.Revision = revision;
        return incident;
    }

    private static IEnumerable<(int, string, bool)> Told(IEnumerable<HeldRevision> held) =>
        held.Select(h => (h.Revision, h.SourceVersion, h.Withdrawn));

    private static byte[] Message(IEnumerable<Incident> incidents) =>
        new StreamIncidentsRequest { Incidents = { incidents } }.ToByteArray();

    private static byte[] Varint(int value)
    {
        var bytes = new List<byte>();
        for (; value > 127; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        return [.. bytes, (byte)value];
    }

    // Bytes as they are, past every serialiser.
    private static async Task<RpcException?> UnaryRawAsync(TestHub hub, string rpc, byte[] message)
    {
        var method = new Method<byte[], byte[]>(
            MethodType.Unary, "trygghethub.incidents.v1.IncidentService", rpc,
            Marshallers.Create(bytes => bytes, bytes => bytes), Marshallers.Create(bytes => bytes, bytes => bytes));
        using var channel = await hub.OpenChannelAsAsync("polisen");
        return await Assert.ThrowsAsync<RpcException>(
            () => channel.CreateCallInvoker().AsyncUnaryCall(method, null, default, message).ResponseAsync);
    }

    private static void AssertEnded(RpcException? ended, Grpc.Core.StatusCode code, string reason)
    {
        Assert.NotNull(ended);
        Assert.Equal(code, ended.StatusCode);
        var status = ended.GetRpcStatus()!;
        Assert.Equal(reason, Assert.Single(status.Details, d => d.Is(ErrorInfo.Descriptor)).Unpack<ErrorInfo>().Reason);
    }

    private static Dictionary<long, long> EntryTimes(TestHub hub)
    {
        using var reader = hub.Hub.Services.GetRequiredService<HubDatabase>().OpenReader();
        using var command = reader.CreateCommand();
        command.CommandText = "SELECT seq, at FROM journal_entry";
        using var row = command.ExecuteReader();
        var times = new Dictionary<long, long>();
        while (row.Read())
        {
            times.Add(row.GetInt64(0), row.GetInt64(1));
        }

        return times;
    }

    // Bytes as they are, past every serialiser.
    private static async Task<(IReadOnlyList<ReportResult> Results, RpcException? Ended)> StreamRawAsync(
        TestHub hub, params byte[][] messages)
    {
        var method = new Method<byte[], StreamIncidentsResponse>(
            MethodType.DuplexStreaming, "trygghethub.incidents.v1.IncidentService", "StreamIncidents",
            Marshallers.Create(bytes => bytes, bytes => bytes),
            Marshallers.Create(m => m.ToByteArray(), StreamIncidentsResponse.Parser.ParseFrom));
        using var channel = await hub.OpenChannelAsAsync("polisen");
        using var call = channel.CreateCallInvoker().AsyncDuplexStreamingCall(method, null, default);
        var results = new List<ReportResult>();
        var reading = ReadAsync();
        try
        {
            foreach (var message in messages)
            {
                await call.RequestStream.WriteAsync(message);
            }

            await call.RequestStream.CompleteAsync();
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException or IOException)
        {
            // The hub may end the call while the last message is on its way; what it says is read below.
        }

        return (results, await reading);

        async Task<RpcException?> ReadAsync()
        {
            try
            {
                while (await call.ResponseStream.MoveNext(CancellationToken.None))
                {
                    results.AddRange(call.ResponseStream.Current.Results);
                }

                return null;
            }
            catch (RpcException e)
            {
                return e;
            }
        }
    }
}
