using System.Globalization;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using TrygghetHub.Errors.V1;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Observations.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Server.Platform.Access;
using TrygghetHub.Server.Platform.Telemetry;
using TrygghetHub.Server.Tests.Architecture;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Platform.Access;

/// <summary>The memory of messages that are in work at one time: bounded for one caller, and for all.</summary>
[Collection(AllocationMeasurements.Name)]
public sealed class MessageMemoryTests
{
    private const string Push = "trygghethub.observations.v1.ObservationService/PushObservations";
    private const string Submit = "trygghethub.incidents.v1.IncidentService/SubmitIncident";
    private const string Stream = "trygghethub.incidents.v1.IncidentService/StreamIncidents";
    private const int Calls = 8;

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Memory_OfManyAtOnce_IsGivenUpToTheBoundAndAgainWhenItIsBack(int mib)
    {
        using var whole = new MessageMemory(16 * 1024);
        using var one = new MessageMemory(8 * 1024, whole);
        using var other = new MessageMemory(16 * 1024, whole);
        List<IDisposable> ofOne = Take(one, mib), ofOther = Take(other, mib);

        Assert.Equal((8 / mib, 8 / mib, 16 * 1024L), (ofOne.Count, ofOther.Count, whole.HeldKib));
        var refusal = other.TryHold(1, out var none);
        Assert.Null(none);
        Assert.Equal((ErrorReason.QuotaExceeded, true), (refusal!.Reason, refusal.RetryDelay > TimeSpan.Zero));

        ofOne.Concat(ofOther).ToList().ForEach(h => h.Dispose());
        Assert.Equal((0L, 0L, 0L), (whole.HeldKib, one.HeldKib, other.HeldKib));
        Assert.Null(one.TryHold(mib << 20, out _));
    }

    /// <summary>A caller at its own bound takes nothing from others, not even for the moment in which it is refused.</summary>
    [Fact]
    public void Memory_OfACallerAtItsOwnBound_IsRefusedBeforeAnythingIsTakenFromTheWhole()
    {
        using var whole = new MessageMemory(16 * 1024);
        using var one = new MessageMemory(8 * 1024, whole);
        using var other = new MessageMemory(12 * 1024, whole);
        Take(one, 1);
        Take(other, 1);

        Assert.Equal("Messages in work take 8 MiB of memory already.", one.TryHold(1, out _)!.Rule);
        Assert.Equal("Messages in work take 16 MiB of memory already in all.", other.TryHold(1, out _)!.Rule);
        Assert.Equal((16 * 1024L, 8 * 1024L, 8 * 1024L), (whole.HeldKib, one.HeldKib, other.HeldKib));
    }

    /// <summary>No message that an RPC takes can be larger than what there is, or it could never be sent.</summary>
    [Fact]
    public void Memory_ForOneCaller_HoldsTheLargestMessageOfEveryRpc()
    {
        foreach (var method in ArchitectureTests.Services.SelectMany(s => s.Methods))
        {
            var most = Rpc.MessageKibOf(method) * (ScannedReader.MostGrowth + 1);
            Assert.InRange(most, 1, Rpc.IsOpenRpc(method) ? MessageMemory.StrangersKib : MessageMemory.PrincipalKib);
        }
    }

    [Fact]
    public async Task Message_WhileThereIsNoMemoryForIt_IsRefusedWithATimeToTryAgainAndNobodyElses()
    {
        await using var hub = await TwoAsync();
        using var police = await hub.RawCallerAsync("polisen");
        using var school = await hub.RawCallerAsync("skolan");
        var quotas = hub.Hub.Services.GetRequiredService<Quotas>();
        var memory = quotas.Of(new Principal(Principal.PartnerUri + "polisen", "polisen", [], [])).Memory;
        Assert.Null(memory.TryHold(MessageMemory.PrincipalKib * 1024L, out var held));

        foreach (var path in (string[])[Stream, Submit])
        {
            Assert.Equal(((int)StatusCode.ResourceExhausted, "QUOTA_EXCEEDED"), await AnswerAsync(police, path));
            Assert.NotEqual("QUOTA_EXCEEDED", (await AnswerAsync(school, path)).Reason);
        }

        Assert.Equal(2, hub.LoggedEvents.Count(e => e.Id.Id == (int)SecurityEvent.QuotaExceeded));
        held!.Dispose();
        Assert.Equal((0, null), await AnswerAsync(police, Submit));
        Assert.Equal(0, quotas.PartnersMemory.HeldKib);
    }

    /// <summary>Eight messages just below the cap, of small reports, from two partners at one time.</summary>
    [Fact]
    public async Task Messages_OfTheLargestSizeAtOneTime_StayWithinTheMemoryForMessages()
    {
        await using var hub = await TwoAsync();
        using var police = await hub.RawCallerAsync("polisen");
        using var school = await hub.RawCallerAsync("skolan");
        var memory = hub.Hub.Services.GetRequiredService<Quotas>().PartnersMemory;
        var incidents = new StreamIncidentsRequest { Incidents = { Examples.Incidents("i", 18_000) } }.ToByteArray();
        var observations = new PushObservationsRequest
        {
            Observations = { Enumerable.Range(0, 10_000).Select(i => Examples.Observation($"{i}".PadLeft(48, 'x'))) },
        }.ToByteArray();
        Assert.All((byte[][])[incidents, observations], m => Assert.InRange(m.Length, 900 * 1024, 1024 * 1024));
        Task<RawAnswer> CallAsync(int i) => i % 2 == 0 ? police.CallAsync(Push, observations) : school.CallAsync(Stream, incidents);
        await CallAsync(0);
        await CallAsync(1);

        var before = GC.GetTotalMemory(forceFullCollection: true);
        var (highest, inUse) = (0L, before);
        var calls = Task.WhenAll(Enumerable.Range(0, Calls).Select(CallAsync));
        while (!calls.IsCompleted)
        {
            await Task.Yield();
            highest = Math.Max(highest, memory.HeldKib);
            inUse = Math.Max(inUse, GC.GetTotalMemory(forceFullCollection: true));
        }

        var answers = await calls;
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Calls} messages of {observations.Length >> 10} and {incidents.Length >> 10} KiB: at most {highest >> 10} MiB held for messages; hub and clients had at most {(inUse - before) >> 20} MiB more alive"));

        Assert.All(answers, a => Assert.Equal((0, null), (a.Code, a.Reason)));
        Assert.InRange(highest, 1, MessageMemory.WholeKib);
        Assert.Equal(0, memory.HeldKib);
    }

    private static List<IDisposable> Take(MessageMemory memory, int mib)
    {
        var taken = new List<IDisposable>();
        while (memory.TryHold((long)mib << 20, out var held) is null)
        {
            taken.Add(held!);
        }

        return taken;
    }

    private static async Task<(int? Code, string? Reason)> AnswerAsync(RawCaller caller, string path)
    {
        var incident = Examples.Incident("one");
        var answer = await caller.CallAsync(path, path == Stream
            ? new StreamIncidentsRequest { Incidents = { incident } }.ToByteArray()
            : new SubmitIncidentRequest { Incident = incident }.ToByteArray());
        return (answer.Code, answer.Reason);
    }

    private static async Task<TestHub> TwoAsync()
    {
        var hub = await TestHub.StartAsync();
        await hub.AgreedPairAsync();
        await hub.PartnerAsync("skolan", PartnerKind.School);
        await hub.AgreeAsync(Examples.Agreement("est-skolan", "skolan", "upplands-bro"));
        return hub;
    }
}
