using System.Globalization;
using System.Net;
using System.Reflection;
using Google.Protobuf;
using Grpc.Core;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Server.Platform.Access;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Platform.Access;

/// <summary>What is decided before a byte of a body is read, and what a body may cost once it is.</summary>
[Collection(AllocationMeasurements.Name)]
public sealed class AdmissionTests
{
    private const string Draft = "trygghethub.agreements.v1.AgreementService/DraftAgreement";
    private const string Join = "trygghethub.partners.v1.JoinService/Join";
    private const string Caller = "trygghethub.partners.v1.CallerService/GetCaller";
    private const string Health = "grpc.health.v1.Health/Check";
    private const string Submit = "trygghethub.incidents.v1.IncidentService/SubmitIncident";
    private const string Stream = "trygghethub.incidents.v1.IncidentService/StreamIncidents";

    // Built, each would take hundreds of megabytes: eight of them stopped a hub of 1.5 GB.
    private const int Calls = 8;
    private const long MostAllocated = 96 * 1024 * 1024;

    private static readonly byte[] TwoMillionFlows = HostileMessages.EmptyFlows(2_000_000);

    public static TheoryData<string> Bombs => [.. BombsByName.Keys];

    private static readonly Dictionary<string, (string Path, Func<byte[]> Message, string? Encoding, string[] Reasons)> BombsByName = new()
    {
        ["flows, gzip"] = (Draft, () => HostileMessages.Gzip(TwoMillionFlows), "gzip", ["MESSAGE_TOO_LARGE"]),
        ["flows, deflate"] = (Draft, () => HostileMessages.Deflate(TwoMillionFlows), "deflate", ["MESSAGE_TOO_LARGE"]),
        ["flows, as many as the cap takes"] = (Draft, () => HostileMessages.EmptyFlows(160_000), null, ["MESSAGE_TOO_LARGE"]),
        ["flows, as many as the cap takes, gzip"] = (
            Draft, () => HostileMessages.Gzip(HostileMessages.EmptyFlows(160_000)), "gzip", ["MESSAGE_TOO_LARGE"]),
        ["incidents, as many as the cap takes, gzip"] = (
            Stream, () => HostileMessages.Gzip(HostileMessages.Repeat([0x0A, 0x00], 2_000_000)), "gzip", ["MESSAGE_TOO_LARGE"]),
        ["texts"] = (Draft, () => HostileMessages.Field(1, HostileMessages.Field(10, HostileMessages.Field(
            3, HostileMessages.Repeat([0x1A, 0x00], 160_000)))), null, ["MESSAGE_TOO_LARGE"]),
        ["nested groups"] = (Draft, () => HostileMessages.NestedGroups(99), null, ["MESSAGE_UNREADABLE"]),
        ["groups"] = (Draft, () => HostileMessages.Groups(80_000), null, ["MESSAGE_TOO_LARGE"]),
        ["unknown fields"] = (Draft, () => HostileMessages.Repeat([0xA0, 0x06, 0x01], 100_000), null, ["MESSAGE_TOO_LARGE"]),
        ["zeros, gzip"] = (Caller, () => HostileMessages.Gzip(new byte[64 * 1024 * 1024]), "gzip", ["MESSAGE_TOO_LARGE"]),
        ["more than the cap of a service"] = (Caller, () => new byte[256 * 1024 + 1], null, ["MESSAGE_TOO_LARGE"]),
        ["no message"] = (Submit, () => [0x0A, 0xFF, 0xFF], null, ["MESSAGE_UNREADABLE"]),
    };

    [Theory]
    [MemberData(nameof(Bombs))]
    public async Task Message_ThatIsSmallOnTheWireAndLargeInMemory_IsRefusedAtThePartnersEndpointBeforeItIsBuilt(string bomb)
    {
        var (path, message, encoding, reasons) = BombsByName[bomb];
        await using var hub = await AgreedHubAsync();
        using var partner = await hub.RawCallerAsync("upplands-bro");
        var bytes = message();

        await AssertCheapAsync(async () => Assert.Contains((await partner.CallAsync(path, bytes, encoding)).Reason, reasons));
    }

