using System.Text;
using Google.Protobuf.Reflection;
using TrygghetHub.Errors.V1;
using TrygghetHub.Server.Platform.Access;
using TrygghetHub.Server.Platform.Errors;

namespace TrygghetHub.Server.Tests.Architecture;

/// <summary>The rules of the house, checked against the compiled code. No program overwrites the golden files.</summary>
public sealed class ArchitectureTests
{
    private static readonly ServiceDescriptor[] Services =
    [
        TrygghetHub.Agreements.V1.AgreementService.Descriptor, TrygghetHub.Areas.V1.AreaService.Descriptor,
        TrygghetHub.Incidents.V1.IncidentService.Descriptor, TrygghetHub.Observations.V1.ObservationService.Descriptor,
        TrygghetHub.Operations.V1.StatusService.Descriptor, TrygghetHub.Partners.V1.CallerService.Descriptor,
        TrygghetHub.Partners.V1.JoinService.Descriptor, TrygghetHub.Partners.V1.PartnerService.Descriptor,
        TrygghetHub.Pictures.V1.PictureService.Descriptor,
    ];

    [Fact]
    public void Slices_UseWhatTheGoldenFileSaysAndNothingElse()
    {
        var allowed = Golden("architecture.txt").Select(l => l.Split("->"))
            .ToDictionary(p => p[0].Trim(), p => p[1].Split(' ', StringSplitOptions.RemoveEmptyEntries).ToHashSet());
        var used = Written().SelectMany(t => t.Uses.Select(u => (t.Slice, Used: ServerCode.SliceOf(u.Namespace))))
            .Where(p => p.Used is not null && p.Used != p.Slice).Distinct();

        // Both ways: what is allowed and not used any more is to be taken out of the file.
        Assert.Equal(
            allowed.SelectMany(a => a.Value.Select(to => $"{a.Key} -> {to}")).Order(),
            used.Select(p => $"{p.Slice} -> {p.Used}").Order());
        Assert.Equal(Written().Select(t => t.Slice).Distinct().Order(), allowed.Keys.Order());
    }

    [Fact]
    public void GoldenFile_OfSlices_GoesOneWayOnly()
    {
        var seen = new HashSet<string>();
        foreach (var line in Golden("architecture.txt").Reverse().Select(l => l.Split("->")))
        {
            Assert.All(line[1].Split(' ', StringSplitOptions.RemoveEmptyEntries), slice => Assert.Contains(slice, seen.Append("Hub")));
            seen.Add(line[0].Trim());
        }
    }

    [Fact]
    public void Projection_IsMadeByDisclosureAlone() => Assert.Equal(
        ["Disclosure"], MakersOf("TrygghetHub.Server.Agreements", "Projection").Except(["Projection"]));

    [Fact]
    public void Projection_IsChangedByNobody() => Assert.DoesNotContain(
        Written().Where(t => t.Name != "Projection"),
        t => t.Uses.Contains(("TrygghetHub.Server.Agreements", "Projection", "<Clone>$")));

    [Theory]
    [InlineData("TrygghetHub.Incidents.V1", "Incident", "IncidentMapping")]
    [InlineData("TrygghetHub.Observations.V1", "Observation", "ObservationMapping")]
    [InlineData("TrygghetHub.Reports.V1", "Report", "Intake ReportMapping")]
    [InlineData("TrygghetHub.Server.Reports", "DisclosedReport", "ReportReader")]
    public void WireMessage_OfAReport_IsMadeInItsMappingAlone(string @namespace, string type, string makers) =>
        Assert.Equal(makers.Split(' '), MakersOf(@namespace, type).Except([type]));

    /// <summary>A content is opened by its parser: nobody but the reader, which asks Disclosure first, has it.</summary>
    [Fact]
    public void ReportContent_IsParsedByTheReaderAlone() => Assert.Equal(
        ["ReportReader"],
        Written().Where(t => t.Uses.Contains(("TrygghetHub.Server.Reports", "ReportContent", "get_Parser"))).Select(t => t.Name));

    /// <summary>Entries that are no reports: agreements and pictures are read by those who keep them.</summary>
    [Fact]
    public void EntryContent_IsReadByItsKeepersAlone() => Assert.Equal(
        ["AgreementRegister", "PictureArchive"],
        Written().Where(t => t.Uses.Contains(("TrygghetHub.Server.Journal", "JournalReader", "Content"))).Select(t => t.Name).Order());

    [Fact]
    public void Disclosure_IsAskedByEveryTypeThatReadsEnvelopesOut() => Assert.Equal(
        ["PictureCompiler", "ReportReader"],
        Written().Where(t => t.Uses.Contains(("TrygghetHub.Server.Agreements", "Disclosure", "Decide"))).Select(t => t.Name).Order());

    [Fact]
    public void PublicTypes_OfTheServer_AreTheHubItsOptionsAndSettings() => Assert.Equal(
        [
            "CertificateSettings", "Hub", "HubOptions", "HubSettings", "OutsideIssuerSettings", "QuotaSettings", "TokenSettings",
        ],
        ServerCode.Loaded.Types.Where(t => t.IsPublic && !IsMigration(t)).Select(t => t.Name).Order());

