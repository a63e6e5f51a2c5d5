using System.Buffers;
using System.Globalization;
using CsCheck;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Codes.V1;
using TrygghetHub.Feed.V1;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Observations.V1;
using TrygghetHub.Server.Platform.Access;
using TrygghetHub.Server.Platform.Messages;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Platform.Messages;

/// <summary>What a message costs before it is built: as protobuf reads it, and never less than protobuf then takes.</summary>
public sealed class MessageScanTests
{
    private const int Enough = int.MaxValue;

    // Of the reader itself, which every message costs once.
    private const int Slack = 4096;

    private static readonly MessageParser[] Parsers =
    [
        DraftAgreementRequest.Parser, StreamIncidentsRequest.Parser, PushObservationsRequest.Parser, ImportCodeMappingRequest.Parser,
        SubscribeRequest.Parser,
    ];

    private static readonly MethodDescriptor[] Rpcs =
    [
        .. IncidentServiceReflection.Descriptor.Services.Concat(ObservationServiceReflection.Descriptor.Services)
            .Concat(CodeServiceReflection.Descriptor.Services).SelectMany(s => s.Methods),
    ];

    private static readonly MessageDescriptor[] Types =
    [
        DraftAgreementRequest.Descriptor, StreamIncidentsRequest.Descriptor, PushObservationsRequest.Descriptor,
        ImportCodeMappingRequest.Descriptor, SubscribeRequest.Descriptor,
    ];

    private static readonly byte[][] Honest =
    [
        new DraftAgreementRequest { Agreement = Examples.Agreement("est", "polisen", "upplands-bro", "skolan") }.ToByteArray(),
        new StreamIncidentsRequest { Incidents = { Examples.Incidents("i", 20) } }.ToByteArray(),
        new PushObservationsRequest { Observations = { Examples.Observation("one"), Examples.Observation("two") } }.ToByteArray(),
        new ImportCodeMappingRequest
        {
            Mapping = new CodeMapping
            {
                Codes = { Enumerable.Range(0, 50).Select(i => new MappedCode { SourceCategory = $"{i}", Category = "vald" }) },
            },
        }.ToByteArray(),
        new SubscribeRequest().ToByteArray(),
    ];

    public static TheoryData<string> HostileNames => [.. Hostile.Keys];

    // Each would take at least a hundred times its bytes, or cannot be read at all.
    private static readonly Dictionary<string, (byte[] Message, int Type, ScanResult Result)> Hostile = new()
    {
        ["empty flows"] = (HostileMessages.EmptyFlows(100_000), 0, ScanResult.TooLarge),
        ["empty incidents"] = (HostileMessages.Repeat([0x0A, 0x00], 100_000), 1, ScanResult.TooLarge),
        ["empty observations"] = (HostileMessages.Repeat([0x0A, 0x00], 100_000), 2, ScanResult.TooLarge),
        ["empty texts"] = (HostileMessages.Field(1, HostileMessages.Field(10, HostileMessages.Field(3,
            HostileMessages.Repeat([0x1A, 0x00], 100_000)))), 0, ScanResult.TooLarge),
        ["unknown numbers"] = (HostileMessages.Repeat([0xA0, 0x06, 0x00], 100_000), 1, ScanResult.TooLarge),
        ["unknown bytes"] = (HostileMessages.Repeat([0xA2, 0x06, 0x00], 100_000), 1, ScanResult.TooLarge),
        ["unknown groups"] = (HostileMessages.Groups(100_000), 1, ScanResult.TooLarge),
        ["a known number as a group"] = (HostileMessages.Repeat([0x0B, 0x0C], 100_000), 1, ScanResult.TooLarge),
        ["nested groups"] = (HostileMessages.NestedGroups(90), 1, ScanResult.TooDeep),
        ["a group without an end"] = ([0xA3, 0x06, 0x08, 0x01], 1, ScanResult.Malformed),
        ["an end without a group"] = ([0xA4, 0x06], 1, ScanResult.Malformed),
        ["a length beyond the end"] = ([0x0A, 0x05, 0x00], 1, ScanResult.Malformed),
        ["a length below zero"] = ([0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F], 1, ScanResult.Malformed),
        ["a length beyond its parent"] = ([0x0A, 0x02, 0x12, 0x05, 0, 0, 0, 0, 0], 1, ScanResult.Malformed),
        ["a tag of ten bytes"] = ([0x8A, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00, 0x00], 1, ScanResult.Malformed),
        ["field number zero"] = ([0x02, 0x00], 1, ScanResult.Malformed),
        ["wire type 6"] = ([0x0E], 1, ScanResult.Malformed),
        ["a number that does not end"] = ([0xA0, 0x06, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], 1, ScanResult.Malformed),
        ["a number that is cut off"] = ([0xA0, 0x06, 0x80], 1, ScanResult.Malformed),
    };

