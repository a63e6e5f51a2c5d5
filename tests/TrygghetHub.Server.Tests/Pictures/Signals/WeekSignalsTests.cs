using TrygghetHub.Pictures.V1;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Pictures.Signals;

namespace TrygghetHub.Server.Tests.Pictures.Signals;

public sealed class WeekSignalsTests
{
    private static readonly int[] Large = [30, 60, 40, 60, 50];

    private static readonly SignalNames Names = new(code => $"area {code}", code => $"family {code}", code => $"category {code}");

    [Fact]
    public void Of_NothingAtAll_RaisesNothing() => Assert.Empty(WeekSignals.Of(new SignalInputs([], [], []), Names));

    [Theory]
    [InlineData(4, 0)] // fewer than five
    [InlineData(5, 3)] // fewer than three above
    [InlineData(12, 8)] // no more than chance gives
    public void Deviation_BelowThePlainRule_IsNotRaised(int observed, int usual) => Assert.Empty(Raised(Family(observed, usual)));

    [Fact]
    public void Deviation_FarAboveUsual_SaysWhatItRestsOn()
    {
        var signal = Assert.Single(Raised(Family(20, 4)));

        Assert.Equal(
            (SignalRule.Deviation, "deviation.bro.fire", "area bro", "family fire", 20, 4.0, 52, 1, false),
            (signal.Rule, signal.Id, signal.AreaName, signal.FamilyName, signal.Observed, signal.UsualMean, signal.UsualWeeks, signal.Sources,
                signal.Published));
    }

    [Fact]
    public void Deviation_OfFewerThan26Weeks_IsTooEarly() =>
        Assert.Empty(Raised(new FamilySeries(false, "bro", "fire", "", [Partner("a", [20, .. Enumerable.Repeat((int?)4, 25)])])));

    [Fact]
    public void Deviation_OfAPartnerWithoutAPast_IsNoRise() => Assert.Empty(Raised(new FamilySeries(false, "bro", "fire", "",
        [Partner("a", [4, .. Enumerable.Repeat((int?)4, 52)]), Partner("new", [30, .. Enumerable.Repeat((int?)null, 52)])])));

    [Fact]
    public void Deviation_OfPublishedEvents_IsApartFromPartnersReports()
    {
        var signals = Raised(Family(20, 4), Family(20, 4) with { Published = true });

        Assert.Equal(["deviation.bro.fire", "deviation.bro.fire.published"], signals.Select(s => s.Id));
    }

    /// <summary>Where one category carries the rise it is told, and the family is not told besides.</summary>
    [Fact]
    public void Deviation_ThatOneCategoryCarries_IsToldOfIt()
    {
        var signal = Assert.Single(Raised(
            Family(14, 4), Family(10, 1) with { Category = "vehicle-fire" }, Family(4, 3) with { Category = "fire-outdoors" }));

        Assert.Equal(("deviation.bro.fire.vehicle-fire", "category vehicle-fire", 10), (signal.Id, signal.CategoryName, signal.Observed));
    }

    /// <summary>Thirteen broken windows where one is usual are told, however much else of the family there is.</summary>
    [Fact]
    public void Deviation_OfACategoryThatItsFamilyHides_IsTold()
    {
        Assert.Empty(Raised(Family(52, 40)));
        Assert.Equal("broken-window", Assert.Single(Raised(Family(52, 40), Family(13, 1) with { Category = "broken-window" })).Category);
    }

    /// <summary>Where all categories rise the family is told.</summary>
    [Fact]
    public void Deviation_OfAllCategories_IsTheFamilys() => Assert.Equal("", Assert.Single(Raised(
        Family(24, 8), Family(12, 4) with { Category = "vehicle-fire" }, Family(12, 4) with { Category = "fire-outdoors" })).Category);

    /// <summary>Where weeks are uneven by themselves, more is wanted of one.</summary>
    [Fact]
    public void Deviation_AmongCountsThatComeInClusters_WantsMore()
    {
        int?[] even = [.. Enumerable.Repeat((int?)10, 52)];
        int?[] clustered = [.. Enumerable.Range(0, 52).Select(i => (int?)(i % 2 == 0 ? 2 : 18))];

        Assert.NotEmpty(Raised([.. Areas(even)]));
        Assert.Empty(Raised([.. Areas(clustered)]));

        // Six areas, and more than usual in the first.
        static IEnumerable<FamilySeries> Areas(int?[] before) => Enumerable.Range(0, 6).Select(
            a => new FamilySeries(false, $"a{a}", "fire", "", [Partner("a", [a == 0 ? 24 : 10, .. before])]));
    }

    /// <summary>A season lifts all areas at once; one of them is no deviation for being among them.</summary>
    [Fact]
    public void Deviation_OfAFamilyThatHasRisenEverywhere_IsTheSeason()
    {
        FamilySeries[] areas = [.. Enumerable.Range(0, 6).Select(a => Family(a == 0 ? 34 : 30, 20, recent: 30) with { Area = $"a{a}" })];

        Assert.True(UpperTails.Poisson(34, (20 * 48 / 52.0) + (30 * 4 / 52.0)) < 0.01);
        Assert.Empty(Raised(areas));
    }

