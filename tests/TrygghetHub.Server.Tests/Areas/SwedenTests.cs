using TrygghetHub.Server.Areas;

namespace TrygghetHub.Server.Tests.Areas;

public class SwedenTests
{
    [Theory]
    [InlineData(59.5100, 17.6400)] // Bro
    [InlineData(55.3370, 13.3594)] // Smygehuk, the southernmost point
    [InlineData(69.0600, 20.5486)] // Treriksröset, the northernmost
    [InlineData(65.7100, 24.1550)] // Kataja, the easternmost
    [InlineData(58.9297, 10.9580)] // Stora Drammen, the westernmost
    [InlineData(55.0, 10.5)]
    [InlineData(69.1, 24.2)]
    public void Contains_PositionInSweden_IsTrue(double latitude, double longitude) =>
        Assert.True(Sweden.Contains(latitude, longitude));

    [Theory]
    [InlineData(17.6400, 59.5100)] // exchanged
    [InlineData(0, 0)]
    [InlineData(6597000, 649000)] // metres
    [InlineData(60.1699, 24.9384)] // Helsinki
    [InlineData(52.52, 13.405)] // Berlin
    [InlineData(-59.51, 17.64)]
    [InlineData(59.51, -17.64)]
    [InlineData(54.999999, 13)]
    [InlineData(69.100001, 20)]
    [InlineData(60, 10.499999)]
    [InlineData(60, 24.200001)]
    [InlineData(double.NaN, 17)]
    [InlineData(59, double.NaN)]
    [InlineData(double.PositiveInfinity, 17)]
    [InlineData(59, double.NegativeInfinity)]
    public void Contains_PositionElsewhereOrNone_IsFalse(double latitude, double longitude) =>
        Assert.False(Sweden.Contains(latitude, longitude));
}