    [Theory]
    [MemberData(nameof(HostileNames))]
    public void Scan_OfAHostileMessage_RefusesItWithinItsBound(string name)
    {
        var (message, type, result) = Hostile[name];

        Assert.Equal(result, MessageScan.Scan(message, MessageShape.Of(Types[type]), 256 * 1024 * ScannedReader.MostGrowth, out _));
    }

    [Fact]
    public void Scan_OfWhatIsSentForReal_FitsWithinItsBoundAtTheLargestSize()
    {
        foreach (var (message, type) in Honest.Zip(Types))
        {
            // As much of its like as fits, in proportion: what a message of the cap's size would take.
            Assert.Equal(
                ScanResult.Fits, MessageScan.Scan(message, MessageShape.Of(type), (message.Length * (long)ScannedReader.MostGrowth) + Slack, out _));
        }
    }

    [Fact]
    public void Scan_OfTheLargestMessagesThatTheContractsAllow_Fits()
    {
        var push = new PushObservationsRequest();
        var stream = new StreamIncidentsRequest();
        var observation = Examples.Observation("1234");
        var incident = Examples.Incident("1234");
        push.Observations.AddRange(Enumerable.Repeat(observation, (1024 * 1024) / (observation.CalculateSize() + 3)));
        stream.Incidents.AddRange(Enumerable.Repeat(incident, (1024 * 1024) / (incident.CalculateSize() + 3)));
        var codes = new ImportCodeMappingRequest
        {
            Mapping = new CodeMapping
            {
                Codes = { Enumerable.Range(0, 10_000).Select(i => new MappedCode { SourceCategory = $"{i}".PadLeft(64, 'å'), Category = "property_crime_other" }) },
            },
        };

        AssertFits(push, PushObservationsRequest.Descriptor);
        AssertFits(stream, StreamIncidentsRequest.Descriptor);
        AssertFits(codes, ImportCodeMappingRequest.Descriptor);
    }

    /// <summary>Any message that protobuf wrote is passed, whatever is set in it.</summary>
    [Fact]
    public void Scan_OfAnyMessageThatProtobufWrote_Fits() => Gen.Int.Sample(
        seed =>
        {
            var random = new Random(seed);
            var type = Types[random.Next(Types.Length)];
            var message = RandomMessage(type, random, depth: 0).ToByteArray();
            Assert.Equal(ScanResult.Fits, MessageScan.Scan(message, MessageShape.Of(type), Enough, out _));
        },
        iter: 2_000);

    /// <summary>
    /// What of any bytes protobuf takes memory for, whether it reads them to the end or not, the scan has counted, or it refuses
    /// them. And what the scan calls broken no encoder writes.
    /// </summary>
    [Fact]
    public void Scan_OfAnyBytes_CountsAtLeastWhatProtobufTakes() => Gen.Int.Sample(
        seed =>
        {
            var random = new Random(seed);
            var which = random.Next(Types.Length);
            var message = Mutated(random, random.Next(3) switch
            {
                0 => Honest[which],
                1 => RandomMessage(Types[which], random, depth: 0).ToByteArray(),
                _ => [.. Hostile.Values.ElementAt(random.Next(Hostile.Count)).Message.Take(2_000)],
            });
            var shape = MessageShape.Of(Types[which]);
            var (isRead, allocated) = Read(Parsers[which], message);

            if (MessageScan.Scan(message, shape, Enough, out var counted) == ScanResult.Fits)
            {
                Assert.True(counted + Slack >= allocated, $"{Types[which].Name}: {counted} counted, {allocated} taken");
            }

            if (!isRead)
            {
                return;
            }

            // Read and written again it is what an encoder writes.
            var again = Parsers[which].ParseFrom(message).ToByteArray();
            Assert.NotEqual(ScanResult.Malformed, MessageScan.Scan(again, shape, Enough, out _));
        },
        iter: 5_000, threads: 1);

    [Fact]
    public void Scan_OfAMessageInPieces_SaysTheSame() => Gen.Int.Sample(
        seed =>
        {
            var random = new Random(seed);
            var which = random.Next(Types.Length);
            var message = Mutated(random, Honest[which]);
            var shape = MessageShape.Of(Types[which]);

            Assert.Equal((MessageScan.Scan(message, shape, Enough, out var bytes), bytes), (MessageScan.Scan(Pieces(message, random), shape, Enough, out var same), same));
        },
        iter: 1_000);

