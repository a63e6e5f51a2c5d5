using System.Collections;
using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.Time.Testing;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Observations.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Retention.V1;
using TrygghetHub.Server.Platform.Access;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Architecture;

/// <summary>
/// Every field of every RPC by which something is looked up is asked for what others have and for what nobody has, and whoever
/// may not know gets the same answer. The fields are those of <c>caller-strings.txt</c>, so that a new RPC is asked too.
/// </summary>
public sealed class LookupTests
{
    private const string Stranger = "habo";
    private const string Auditor = "revisor";
    private const string Operator = "operator";

    private static readonly Marshaller<byte[]> Bytes = Marshallers.Create(b => b, b => b);

    // What those who oversee may know of: they list agreements and partners.
    private static readonly string[] Overseen = ["agreement", "version", "partner", "partner id", "consent request"];

    // An auditor is shown who has read a report that its sender has named to it.
    private static readonly (string Caller, string Lookup)[] Shown = [(Auditor, "trygghethub.audit.v1.AuditService.ListViewers report")];

    // Fields by which no partner's own thing is looked up: tokens and digests that the hub gives, areas and their names, which are
    // public, and what only who has it can ask of.
    private static readonly string[] Public =
    [
        "page_token", "etag", "code", "code_property", "name_property", "named", "within", "area", "municipality", "category", "parent",
        "source_category", "source_refs", "cursor_name", "document_sha256", "thumbprint_sha256",
    ];

    [Fact]
    public async Task Lookups_OfWhatOthersHave_AreAnsweredAsThoseOfWhatNobodyHas()
    {
        await using var world = await World.StartAsync();
        var lookups = Lookups().ToList();
        var differ = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var caller in new[] { Stranger, Auditor, Operator })
        {
            foreach (var lookup in lookups.Where(l => !Shown.Contains((caller, l.ToString()))))
            {
                foreach (var (kind, there, missing) in world.Things.Where(t => caller == Stranger || !Overseen.Contains(t.Kind)))
                {
                    var (found, lost) = (await world.AskAsync(caller, lookup, there), await world.AskAsync(caller, lookup, missing));
                    if (found != lost)
                    {
                        differ.Add($"{caller}: {lookup} with a {kind}\n  {found}\n  {lost}");
                    }
                }
            }
        }

        // What this proves: those who may know do get another answer, for each field of an RPC that changes nothing.
        foreach (var lookup in lookups.Where(l => l.IsRead))
        {
            foreach (var (_, there, missing) in world.Things)
            {
                foreach (var caller in new[] { "xq-police", "xq-town", Operator })
                {
                    if (!seen.Contains(lookup.ToString())
                        && await world.AskAsync(caller, lookup, there) != await world.AskAsync(caller, lookup, missing))
                    {
                        seen.Add(lookup.ToString());
                    }
                }
            }
        }