    [Fact]
    public void Permissions_OfEveryRpc_AreThoseOfTheGoldenFile() => AssertGolden(
        "permissions.txt",
        from service in Services
        from method in service.Methods
        let permission = AccessInterceptor.PermissionOf(method)
        let roles = Permissions.ByRole.Where(r => Permissions.Of([r.Key]).Contains(permission!)).Select(r => r.Key.ToString()).Order()
        orderby method.FullName
        select AccessInterceptor.IsOpenRpc(method)
            ? $"{method.FullName} -> {permission}(open endpoint)"
            : $"{method.FullName} -> {permission} -> {string.Join(' ', roles)}");

    [Fact]
    public void Permissions_OfARole_AreEachRequiredBySomeRpc()
    {
        var required = Services.SelectMany(s => s.Methods).Select(AccessInterceptor.PermissionOf).ToHashSet();

        Assert.All(Permissions.ByRole.Values.SelectMany(p => p), p => Assert.Contains(p, required));
    }

    [Fact]
    public void ErrorReasons_AndTheirCodes_AreThoseOfTheGoldenFile() => AssertGolden(
        "error-reasons.txt",
        from reason in Enum.GetValues<ErrorReason>()
        where reason != ErrorReason.Unspecified
        select $"{(int)reason} {ErrorStatus.NameOf(reason)} -> {Upper(ErrorStatus.CodeOf(reason))}");

    [Fact]
    public void ErrorReasons_InTheProto_NameTheCodeThatGoesWithThem()
    {
        var comment = new StringBuilder();
        var checkedReasons = 0;
        foreach (var line in File.ReadLines(InRepository("protos", "trygghethub", "errors", "v1", "error_reason.proto")).Select(l => l.Trim()))
        {
            if (line.StartsWith("//", StringComparison.Ordinal))
            {
                comment.Append(line[2..]);
            }
            else
            {
                if (line.StartsWith("ERROR_REASON_", StringComparison.Ordinal) && !line.EndsWith("= 0;", StringComparison.Ordinal))
                {
                    var reason = (ErrorReason)int.Parse(line.Split('=')[1].Trim(' ', ';'), System.Globalization.CultureInfo.InvariantCulture);
                    Assert.EndsWith($" {Upper(ErrorStatus.CodeOf(reason))}.", comment.ToString(), StringComparison.Ordinal);
                    checkedReasons++;
                }

                comment.Clear();
            }
        }

        Assert.Equal(Enum.GetValues<ErrorReason>().Length - 1, checkedReasons);
    }

    /// <summary>
    /// An RPC whose answer holds anything of a report must have a test in which a caller without an agreement gets
    /// nothing: see <see cref="NoAgreementTests"/>.
    /// </summary>
    [Fact]
    public void Rpcs_ThatAnswerWithReportsOrCounts_AreTestedWithoutAnAgreement()
    {
        string[] holding = ["trygghethub.incidents.v1.Incident", "trygghethub.observations.v1.Observation", "trygghethub.pictures.v1.SituationalPicture"];
        var reading = Services.SelectMany(s => s.Methods)
            .Where(m => MessagesIn(m.OutputType, []).Overlaps(holding)).Select(m => m.FullName).Order();

        Assert.Equal(reading, NoAgreementTests.Rpcs.Order());
    }

    private static HashSet<string> MessagesIn(MessageDescriptor message, HashSet<string> found)
    {
        if (found.Add(message.FullName))
        {
            foreach (var field in message.Fields.InDeclarationOrder().Where(f => f.FieldType == FieldType.Message))
            {
                MessagesIn(field.MessageType, found);
            }
        }

        return found;
    }

    private static IEnumerable<string> MakersOf(string @namespace, string type) =>
        Written().Where(t => t.Constructs(@namespace, type)).Select(t => t.Name).Order();

    // Without migrations, which the tool writes, and what is generated from protos.
    private static IEnumerable<CodeType> Written() => ServerCode.Loaded.Types.Where(t =>
        !IsMigration(t) && !(t.Namespace == "TrygghetHub.Server.Reports" && t.Name is "ReportContent" or "ReportContentReflection"));

    private static bool IsMigration(CodeType type) => type.Namespace.EndsWith(".Migrations", StringComparison.Ordinal);

    private static string Upper(Grpc.Core.StatusCode code) => string.Concat(
        code.ToString().Select((c, i) => (i > 0 && char.IsUpper(c) ? "_" : "") + char.ToUpperInvariant(c)));

    private static void AssertGolden(string file, IEnumerable<string> actual) => Assert.Equal(Golden(file), actual);

    private static IEnumerable<string> Golden(string file) =>
        File.ReadLines(InRepository("tests", "TrygghetHub.Server.Tests", file)).Where(l => l.Length > 0 && l[0] != '#');

    private static string InRepository(params string[] parts)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "TrygghetHub.sln")))
        {
            folder = folder.Parent;
        }

        return Path.Combine([folder.FullName, .. parts]);
    }
}
