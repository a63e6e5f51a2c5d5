using Google.Protobuf;
using Microsoft.Extensions.DependencyInjection;
using TrygghetHub.Client;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Pictures.Compile;
using TrygghetHub.Server.Pictures.Reviews;
using TrygghetHub.Testing;
using IsoWeek = TrygghetHub.Server.Platform.Calendar.IsoWeek;

namespace TrygghetHub.Server.Tests.Pictures.Reviews;

/// <summary>
/// A hub whose municipality has pictures of 2024-W20 to review, and shares what it sees with the police. Pictures are made by
/// hand, so that a test says which sentences and suggestions they hold, whatever compilation makes of a week.
/// </summary>
internal sealed class ReviewHub : IAsyncDisposable
{
    private int revisions;

    private ReviewHub(TestHub hub, HubClient police, HubClient municipality) =>
        (Hub, Police, Municipality) = (hub, police, municipality);

    public TestHub Hub { get; }

    public HubClient Police { get; }

    public HubClient Municipality { get; }

    public static async Task<ReviewHub> StartAsync(TimeProvider? time = null)
    {
        var hub = await TestHub.StartAsync(time);
        var (police, municipality) = await hub.AgreedPairAsync();
        await hub.AgreeAsync(Examples.Agreement("back", "upplands-bro", "polisen"));
        return new ReviewHub(hub, police, municipality);
    }

    /// <summary>A picture's content, with two sentences and a suggestion for one area.</summary>
    public static SituationalPicture Content(string first = "Fler klotter än vanligt i Bro: 7.", int graffiti = 7) => new()
    {
        Municipality = "0139",
        MunicipalityName = "Upplands-Bro",
        Week = new TrygghetHub.Calendar.V1.IsoWeek { Year = 2024, Week = 20 },
        Compiler = "upplands-bro",
        Totals = new Totals { Reports = graffiti },
        Cells =
        {
            new Cell
            {
                Area = "0139-bro", AreaName = "Bro", Family = "damage-and-litter", Category = "graffiti", CategoryName = "Klotter",
                ThisWeek = graffiti, LastWeek = 2,
            },
        },
        Areas =
        {
            new AreaTrend { Area = "0139-bro", AreaName = "Bro", SuggestedLevel = AreaLevel.Deviation, SuggestedReason = "Klotter." },
        },
        Sentences =
        {
            new Sentence
            {
                Id = "first", Text = first, TextEn = "More graffiti than usual.", Rule = SentenceRule.Signal,
                Cells = { new CellRef { Area = "0139-bro", Family = "damage-and-litter" } },
            },
            new Sentence { Id = "second", Text = "I övrigt en vanlig vecka.", TextEn = "Otherwise a usual week.", Rule = SentenceRule.WholeWeek },
        },
    };

    /// <summary>Keeps a picture as compilation does, and gives it as its compiler gets it.</summary>
    public async Task<SituationalPicture> KeepAsync(SituationalPicture content, bool preliminary = false)
    {
        var revision = preliminary ? 0 : ++revisions;
        var bytes = content.ToByteArray();
        await Hub.Hub.Services.GetRequiredService<JournalLane>().WriteAsync(
            transaction =>
            {
                using var context = transaction.OpenContext();
                var week = new IsoWeek(2024, 20);
                var counted = new JournalPoint(transaction.LastSeq, transaction.Now);
                var (point, _) = transaction.AppendWithLeaf(
                    EntryKind.Picture,
                    PictureRow.EnvelopeHash("upplands-bro", "0139", week.Key, revision, counted.Seq, JournalTime.ToMicros(counted.At)),
                    bytes);
                var before = context.Set<PictureRow>().OrderByDescending(p => p.Revision).FirstOrDefault();
                var row = new PictureRow
                {
                    Compiler = "upplands-bro",
                    Municipality = "0139",
                    Week = week.Key,
                    Revision = revision,
                    Seq = point.Seq,
                    CountedSeq = counted.Seq,
                    FrozenAt = JournalTime.ToMicros(counted.At),
                    CompiledAt = JournalTime.ToMicros(point.At),
                    Hash = System.Security.Cryptography.SHA256.HashData(bytes),
                };
                context.Add(row);
                context.SaveChanges();
                ReviewSteps.CarryOver(transaction, before, row, bytes);
                return revision;
            },
            published: null, TestContext.Current.CancellationToken);
        return await Municipality.PictureAsync(2024, 20, revision);
    }