        Assert.True(differ.Count == 0, string.Join('\n', differ));
        Assert.Equal(
            "",
            string.Join('\n', lookups.Where(l => l.IsRead && !l.IsPublic && !seen.Contains(l.ToString())).Select(l => l.ToString())));
    }

    private static IEnumerable<Lookup> Lookups()
    {
        var guards = ArchitectureTests.Golden("caller-strings.txt").Select(l => l.Split(" -> "))
            .ToDictionary(l => l[0], l => l[1], StringComparer.Ordinal);
        return from service in ArchitectureTests.Services
               from method in service.Methods
               where !method.IsClientStreaming && !method.IsServerStreaming && !Rpc.IsOpenRpc(method)
               from path in Paths(method.InputType, [])
               where guards[path[^1].FullName] == "lookup"
               select new Lookup(method, path);
    }

    private static IEnumerable<FieldDescriptor[]> Paths(MessageDescriptor message, FieldDescriptor[] before) =>
        from field in message.Fields.InDeclarationOrder()
        where before.Length < 4 && !field.IsMap && before.All(b => b != field)
        from path in field.FieldType switch
        {
            FieldType.String => [[.. before, field]],
            FieldType.Message => Paths(field.MessageType, [.. before, field]),
            _ => Enumerable.Empty<FieldDescriptor[]>(),
        }
        select path;

    private sealed record Lookup(MethodDescriptor Method, FieldDescriptor[] Path)
    {
        public bool IsRead => Method.GetOptions().IdempotencyLevel == MethodOptions.Types.IdempotencyLevel.NoSideEffects;

        public bool IsPublic => Public.Contains(Path[^1].Name) || Method.Service == TrygghetHub.Areas.V1.AreaService.Descriptor;

        public override string ToString() => $"{Method.FullName} {string.Join('.', Path.Select(p => p.Name))}";

        /// <summary>A request that asks for something, and is right otherwise.</summary>
        public byte[] Request(string caller, string own, string value) => Fill(Method.InputType, Path, caller, own, value).ToByteArray();

        private static IMessage Fill(MessageDescriptor type, ReadOnlySpan<FieldDescriptor> path, string caller, string own, string value)
        {
            IMessage message = type switch
            {
                _ when type == CooperationAgreement.Descriptor => Examples.Agreement("est-" + caller, caller, "ours"),
                _ when type == Audience.Descriptor => new Audience { Kind = AudienceKind.Partner, Partner = caller },
                _ when type == Incident.Descriptor => Examples.Incident("asked"),
                _ when type == Observation.Descriptor => Examples.Observation("asked"),
                _ when type == TrygghetHub.Calendar.V1.IsoWeek.Descriptor => new TrygghetHub.Calendar.V1.IsoWeek { Year = 2024, Week = 20 },
                _ => type.Parser.ParseFrom(ByteString.Empty),
            };
            var target = path.IsEmpty ? null : path[0];
            var isExample = message.CalculateSize() > 0;
            foreach (var field in type.Fields.InDeclarationOrder())
            {
                if (field == target)
                {
                    var inner = field.FieldType == FieldType.Message ? (object)Fill(field.MessageType, path[1..], caller, own, value) : value;
                    Set(message, field, inner);
                }
                else if (!isExample && !field.IsRepeated && field.RealContainingOneof is null)
                {
                    if (Default(field, caller, own) is { } given)
                    {
                        Set(message, field, given);
                    }
                }
            }

            return message;
        }

        private static object? Default(FieldDescriptor field, string caller, string own) => field.FieldType switch
        {
            // Left out, they mean now, and as fine as the place.
            FieldType.Message when field.MessageType == Timestamp.Descriptor => null,
            FieldType.Enum when field.Name == "precision" => null,
            FieldType.Enum => field.EnumType.Values.First(v => v.Number != 0).Number,
            FieldType.Bytes => ByteString.CopyFromUtf8("x"),
            FieldType.Message => Fill(field.MessageType, [], caller, own, ""),
            FieldType.String => field.Name switch
            {
                "municipality" or "area" => "0139",
                "category" => "graffiti",
                // The operator is no partner, and asks about others.
                "recipient" or "sender" or "partner" => caller == Operator ? "xq-town" : caller,
                "report" or "other" => own,
                "reason" or "approver" => "Prov",
                "registration_number" or "decision_reference" or "reference" => "KS2026/1",
                _ => null,
            },
            _ => null,
        };

        private static void Set(IMessage message, FieldDescriptor field, object value)
        {
            if (field.IsRepeated)
            {
                ((IList)field.Accessor.GetValue(message)).Add(value);
            }
            else
            {
                field.Accessor.SetValue(message, value);
            }
        }
    }

    /// <summary>What others have: each beside one of the same length that nobody has.</summary>
    private sealed class World(TestHub hub) : IAsyncDisposable
    {
        private readonly Dictionary<string, GrpcChannel> channels = [];
        private string own = "";

        public List<(string Kind, string There, string Missing)> Things { get; } = [];

        public static async Task<World> StartAsync()
        {
            var hub = await TestHub.StartAsync(
                new FakeTimeProvider(TimeProvider.System.GetUtcNow()),
                settings: new HubSettings { Quotas = new QuotaSettings { RequestsPerSecond = 100_000 } });
            var world = new World(hub);
            var police = await hub.PartnerAsync("xq-police", PartnerKind.Police);
            var town = await hub.PartnerAsync("xq-town", PartnerKind.MunicipalUnit);
            await hub.PartnerAsync("ours", PartnerKind.School);
            var stranger = await hub.PartnerAsync(Stranger, PartnerKind.MunicipalUnit);
            await hub.PartnerAsync(Auditor, PartnerKind.School);
            await hub.SetRolesAsync(Auditor, PartnerRole.Auditor);
            var agreement = Examples.Agreement("xq-force", "xq-police", "xq-town");
            agreement.SharingTerms.Screening = new ScreeningTerms { OnFinding = OnFinding.Quarantine };
            await hub.AgreeAsync(agreement);
            await hub.AgreeAsync(Examples.Agreement("xq-back", "xq-town", "xq-police"));
            await hub.AgreeAsync(Examples.Agreement("ours", Stranger, "ours"));
            await hub.AgreeAsync(Examples.Agreement("ours-back", "ours", Stranger));
            await stranger.CompileAsync(2024, 20);
            world.own = (await stranger.SubmitAsync(Examples.Incident("own"))).Name;

            world.Add("agreement", "agreements/xq-force");
            world.Add("version", "agreements/xq-force/versions/1", "agreements/xq-forcf/versions/1");
            world.Add("partner", "partners/xq-police");
            world.Add("partner id", "xq-police");
            world.Add("incident", (await police.SubmitAsync(Examples.Incident("one"))).Name);
            world.Add("observation", (await police.SubmitAsync(Examples.Observation("two"))).Name);
            var withNumber = Examples.Incident("three");
            withNumber.Report.Summary = "Ärende 990807-2391 om skräp vid bryggan.";
            world.Add("quarantined report", (await police.Incidents.SubmitIncidentAsync(
                new SubmitIncidentRequest { Incident = withNumber })).Quarantined.Name);
            await town.CompileAsync(2024, 20);
            const string Picture = "partners/xq-town/pictures/0139-2024-W20-r1";
            world.Add("picture", Picture);
            await town.Reviews.StartReviewAsync(new StartReviewRequest { Name = Picture, Etag = (await town.PictureAsync(2024, 20)).Etag });
            await town.Reviews.DispatchDraftAsync(new DispatchDraftRequest
            {
                Name = Picture,
                Etag = (await town.PictureAsync(2024, 20)).Etag,
                RegistrationNumber = "KS2026/1",
                Recipients = { "xq-police" },
            });
            world.Add("delivery", Assert.Single(
                (await police.Deliveries.ListDeliveriesAsync(new ListDeliveriesRequest())).Deliveries).Name);
            world.Add("legal hold", (await police.Retention.PlaceLegalHoldAsync(
                new PlaceLegalHoldRequest { Reference = "KS2026/1", Reason = "Tillsyn." })).Hold.Name);
            await town.ReadIncidentAsync((await police.SubmitAsync(Examples.Incident("four"))).Name);
            await police.WithdrawIncidentAsync("four");
            world.Add("recall", (await town.Feed.ListRecallsAsync(false, false, false, TestContext.Current.CancellationToken)
                .ToListAsync(TestContext.Current.CancellationToken)).Single().Name);
            await hub.JoinAsync("xq-police", "xq-second");
            world.Add("consent request", Assert.Single(await hub.OpenRequestsAsync("xq-police")).Name);
            foreach (var caller in new[] { Stranger, Auditor, Operator, "xq-police", "xq-town" })
            {
                world.channels[caller] = await hub.OpenChannelAsAsync(caller);
            }

            return world;
        }

        /// <summary>Asks, and gives the answer as the caller reads it, without what it has asked for.</summary>
        public async Task<string> AskAsync(string caller, Lookup lookup, string value)
        {
            var method = new Method<byte[], byte[]>(MethodType.Unary, lookup.Method.Service.FullName, lookup.Method.Name, Bytes, Bytes);
            string answer;
            try
            {
                using var call = channels[caller].CreateCallInvoker().AsyncUnaryCall(
                    method, host: null, new CallOptions(cancellationToken: TestContext.Current.CancellationToken),
                    lookup.Request(caller, own, value));
                answer = lookup.Method.OutputType.Parser.ParseFrom(await call.ResponseAsync).ToString()!;
            }
            catch (RpcException refused)
            {
                var status = refused.GetRpcStatus();
                Assert.True(
                    refused.StatusCode is not (StatusCode.Internal or StatusCode.Unknown or StatusCode.ResourceExhausted), $"{lookup}: {refused.Message}");
                answer = string.Create(
                    CultureInfo.InvariantCulture,
                    $"{refused.Status} {status?.GetDetail<ErrorInfo>()} {status?.GetDetail<BadRequest>()} {status?.Details.Count}");
            }

            return answer.Replace(value, "IT", StringComparison.Ordinal);
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var channel in channels.Values)
            {
                channel.Dispose();
            }

            await hub.DisposeAsync();
        }

        // Its last letter or figure is another: as long, and nobody's.
        private void Add(string kind, string there, string? missing = null) =>
            Things.Add((kind, there, missing ?? there[..^1] + (there[^1] is >= '0' and < '9' ? (char)(there[^1] + 1) : there[^1] == 'f' ? 'e' : 'f')));
    }
}
