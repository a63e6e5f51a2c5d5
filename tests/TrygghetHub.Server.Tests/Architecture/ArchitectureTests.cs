using System.Text.RegularExpressions;
using Google.Protobuf.Reflection;
using TrygghetHub.Errors.V1;
using TrygghetHub.Server.Platform.Access;
using TrygghetHub.Server.Platform.Errors;
using TrygghetHub.Server.Tests.Platform.Errors;

namespace TrygghetHub.Server.Tests.Architecture;

/// <summary>The rules of the house, checked against the compiled code. No program overwrites the golden files.</summary>
public sealed partial class ArchitectureTests
{
    private static readonly string[] TablesOfReports = ["report", "journal_entry", "shown", "showing"];

    /// <summary>Every service of the contracts.</summary>
    internal static readonly ServiceDescriptor[] Services =
    [
        .. typeof(ErrorReason).Assembly.GetTypes().Where(type => type.Name.EndsWith("Reflection", StringComparison.Ordinal))
            .Select(type => type.GetProperty("Descriptor")?.GetValue(null)).OfType<FileDescriptor>()
            .SelectMany(file => file.Services).OrderBy(service => service.FullName, StringComparer.Ordinal),
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

    /// <summary>A week's picture is made in this order; services, jobs and the archive stand above.</summary>
    [Fact]
    public void PartsOfPictures_UseThoseBeforeThemAlone()
    {
        const string Pictures = "TrygghetHub.Server.Pictures";
        string[] order =
        [
            $"{Pictures}.Weeks", $"{Pictures}.Signals", $"{Pictures}.Compile", $"{Pictures}.Sentences", $"{Pictures}.Reviews",
            $"{Pictures}.Exports", Pictures,
        ];
        var parts = Written().Where(t => ServerCode.SliceOf(t.Namespace) == "Pictures").ToList();

        Assert.Equal(order.Order(), parts.Select(t => t.Namespace).Distinct().Order());
        Assert.Empty(
            from part in parts
            from used in part.Uses
            let at = Array.IndexOf(order, used.Namespace)
            where at > Array.IndexOf(order, part.Namespace)
            select $"{part.Namespace}.{part.Name} -> {used.Namespace}.{used.Type}");
    }

    /// <summary>A page is made of a picture alone: it cannot show what the picture does not hold.</summary>
    [Fact]
    public void Forms_KnowContractsAlone() => Assert.Equal(
        ["TrygghetHub.Contracts"],
        typeof(Forms.PicturePage).Assembly.GetReferencedAssemblies().Select(a => a.Name)
            .Where(name => name!.StartsWith("TrygghetHub", StringComparison.Ordinal)));

    /// <summary>
    /// Whoever can make one of these can show what no agreement permits: a projection says what of a report is seen, a
    /// decision carries one, a match gives decisions out.
    /// </summary>
    [Theory]
    [InlineData("Projection", "Disclosure")]
    [InlineData("Decision", "Disclosure")]
    [InlineData("PermittedFlow", "Disclosure")]
    [InlineData("DisclosureMatch", "Disclosure")]
    public void Permission_ToSee_IsMadeByDisclosureAlone(string type, string maker)
    {
        Assert.Equal([maker], MakersOf("TrygghetHub.Server.Agreements", type).Except([type]));
        Assert.DoesNotContain(
            Written().Where(t => t.Name != type),
            t => t.Uses.Contains(("TrygghetHub.Server.Agreements", type, "<Clone>$")));
    }

    /// <summary>A decision that makes itself denies.</summary>
    [Fact]
    public void Decision_ThatNothingWasAskedFor_Denies() =>
        Assert.Null(Server.Agreements.Decision.Denied("Nobody asked.").Projection);

    [Theory]
    [InlineData("TrygghetHub.Incidents.V1", "Incident", "IncidentMapping")]
    [InlineData("TrygghetHub.Observations.V1", "Observation", "ObservationMapping")]
    [InlineData("TrygghetHub.Reports.V1", "Report", "Intake IntakeScreening QuarantineService QuarantinedContent ReportMapping")]
    [InlineData("TrygghetHub.Server.Reports", "DisclosedReport", "FeedEntries Previews ReportReader")]
    public void WireMessage_OfAReport_IsMadeInItsMappingAlone(string @namespace, string type, string makers) =>
        Assert.Equal(makers.Split(' '), MakersOf(@namespace, type).Except([type]));

    /// <summary>
    /// A content is opened by one type, which takes a projection, and asked for by those who make a
    /// <see cref="Server.Reports.DisclosedReport"/> of it. What waits in quarantine is opened for its sender.
    /// </summary>
    [Fact]
    public void ReportContent_IsOpenedWithAProjection()
    {
        Assert.Equal(["ReportContents"], UsersOf("TrygghetHub.Server.Reports", "ReportContent", "get_Parser"));
        Assert.Equal(["FeedEntries", "Previews", "ReportReader"], UsersOf("TrygghetHub.Server.Reports", "ReportContents", "Open"));
        Assert.Equal(
            ["Quarantine", "ReportContents"], UsersOf("TrygghetHub.Server.Platform.Storage", "ContentKeys", "Open"));
    }

    /// <summary>The typed values inside a content are opened by the mapping that leaves out what may not be seen.</summary>
    [Theory]
    [InlineData("TrygghetHub.Incidents.V1", "Incident", "IncidentMapping")]
    [InlineData("TrygghetHub.Observations.V1", "Observation", "ObservationMapping")]
    [InlineData("TrygghetHub.Reports.V1", "Report", "")]
    public void Values_OfAReport_AreParsedInTheirMappingAlone(string @namespace, string type, string parser) =>
        Assert.Equal(parser.Split(' ', StringSplitOptions.RemoveEmptyEntries), UsersOf(@namespace, type, "get_Parser"));

    /// <summary>No mapping gives a report out without being told what of it may be seen.</summary>
    [Fact]
    public void Mappings_ToTheWire_TakeAProjection()
    {
        Type[] carriers =
        [
            typeof(Server.Agreements.Projection), typeof(Server.Reports.DisclosedReport), typeof(Server.Reports.Preview),
        ];
        var mappings = new[]
        {
            typeof(Server.Incidents.IncidentMapping), typeof(Server.Observations.ObservationMapping),
            typeof(Server.Reports.ReportMapping),
        }.SelectMany(t => t.GetMethods().Where(m => m.Name == "ToWire")).ToList();

        Assert.Equal(6, mappings.Count);
        Assert.All(mappings, m => Assert.Contains(m.GetParameters(), p => carriers.Contains(p.ParameterType)));
        Assert.Contains(
            typeof(Server.Reports.DisclosedReport).GetConstructors().Single().GetParameters(),
            p => p.ParameterType == typeof(Server.Agreements.Projection));
    }

    /// <summary>Entries that are no reports: agreements, areas and pictures are read by those who keep them.</summary>
    [Fact]
    public void EntryContent_IsReadByItsKeepersAlone() => Assert.Equal(
        ["AgreementRegister", "AreaRegister", "CodeMappings", "Deliveries", "EventTypes", "KeptPictures", "ReportWriter", "ReviewSteps"],
        UsersOf("TrygghetHub.Server.Journal", "JournalReader", "Content").Except(["JournalReader"]));

    /// <summary>
    /// The types that a report can be seen through, by what they ask: who is new here reads envelopes and must be looked at.
    /// </summary>
    [Fact]
    public void Disclosure_IsAskedByEveryTypeThatReadsEnvelopesOut() => Assert.Equal(
        [
            "AccessCounts", "AccessExplanations", "FeedView", "LateReports", "Previews", "Reach", "ReportReader", "SeenReports", "Viewings",
        ],
        new[] { ("Disclosure", "Decide"), ("Disclosure", "Match"), ("Decider", "Decide") }
            .SelectMany(m => UsersOf("TrygghetHub.Server.Agreements", m.Item1, m.Item2))
            .Except(["Disclosure", "Decider"]).Distinct().Order());

    /// <summary>
    /// Every type whose SQL reads reports, their contents, or who was shown them, and what keeps it from letting out what
    /// it must not. A type that is not in the file is a way past <see cref="Server.Agreements.Disclosure"/>, until somebody
    /// has looked at it and said why it is none.
    /// </summary>
    [Fact]
    public void Tables_OfReports_AreReadByThoseOfTheGoldenFile()
    {
        var reasons = Golden("readers-of-reports.txt").Select(l => l.Split("->", 2, StringSplitOptions.TrimEntries))
            .ToDictionary(l => l[0], l => l[1]);

        AssertGolden(
            "readers-of-reports.txt",
            from type in Written()
            from table in type.Strings.SelectMany(TablesReadBy).Distinct()
            orderby type.Slice, type.Name, table
            let reader = $"{type.Slice}.{type.Name} {table}"
            select $"{reader} -> {reasons.GetValueOrDefault(reader, "?")}");
        Assert.All(reasons, r => Assert.True(r.Value.Length > 10, $"{r.Key} has no reason."));
    }

    [Theory]
    [InlineData("SELECT a FROM report r WHERE 1", "report")]
    [InlineData("SELECT a FROM x JOIN journal_entry e ON 1", "journal_entry")]
    [InlineData("SELECT\n  a\nFROM\n  shown", "shown")]
    [InlineData("SELECT a, b FROM x, showing", "showing")]
    [InlineData(" from Report ", "report")]
    [InlineData("INSERT INTO report (a) VALUES (1)", "")]
    [InlineData("UPDATE report SET a = 1 WHERE b", "")]
    [InlineData("A report that was shown.", "")]
    [InlineData("What to report", "")]
    public void Tables_InATextOfSql_AreFound(string sql, string table) =>
        Assert.Equal(table.Split(' ', StringSplitOptions.RemoveEmptyEntries), TablesReadBy(sql));

    /// <summary>Nor does anything of the tables get out past SQL: none of them is mapped.</summary>
    [Fact]
    public void Tables_OfReports_AreKnownToNoModel()
    {
        using var context = Server.Platform.Storage.HubDatabase.Over(new Microsoft.Data.Sqlite.SqliteConnection("Data Source=:memory:"));

        Assert.DoesNotContain(
            context.Model.GetEntityTypes(),
            e => TablesOfReports.Contains(Microsoft.EntityFrameworkCore.RelationalEntityTypeExtensions.GetTableName(e)));
    }

    [Fact]
    public void PublicTypes_OfTheServer_AreTheHubItsOptionsAndSettings() => Assert.Equal(
        [
            "CertificateSettings", "CycleSettings", "Hub", "HubOptions", "HubSettings", "OperatorFolderState", "OutsideIssuerSettings",
            "QuotaSettings", "TokenSettings",
        ],
        ServerCode.Loaded.Types.Where(t => t.IsPublic && !IsMigration(t)).Select(t => t.Name).Order());

    [Fact]
    public void Permissions_OfEveryRpc_AreThoseOfTheGoldenFile() => AssertGolden(
        "permissions.txt",
        from service in Services
        from method in service.Methods
        let permission = Rpc.PermissionOf(method)
        let roles = Permissions.ByRole.Where(r => Permissions.Of([r.Key]).Contains(permission!)).Select(r => r.Key.ToString()).Order()
        orderby method.FullName
        select Rpc.IsOpenRpc(method)
            ? $"{method.FullName} -> {permission}(open endpoint)"
            : $"{method.FullName} -> {permission} -> {string.Join(' ', roles)}");

    [Fact]
    public void Permissions_OfARole_AreEachRequiredBySomeRpc()
    {
        var required = Services.SelectMany(s => s.Methods).Select(Rpc.PermissionOf).ToHashSet();

        Assert.All(Permissions.ByRole.Values.SelectMany(p => p), p => Assert.Contains(p, required));
    }

    [Fact]
    public void MessageLimits_OfEveryRpc_AreThoseOfTheGoldenFile() => AssertGolden(
        "message-limits.txt",
        from service in Services
        from method in service.Methods
        let kib = Rpc.MessageKibOf(method)
        where kib != Rpc.UsualMessageKib
        orderby method.FullName
        select $"{method.FullName} {kib} KiB {Rpc.LimitOf(method)?.Reason ?? "Anybody may call it."}");

    [Fact]
    public void ErrorReasons_AndTheirCodes_AreThoseOfTheGoldenFile() => AssertGolden(
        "error-reasons.txt",
        from reason in Enum.GetValues<ErrorReason>()
        where reason != ErrorReason.Unspecified
        select $"{(int)reason} {ErrorStatus.NameOf(reason)} -> {Upper(ErrorStatus.CodeOf(reason))}");

    [Fact]
    public void ErrorReasons_InTheProto_NameTheCodeThatGoesWithThem()
    {
        var comments = ErrorReasonComments.Read(InRepository("protos", "trygghethub", "errors", "v1", "error_reason.proto"));

        Assert.All(comments, c => Assert.EndsWith($" {Upper(ErrorStatus.CodeOf(c.Key))}.", c.Value, StringComparison.Ordinal));
        Assert.Equal(Enum.GetValues<ErrorReason>().Length - 1, comments.Count);
    }

    /// <summary>
    /// An RPC whose answer holds anything of a report must have a test in which a caller without an agreement gets
    /// nothing: see <see cref="NoAgreementTests"/>.
    /// </summary>
    [Fact]
    public void Rpcs_ThatAnswerWithReportsOrCounts_AreTestedWithoutAnAgreement()
    {
        string[] holding =
        [
            "trygghethub.incidents.v1.Incident", "trygghethub.observations.v1.Observation",
            "trygghethub.pictures.v1.SituationalPicture", "trygghethub.pictures.v1.Delivery",
            // Pictures as bytes.
            "trygghethub.pictures.v1.PictureFile", "trygghethub.pictures.v1.GetApprovalResponse",
            "trygghethub.agreements.v1.VisibleReports",
            "trygghethub.agreements.v1.AccessChange", "trygghethub.agreements.v1.Grounds",
        ];
        var reading = Services.SelectMany(s => s.Methods)
            .Where(m => MessagesIn(m.OutputType, []).Overlaps(holding)).Select(m => m.FullName).Order();

        Assert.Equal(reading, NoAgreementTests.Rpcs.Order());
    }

    // After FROM or JOIN, or in a list of tables; what only writes is no reader.
    private static IEnumerable<string> TablesReadBy(string text) => TablesRead().Matches(text)
        .Select(m => m.Groups[1].Value.ToLowerInvariant()).Distinct();

    [GeneratedRegex(@"\b(?:FROM|JOIN)\s+(?:\w+\s*(?:\w+\s*)?,\s*)*(report|journal_entry|shown|showing)\b(?!\s+that\b)", RegexOptions.IgnoreCase)]
    private static partial Regex TablesRead();

    private static IEnumerable<string> UsersOf(string @namespace, string type, string member) =>
        Written().Where(t => t.Uses.Contains((@namespace, type, member))).Select(t => t.Name).Order();

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

    // What differs is written beside the tests' binaries, to be read, and copied where the change is meant.
    private static void AssertGolden(string file, IEnumerable<string> actual)
    {
        string[] lines = [.. actual];
        if (!Golden(file).SequenceEqual(lines))
        {
            File.WriteAllLines(Path.Combine(AppContext.BaseDirectory, file + ".actual"), lines);
        }

        Assert.Equal(Golden(file), lines);
    }

    internal static IEnumerable<string> Golden(string file) =>
        File.ReadLines(InRepository("tests", "TrygghetHub.Server.Tests", file)).Where(l => l.Length > 0 && l[0] != '#');

    internal static string InRepository(params string[] parts)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "TrygghetHub.sln")))
        {
            folder = folder.Parent;
        }

        return Path.Combine([folder.FullName, .. parts]);
    }
}