    /// <summary>A picture in review.</summary>
    public async Task<SituationalPicture> InReviewAsync(SituationalPicture? content = null) =>
        await Municipality.StartReviewAsync(await KeepAsync(content ?? Content()));

    public async ValueTask DisposeAsync() => await Hub.DisposeAsync();
}

/// <summary>What a coordinator does with a picture, in one call each.</summary>
internal static class ReviewIntents
{
    public static async Task<SituationalPicture> StartReviewAsync(this HubClient by, SituationalPicture picture) =>
        (await by.Reviews.StartReviewAsync(new StartReviewRequest { Name = picture.Name, Etag = picture.Etag })).Picture;

    public static async Task<SituationalPicture> EditAsync(
        this HubClient by, SituationalPicture picture, string text, string sentence = "first", string reason = "Det blev fel.") =>
        (await by.Reviews.EditSentenceAsync(new EditSentenceRequest
        {
            Name = picture.Name,
            Etag = picture.Etag,
            Sentence = sentence,
            Text = text,
            Reason = reason,
        })).Picture;

    public static async Task<SituationalPicture> StrikeAsync(this HubClient by, SituationalPicture picture, string sentence) =>
        (await by.Reviews.EditSentenceAsync(new EditSentenceRequest
        {
            Name = picture.Name,
            Etag = picture.Etag,
            Sentence = sentence,
            Strike = true,
            Reason = "Den behövs inte.",
        })).Picture;

    public static async Task<SituationalPicture> LevelAsync(
        this HubClient by, SituationalPicture picture, AreaLevel level, string reason = "", string area = "0139-bro") =>
        (await by.Reviews.SetAreaLevelAsync(new SetAreaLevelRequest
        {
            Name = picture.Name,
            Etag = picture.Etag,
            Area = area,
            Level = level,
            Reason = reason,
        })).Picture;

    public static async Task<DispatchDraftResponse> DispatchAsync(
        this HubClient by, SituationalPicture picture, params string[] recipients) =>
        await by.Reviews.DispatchDraftAsync(new DispatchDraftRequest
        {
            Name = picture.Name,
            Etag = picture.Etag,
            RegistrationNumber = "KS2026/1",
            Recipients = { recipients },
        });

    public static ApprovePictureRequest Approval(SituationalPicture picture, string reason = "") => new()
    {
        Name = picture.Name,
        Etag = picture.Etag,
        Approver = "Trygghetschefen",
        RegistrationNumber = "KS2026/2",
        Tlp = Tlp.Amber,
        Reason = reason,
    };

    public static async Task<SituationalPicture> ApproveAsync(this HubClient by, SituationalPicture picture, string reason = "") =>
        (await by.Reviews.ApprovePictureAsync(Approval(picture, reason))).Picture;

    /// <summary>To those who are named, and to everyone where none is.</summary>
    public static async Task<DistributePictureResponse> DistributeAsync(
        this HubClient by, SituationalPicture picture, params string[] recipients) =>
        await by.Reviews.DistributePictureAsync(new DistributePictureRequest
        {
            Name = picture.Name,
            Etag = picture.Etag,
            Recipients = { recipients },
            Everyone = recipients.Length == 0,
        });

    public static async Task<GetApprovalResponse> ApprovalAsync(this HubClient by, string name) =>
        await by.Reviews.GetApprovalAsync(new GetApprovalRequest { Name = name });

    public static async Task<IReadOnlyList<Delivery>> DeliveriesAsync(this HubClient by, bool sent = false) =>
        (await by.Deliveries.ListDeliveriesAsync(new ListDeliveriesRequest { Sent = sent })).Deliveries;

    public static async Task<Delivery> DeliveryAsync(this HubClient by, string name) =>
        (await by.Deliveries.GetDeliveryAsync(new GetDeliveryRequest { Name = name })).Delivery;

    public static async Task<Delivery> AcknowledgeAsync(this HubClient by, string name) =>
        (await by.Deliveries.AcknowledgeDeliveryAsync(new AcknowledgeDeliveryRequest { Name = name })).Delivery;
}
