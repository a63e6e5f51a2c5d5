using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Areas.V1;
using TrygghetHub.Client;
using TrygghetHub.Codes.V1;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Links.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Pictures;
using TrygghetHub.Server.Pictures.Compile;
using TrygghetHub.Server.Platform.Storage;
using TrygghetHub.Server.Reports;
using TrygghetHub.Server.Tests.Areas;
using TrygghetHub.Testing;
using AreaLevel = TrygghetHub.Areas.V1.AreaLevel;

namespace TrygghetHub.Server.Tests.Journal;

public sealed class JournalOfAHubTests
{
    [Fact]
    public async Task Leaf_OfEveryKindOfEntry_RecomputesFromTheStoredColumns()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        await police.SubmitAsync(Examples.Incident("kept"));
        var full = Examples.Incident("full");
        full.Report.Summary = "Klotter på en vägg.";
        full.Report.Place.Area = "0139-bro-exempeltorget";
        await police.SubmitAsync(full);
        await police.WithdrawIncidentAsync("kept");
        await MoveLinkAndQuarantineAsync(hub, police, municipality);
        await police.ConfirmAsync(2024, 20, WeekStatement.Complete);
        await hub.Hub.Services.GetRequiredService<PictureArchive>().FreezeOnceAsync(
            "0139", new TrygghetHub.Server.Platform.Calendar.IsoWeek(2024, 20), TestContext.Current.CancellationToken);
        await municipality.CompileAsync(2024, 20);
        await hub.JoinAsync("polisen", "polisen-2");
        await police.Caller.SetContactsAsync(
            new SetContactsRequest { Contacts = { new PartnerContact { Function = "Vakthavande IT", Address = "it@polisen.example" } } },
            cancellationToken: TestContext.Current.CancellationToken);
        await hub.Operator.Partners.OffboardPartnerAsync(
            new OffboardPartnerRequest { Name = "partners/polisen", Reason = "It moves.", RecallReports = true },
            cancellationToken: TestContext.Current.CancellationToken);

        await hub.Operator.ImportAreasAsync(
            new AreaImport { Level = AreaLevel.Municipality }, new MemoryStream(GeoJson.File(GeoJson.Feature("\"kommunkod\":139", GeoJson.Square(0, 0, 20)))),
            TestContext.Current.CancellationToken);

        var kinds = new HashSet<EntryKind>();
        long expected = 0;
        using var connection = hub.Hub.Services.GetRequiredService<HubDatabase>().OpenReader();
        using var command = connection.CreateCommand();
        command.CommandText =
            "SELECT seq, kind, at, envelope_hash, salted_hash, nonce, content, leaf FROM journal_entry ORDER BY seq";
        using var row = command.ExecuteReader();
        long time = 0;
        while (row.Read())
        {
            var (seq, kind, at) = (row.GetInt64(0), (EntryKind)row.GetInt16(1), row.GetInt64(2));
            var content = row.GetFieldValue<byte[]>(6);
            var envelope = kind switch
            {
                EntryKind.Report or EntryKind.Withdrawal or EntryKind.Reclassification => ReadReport(connection, seq).EnvelopeHash(),
                EntryKind.Picture => ReadPictureEnvelope(connection, seq),
                _ => SHA256.HashData([]),
            };
            var salted = SHA256.HashData([.. row.GetFieldValue<byte[]>(5), .. content]);

            Assert.Equal(++expected, seq);
            Assert.True(at >= time);
            Assert.Equal(envelope, row.GetFieldValue<byte[]>(3));
            Assert.Equal(salted, row.GetFieldValue<byte[]>(4));
            Assert.Equal(Leaf.Of(seq, kind, at, envelope, salted), row.GetFieldValue<byte[]>(7));
            kinds.Add(kind);
            time = at;
        }