    [Theory]
    [MemberData(nameof(Bombs))]
    public async Task Message_OfAnyKind_IsRefusedAtTheOpenEndpointBeforeItIsRead(string bomb)
    {
        var (path, message, encoding, _) = BombsByName[bomb];
        await using var hub = await TestHub.StartAsync();
        using var stranger = hub.RawStranger();
        var bytes = message();

        await AssertCheapAsync(async () =>
            Assert.Contains((await stranger.CallAsync(path, bytes, encoding)).Reason, (string[])["ENDPOINT_WRONG", "QUOTA_EXCEEDED"]));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("GZIP")]
    [InlineData("br")]
    [InlineData("")]
    public async Task Join_Compressed_IsRefusedUnread(string encoding)
    {
        await using var hub = await TestHub.StartAsync();
        using var stranger = hub.RawStranger();

        var answer = await stranger.CallAsync(Join, HostileMessages.Gzip(TwoMillionFlows), encoding);

        Assert.Equal(((int)StatusCode.Unimplemented, "COMPRESSION_UNSUPPORTED"), (answer.Code, answer.Reason));
    }

    [Fact]
    public async Task Join_OfMoreThan16KiB_IsRefusedAndOneOfLessIsRead()
    {
        await using var hub = await TestHub.StartAsync();
        using var stranger = hub.RawStranger();
        byte[] CodeOf(int length) => new JoinRequest { Code = new string('a', length) }.ToByteArray();

        Assert.Equal("MESSAGE_TOO_LARGE", (await stranger.CallAsync(Join, CodeOf(16 * 1024))).Reason);
        Assert.Equal("ENROLMENT_CODE_UNKNOWN", (await stranger.CallAsync(Join, CodeOf((16 * 1024) - 16))).Reason);
        Assert.Equal("MESSAGE_TOO_LARGE", (await stranger.CallAsync(Health, new byte[(16 * 1024) + 1])).Reason);
    }

    [Fact]
    public async Task Stranger_OverItsQuota_IsRefusedBeforeItsMessageIsRead()
    {
        await using var hub = await TestHub.StartAsync();
        using var stranger = hub.RawStranger();
        var seen = new HashSet<string?>();
        for (var i = 0; i < 500 && !seen.Contains("QUOTA_EXCEEDED"); i++)
        {
            seen.Add((await stranger.CallAsync(Join, [0xFF])).Reason);
        }

        Assert.Equal(["MESSAGE_UNREADABLE", "QUOTA_EXCEEDED"], seen.Order());
    }

    [Fact]
    public async Task Partner_WithAnUnknownEncoding_IsToldThatItIsNotTaken()
    {
        await using var hub = await AgreedHubAsync();
        using var police = await hub.RawCallerAsync("polisen");

        Assert.Equal((int)StatusCode.Unimplemented, (await police.CallAsync(Caller, [], "br")).Code);
    }

    [Fact]
    public async Task Message_OfAPartnerThatIsCompressedAndFits_IsTaken()
    {
        await using var hub = await AgreedHubAsync();
        using var police = await hub.RawCallerAsync("polisen");
        var message = new SubmitIncidentRequest { Incident = Examples.Incident("one") }.ToByteArray();

        Assert.Equal(0, (await police.CallAsync(Submit, HostileMessages.Gzip(message), "gzip")).Code);
        Assert.Equal(0, (await police.CallAsync(Submit, HostileMessages.Deflate(message), "deflate")).Code);
    }

    [Fact]
    public async Task Rpc_WrittenOtherwiseInThePath_HasTheRulesOfTheRpc()
    {
        await using var hub = await AgreedHubAsync();
        using var police = await hub.RawCallerAsync("polisen");
        using var stranger = hub.RawStranger();

        foreach (var path in (string[])[Caller.ToUpperInvariant(), Caller.ToLowerInvariant(), Caller.Replace("e", "%65", StringComparison.Ordinal)])
        {
            Assert.Equal(0, (await police.CallAsync(path, [])).Code);
            Assert.Equal("ENDPOINT_WRONG", (await stranger.CallAsync(path, [])).Reason);
        }

        Assert.Equal("PERMISSION_MISSING", (await police.CallAsync(
            "trygghethub.partners.v1.PARTNERSERVICE/LISTPARTNERS", [])).Reason);
        Assert.Equal("ENDPOINT_WRONG", (await police.CallAsync(Join.ToUpperInvariant(), [])).Reason);
    }

