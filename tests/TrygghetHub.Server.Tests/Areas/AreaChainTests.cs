using TrygghetHub.Server.Areas;

namespace TrygghetHub.Server.Tests.Areas;

public class AreaChainTests
{
    private static readonly AreaChain place = new("01", "0139", "0139-bro", "0139-bro-exempeltorget");

    [Theory]
    [InlineData("01", true)]
    [InlineData("0139", true)]
    [InlineData("0139-bro", true)]
    [InlineData("0139-bro-exempeltorget", true)]
    [InlineData("0139-brunna", false)]
    [InlineData("0139-bro-provparken", false)]
    [InlineData("013", false)] // the beginning of a code is not an area
    [InlineData("03", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void IsWithin_Place_IsInEveryAreaOfItsChainAndNoOther(string? code, bool within) =>
        Assert.Equal(within, place.IsWithin(code));

    [Fact]
    public void IsWithin_KnownByCountyAlone_IsInNoMunicipality()
    {
        var county = new AreaChain("01", null, null, null);
        Assert.True(county.IsWithin("01"));
        Assert.False(county.IsWithin("0139"));
        Assert.False(county.IsWithin(null));
        Assert.False(county.IsWithin(""));
    }

    [Fact]
    public void DefaultValue_Always_LiesWithinNothing()
    {
        Assert.Equal("", default(AreaChain).Finest);
        Assert.False(default(AreaChain).IsWithin(""));
        Assert.False(default(AreaChain).IsWithin(null));
        Assert.False(default(AreaChain).IsWithin("01"));
    }

    [Fact]
    public void CoarsenTo_EveryLevel_DropsWhatIsFiner()
    {
        Assert.Equal(place, place.CoarsenTo(AreaLevel.Place));
        Assert.Equal(new AreaChain("01", "0139", "0139-bro", null), place.CoarsenTo(AreaLevel.District));
        Assert.Equal(new AreaChain("01", "0139", null, null), place.CoarsenTo(AreaLevel.Municipality));
        Assert.Equal(new AreaChain("01", null, null, null), place.CoarsenTo(AreaLevel.County));
    }

    [Fact]
    public void CoarsenTo_FinerThanKnown_ChangesNothing()
    {
        var municipality = new AreaChain("01", "0139", null, null);
        Assert.Equal(municipality, municipality.CoarsenTo(AreaLevel.Place));
        Assert.Equal("0139", municipality.CoarsenTo(AreaLevel.District).Finest);
    }

    [Fact]
    public void CoarsenTo_NoLevel_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => place.CoarsenTo(default));
}
