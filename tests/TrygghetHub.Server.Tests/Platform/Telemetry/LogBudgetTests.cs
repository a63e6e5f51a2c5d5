using System.Net;
using CsCheck;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using TrygghetHub.Server.Platform.Telemetry;

namespace TrygghetHub.Server.Tests.Platform.Telemetry;

public sealed class LogBudgetTests : IDisposable
{
    private readonly FakeTimeProvider time = new(DateTimeOffset.UnixEpoch);
    private readonly List<LeftOut> told = [];
    private readonly LogBudget budget;

    public LogBudgetTests() => budget = new LogBudget(time, told.AddRange);

    [Fact]
    public void Lines_OfOneOrigin_EndAtItsAllowanceAndAreCountedWhenTheMinuteEnds()
    {
        var taken = Count(Stranger("192.0.2.1"), 1_000);

        Assert.Equal(LogBudget.OfAnOrigin / LogBudget.LeastLine, taken);
        Assert.Empty(told);
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal([new LeftOut("192.0.2.1", 1_000 - taken)], told);
        Assert.Equal(taken, Count(Stranger("192.0.2.1"), 1_000));
    }

    [Fact]
    public void Lines_OfOthers_AreNotHiddenByThoseOfOne()
    {
        Count(Stranger("192.0.2.1"), 10_000);
        Count(Partner("a"), 10_000);

        Assert.Equal(10, Count(Stranger("192.0.2.2"), 10));
        Assert.Equal(10, Count(Partner("b"), 10));
    }

    [Fact]
    public void Lines_OfManyAddresses_AreBoundedTogetherAndHideNoPartners()
    {
        var taken = Enumerable.Range(0, 50_000).Sum(i => Count(Stranger($"10.{i >> 16}.{(i >> 8) & 255}.{i & 255}"), 1));

        Assert.Equal(LogBudget.OfStrangers / LogBudget.LeastLine, taken);
        Assert.Equal(10, Count(Partner("a"), 10));
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.InRange(told.Count, 1, LogBudget.MostOrigins + 1);
        Assert.Equal(50_000 - taken, told.Sum(l => l.Count));
    }

    [Fact]
    public void Errors_OfMoreNetworksThanAreToldApart_TakeNothingOfPartners()
    {
        for (var i = 0; i < LogBudget.MostOrigins * 3; i++)
        {
            budget.TryTake(Stranger($"10.0.{i >> 8}.{i & 255}"), LogLevel.Error, 2_000);
        }

        foreach (var partner in (string[])["a", "b"])
        {
            // Each has a whole allowance, and what is over is told under its own name.
            var taken = Enumerable.Range(0, 100).Count(_ => budget.TryTake(Partner(partner), LogLevel.Error, 2_000));
            Assert.Equal(LogBudget.OfAnOrigin * LogBudget.OthersFactor / 2_000, taken);
        }

        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Contains(new LeftOut("urn:trygghet:partner:a", 68), told);
        Assert.Contains(new LeftOut("urn:trygghet:partner:b", 68), told);
        Assert.InRange(told.Count, 1, LogBudget.MostOrigins + 3);
    }

    [Fact]
    public void Lines_OfOneIPv6Network_AreOfOneOrigin()
    {
        var taken = Enumerable.Range(0, 1_000).Sum(i => Count(Stranger($"2001:db8::{i:x}"), 1));

        Assert.Equal(LogBudget.OfAnOrigin / LogBudget.LeastLine, taken);
        budget.EndWindow();
        Assert.Equal("2001:db8::/64", Assert.Single(told).Origin);
    }

    [Fact]
    public void Errors_AfterRefusalsWithoutEnd_StillHaveRoom()
    {
        Count(Partner("a"), 10_000);

        Assert.True(budget.TryTake(Partner("a"), LogLevel.Error, 8_000));
    }

    [Fact]
    public void Details_WithoutEnd_AreBoundedAndHideNoRefusal()
    {
        const int most = LogBudget.OfAnOrigin * LogBudget.OthersFactor / LogBudget.LeastLine;
        var taken = ((LogLevel[])[LogLevel.Trace, LogLevel.Debug, LogLevel.Information])
            .Sum(level => Enumerable.Range(0, 10_000).Count(_ => budget.TryTake(Stranger("192.0.2.1"), level, 100)));

        Assert.Equal(most, taken);
        Assert.True(budget.TryTake(Stranger("192.0.2.1"), LogLevel.Warning, 100));
        budget.EndWindow();
        Assert.Equal([new LeftOut("192.0.2.1", 30_000 - most)], told);
    }

    [Fact]
    public void Fault_LongerThanTheAllowance_IsToldOnce()
    {
        Assert.True(budget.TryTake(Partner("a"), LogLevel.Error, 1_000_000));
        Assert.False(budget.TryTake(Partner("a"), LogLevel.Error, 1_000));
    }

    [Fact]
    public void Dispose_WithLinesLeftOut_TellsThem()
    {
        Count(Partner("a"), 100);

        budget.Dispose();

        Assert.Equal(36, Assert.Single(told).Count);
    }

    [Fact]
    public void Lines_OfAnyLengthsFromAnywhere_StayWithinTheBounds() =>
        Gen.Select(Gen.Int[0, 5], Gen.Int[0, 5_000]).Array[0, 500].Sample(lines =>
        {
            using var one = new LogBudget(new FakeTimeProvider(DateTimeOffset.UnixEpoch), _ => { });
            var written = lines.Where(l => one.TryTake(Stranger($"192.0.2.{l.Item1}"), LogLevel.Warning, l.Item2)).ToList();

            Assert.All(written.GroupBy(l => l.Item1), origin => Assert.True(origin.Sum(l => l.Item2) <= LogBudget.OfAnOrigin));
            Assert.True(written.Sum(l => l.Item2) <= LogBudget.OfStrangers);
        });

    public void Dispose() => budget.Dispose();

    private int Count(CallOrigin origin, int lines) =>
        Enumerable.Range(0, lines).Count(_ => budget.TryTake(origin, LogLevel.Warning, 100));

    private static CallOrigin Stranger(string address) => new(IPAddress.Parse(address));

    private static CallOrigin Partner(string id) => new(IPAddress.Loopback, "urn:trygghet:partner:" + id);
}
