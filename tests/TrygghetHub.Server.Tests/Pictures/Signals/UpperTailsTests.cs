using CsCheck;
using TrygghetHub.Server.Pictures.Signals;

namespace TrygghetHub.Server.Tests.Pictures.Signals;

/// <summary>Known values were summed elsewhere, with fractions or 60 decimal digits.</summary>
public sealed class UpperTailsTests
{
    [Theory]
    [InlineData(5, 0.1, 7.667801686189e-08)]
    [InlineData(1, 2, 8.646647167634e-01)]
    [InlineData(13, 5, 2.018851627437e-03)]
    [InlineData(14, 5, 6.979899791400e-04)]
    [InlineData(5, 5, 5.595067149348e-01)]
    [InlineData(60, 20, 4.233284694713e-13)]
    [InlineData(120, 100, 2.823039396487e-02)]
    [InlineData(1200, 1000, 4.684203855872e-10)]
    [InlineData(1000, 1000, 5.042052441802e-01)]
    [InlineData(101000, 100000, 7.998010415545e-04)]
    [InlineData(3, 1000, 1)]
    [InlineData(0, 3, 1)]
    [InlineData(1, 0, 0)]
    public void Poisson_KnownValues_AreMet(int count, double mean, double tail) =>
        AssertClose(tail, UpperTails.Poisson(count, mean));

    [Theory]
    [InlineData(13, 5, 26, 4.957639438947e-03)]
    [InlineData(14, 5, 100, 9.923305991143e-04)]
    [InlineData(5, 0.01, 0.5, 7.191648449196e-10)]
    [InlineData(90, 50, 95, 3.894134404685e-05)]
    [InlineData(1500, 1000, 400, 3.462450524466e-14)]
    [InlineData(0, 5, 26, 1)]
    public void GammaPoisson_KnownValues_AreMet(int count, double mean, double shape, double tail) =>
        AssertClose(tail, UpperTails.GammaPoisson(count, mean, shape));

    [Theory]
    [InlineData(3, 3, 1, 9, 1.371742112483e-03)]
    [InlineData(3, 4, 1, 9, 5.029721079104e-03)]
    [InlineData(5, 9, 2, 9, 3.037328260664e-02)]
    [InlineData(40, 100, 2, 9, 4.877751341323e-05)]
    [InlineData(1, 10, 2, 9, 9.189868897776e-01)]
    [InlineData(4, 3, 1, 9, 0)]
    [InlineData(0, 3, 1, 9, 1)]
    public void Binomial_KnownValues_AreMet(int count, int draws, int part, int of, double tail) =>
        AssertClose(tail, UpperTails.Binomial(count, draws, (double)part / of));

    [Theory]
    [InlineData(3, 3, 2, 9, 200, 1.155193217252e-02)]
    [InlineData(60, 150, 2, 9, 200, 1.905208887647e-04)]
    [InlineData(5, 9, 1, 4, 40, 6.728502368818e-02)]
    [InlineData(4, 3, 1, 9, 40, 0)]
    [InlineData(0, 3, 1, 9, 40, 1)]
    public void BetaBinomial_KnownValues_AreMet(int count, int draws, int part, int of, double certainty, double tail) =>
        AssertClose(tail, UpperTails.BetaBinomial(count, draws, (double)part / of, certainty));

    [Theory]
    [InlineData(7, 8, 11, 23, 8.412976174451e-03)]
    [InlineData(6, 6, 6, 24, 7.429641296918e-06)]
    [InlineData(3, 6, 12, 30, 4.554502968296e-01)]
    [InlineData(60, 80, 150, 400, 2.142638432112e-14)]
    [InlineData(5, 6, 24, 24, 1)]
    [InlineData(7, 6, 24, 24, 0)]
    public void Hypergeometric_KnownValues_AreMet(int count, int draws, int marked, int total, double tail) =>
        AssertClose(tail, UpperTails.Hypergeometric(count, draws, marked, total));

    [Fact]
    public void Tails_OfAGrowingCount_NeverRiseAndStayProbabilities() => Gen.Select(
        Gen.Int[0, 400], Gen.Double[0.001, 300], Gen.Double[0.5, 1000], Gen.Int[0, 400]).Sample((count, mean, shape, draws) =>
    {
        Func<int, double>[] tails =
        [
            k => UpperTails.Poisson(k, mean), k => UpperTails.GammaPoisson(k, mean, shape),
            k => UpperTails.Binomial(k, draws, 2.0 / 9), k => UpperTails.BetaBinomial(k, draws, 2.0 / 9, shape),
            k => UpperTails.Hypergeometric(k, draws / 4, draws / 2, draws),
        ];
        return tails.All(tail => tail(count) is >= 0 and <= 1 && tail(count + 1) <= tail(count) * (1 + 1e-9));
    });

    private static void AssertClose(double expected, double actual) =>
        Assert.InRange(actual, expected * (1 - 1e-9), expected * (1 + 1e-9));
}