        // What the feed writes, reminders, reviews of pictures and retention have tests of their own.
        EntryKind[] elsewhere =
        [
            EntryKind.WeekReminder,
            EntryKind.Showing, EntryKind.ShowingEnd, EntryKind.RecallOrder, EntryKind.RecallAnswer,
            EntryKind.ReviewStep, EntryKind.Approval, EntryKind.Delivery, EntryKind.DeliveryAcknowledgement,
            EntryKind.RetentionDecision, EntryKind.LegalHold, EntryKind.Disposal,
        ];
        Assert.Equal(Enum.GetValues<EntryKind>().Except(elsewhere).Order(), kinds.Except(elsewhere).Order());
    }

    // One entry at least of each kind that the border writes.
    private static async Task MoveLinkAndQuarantineAsync(TestHub hub, HubClient police, HubClient municipality)
    {
        var coded = Examples.Incident("coded");
        coded.Report.Category = "";
        coded.Report.SourceCategory = "0803";
        var moved = await police.SubmitAsync(coded);
        await police.Codes.ImportCodeMappingAsync(new ImportCodeMappingRequest
        {
            Mapping = new CodeMapping { Codes = { new MappedCode { SourceCategory = "0803", Category = "robbery" } } },
        });
        await police.Codes.ReclassifyReportsAsync(new ReclassifyReportsRequest());
        await municipality.Codes.DecideEventTypeAsync(
            new DecideEventTypeRequest { Type = "Drönarincident", Treatment = EventTreatment.Context });

        var guards = await hub.PartnerAsync("vakter", PartnerKind.GuardCompany);
        var waiting = Examples.Agreement("vakter", "vakter", "upplands-bro");
        waiting.SharingTerms.Screening = new ScreeningTerms { OnFinding = OnFinding.Quarantine };
        await hub.AgreeAsync(waiting);
        var other = await guards.SubmitAsync(Examples.Incident("other"));
        await municipality.Links.DecideLinkAsync(new DecideLinkRequest
        {
            Report = moved.Name,
            Other = other.Name,
            Purpose = Purpose.WeeklyPicture,
            Decision = LinkDecision.Same,
        });
        var found = Examples.Incident("found");
        found.Report.Summary = "Ring 990807-2391.";
        var answer = await guards.Incidents.SubmitIncidentAsync(new SubmitIncidentRequest { Incident = found });
        await guards.Quarantine.DiscardQuarantinedAsync(new DiscardQuarantinedRequest { Name = answer.Quarantined.Name });
    }

    [Fact]
    public void Leaf_OfFixedInputs_IsTheHashThatTheFormatNames()
    {
        byte[] envelope = [.. Enumerable.Repeat((byte)0xAA, 32)];
        byte[] salted = [.. Enumerable.Repeat((byte)0xBB, 32)];
        byte[] joined =
        [
            0, 0, 0, 0, 0, 0, 0, 1, 2, 0, 20, 0, 0, 0, 0, 0, 0, 3, 4, .. envelope, .. salted,
        ];

        Assert.Equal(SHA256.HashData(joined), Leaf.Of(0x0102, EntryKind.Agreement, 0x0304, envelope, salted));
    }

    [Fact]
    public async Task Hub_OnADirectoryInUse_IsRefusedAndTheFirstGoesOn()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, _) = await hub.AgreedPairAsync();

        await Assert.ThrowsAsync<IOException>(() => Hub.StartAsync(
            new HubOptions { DataDirectory = hub.DataDirectory, Url = new Uri("https://127.0.0.1:0") },
            TestContext.Current.CancellationToken));

        Assert.NotEmpty((await police.SubmitAsync(Examples.Incident("after"))).Name);
    }

    [Fact]
    public async Task Restart_WithReportsPartnersAndAgreements_KeepsThem()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        var accepted = await police.SubmitAsync(Examples.Incident("kept"));
        var before = await municipality.ReadIncidentAsync(accepted.Name);

        await hub.RestartAsync();

        Assert.Equal(before, await municipality.ReadIncidentAsync(accepted.Name));
        Assert.Equal(1, (await municipality.CompileAsync(2024, 20)).Picture.Totals.Reports);
    }

    private static byte[] ReadPictureEnvelope(SqliteConnection connection, long seq)
    {
        using var context = HubDatabase.Over(connection);
        var picture = context.Set<PictureRow>().Single(p => p.Seq == seq);
        return PictureRow.EnvelopeHash(
            picture.Compiler, picture.Municipality, picture.Week, picture.Revision, picture.CountedSeq, picture.FrozenAt);
    }

    private static StoredReport ReadReport(SqliteConnection connection, long seq)
    {
        using var find = connection.CreateCommand();
        find.CommandText = $"SELECT {ReportReader.Columns} FROM report r WHERE r.seq = {seq}";
        using var row = find.ExecuteReader();
        Assert.True(row.Read());
        return ReportReader.ReadRow(row).Stored;
    }
}
