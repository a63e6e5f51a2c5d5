using CsCheck;
using Google.Protobuf.Reflection;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Codes.V1;
using TrygghetHub.Feed.V1;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Observations.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Retention.V1;
using TrygghetHub.Server.Platform;
using TrygghetHub.Server.Platform.Errors;
using TrygghetHub.Server.Tests.Pictures.Reviews;
using TrygghetHub.Testing;
using HubException = TrygghetHub.Client.HubException;

namespace TrygghetHub.Server.Tests.Architecture;

/// <summary>
/// Every string that a caller chooses is guarded: no field keeps a number of a person. The golden file says how each is, and each
/// that is kept is tried.
/// </summary>
public sealed class CallerStringsTests
{
    private static readonly string[] Guards = ["id", "mark", "reference", "text", "address", "hash", "known", "lookup", "date", "output"];
    private static readonly string[] Kept = ["id", "mark", "reference", "text", "address", "hash"];

    // Numbers that nobody has: with and without a hyphen and the century, of coordination, glued to letters.
    private static readonly string[] InTexts = ["850412-2386", "8504122386", "19850412-2386", "850472-2383", "p8504122386"];
    private static readonly string[] InReferences = [.. InTexts, "KS 85/04/12/23/86", "85.0412.2386", "KS-850412-2386"];
    private static readonly string[] InIds =
        ["p8504122386", "a-850412-2386", "p198504122386", "k8504722383", "a85-04-12-2386", "a8b5c0d4e1f2g2h3i8j6", "p850412", "a0701740605", "mlb843", "abc12d", "bil-mlb843", "mlb84a-bil", "mlb-843"];

    private static readonly string[] InAddresses =
        ["p8504122386@example.se", "a-850412-2386@example.se", "+198504122386", "+8504122386", "850412-2386"];

    private static readonly string[] InMarks = ["8504122386", "p8504122386", "a8b5c0d4e1f2g2h3i8j6", "850412-2386", "850472-2383"];

