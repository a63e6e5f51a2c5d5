using TrygghetHub.Server.Pictures.Compile;
using TrygghetHub.Server.Pictures.Signals;

namespace TrygghetHub.Server.Tests.Pictures;

public sealed class UsualCountsTests
{
    // Quantiles of the Poisson distribution, summed elsewhere with 60 decimal digits.
    [Theory]
    [InlineData(0, 26, 0, 0)]
    [InlineData(1, 52, 0, 0)]
    [InlineData(26, 26, 0, 2)]
    [InlineData(52, 26, 0, 4)]
    [InlineData(78, 26, 1, 5)]
    [InlineData(130, 26, 2, 8)]
    [InlineData(260, 26, 6, 14)]
    [InlineData(520, 52, 6, 14)]
    [InlineData(1300, 52, 19, 32)]
    [InlineData(5200, 52, 87, 113)]
    [InlineData(25948, 52, 470, 528)]
    [InlineData(5, 26, 0, 1)]
    [InlineData(27, 52, 0, 1)]
    public void Over_SomeWeeks_IsTheCentralEightyPercent(int sum, int weeks, int low, int high)
    {
        var span = UsualCounts.Over(new Comparison(0, (double)sum / weeks, weeks));

        Assert.Equal((low, high, weeks), (span.Low, span.High, span.Weeks));
    }

    [Fact]
    public void Quantile_AboveTheExactRange_GoesOnWithoutAStep()
    {
        Assert.InRange(UsualCounts.Quantile(501, 0.9) - UsualCounts.Quantile(500, 0.9), 0, 2);
        Assert.InRange(UsualCounts.Quantile(501, 0.1) - UsualCounts.Quantile(500, 0.1), 0, 2);
    }
}