    /// <summary>Among more counts a larger one is wanted.</summary>
    [Fact]
    public void Deviation_AmongManyMoreCounts_MustStandOutMore()
    {
        var one = Family(13, 5);
        var many = Enumerable.Range(0, 150).Select(a => Family(5, 5) with { Area = $"a{a:000}" });

        Assert.Single(Raised(one));
        Assert.Empty(Raised([one, .. many]));
    }

    [Theory]
    [InlineData(2, 0, 8)] // fewer than three
    [InlineData(3, 1, 8)] // it had one
    [InlineData(3, 0, 7)] // the hub knows seven weeks only
    public void NewPlace_OutsideItsRule_IsNotRaised(int now, int before, int known) =>
        Assert.DoesNotContain(Raised(Place([now, 0, 0, 0, 0, before, 0, 0, 0], known)), s => s.Rule == SignalRule.NewPlace);

    [Fact]
    public void NewPlace_ThreeReportsAfterEightWeeksOfNone_IsRaisedOnce()
    {
        var signal = Assert.Single(Raised(Place([3, 0, 0, 0, 0, 0, 0, 0, 0])));

        Assert.Equal(
            (SignalRule.NewPlace, "new-place.bro.1", "the square", 3, 0.0, 8, 2),
            (signal.Rule, signal.Id, signal.Place, signal.Observed, signal.UsualMean, signal.UsualWeeks, signal.Sources));
    }

    [Theory]
    [InlineData(5, 5, 5)] // a chronic place
    [InlineData(0, 9, 0)] // all of last week: its signal was then
    [InlineData(1, 1, 0)] // fewer than three
    public void RepeatPlace_OutsideItsRule_IsNotRaised(int now, int last, int before) =>
        Assert.Empty(Raised(Place([now, last, before, before, before, before, before, before, before])));

    [Fact]
    public void RepeatPlace_AboveItsOwnUsual_IsRaised()
    {
        var signal = Assert.Single(Raised(Place([6, 5, 1, 1, 0, 1, 1, 0, 1])));

        Assert.Equal((SignalRule.RepeatPlace, 11, 10 / 7.0, 7), (signal.Rule, signal.Observed, signal.UsualMean, signal.UsualWeeks));
    }

    [Theory]
    [InlineData(new[] { 0, 0, 0, 0, 0, 5 }, new[] { 5, 5, 5, 5, 5, 0 })] // fewer than six
    [InlineData(new[] { 2, 2, 2, 2, 0, 5 }, new[] { 9, 9, 9, 9, 9, 0 })] // fewer than half
    [InlineData(new[] { 0, 0, 0, 0, 0, 9 }, new[] { 0, 0, 0, 0, 0, 20 })] // as always
    [InlineData(new[] { 0, 0, 0, 0, 0, 9 }, new[] { 0, 0, 0, 0, 0, 0 })] // nothing to compare with
    public void TimeCluster_OutsideItsRule_IsNotRaised(int[] now, int[] earlier) => Assert.Empty(Raised(Times(now, earlier)));

    [Fact]
    public void TimeCluster_UnlikeTheWeeksBefore_NamesItsWindow()
    {
        var signal = Assert.Single(Raised(Times([1, 0, 0, 0, 0, 9], [5, 4, 5, 4, 5, 3])));

        Assert.Equal(
            (SignalRule.TimeCluster, 10, 9, 20, 1.0, 3),
            (signal.Rule, signal.Observed, signal.InWindow, signal.WindowStartHour, signal.UsualMean, signal.UsualWeeks));
    }

    [Fact]
    public void Of_ManyThatStandOut_ReturnsTheThreeLeastExpectedWhateverTheirOrder()
    {
        FamilySeries[] families = [.. Large.Select((observed, a) => Family(observed, 4) with { Area = $"a{a}" })];

        string[] foremost = ["deviation.a1.fire", "deviation.a3.fire", "deviation.a4.fire"];
        Assert.Equal(foremost, Raised(families).Select(s => s.Id));
        Assert.Equal(foremost, Raised([.. families.Reverse()]).Select(s => s.Id));
    }

    private static IReadOnlyList<Signal> Raised(params FamilySeries[] families) => WeekSignals.Of(new SignalInputs(families, [], []), Names);

    private static IReadOnlyList<Signal> Raised(PlaceSeries place) => WeekSignals.Of(new SignalInputs([], [place], []), Names);

    private static IReadOnlyList<Signal> Raised(TimeSeries times) => WeekSignals.Of(new SignalInputs([], [], [times]), Names);

    private static FamilySeries Family(int observed, int usual, int? recent = null) => new(false, "bro", "fire", "",
        [Partner("a", [observed, .. Enumerable.Repeat((int?)(recent ?? usual), 4), .. Enumerable.Repeat((int?)usual, 48)])]);

    private static PartnerSeries Partner(string id, IReadOnlyList<int?> weeks) => new(new PartnerId(id), weeks);

    private static PlaceSeries Place(int[] weeks, int known = 8) => new("1", "the square", "bro", weeks, known, 2);

    private static TimeSeries Times(int[] now, int[] earlier) => new(false, "bro", "fire", now, earlier);
}
