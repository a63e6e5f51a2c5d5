using System.Globalization;
using Google.Protobuf;
using TrygghetHub.Client;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Platform.Access;

/// <summary>Headers beyond every limit answer the call that carries them, and no stream beside it.</summary>
[Collection(AllocationMeasurements.Name)]
public sealed class HeaderLimitTests
{
    private const string Caller = "trygghethub.partners.v1.CallerService/GetCaller";
    private const string Stream = "trygghethub.incidents.v1.IncidentService/StreamIncidents";

    private const int Frames = 20_000;

    public static TheoryData<string> Kinds => [.. ByName.Keys];

    // Each with the size of the pieces in which it is sent.
    private static readonly Dictionary<string, (Func<IEnumerable<(string, string)>> Fields, int Piece)> ByName = new()
    {
        ["one value of 33 kB"] = (() => [("x-large", new string('a', 33_000))], 16_384),
        ["one value of 60 kB"] = (() => [("x-large", new string('a', 60_000))], 16_384),
        ["a name of 33 kB"] = (() => [(new string('x', 33_000), "a")], 16_384),
        ["many small fields"] = (() => Enumerable.Range(0, 1_500).Select(i => (Name(i), "0123456789")), 16_384),
        ["many of one name"] = (() => Enumerable.Range(0, 1_500).Select(_ => ("x-again", "0123456789")), 16_384),
        ["many fields in many pieces"] = (() => Enumerable.Range(0, 1_500).Select(i => (Name(i), "0123456789")), 100),
        ["a token of 33 kB"] = (() => [("authorization", "Bearer " + new string('a', 33_000))], 16_384),
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Call_WithHeadersOverTheLimit_IsAnsweredAloneAndAStreamOnItsConnectionGoesOn(string kind)
    {
        await using var hub = await TestHub.StartAsync();
        await hub.AgreedPairAsync();
        await using var connection = await ConnectAsync(hub);
        var token = await hub.TokenAsync("polisen");
        await connection.HeadersAsync(1, BareHttp2.Call(Stream, token), Token);
        await connection.MessageAsync(1, Message("before"), isEnd: false, Token);
        Assert.Equal("DATA", (await connection.ReadAsync(1, Token, untilData: true)).How);

        var (fields, piece) = ByName[kind];
        await connection.HeadersAsync(3, BareHttp2.Call(Caller, token).Concat(fields()), Token, piece, isEnd: true);
        var refused = await connection.ReadAsync(3, Token);

        Assert.True(refused.How is "END" or "RST", refused.How);
        Assert.Contains("431", refused.Text, StringComparison.Ordinal);
        await connection.MessageAsync(1, Message("after"), isEnd: true, Token);
        Assert.Equal("END", (await connection.ReadAsync(1, Token)).How);
        var police = await hub.PartnerAsync("polisen", TrygghetHub.Partners.V1.PartnerKind.Police);
        Assert.Single(await police.HeldAsync("after"));
    }

    [Fact]
    public async Task Call_WithALongPath_IsAnsweredAlone()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.AgreedPairAsync();
        await using var connection = await ConnectAsync(hub);
        await connection.HeadersAsync(1, BareHttp2.Call(new string('p', 30_000), null), Token, isEnd: true);
        Assert.True((await connection.ReadAsync(1, Token)).How is "END" or "RST");

        await connection.HeadersAsync(3, BareHttp2.Call(Caller, await hub.TokenAsync("polisen")), Token);
        await connection.MessageAsync(3, [], isEnd: true, Token);
        Assert.Contains("urn:trygghet:partner:polisen", (await connection.ReadAsync(3, Token)).Text, StringComparison.Ordinal);
    }

    // What never ends is no call that could be answered: the connection goes, and the memory with it.
    [Fact]
    public async Task Headers_ThatDoNotEnd_EndTheConnectionWithinBoundedMemory()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.AgreedPairAsync();
        await using var connection = await ConnectAsync(hub);

        var sent = await SendWithoutEndAsync(hub, connection, piece: 1_000);

        Assert.True(sent < Frames || (await connection.ReadAsync(1, Token)).How is "GOAWAY" or "CLOSED", $"{sent} frames");
    }

    // Frames that hold nothing add up to no size: they take no memory either, and the time for headers ends the connection.
    [Fact]
    public async Task HeaderFrames_ThatHoldNothing_TakeNoMemory()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.AgreedPairAsync();
        await using var connection = await ConnectAsync(hub);

        await SendWithoutEndAsync(hub, connection, piece: 0);
    }

    // As many frames as it takes until the connection is closed, and the memory that they take.
    private static async Task<int> SendWithoutEndAsync(TestHub hub, BareHttp2 connection, int piece)
    {
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var field = new byte[piece];
        for (var at = 0; at + 50 <= piece; at += 50)
        {
            // A literal field of a name of 8 bytes and a value of 39.
            field[at + 1] = 8;
            field.AsSpan(at + 2, 8).Fill((byte)'x');
            field[at + 10] = 39;
            field.AsSpan(at + 11, 39).Fill((byte)'a');
        }

        await connection.WriteFrameAsync(0x1, 0, 1, field, Token);
        var sent = 0;
        try
        {
            for (; sent < Frames; sent++)
            {
                await connection.WriteFrameAsync(0x9, 0, 1, field, Token);
            }
        }
        catch (IOException)
        {
            // It was closed.
        }

        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 64 * 1024 * 1024);
        using var other = DirectCaller.Of(hub, "polisen");
        Assert.Null(await other.ReasonAsync());
        return sent;
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static string Name(int i) => string.Create(CultureInfo.InvariantCulture, $"x-{i:0000}");

    private static byte[] Message(string sourceRef) =>
        new StreamIncidentsRequest { Incidents = { Examples.Incident(sourceRef) } }.ToByteArray();

    private static async Task<BareHttp2> ConnectAsync(TestHub hub)
    {
        var identity = IdentityFolder.Load(hub.IdentityPath("polisen"));
        return await BareHttp2.ConnectAsync(hub.Hub.Url, identity.Certificate, identity.Issuers, Token);
    }
}
