using System.Text;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Client;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Reports;

/// <summary>What the border does with texts. The numbers are Skatteverket's published examples, nobody's own.</summary>
public sealed class ScreenedIntakeTests
{
    private const string Number = "990807-2391";
    private const string WithNumber = "Klotter, lämnat av " + Number + " vid stationen.";
    private const string WithName = "Klotter av Kevin Andersson vid stationen.";
    private const string Clean = "Klotter vid stationen, två väggar.";

    [Fact]
    public async Task Text_WithAnIdentityNumber_IsRefusedWithKindAndPlaceAndKeptNowhere()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, _) = await hub.AgreedPairAsync();

        var refused = await Refused.ForAsync("REFUSED_PERSONAL_DATA", () => police.SubmitAsync(WithText("one", WithNumber)));

        Assert.Equal("report.summary", refused.Field);
        Assert.Contains("PERSONAL_IDENTITY_NUMBER", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Number, refused.ToString(), StringComparison.Ordinal);
        Assert.Empty(await police.HeldAsync("one"));
        await AssertNowhereAsync(hub, Number, "9908072391", "stationen");
    }

    [Fact]
    public async Task Text_WithAnIdentityNumber_OnAStream_IsRefusedAloneWithItsSpan()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, _) = await hub.AgreedPairAsync();

        var answers = await police.StreamAsync([WithText("one", Clean), WithText("two", WithNumber), WithText("three", "")]);

        var results = answers.SelectMany(a => a.Results).ToDictionary(r => r.SourceRef);
        Assert.NotNull(results["one"].Accepted);
        Assert.NotNull(results["three"].Accepted);
        var finding = Assert.Single(results["two"].Refused.Findings);
        Assert.Equal(FindingKind.PersonalIdentityNumber, finding.Kind);
        Assert.Equal("report.summary", finding.Field);
        Assert.Equal(Number, WithNumber.Substring(finding.Start, finding.Length));
        Assert.True(finding.Blocking);
    }

    [Fact]
    public async Task Text_Corrected_IsTakenUnderTheSameRevision()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, _) = await hub.AgreedPairAsync();
        await Refused.ForAsync("REFUSED_PERSONAL_DATA", () => police.SubmitAsync(WithText("one", WithNumber)));

        Assert.NotNull(await police.SubmitAsync(WithText("one", Clean)));
    }

    [Fact]
    public async Task Text_OfWhatIsNotAgreed_IsRefusedForThatAndNotScreened()
    {
        await using var hub = await TestHub.StartAsync();
        var stranger = await hub.PartnerAsync("vakter", PartnerKind.GuardCompany);

        await Refused.ForAsync("AGREEMENT_NOT_ACTIVE", () => stranger.SubmitAsync(WithText("one", WithNumber)));
    }

    [Theory]
    [InlineData("source_ref")]
    [InlineData("source_version")]
    [InlineData("source_category")]
    [InlineData("place.named")]
    public async Task OtherTexts_WithAnIdentityNumber_AreRefusedByTheirField(string field)
    {
        await using var hub = await TestHub.StartAsync();
        var (police, _) = await hub.AgreedPairAsync();
        var incident = Examples.Incident("one");
        switch (field)
        {
            case "source_ref":
                incident.Report.SourceRef = Number;
                break;
            case "source_version":
                incident.Report.SourceVersion = Number;
                break;
            case "source_category":
                incident.Report.SourceCategory = Number;
                break;
            default:
                incident.Report.Place.Named = "Hos " + Number;
                break;
        }

        var refused = await Assert.ThrowsAsync<HubException>(() => police.SubmitAsync(incident));
        // No place is called so, which is found first; either way nothing is kept.
        Assert.Equal(
            field switch
            {
                "place.named" => "PLACE_UNKNOWN",
                // What has no room for a number is not screened for one.
                "source_version" or "source_category" => "FIELD_INVALID",
                _ => "REFUSED_PERSONAL_DATA",
            },
            refused.Reason);
        Assert.Equal("report." + field, refused.Field);
        Assert.DoesNotContain(Number, refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Name_WithoutAnAgreementThatBlocksIt_IsTakenWithAWarning()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, _) = await hub.AgreedPairAsync();

        var answer = await police.Incidents.SubmitIncidentAsync(
            new SubmitIncidentRequest { Incident = WithText("one", WithName) }, cancellationToken: TestContext.Current.CancellationToken);

        Assert.NotNull(answer.Accepted);
        Assert.Contains(answer.Warnings, w => w.Kind == FindingKind.Name && !w.Blocking);
    }

    [Fact]
    public async Task Name_WhereTheAgreementBlocksIt_IsRefused()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, _) = await PairAsync(hub, terms => terms.Screening = new ScreeningTerms { Blocking = { FindingKind.Name } });

        await Refused.ForAsync("REFUSED_PERSONAL_DATA", "report.summary", () => police.SubmitAsync(WithText("one", WithName)));
    }

    /// <summary>Nobody gets by a second agreement what the first would not have taken.</summary>
    [Fact]
    public async Task Name_WhereOneOfTwoAgreementsBlocksIt_IsRefused()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, _) = await hub.AgreedPairAsync();
        await hub.PartnerAsync("skolan", PartnerKind.School);
        var second = Examples.Agreement("second", "polisen", "skolan");
        second.SharingTerms.Screening = new ScreeningTerms { Blocking = { FindingKind.Name } };
        await hub.AgreeAsync(second);

        await Refused.ForAsync("REFUSED_PERSONAL_DATA", "report.summary", () => police.SubmitAsync(WithText("one", WithName)));
    }

    [Theory]
    [InlineData(FreeText.None, Clean, false)]
    [InlineData(FreeText.Screened, Clean, true)]
    [InlineData(FreeText.Screened, WithName, false)]
    [InlineData(FreeText.Full, Clean, true)]
    [InlineData(FreeText.Full, WithName, true)]
    public async Task Text_IsShownAsTheFlowSays(FreeText agreed, string text, bool isShown)
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await PairAsync(hub, terms => terms.Flows[0].FreeText = agreed);
        var accepted = await police.SubmitAsync(WithText("one", text));

        Assert.Equal(isShown ? text : "", (await municipality.ReadIncidentAsync(accepted.Name)).Report.Summary);
        Assert.Equal(text, (await police.ReadIncidentAsync(accepted.Name)).Report.Summary);
        await using var feed = FeedReader.Open(await hub.OpenChannelAsAsync("upplands-bro"));
        while (!feed.Entries.Any())
        {
            Assert.True(await feed.NextAsync(TestContext.Current.CancellationToken));
        }

        var entry = feed.Entries.Single();
        Assert.Equal(isShown ? text : "", entry.Incident.Report.Summary);
        Assert.Equal(!isShown, entry.Grounds.Withheld.Contains("summary"));
    }

    /// <summary>A text may tell what the ceiling hides.</summary>
    [Fact]
    public async Task Text_UnderACeiling_StaysWithItsSender()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await PairAsync(hub, terms => terms.Flows[0].FreeText = FreeText.Full);
        var incident = WithText("one", Clean);
        incident.Report.Environment = TrygghetHub.Reports.V1.Environment.Stairwell;
        incident.Report.Occurred.From = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow().AddDays(-3));

        var preview = await police.Incidents.PreviewIncidentAsync(
            new PreviewIncidentRequest { Incident = incident }, cancellationToken: TestContext.Current.CancellationToken);

        var seen = Assert.Single(preview.Previews);
        Assert.Equal("", seen.Incident.Report.Summary);
        Assert.Contains("summary", seen.Grounds.Withheld);
        Assert.NotEmpty(seen.Grounds.Ceilings);
    }

    [Fact]
    public async Task Preview_OfATextWithAnIdentityNumber_TellsTheRefusal()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, _) = await hub.AgreedPairAsync();

        await Refused.ForAsync("REFUSED_PERSONAL_DATA", "report.summary", async () =>
            await police.Incidents.PreviewIncidentAsync(new PreviewIncidentRequest { Incident = WithText("one", WithNumber) }));
    }

    [Fact]
    public async Task Sdk_ThatScreensFirst_AnswersAsTheHubWouldAndSendsNothing()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, _) = await hub.AgreedPairAsync();
        var screening = await police.GetScreeningAsync("0139", TestContext.Current.CancellationToken);

        var results = new List<ReportResult>();
        await foreach (var result in police.StreamIncidentsAsync(
            Examples.Stream([WithText("one", WithNumber), WithText("two", Clean)]),
            new StreamOptions { Screening = screening }, TestContext.Current.CancellationToken))
        {
            results.Add(result);
        }

        var refused = results.Single(r => r.SourceRef == "one").Refused;
        Assert.Equal(TrygghetHub.Errors.V1.ErrorReason.RefusedPersonalData, refused.Reason);
        Assert.Contains("not sent", refused.Rule, StringComparison.Ordinal);
        Assert.NotNull(results.Single(r => r.SourceRef == "two").Accepted);
    }

    [Fact]
    public async Task Reason_WithAnIdentityNumber_IsRefused()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.AgreedPairAsync();

        await Refused.ForAsync("REFUSED_PERSONAL_DATA", "reason", async () => await hub.Operator.Partners.SuspendPartnerAsync(
            new SuspendPartnerRequest { Name = "partners/polisen", Reason = "Ring " + Number }));
    }

    [Fact]
    public async Task Agreement_ThatNamesAKindThatBlocksAlways_IsRefused()
    {
        await using var hub = await TestHub.StartAsync();

        await Refused.ForAsync("AGREEMENT_INVALID", "agreement.sharing_terms.screening.blocking[0]", () => PairAsync(
            hub, terms => terms.Screening = new ScreeningTerms { Blocking = { FindingKind.PhoneNumber } }));
        await Refused.ForAsync("AGREEMENT_INVALID", "agreement.sharing_terms.screening.confirmable", () => PairAsync(
            hub, terms => terms.Screening = new ScreeningTerms { Confirmable = { FindingKind.PhoneNumber } }));
    }

    /// <summary>What was taken is sealed: no file of the hub holds a text in clear.</summary>
    [Fact]
    public async Task Text_ThatWasTaken_IsInNoFileInClear()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, _) = await hub.AgreedPairAsync();
        await police.SubmitAsync(WithText("my-own-reference", Clean));

        await AssertNowhereAsync(hub, "stationen", "my-own-reference");
    }

    internal static Incident WithText(string sourceRef, string text)
    {
        var incident = Examples.Incident(sourceRef);
        incident.Report.Summary = text;
        return incident;
    }

    internal static async Task<(HubClient Police, HubClient Municipality)> PairAsync(TestHub hub, Action<SharingTerms> terms)
    {
        var police = await hub.PartnerAsync("polisen", PartnerKind.Police);
        var municipality = await hub.PartnerAsync("upplands-bro", PartnerKind.MunicipalUnit);
        var agreement = Examples.Agreement("est", "polisen", "upplands-bro");
        terms(agreement.SharingTerms);
        await hub.AgreeAsync(agreement);
        return (police, municipality);
    }

    /// <summary>Looks for words in the log and, byte for byte in both encodings, in every file of the hub.</summary>
    internal static async Task AssertNowhereAsync(TestHub hub, params string[] words)
    {
        Assert.All(words, word => Assert.DoesNotContain(hub.Log, line => line.Contains(word, StringComparison.Ordinal)));
        foreach (var file in Directory.EnumerateFiles(hub.DataDirectory, "*", SearchOption.AllDirectories))
        {
            byte[] bytes;
            try
            {
                await using var open = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                bytes = new byte[open.Length];
                await open.ReadExactlyAsync(bytes, TestContext.Current.CancellationToken);
            }
            catch (IOException) when (Path.GetFileName(file) == "hub.lock")
            {
                continue;
            }

            foreach (var word in words)
            {
                Assert.False(bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(word)) >= 0, $"{Path.GetFileName(file)} holds it in UTF-8.");
                Assert.False(bytes.AsSpan().IndexOf(Encoding.Unicode.GetBytes(word)) >= 0, $"{Path.GetFileName(file)} holds it in UTF-16.");
            }
        }
    }
}