    private static readonly Dictionary<string, Func<ReviewHub, string, Task>> Tries = new()
    {
        ["agreements.v1.CooperationAgreement.id"] = (h, s) => Draft(h, a => a.Id = s),
        ["agreements.v1.CooperationAgreement.title"] = (h, s) => Draft(h, a => a.Title = s),
        ["agreements.v1.CooperationAgreement.registration_number"] = (h, s) => Draft(h, a => a.RegistrationNumber = s),
        ["agreements.v1.Party.controller"] = (h, s) => Draft(h, a => a.Parties[0].Controller = s),
        ["agreements.v1.Party.signatories"] = (h, s) => Draft(h, a => a.Parties[0].Signatories.Add(s)),
        ["agreements.v1.Party.dpia_reference"] = (h, s) => Draft(h, a => a.Parties[0].DpiaReference = s),
        ["agreements.v1.LegalBasis.statute"] = (h, s) => Draft(h, a => a.Parties[0].LegalBases[0].Statute = s),
        ["agreements.v1.Priority.problem"] = (h, s) => Draft(h, a => a.Priorities.Add(new Priority { Problem = s })),
        ["agreements.v1.Priority.causes"] = (h, s) => Draft(h, a => a.Priorities.Add(new Priority { Problem = "Klotter", Causes = s })),
        ["agreements.v1.Priority.goal"] = (h, s) => Draft(h, a => a.Priorities.Add(new Priority { Problem = "Klotter", Goal = s })),
        ["agreements.v1.Priority.period"] = (h, s) => Draft(h, a => a.Priorities.Add(new Priority { Problem = "Klotter", Period = s })),
        ["agreements.v1.SecrecyGround.override_rule"] =
            (h, s) => Draft(h, a => a.SharingTerms.SecrecyGrounds[0].OverrideRule = s),
        ["agreements.v1.Flow.clause"] = (h, s) => Draft(h, a => a.SharingTerms.Flows[0].Clause = s),
        ["agreements.v1.Prohibition.clause"] = (h, s) => Draft(h, a => a.SharingTerms.Prohibitions.Add(
            new Prohibition { Clause = s, From = { "polisen" }, To = { "upplands-bro" }, Areas = { "0139" }, Categories = { "graffiti" } })),
        ["agreements.v1.SuspendAgreementRequest.reason"] = async (h, s) => await h.Police.Agreements.SuspendAgreementAsync(
            new SuspendAgreementRequest { Name = "agreements/est", Reason = s }),
        ["agreements.v1.TerminateAgreementRequest.reason"] = async (h, s) => await h.Police.Agreements.TerminateAgreementAsync(
            new TerminateAgreementRequest { Name = "agreements/est", Reason = s }),
        ["codes.v1.MappedCode.source_category"] = async (h, s) => await h.Police.Codes.ImportCodeMappingAsync(new ImportCodeMappingRequest
        {
            Mapping = new CodeMapping { Codes = { new MappedCode { SourceCategory = s, Category = "graffiti" } } },
        }),
        ["codes.v1.DecideEventTypeRequest.type"] = async (h, s) => await h.Municipality.Codes.DecideEventTypeAsync(
            new DecideEventTypeRequest { Type = s, Treatment = EventTreatment.Context }),
        ["feed.v1.AcknowledgeFeedRequest.cursor_name"] = async (h, s) =>
        {
            await using var feed = FeedReader.Open(await h.Hub.OpenChannelAsAsync("polisen"));
            await feed.CaughtUpAsync(CancellationToken.None);
            await h.Police.Feed.CursorsAtHub(s).SaveAsync("", feed.Cursor.Memory, CancellationToken.None);
        },
        ["feed.v1.SubscribeRequest.cursor_name"] = async (h, s) =>
        {
            await using var feed = FeedReader.Open(
                await h.Hub.OpenChannelAsAsync("polisen"), new SubscribeRequest { Purpose = Purpose.WeeklyPicture, CursorName = s });
            await feed.CaughtUpAsync(CancellationToken.None);
        },
        ["feed.v1.AnswerRecallRequest.decision_reference"] = async (h, s) => await h.Police.Feed.AnswerRecallAsync(
            "recalls/1", RecallOutcome.Deleted, decisionReference: s),
        ["feed.v1.AnswerRecallRequest.rule"] = async (h, s) => await h.Police.Feed.AnswerRecallAsync(
            "recalls/1", RecallOutcome.Deleted, "KS2026/1", rule: s),
        ["reports.v1.Report.source_ref"] = (h, s) => Send(h, r => r.SourceRef = s),
        ["reports.v1.Report.source_version"] = (h, s) => Send(h, r => r.SourceVersion = s),
        ["reports.v1.Report.source_category"] = (h, s) => Send(h, r => r.SourceCategory = s),
        ["reports.v1.Report.summary"] = (h, s) => Send(h, r => r.Summary = s),
        ["incidents.v1.WithdrawIncidentRequest.source_ref"] = async (h, s) => await h.Police.Incidents.WithdrawIncidentAsync(
            new WithdrawIncidentRequest { SourceRef = s, Revision = 2, Reason = WithdrawalReason.Mistaken }),
        ["incidents.v1.WithdrawIncidentRequest.source_version"] = async (h, s) => await h.Police.Incidents.WithdrawIncidentAsync(
            new WithdrawIncidentRequest { SourceRef = "one", SourceVersion = s, Revision = 2, Reason = WithdrawalReason.Mistaken }),
        ["observations.v1.WithdrawObservationRequest.source_ref"] = async (h, s) => await h.Police.Observations.WithdrawObservationAsync(
            new WithdrawObservationRequest { SourceRef = s, Revision = 2, Reason = WithdrawalReason.Mistaken }),
        ["observations.v1.WithdrawObservationRequest.source_version"] = async (h, s) => await h.Police.Observations.WithdrawObservationAsync(
            new WithdrawObservationRequest { SourceRef = "one", SourceVersion = s, Revision = 2, Reason = WithdrawalReason.Mistaken }),
        ["partners.v1.Partner.id"] = async (h, s) => await h.Hub.Operator.Partners.CreatePartnerAsync(
            new CreatePartnerRequest { Partner = new TrygghetHub.Partners.V1.Partner { Id = s, DisplayName = "Prov", Kind = PartnerKind.School } }),
        ["partners.v1.Partner.display_name"] = async (h, s) => await h.Hub.Operator.Partners.CreatePartnerAsync(
            new CreatePartnerRequest { Partner = new TrygghetHub.Partners.V1.Partner { Id = "prov", DisplayName = s, Kind = PartnerKind.School } }),
        ["partners.v1.PartnerContact.function"] = (h, s) => SetContactAsync(h, new PartnerContact { Function = s, Address = "it@example.se" }),
        ["partners.v1.PartnerContact.address"] = (h, s) => SetContactAsync(h, new PartnerContact { Function = "IT", Address = s }),
        ["partners.v1.RaiseObjectionRequest.reason"] = async (h, s) => await h.Police.Caller.RaiseObjectionAsync(
            new RaiseObjectionRequest { Name = $"partners/polisen/consentRequests/{Guid.Empty:D}", Reason = s }),
        ["partners.v1.HandInContactObjectionRequest.reason"] = async (h, s) => await h.Police.Caller.HandInContactObjectionAsync(
            new HandInContactObjectionRequest { Name = $"partners/polisen/consentRequests/{Guid.Empty:D}", Reason = s }),
        ["partners.v1.LeaveHubRequest.reason"] = async (h, s) => await h.Police.Caller.LeaveHubAsync(
            new LeaveHubRequest { Name = "partners/polisen", Reason = s }),
        ["partners.v1.SuspendPartnerRequest.reason"] = async (h, s) => await h.Hub.Operator.Partners.SuspendPartnerAsync(
            new SuspendPartnerRequest { Name = "partners/polisen", Reason = s }),
        ["partners.v1.RevokeCertificateRequest.reason"] = async (h, s) => await h.Hub.Operator.Partners.RevokeCertificateAsync(
            new RevokeCertificateRequest { ThumbprintSha256 = new('0', 64), Reason = s }),
        ["partners.v1.OffboardPartnerRequest.reason"] = async (h, s) => await h.Hub.Operator.Partners.OffboardPartnerAsync(
            new OffboardPartnerRequest { Name = "partners/polisen", Reason = s }),
        ["pictures.v1.DispatchDraftRequest.registration_number"] = (h, s) => Review(h, p => new DispatchDraftRequest
        {
            Name = p.Name,
            Etag = p.Etag,
            RegistrationNumber = s,
            Recipients = { "polisen" },
        }, async (r, request) => await r.DispatchDraftAsync(request)),
        ["pictures.v1.EditSentenceRequest.text"] = (h, s) => Review(h, p => new EditSentenceRequest
        {
            Name = p.Name,
            Etag = p.Etag,
            Sentence = "first",
            Text = s,
            Reason = "Det blev fel.",
        }, async (r, request) => await r.EditSentenceAsync(request)),
        ["pictures.v1.EditSentenceRequest.text_en"] = (h, s) => Review(h, p => new EditSentenceRequest
        {
            Name = p.Name,
            Etag = p.Etag,
            Sentence = "first",
            Text = "Fler klotter.",
            TextEn = s,
            Reason = "Det blev fel.",
        }, async (r, request) => await r.EditSentenceAsync(request)),
        ["pictures.v1.EditSentenceRequest.reason"] = (h, s) => Review(h, p => new EditSentenceRequest
        {
            Name = p.Name,
            Etag = p.Etag,
            Sentence = "first",
            Text = "Fler klotter.",
            Reason = s,
        }, async (r, request) => await r.EditSentenceAsync(request)),
        ["pictures.v1.SetAreaLevelRequest.reason"] = (h, s) => Review(h, p => new SetAreaLevelRequest
        {
            Name = p.Name,
            Etag = p.Etag,
            Area = "0139-bro",
            Level = TrygghetHub.Pictures.V1.AreaLevel.Deviation,
            Reason = s,
        }, async (r, request) => await r.SetAreaLevelAsync(request)),
        ["pictures.v1.ApprovePictureRequest.approver"] = (h, s) => Approve(h, a => a.Approver = s),
        ["pictures.v1.ApprovePictureRequest.registration_number"] = (h, s) => Approve(h, a => a.RegistrationNumber = s),
        ["pictures.v1.ApprovePictureRequest.reason"] = (h, s) => Approve(h, a => a.Reason = s),
        ["reports.v1.ConfirmQuarantinedRequest.reason"] = async (h, s) => await h.Police.Quarantine.ConfirmQuarantinedAsync(
            new ConfirmQuarantinedRequest { Name = $"partners/polisen/quarantined/{Guid.Empty:D}", Reason = s }),
        ["retention.v1.DecideRetentionRequest.decision_reference"] = async (h, s) => await h.Police.Retention.DecideRetentionAsync(
            new DecideRetentionRequest { RetentionClass = RetentionClass.Report, Days = 1, DecisionReference = s }),
        ["retention.v1.PlaceLegalHoldRequest.reference"] = async (h, s) => await h.Police.Retention.PlaceLegalHoldAsync(
            new PlaceLegalHoldRequest { Reference = s, Reason = "Tillsyn." }),
        ["retention.v1.PlaceLegalHoldRequest.reason"] = async (h, s) => await h.Police.Retention.PlaceLegalHoldAsync(
            new PlaceLegalHoldRequest { Reference = "KS2026/1", Reason = s }),
        ["retention.v1.LiftLegalHoldRequest.reference"] = async (h, s) => await h.Police.Retention.LiftLegalHoldAsync(
            new LiftLegalHoldRequest { Name = "partners/polisen/legalHolds/x", Reference = s }),
    };

