using Google.Protobuf;
using Grpc.Core;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Codes.V1;
using TrygghetHub.Feed.V1;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Reports;

/// <summary>
/// Messages that are nearly right, byte for byte past the SDK: each is answered by one of the hub's own words, and the
/// neighbours' reports go on. <c>TRYGGHETHUB_SEED</c> replays one run.
/// </summary>
public sealed class FrameFuzzTests
{
    private const int Rounds = 1_500;

    private static readonly StatusCode[] Answers =
    [
        StatusCode.OK, StatusCode.InvalidArgument, StatusCode.NotFound, StatusCode.PermissionDenied, StatusCode.FailedPrecondition,
        StatusCode.AlreadyExists, StatusCode.ResourceExhausted, StatusCode.Unauthenticated,
    ];

    private static readonly Marshaller<byte[]> Bytes = Marshallers.Create(static b => b, static b => b);

    [Fact]
    public async Task Frames_Mutated_AreAnsweredInTheHubsWordsAndHarmNobody()
    {
        var seed = int.TryParse(System.Environment.GetEnvironmentVariable("TRYGGHETHUB_SEED"), out var given) ? given : Random.Shared.Next();
        var random = new Random(seed);
        await using var hub = await TestHub.StartAsync();
        var (police, _) = await hub.AgreedPairAsync();
        using var channel = await hub.OpenChannelAsAsync("polisen");
        var invoker = channel.CreateCallInvoker();
        var before = GC.GetTotalMemory(forceFullCollection: true);

        for (var round = 0; round < Rounds; round++)
        {
            var (method, message) = Any(random, round);
            var status = await CallAsync(invoker, method, Mutated(random, message));
            Assert.True(Answers.Contains(status), $"{method} answered {status}. Replay with TRYGGHETHUB_SEED={seed}.");
        }

        Assert.True(GC.GetTotalMemory(forceFullCollection: true) - before < 64 * 1024 * 1024, $"Memory grew. TRYGGHETHUB_SEED={seed}");
        Assert.NotNull(await police.SubmitAsync(Examples.Incident("after")));
    }

    /// <summary>A stream that breaks in the middle keeps what was answered.</summary>
    [Fact]
    public async Task Stream_WithAFrameThatCannotBeRead_AnswersWhatCameBefore()
    {
        var random = new Random(1);
        await using var hub = await TestHub.StartAsync();
        var (police, _) = await hub.AgreedPairAsync();
        using var channel = await hub.OpenChannelAsAsync("polisen");
        for (var round = 0; round < 30; round++)
        {
            var method = new Method<byte[], byte[]>(
                MethodType.DuplexStreaming, "trygghethub.incidents.v1.IncidentService", "StreamIncidents", Bytes, Bytes);
            using var call = channel.CreateCallInvoker().AsyncDuplexStreamingCall(method, null, new CallOptions());
            var good = Examples.Incident($"good-{round}");
            await call.RequestStream.WriteAsync(new StreamIncidentsRequest { Incidents = { good } }.ToByteArray(), Token);
            await call.RequestStream.WriteAsync(Mutated(random, new StreamIncidentsRequest { Incidents = { Examples.Incident("x") } }), Token);
            try
            {
                await call.RequestStream.CompleteAsync();
                while (await call.ResponseStream.MoveNext(Token))
                {
                    // Read to the end, whatever it is.
                }
            }
            catch (RpcException e)
            {
                Assert.Contains(e.StatusCode, Answers);
            }

            Assert.Single(await police.HeldAsync(good.Report.SourceRef));
        }
    }

    [Fact]
    public async Task Cursors_Mutated_AreRefusedAsNoneOfTheHubs()
    {
        var random = new Random(2);
        await using var hub = await TestHub.StartAsync();
        await hub.AgreedPairAsync();
        byte[] cursor;
        await using (var feed = FeedReader.Open(await hub.OpenChannelAsAsync("upplands-bro")))
        {
            Assert.True(await feed.NextAsync(Token));
            cursor = feed.Cursor.ToByteArray();
        }

        using var channel = await hub.OpenChannelAsAsync("upplands-bro");
        for (var round = 0; round < 200; round++)
        {
            var changed = cursor.ToArray();
            if (round % 3 == 0)
            {
                changed = new byte[random.Next(1, 200)];
                random.NextBytes(changed);
            }
            else if (round % 3 == 1)
            {
                changed[random.Next(changed.Length)] ^= (byte)(1 << random.Next(8));
            }
            else
            {
                changed = [.. changed, .. changed[..random.Next(1, changed.Length)]];
            }

            using var call = new FeedService.FeedServiceClient(channel).Subscribe(
                new SubscribeRequest { Purpose = Purpose.WeeklyPicture, Cursor = ByteString.CopyFrom(changed) }, cancellationToken: Token);
            var refused = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(Token));
            Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
        }
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static (string Method, IMessage Message) Any(Random random, int round)
    {
        var incident = Examples.Incident($"fuzz-{round}");
        incident.Report.Summary = "Klotter vid stationen.";
        incident.Report.Place.Named = "Bro";
        return random.Next(6) switch
        {
            0 => ("incidents.v1.IncidentService/PreviewIncident", new PreviewIncidentRequest { Incident = incident }),
            1 => ("feed.v1.FeedService/ListCursors", new ListCursorsRequest()),
            2 => ("incidents.v1.IncidentService/ListIncidents", new ListIncidentsRequest { Purpose = Purpose.WeeklyPicture, PageToken = "AAAA" }),
            3 => ("reports.v1.QuarantineService/GetQuarantined", new GetQuarantinedRequest { Name = "partners/polisen/quarantine/x" }),
            4 => ("codes.v1.CodeService/ImportCodeMapping", new ImportCodeMappingRequest
            {
                Mapping = new CodeMapping { Codes = { new MappedCode { SourceCategory = "a", Category = "graffiti" } } },
            }),
            _ => ("incidents.v1.IncidentService/SubmitIncident", new SubmitIncidentRequest { Incident = incident }),
        };
    }

    // Bytes changed, cut out, doubled and put in; lengths that promise more than there is; depth without end.
    private static byte[] Mutated(Random random, IMessage message)
    {
        var bytes = message.ToByteArray().ToList();
        for (var times = random.Next(1, 6); times > 0; times--)
        {
            var at = random.Next(bytes.Count + 1);
            switch (random.Next(7))
            {
                case 0 when at < bytes.Count:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1 when at < bytes.Count:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 8), bytes.Count - at));
                    break;
                case 2 when at < bytes.Count:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 40), bytes.Count - at)));
                    break;
                case 3:
                    bytes.InsertRange(at, [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x07]);
                    break;
                case 4:
                    bytes.InsertRange(at, Enumerable.Repeat((byte)random.Next(256), random.Next(1, 200)));
                    break;
                case 5:
                    bytes.InsertRange(at, Enumerable.Repeat<byte>(0x0B, 300));
                    break;
                default:
                    random.NextBytes(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(bytes)[at..]);
                    break;
            }
        }

        return [.. bytes];
    }

    private static async Task<StatusCode> CallAsync(CallInvoker invoker, string name, byte[] message)
    {
        var parts = name.Split('/');
        var method = new Method<byte[], byte[]>(MethodType.Unary, "trygghethub." + parts[0], parts[1], Bytes, Bytes);
        try
        {
            await invoker.AsyncUnaryCall(method, null, new CallOptions(cancellationToken: Token), message);
            return StatusCode.OK;
        }
        catch (RpcException e)
        {
            return e.StatusCode;
        }
    }
}
