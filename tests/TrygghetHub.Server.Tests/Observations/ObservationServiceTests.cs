using TrygghetHub.Errors.V1;
using TrygghetHub.Observations.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Observations;

public sealed class ObservationServiceTests
{
    [Fact]
    public async Task Push_OfFiveThousandWithOneBad_AnswersEachInTheOrderOfSending()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        var all = Enumerable.Range(0, 5_000).Select(i => Examples.Observation($"o{i}")).ToList();
        all[2_345].Report.Category = "parking";

        var results = await police.PushAsync([all[0]], all[1..4_000], all[4_000..]);

        Assert.Equal(all.Select(o => o.Report.SourceRef), results.Select(r => r.SourceRef));
        var refused = Assert.Single(results, r => r.Refused is not null);
        Assert.Equal(("o2345", ErrorReason.CategoryUnknown), (refused.SourceRef, refused.Refused.Reason));
        Assert.Equal(results, await police.PushAsync(all));
        Assert.Equal(4_999, (await municipality.CompileAsync(2024, 20)).Picture.Totals.Reports);
    }

    [Fact]
    public async Task Push_OverTwentyThousand_EndsTheCall()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, _) = await hub.AgreedPairAsync();
        // Empty ones are refused each, which costs nothing: it is the number that is tested.
        var many = Enumerable.Repeat(new Observation(), 10_000).ToList();

        Assert.Equal(10_000, (await police.PushAsync(many)).Count);
        await Refused.ForAsync("MESSAGE_TOO_LARGE", () => police.PushAsync(many, [new Observation()]));
    }

    [Fact]
    public async Task Observation_WithoutSourceOrWithAnUnknownRemedy_IsRefusedByItsField()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, _) = await hub.AgreedPairAsync();
        var sourceless = Examples.Observation("a");
        sourceless.Source = ObservationSource.Unspecified;
        var unknown = Examples.Observation("b");
        unknown.Remedy = (Remedy)99;

        await Refused.ForAsync("FIELD_REQUIRED", "source", () => police.SubmitAsync(sourceless));
        await Refused.ForAsync("ENUM_UNKNOWN", "remedy", () => police.SubmitAsync(unknown));
    }

    [Fact]
    public async Task Observation_SubmittedAndWithdrawn_IsSeenAndThenGone()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        var observation = Examples.Observation("a");
        observation.Remedy = Remedy.Ordered;
        var accepted = await police.SubmitAsync(observation);
        var request = new GetObservationRequest { Name = accepted.Name, Purpose = TrygghetHub.Agreements.V1.Purpose.WeeklyPicture };

        var seen = (await municipality.Observations.GetObservationAsync(request, cancellationToken: Token)).Observation;
        var listed = await municipality.Observations.ListObservationsAsync(
            new ListObservationsRequest { Purpose = request.Purpose }, cancellationToken: Token);
        await police.Observations.WithdrawObservationAsync(
            new WithdrawObservationRequest { SourceRef = "a", Reason = WithdrawalReason.Mistaken }, cancellationToken: Token);
        var held = await police.Observations.ListRevisionsAsync(
            new ListRevisionsRequest { SourceRefs = { "a" } }, cancellationToken: Token);

        Assert.Equal((ObservationSource.FaultReport, Remedy.Ordered), (seen.Source, seen.Remedy));
        Assert.Equal(seen, Assert.Single(listed.Observations));
        Assert.Equal([false, true], held.Held.Single().Revisions.Select(r => r.Withdrawn));
        await Refused.ForAsync("NOT_FOUND", async () => await municipality.Observations.GetObservationAsync(request));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;
}
