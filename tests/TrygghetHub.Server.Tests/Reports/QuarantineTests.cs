using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Client;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Platform.Storage;
using TrygghetHub.Server.Reports;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Reports;

public sealed class QuarantineTests
{
    private const string Number = "990807-2391";
    private const string WithNumber = "Ärende " + Number + " om skräp vid bryggan.";
    private const string Clean = "Skräp vid bryggan.";

    [Fact]
    public async Task Report_WithAFinding_WaitsForItsSenderAndNobodyElse()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await PairAsync(hub);

        var quarantined = await SendAsync(police, "one", WithNumber);

        Assert.StartsWith("partners/polisen/quarantine/", quarantined.Name, StringComparison.Ordinal);
        Assert.Equal(FindingKind.PersonalIdentityNumber, Assert.Single(quarantined.Findings).Kind);
        var waiting = (await GetAsync(police, quarantined.Name)).Report;
        Assert.Equal(("one", WithNumber), (waiting.SourceRef, waiting.Summary));
        Assert.Empty(await police.HeldAsync("one"));
        Assert.Empty((await municipality.IncidentPagesAsync(10))[0]);
        Assert.Equal(0, (await CountAsync(municipality)));
        await Refused.ForAsync("NOT_FOUND", () => GetAsync(municipality, quarantined.Name));
        await Refused.ForAsync("PERMISSION_MISSING", () => GetAsync(hub.Operator, quarantined.Name));
        await ScreenedIntakeTests.AssertNowhereAsync(hub, Number, "bryggan", "9908072391");
    }

    [Fact]
    public async Task Report_SentAgain_GetsTheSameAnswerAndOtherContentTakesItsPlace()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, _) = await PairAsync(hub);
        var first = await SendAsync(police, "one", WithNumber);

        Assert.Equal(first, await SendAsync(police, "one", WithNumber));
        await hub.RestartAsync();
        Assert.Equal(first, await SendAsync(police, "one", WithNumber));
        var other = await SendAsync(police, "one", WithNumber + " Igen.");

        Assert.NotEqual(first.Name, other.Name);
        Assert.Equal([other.Name], await NamesAsync(police));
    }

    [Fact]
    public async Task Report_Corrected_IsTakenAndWaitsNoMore()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await PairAsync(hub);
        await SendAsync(police, "one", WithNumber);

        var accepted = await police.SubmitAsync(ScreenedIntakeTests.WithText("one", Clean));

        Assert.Empty(await NamesAsync(police));
        Assert.Equal("one", (await police.ReadIncidentAsync(accepted.Name)).Report.SourceRef);
        Assert.NotNull(await municipality.ReadIncidentAsync(accepted.Name));
        Assert.Equal([QuarantineEnd.Corrected], Ends(hub).Select(e => e.End));
    }

    [Fact]
    public async Task FalseAlarm_OfAKindThatMayBeConfirmed_IsTakenAndLoggedAndItsTextIsMarked()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await PairAsync(hub, terms =>
        {
            terms.Screening.Confirmable.Add(FindingKind.PersonalIdentityNumber);
            terms.Flows[0].FreeText = FreeText.Screened;
        });
        var quarantined = await SendAsync(police, "one", WithNumber);
        Assert.Equal([FindingKind.PersonalIdentityNumber], (await GetAsync(police, quarantined.Name)).Confirmable);

        var accepted = await ConfirmAsync(police, quarantined.Name, "Ett provnummer ur en manual.");

        Assert.Equal("", (await municipality.ReadIncidentAsync(accepted.Name)).Report.Summary);
        Assert.Equal(WithNumber, (await police.ReadIncidentAsync(accepted.Name)).Report.Summary);
        var end = Assert.Single(Ends(hub));
        Assert.Equal(
            (QuarantineEnd.Confirmed, "Ett provnummer ur en manual.", "urn:trygghet:partner:polisen"), (end.End, end.Reason, end.By));
        Assert.Equal([FindingKind.PersonalIdentityNumber], end.Confirmed);
        await Refused.ForAsync("NOT_FOUND", () => ConfirmAsync(police, quarantined.Name, "Igen."));
    }

    [Fact]
    public async Task FalseAlarm_OfAKindThatMayNotBeConfirmed_IsRefusedAndGoesOnWaiting()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, _) = await PairAsync(hub);
        var quarantined = await SendAsync(police, "one", WithNumber);

        await Refused.ForAsync("QUARANTINE_STATE", "report.summary", () => ConfirmAsync(police, quarantined.Name, "Nej."));
        await Refused.ForAsync("REFUSED_PERSONAL_DATA", "reason", () => ConfirmAsync(police, quarantined.Name, "Det är " + Number));
        await Refused.ForAsync("FIELD_REQUIRED", "reason", () => ConfirmAsync(police, quarantined.Name, " "));

        Assert.Equal([quarantined.Name], await NamesAsync(police));
    }

    /// <summary>The word was given about a text, not about whatever has taken its place.</summary>
    [Fact]
    public async Task FalseAlarm_OfAnItemThatIsGone_IsNotFoundAndLeavesWhatWaits()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, _) = await PairAsync(hub, terms => terms.Screening.Confirmable.Add(FindingKind.PersonalIdentityNumber));
        var first = await SendAsync(police, "one", WithNumber);
        var intake = hub.Hub.Services.GetRequiredService<Intake>();
        var waiting = hub.Hub.Services.GetRequiredService<Quarantine>().List(new("polisen"), Guid.Empty, 1, DateTimeOffset.UnixEpoch).Single();
        var second = await SendAsync(police, "one", WithNumber + " Igen.");

        // As it is when the item is replaced between its reading and the lane.
        await Assert.ThrowsAsync<TrygghetHub.Server.Platform.Errors.HubException>(() => intake.SubmitAsync(
            new("polisen"),
            new Submission(ReportType.Incident, waiting.Content.Report, waiting.Content.Size, false, null, _ => waiting.Content.Values.ToByteArray()),
            TestContext.Current.CancellationToken, new Confirmation(waiting.Item.Id, "urn:trygghet:partner:polisen", "Nej.")));

        await Refused.ForAsync("NOT_FOUND", () => ConfirmAsync(police, first.Name, "Ett provnummer."));
        Assert.Equal([second.Name], await NamesAsync(police));
        Assert.Empty(await police.HeldAsync("one"));
    }

    /// <summary>Also where nothing waits any more of a sender when the hub starts.</summary>
    [Fact]
    public async Task Key_OfWhatWasGivenUpBeforeARestart_GoesWhenItsDayIsOver()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, _) = await PairAsync(hub);
        var quarantined = await SendAsync(police, "one", WithNumber);
        await DiscardAsync(police, quarantined.Name);
        await hub.RestartAsync();
        var keys = hub.Hub.Services.GetRequiredService<ContentKeys>();
        Assert.Single(keys.DaysBefore("polisen/quarantine", DateOnly.MaxValue));

        hub.Hub.Services.GetRequiredService<Quarantine>().DestroyKeys(quarantined.ExpireTime.ToDateTimeOffset().AddDays(2));

        Assert.Empty(keys.DaysBefore("polisen/quarantine", DateOnly.MaxValue));
    }

    [Fact]
    public async Task Report_GivenUp_IsGone()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await PairAsync(hub);
        var quarantined = await SendAsync(police, "one", WithNumber);

        await Refused.ForAsync("NOT_FOUND", () => DiscardAsync(municipality, quarantined.Name));
        await DiscardAsync(police, quarantined.Name);
        await DiscardAsync(police, quarantined.Name);

        Assert.Empty(await NamesAsync(police));
        Assert.Equal([QuarantineEnd.Discarded], Ends(hub).Select(e => e.End));
    }

    [Fact]
    public async Task Report_WhoseTimeIsOver_IsGoneAndSoIsItsKey()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var hub = await TestHub.StartAsync(time);
        var (police, _) = await PairAsync(hub, terms => terms.Screening.QuarantineDays = 1);
        var quarantined = await SendAsync(police, "one", WithNumber);
        var (quarantine, journal) = (
            hub.Hub.Services.GetRequiredService<Quarantine>(), hub.Hub.Services.GetRequiredService<JournalLane>());
        var keys = hub.Hub.Services.GetRequiredService<ContentKeys>();
        Assert.Single(keys.DaysBefore("polisen/quarantine", DateOnly.MaxValue));

        var over = quarantined.ExpireTime.ToDateTimeOffset();
        Assert.Single(quarantine.List(new("polisen"), Guid.Empty, 10, over.AddSeconds(-1)));
        Assert.Empty(quarantine.List(new("polisen"), Guid.Empty, 10, over));
        time.SetUtcNow(over.AddDays(2));
        Assert.Equal(1, await journal.WriteAsync(Quarantine.Expire, published: null, TestContext.Current.CancellationToken));
        quarantine.DestroyKeys(time.GetUtcNow());

        Assert.Empty(keys.DaysBefore("polisen/quarantine", DateOnly.MaxValue));
        Assert.Equal([QuarantineEnd.Expired], Ends(hub).Select(e => e.End));
    }

    /// <summary>One agreement that quarantines does not open what another refuses.</summary>
    [Fact]
    public async Task Report_WhereOneOfTwoAgreementsRefuses_IsRefused()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, _) = await PairAsync(hub);
        await hub.PartnerAsync("skolan", TrygghetHub.Partners.V1.PartnerKind.School);
        await hub.AgreeAsync(Examples.Agreement("second", "polisen", "skolan"));

        await Refused.ForAsync("REFUSED_PERSONAL_DATA", () => SendAsync(police, "one", WithNumber));
    }

    [Fact]
    public async Task List_GoesByPages()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, _) = await PairAsync(hub);
        var names = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            names.Add((await SendAsync(police, "r" + i, WithNumber)).Name);
        }

        var listed = new List<string>();
        var request = new ListQuarantinedRequest { PageSize = 2 };
        do
        {
            var page = await police.Quarantine.ListQuarantinedAsync(request, cancellationToken: TestContext.Current.CancellationToken);
            Assert.InRange(page.Reports.Count, 1, 2);
            Assert.All(page.Reports, r => Assert.Equal("", r.Report.Summary));
            listed.AddRange(page.Reports.Select(r => r.Name));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        Assert.Equal(names.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    private static Task<(HubClient Police, HubClient Municipality)> PairAsync(TestHub hub, Action<SharingTerms>? more = null) =>
        ScreenedIntakeTests.PairAsync(hub, terms =>
        {
            terms.Screening = new ScreeningTerms { OnFinding = OnFinding.Quarantine };
            more?.Invoke(terms);
        });

    private static async Task<Quarantined> SendAsync(HubClient sender, string sourceRef, string text)
    {
        var answer = await sender.Incidents.SubmitIncidentAsync(
            new SubmitIncidentRequest { Incident = ScreenedIntakeTests.WithText(sourceRef, text) });
        Assert.Null(answer.Accepted);
        return answer.Quarantined;
    }

    private static async Task<QuarantinedReport> GetAsync(HubClient sender, string name) =>
        (await sender.Quarantine.GetQuarantinedAsync(new GetQuarantinedRequest { Name = name })).Report;

    private static async Task<Accepted> ConfirmAsync(HubClient sender, string name, string reason) =>
        (await sender.Quarantine.ConfirmQuarantinedAsync(new ConfirmQuarantinedRequest { Name = name, Reason = reason })).Accepted;

    private static async Task DiscardAsync(HubClient sender, string name) =>
        await sender.Quarantine.DiscardQuarantinedAsync(new DiscardQuarantinedRequest { Name = name });

    private static async Task<IEnumerable<string>> NamesAsync(HubClient sender) =>
        (await sender.Quarantine.ListQuarantinedAsync(new ListQuarantinedRequest())).Reports.Select(r => r.Name);

    private static async Task<int> CountAsync(HubClient municipality) =>
        (await municipality.CompileAsync(2024, 20)).Picture.Totals.Reports;

    private static List<QuarantineEndEntry> Ends(TestHub hub)
    {
        using var connection = hub.Hub.Services.GetRequiredService<HubDatabase>().OpenReader();
        using var find = connection.CreateCommand();
        find.CommandText = "SELECT content FROM journal_entry WHERE kind = $kind ORDER BY seq";
        find.Parameters.AddWithValue("$kind", (int)EntryKind.QuarantineEnd);
        using var row = find.ExecuteReader();
        var ends = new List<QuarantineEndEntry>();
        while (row.Read())
        {
            ends.Add(QuarantineEndEntry.Parser.ParseFrom(row.GetFieldValue<byte[]>(0)));
        }

        return ends;
    }
}