    [Fact]
    public void Scan_OfMessages_AllocatesNothing()
    {
        var shape = MessageShape.Of(Types[1]);
        var pieces = Pieces(Honest[1], new Random(1));
        MessageScan.Scan(Honest[1], shape, Enough, out _);
        MessageScan.Scan(pieces, shape, Enough, out _);

        long Allocated()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 1_000; i++)
            {
                MessageScan.Scan(Honest[1], shape, Enough, out _);
                MessageScan.Scan(pieces, shape, Enough, out _);
                MessageScan.Scan(Hostile["empty incidents"].Message, shape, Slack, out _);
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        // A collection in the meantime may take pooled memory away, which is then allocated once more.
        Assert.InRange(Math.Min(Allocated(), Allocated()), 0, 1_000);
    }

    // Within the cap of its RPC, and a few of them at a time within what there is for one partner.
    private static void AssertFits(IMessage message, MessageDescriptor type)
    {
        var method = Rpcs.Single(m => m.InputType == type);
        var bytes = message.ToByteArray();
        var before = GC.GetAllocatedBytesForCurrentThread();
        type.Parser.ParseFrom(bytes);
        var taken = GC.GetAllocatedBytesForCurrentThread() - before;
        var result = MessageScan.Scan(bytes, MessageShape.Of(type), Rpc.MessageKibOf(method) * 1024L * ScannedReader.MostGrowth, out var counted);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{method.Name}: {bytes.Length >> 10} KiB on the wire, {taken >> 10} KiB taken, {counted >> 10} KiB counted, {(double)counted / bytes.Length:0.0} times the wire"));

        Assert.InRange(bytes.Length, 200 * 1024, Rpc.MessageKibOf(method) * 1024);
        Assert.Equal(ScanResult.Fits, result);
        Assert.InRange(counted + bytes.Length, taken, MessageMemory.PrincipalKib * 1024L / 4);
    }

    private static (bool IsRead, long Allocated) Read(MessageParser parser, byte[] message)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            parser.ParseFrom(message);
            return (true, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        catch (InvalidProtocolBufferException)
        {
            return (false, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    private static byte[] Mutated(Random random, byte[] message)
    {
        var bytes = message.ToList();
        for (var i = random.Next(4); i > 0 && bytes.Count > 0; i--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveAt(at);
                    break;
                case 2:
                    bytes.Insert(at, (byte)random.Next(256));
                    break;
                default:
                    bytes.AddRange(bytes.Skip(at).Take(random.Next(64)).ToList());
                    break;
            }
        }

        return [.. bytes];
    }

    // Every field may be set, to any value of its type.
    private static IMessage RandomMessage(MessageDescriptor type, Random random, int depth)
    {
        var message = type.Parser.ParseFrom(ByteString.Empty);
        foreach (var field in type.Fields.InDeclarationOrder().Where(f => !f.IsMap && random.Next(3) > 0))
        {
            if (field.FieldType == FieldType.Message && depth > 6)
            {
                continue;
            }

            if (field.IsRepeated)
            {
                var list = (System.Collections.IList)field.Accessor.GetValue(message);
                for (var i = random.Next(5); i > 0; i--)
                {
                    list.Add(Value(field, random, depth));
                }
            }
            else
            {
                field.Accessor.SetValue(message, Value(field, random, depth));
            }
        }

        return message;
    }

    private static object Value(FieldDescriptor field, Random random, int depth) => field.FieldType switch
    {
        FieldType.Message => RandomMessage(field.MessageType, random, depth + 1),
        FieldType.String => new string('å', random.Next(40)),
        FieldType.Bytes => ByteString.CopyFrom(new byte[random.Next(40)]),
        FieldType.Bool => random.Next(2) == 0,
        FieldType.Double => random.NextDouble(),
        FieldType.Float => random.NextSingle(),
        FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64 => random.NextInt64(long.MinValue, long.MaxValue),
        FieldType.UInt64 or FieldType.Fixed64 => (ulong)random.NextInt64(),
        FieldType.UInt32 or FieldType.Fixed32 => (uint)random.Next(),
        FieldType.Enum => Enum.ToObject(field.EnumType.ClrType, random.Next(5)),
        _ => random.Next(int.MinValue, int.MaxValue),
    };

    private static ReadOnlySequence<byte> Pieces(byte[] message, Random random)
    {
        var first = new Piece(ReadOnlyMemory<byte>.Empty, null);
        var last = first;
        for (var at = 0; at < message.Length;)
        {
            var length = Math.Min(1 + random.Next(20), message.Length - at);
            last = new Piece(message.AsMemory(at, length), last);
            at += length;
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(ReadOnlyMemory<byte> memory, Piece? before)
        {
            Memory = memory;
            if (before is not null)
            {
                RunningIndex = before.RunningIndex + before.Memory.Length;
                before.Next = this;
            }
        }
    }
}
