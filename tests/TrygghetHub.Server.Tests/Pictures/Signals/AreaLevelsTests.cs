using TrygghetHub.Pictures.V1;
using TrygghetHub.Server.Pictures.Signals;

namespace TrygghetHub.Server.Tests.Pictures.Signals;

public sealed class AreaLevelsTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void Suggest_SignalsAlone_IsNormal(int signals) =>
        Assert.Equal(AreaLevel.Normal, AreaLevels.Suggest(0, 0, signals, 0, isCarried: true, someAreSilent: false).Level);

    [Theory]
    [InlineData(0, 1, 0, 0, AreaLevel.Normal)]
    [InlineData(0, 0, 0, 2, AreaLevel.Normal)]
    [InlineData(2, 0, 0, 0, AreaLevel.Normal)]
    [InlineData(3, 0, 0, 0, AreaLevel.Deviation)]
    [InlineData(0, 1, 1, 0, AreaLevel.Deviation)]
    [InlineData(0, 1, 0, 1, AreaLevel.Deviation)]
    [InlineData(3, 1, 0, 0, AreaLevel.Deviation)]
    [InlineData(3, 1, 1, 0, AreaLevel.JointEffort)]
    [InlineData(3, 1, 0, 1, AreaLevel.JointEffort)]
    public void Suggest_GroundsTogether_WeighMore(int severe, int places, int signals, int problems, AreaLevel level) =>
        Assert.Equal(level, AreaLevels.Suggest(severe, places, signals, problems, isCarried: true, someAreSilent: false).Level);

    [Fact]
    public void Suggest_AnyCounts_GivesItsReasonWithoutThem()
    {
        Assert.Equal(
            "Allvarliga händelser och platser med upprepade rapporter, och siffrorna avviker.",
            AreaLevels.Suggest(17, 4, 2, null, isCarried: true, someAreSilent: false).Reason);
        Assert.Equal("Få eller inga allvarliga händelser och inga platser med upprepade rapporter.", AreaLevels.Suggest(0, 0, 0, 0, isCarried: true, someAreSilent: false).Reason);
    }

    [Fact]
    public void Suggest_ASignalAlone_SaysThatItIsNotEnough() => Assert.Equal(
        (AreaLevel.Normal, "Siffrorna avviker, men det räcker inte för att höja nivån.", "The figures deviate, but not enough to raise the level."),
        AreaLevels.Suggest(0, 0, 2, 0, isCarried: true, someAreSilent: false));

    [Fact]
    public void Suggest_OfAnAreaWhoseSourcesAreSilent_IsNoCalm()
    {
        Assert.Equal(
            (AreaLevel.Unspecified, "Läget kan inte bedömas. Källor som brukar lämna en stor del av rapporterna har inte rapporterat.",
                "The level cannot be assessed. Sources that usually send a large share of the reports have not reported."),
            AreaLevels.Suggest(0, 0, 0, 0, isCarried: false, someAreSilent: true));
        Assert.Equal(AreaLevel.Unspecified, AreaLevels.Suggest(0, 1, 0, 0, isCarried: false, someAreSilent: true).Level);
        Assert.Equal(
            "Få eller inga allvarliga händelser och inga platser med upprepade rapporter. En eller flera källor har inte rapporterat.",
            AreaLevels.Suggest(0, 0, 0, 0, isCarried: true, someAreSilent: true).Reason);
        Assert.Equal(AreaLevel.Deviation, AreaLevels.Suggest(3, 0, 0, 0, isCarried: false, someAreSilent: true).Level);
    }
}