    [Fact]
    public void Strings_OfEveryRequest_AreThoseOfTheGoldenFile()
    {
        var golden = Golden();

        Assert.Equal(Fields().Order(StringComparer.Ordinal), golden.Keys.Order(StringComparer.Ordinal));
        Assert.All(golden.Values, guard => Assert.Contains(guard, Guards));
        Assert.Equal(
            golden.Where(g => Kept.Contains(g.Value)).Select(g => g.Key["trygghethub.".Length..]).Order(StringComparer.Ordinal),
            Tries.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Strings_ThatAreKept_HoldNoNumberOfAPerson()
    {
        await using var hub = await ReviewHub.StartAsync();
        await hub.Police.SubmitAsync(Examples.Incident("one"));
        await hub.Police.SubmitAsync(Examples.Observation("three"));
        await hub.InReviewAsync();
        var golden = Golden();
        var tried = new List<string>();
        foreach (var (field, attempt) in Tries)
        {
            foreach (var value in ValuesFor(golden["trygghethub." + field]))
            {
                var refused = await Record.ExceptionAsync(() => attempt(hub, value)) as HubException;

                Assert.True(refused is not null, $"{field} took {value}");
                Assert.True(
                    refused.Reason is "REFUSED_PERSONAL_DATA" or "FIELD_INVALID" or "AGREEMENT_INVALID" or "CODES_INVALID",
                    $"{field} with {value}: {refused.Message}");
                Assert.Contains(field.Split('.')[^1], refused.Field, StringComparison.Ordinal);
                Assert.False(string.IsNullOrWhiteSpace(refused.Message));
                Assert.DoesNotContain(value, refused.ToString(), StringComparison.Ordinal);
                tried.Add(value);
            }
        }

        // Nothing of it is kept, and no log has it.
        var files = Directory.EnumerateFiles(hub.Hub.DataDirectory, "*", SearchOption.AllDirectories)
            .Where(f => Path.GetFileName(f).Contains(".db", StringComparison.Ordinal)).Select(ReadShared).ToList();
        foreach (var value in tried.Distinct().Where(v => v.Length > 7))
        {
            Assert.DoesNotContain(hub.Hub.Log, line => line.Contains(value, StringComparison.Ordinal));
            Assert.All(files, f => Assert.Equal(-1, f.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(value))));
        }
    }

    [Theory]
    [InlineData("polisen")]
    [InlineData("est-upplands-bro")]
    [InlineData("bostad-bro2")]
    [InlineData("kommun-0139")]
    [InlineData("ok-03")]
    [InlineData("ks-24-117")]
    [InlineData("a2024-w20")]
    [InlineData("vecka-2024-w20")]
    [InlineData("est-0139")]
    [InlineData("vid843")]
    [InlineData("abc12o")]
    [InlineData("polisen139")]
    public void Ids_ThatPeopleGive_AreTaken(string id) => Assert.True(ChosenId.IsValid(id, 2, 60));

    [Theory]
    [InlineData("KS2024/117")]
    [InlineData("KS 2024/000117")]
    [InlineData("Dnr 2024-000123-45")]
    [InlineData("OK-03")]
    [InlineData("A123.456/2024")]
    [InlineData("OSL 10 kap. 2 §")]
    [InlineData("Lag (2023:196) 4 §")]
    [InlineData("556036-0793")]
    [InlineData("2024-05-15 – 2027-01-01")]
    public void References_ThatRegistersGive_AreTaken(string reference) => CleanText.RequireReference(reference, "reference");

    [Fact]
    public void Ids_OfDigitsLettersAndHyphensAtRandom_HoldNoNumberOfAPerson() =>
        Gen.String[Gen.Char["abz0123456789-"], 2, 40].Sample(id =>
        {
            if (!ChosenId.IsValid(id, 2, 40))
            {
                return;
            }

            var digits = new string([.. id.Where(char.IsAsciiDigit)]);
            Assert.True(digits.Length < 10);
            Assert.DoesNotMatch("[0-9]{6}", id.Replace("-", "", StringComparison.Ordinal));
            Assert.False(IdentityDigits.AreIn(id));
        });

    /// <summary>Every number with a right check digit is found, however its digits are parted.</summary>
    [Fact]
    public void IdentityDigits_PartedByAnythingButLetters_AreFound() =>
        Gen.Select(Gen.Int[0, 99], Gen.Int[1, 12], Gen.Int[1, 28], Gen.Int[0, 999], Gen.Bool, Gen.String[Gen.Char[" -/.:,_"], 0, 3].Array[10])
            .Sample((year, month, day, serial, isCoordination, parts) =>
            {
                var nine = $"{year:D2}{month:D2}{day + (isCoordination ? 60 : 0):D2}{serial:D3}";
                var sum = nine.Select((c, i) => (c - '0') * (i % 2 == 0 ? 2 : 1)).Sum(p => p > 9 ? p - 9 : p);
                var number = nine + ((10 - (sum % 10)) % 10);

                Assert.True(IdentityDigits.AreIn("Dnr " + string.Concat(number.Zip(parts, (c, part) => c + part)) + "x"), number);
            });

    [Theory]
    [InlineData("850472-2383")]
    [InlineData("KS85a0412b2386")]
    [InlineData("19150072-2390")]
    [InlineData("８５０４１２-2386")]
    public void IdentityDigits_OfOtherForms_AreFound(string text) => Assert.True(IdentityDigits.AreIn(text));

    private static string[] ValuesFor(string guard) => guard switch
    {
        "id" => InIds,
        "mark" => InMarks,
        "address" => InAddresses,
        "reference" => InReferences,
        "hash" => ["850412-2386", "8504122386"],
        _ => InTexts,
    };

    private static async Task Draft(ReviewHub hub, Action<CooperationAgreement> spoil)
    {
        var agreement = Examples.Agreement("prov-polisen", "polisen", "upplands-bro");
        spoil(agreement);
        await hub.Hub.Operator.DraftAsync(agreement);
    }

    private static async Task SetContactAsync(ReviewHub hub, PartnerContact contact) =>
        await hub.Police.Caller.SetContactsAsync(new SetContactsRequest { Contacts = { contact } });

    private static async Task Send(ReviewHub hub, Action<Report> spoil)
    {
        var incident = Examples.Incident("two");
        spoil(incident.Report);
        await hub.Police.SubmitAsync(incident);
    }

    private static async Task Review<T>(
        ReviewHub hub, Func<SituationalPicture, T> request, Func<ReviewService.ReviewServiceClient, T, Task> call)
    {
        var picture = await hub.Municipality.PictureAsync(2024, 20, 1);
        await call(hub.Municipality.Reviews, request(picture));
    }

    private static Task Approve(ReviewHub hub, Action<ApprovePictureRequest> spoil) => Review(
        hub, p =>
        {
            var approval = ReviewIntents.Approval(p);
            spoil(approval);
            return approval;
        }, async (r, request) => await r.ApprovePictureAsync(request));

    private static byte[] ReadShared(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static Dictionary<string, string> Golden() => ArchitectureTests.Golden("caller-strings.txt")
        .Select(l => l.Split(" -> ")).ToDictionary(l => l[0], l => l[1], StringComparer.Ordinal);

    private static HashSet<string> Fields()
    {
        var (fields, seen) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        foreach (var method in ArchitectureTests.Services.SelectMany(s => s.Methods))
        {
            Visit(method.InputType);
        }

        return fields;

        void Visit(MessageDescriptor message)
        {
            if (!seen.Add(message.FullName))
            {
                return;
            }

            foreach (var field in message.Fields.InDeclarationOrder())
            {
                if (field.FieldType == FieldType.String)
                {
                    fields.Add(field.FullName);
                }
                else if (field.FieldType == FieldType.Message)
                {
                    Visit(field.MessageType);
                }
            }
        }
    }
}
