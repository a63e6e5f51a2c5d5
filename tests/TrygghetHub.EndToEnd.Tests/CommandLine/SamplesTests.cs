using TrygghetHub.Agreements.V1;
using TrygghetHub.Cli;
using TrygghetHub.Cli.Demo;

namespace TrygghetHub.EndToEnd.Tests.CommandLine;

public sealed class SamplesTests
{
    private static readonly Week Last = Week.Parse("2026-W46");

    [Fact]
    public void Samples_AsTheyAre_AreAgreed()
    {
        var agreement = ProtoJson.Open(Sample("agreement.json")).Message<CooperationAgreement>();
        var incident = Assert.Single(ReportFile.Read(ProtoJson.Open(Sample("incident.json"))).Incidents);
        var observation = Assert.Single(ReportFile.Read(ProtoJson.Open(Sample("observation.json"))).Observations);

        Assert.True(IsAgreed(agreement, "polisen", incident.Report.Category));
        Assert.True(IsAgreed(agreement, "bostad-bro", observation.Report.Category));
    }

    [Theory]
    [InlineData("polisen")]
    [InlineData("raddningstjansten")]
    [InlineData("vaktbolaget")]
    public void DemoTown_Incidents_AreAgreedAndUnique(string partner)
    {
        var agreement = TrialHub.Agreement("demo-agreement.json");
        var incidents = DemoTown.Incidents(partner, Last, 32).ToList();

        Assert.All(incidents, i => Assert.True(IsAgreed(agreement, partner, i.Report.Category), i.Report.Category));
        Assert.Distinct(incidents.Select(i => i.Report.SourceRef));
        Assert.All(incidents, i => Assert.True(i.Report.Occurred.From.ToDateTimeOffset() < Last.Plus(1).Start));
    }

    [Fact]
    public void DemoTown_Observations_AreAgreedAndUnique()
    {
        var agreement = TrialHub.Agreement("demo-agreement.json");
        var observations = DemoTown.Observations(Last, 32).ToList();

        Assert.All(observations, o => Assert.True(IsAgreed(agreement, "bostad-bro", o.Report.Category), o.Report.Category));
        Assert.Distinct(observations.Select(o => o.Report.SourceRef));
    }

    [Fact]
    public void DemoTown_LaterRun_HoldsTheSameReportsOfTheSameWeeks()
    {
        var earlier = DemoTown.Incidents("polisen", Last, 32).ToDictionary(i => i.Report.SourceRef);

        foreach (var incident in DemoTown.Incidents("polisen", Last.Plus(1), 32))
        {
            if (earlier.TryGetValue(incident.Report.SourceRef, out var same))
            {
                Assert.Equal(same, incident);
            }
        }
    }

    [Fact]
    public void DemoTown_NotAgreed_IsRefusedForItsCategoryAlone() =>
        Assert.False(IsAgreed(TrialHub.Agreement("demo-agreement.json"), DemoTown.Silent, DemoTown.NotAgreed(Last).Report.Category));

    private static bool IsAgreed(CooperationAgreement agreement, string from, string category) =>
        agreement.SharingTerms.Flows.Any(f => f.From == from && f.Categories.Contains(category));

    private static string Sample(string name) => Path.Combine(AppContext.BaseDirectory, "samples", name);
}