    // What is kept for each spelling of what strangers send grows without bound.
    [Fact]
    public void Admission_KeepsNothingByWhatCallersSend()
    {
        var kept = from type in (Type[])[typeof(Admission), typeof(AccessInterceptor), typeof(Rpc), typeof(RpcMethods<>), typeof(ScannedReader)]
                   from field in type.GetFields(BindingFlags.Static | BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public)
                   where typeof(System.Collections.IEnumerable).IsAssignableFrom(field.FieldType) && field.FieldType != typeof(string)
                   select $"{type.Name}.{field.Name}";

        Assert.Empty(kept);
    }

    [Fact]
    public async Task Rpc_ThatDoesNotExist_IsUnimplementedForACallerAndCountsForAStranger()
    {
        await using var hub = await AgreedHubAsync();
        using var police = await hub.RawCallerAsync("polisen");
        using var stranger = hub.RawStranger();
        var reasons = new HashSet<string?>();

        Assert.Equal((int)StatusCode.Unimplemented, (await police.CallAsync("trygghethub.none/None", TwoMillionFlows)).Code);
        for (var i = 0; i < 500 && !reasons.Contains("QUOTA_EXCEEDED"); i++)
        {
            reasons.Add((await stranger.CallAsync(string.Create(CultureInfo.InvariantCulture, $"none.{i}/None"), [])).Reason);
        }

        Assert.Contains("QUOTA_EXCEEDED", reasons);
    }

    [Fact]
    public async Task Request_ThatIsNoRpcWithTheHeaderOfCompression_IsAnsweredAsEver()
    {
        await using var hub = await AgreedHubAsync();
        using var http = hub.OpenStrangerHttp();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(hub.Hub.OpenUrl, ".well-known/jwks"));
        request.Headers.Add("grpc-encoding", "gzip");

        using var answer = await http.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("connect/token", true)]
    [InlineData("connect/token", false)]
    [InlineData(".well-known/jwks", true)]
    [InlineData("anything", false)]
    public async Task Request_OfMoreThan16KiB_IsRefusedByItsLengthOrWhereItGoesBeyond(string path, bool isOpen)
    {
        await using var hub = await AgreedHubAsync();
        using var http = isOpen ? hub.OpenStrangerHttp() : hub.OpenHttp("polisen");
        var url = new Uri(isOpen ? hub.Hub.OpenUrl : hub.Hub.Url, path);

        using var told = await http.PostAsync(url, new ByteArrayContent(new byte[Admission.MostBodyBytes + 1]), Token);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, told.StatusCode);
        using var untold = new HttpRequestMessage(HttpMethod.Post, url) { Content = new UntoldContent(4 * 1024 * 1024) };
        try
        {
            using var answer = await http.SendAsync(untold, Token);
            Assert.InRange((int)answer.StatusCode, 400, 499);
        }
        catch (HttpRequestException)
        {
            // The hub closed the connection while the client was still sending.
        }
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static async Task<TestHub> AgreedHubAsync()
    {
        var hub = await TestHub.StartAsync();
        await hub.AgreedPairAsync();
        return hub;
    }

    private static async Task AssertCheapAsync(Func<Task> call)
    {
        await call();
        var before = GC.GetTotalAllocatedBytes(precise: true);
        await Task.WhenAll(Enumerable.Range(0, Calls).Select(_ => call()));

        // Of client and hub together.
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, MostAllocated);
    }

    private sealed class UntoldContent(int bytes) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var piece = new byte[16 * 1024];
            try
            {
                for (var sent = 0; sent < bytes; sent += piece.Length)
                {
                    await stream.WriteAsync(piece);
                }
            }
            catch (IOException)
            {
                // The answer came before all was sent.
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
