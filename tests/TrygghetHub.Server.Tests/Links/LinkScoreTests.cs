using CsCheck;
using TrygghetHub.Reports.V1;
using TrygghetHub.Server.Areas;
using TrygghetHub.Server.Links;
using TrygghetHub.Server.Partners;

namespace TrygghetHub.Server.Tests.Links;

public sealed class LinkScoreTests
{
    private static readonly DateTimeOffset At = new(2026, 3, 20, 21, 0, 0, TimeSpan.Zero);
    private static readonly Position Square = new() { Latitude = 59.5150, Longitude = 17.6330 };
    private static readonly AreaChain Bro = new("01", "0139", "0139-bro", null);

    private static readonly SeenReport Police = new(
        "partners/polisen/incidents/1", new PartnerId("polisen"), "damage-and-litter", "broken-window", At, At, true, Bro, Square);

    private static readonly SeenReport Housing = Police with
    {
        Name = "partners/bostad-bro/observations/1",
        Sender = new PartnerId("bostad-bro"),
    };

    [Fact]
    public void SameTimePlaceAndCategory_IsCertain()
    {
        Assert.Equal(1, LinkScore.Of(Police, Housing)!.Value.Score);
        Assert.Equal("at the same time; 0 m apart; of the same category", LinkScore.Of(Police, Housing)!.Value.Why);
    }

    [Fact]
    public void OneSender_IsNeverLinked() => Assert.Null(LinkScore.Of(Police, Housing with { Sender = Police.Sender }));

    [Fact]
    public void OtherFamilyPlaceOrTime_IsNeverLinked()
    {
        Assert.Null(LinkScore.Of(Police, Housing with { Family = "traffic" }));
        Assert.Null(LinkScore.Of(Police, Housing with { Position = new Position { Latitude = 59.53, Longitude = 17.633 } }));
        Assert.Null(LinkScore.Of(Police, Housing with { Position = null, Area = Bro with { District = "0139-brunna" } }));
        Assert.Null(LinkScore.Of(Police, Housing with { Position = null, Area = new AreaChain("01", "0123", null, null) }));
        Assert.Null(LinkScore.Of(Police, Housing with { From = At.AddHours(4), To = At.AddHours(4) }));
        Assert.Null(LinkScore.Of(Police, Housing with { From = null, To = null }));
    }

    /// <summary>Much happens in a district in a day: neither makes two reports one.</summary>
    [Fact]
    public void DistrictAndDayAlone_AreNotProbable()
    {
        var vague = Housing with { Position = null, From = At.AddHours(-20), To = At.AddHours(3), IsTimed = false };

        Assert.True(LinkScore.Of(Police, vague)!.Value.Score < LinkScore.Probable);
        Assert.Empty(LinkScore.Probables([Police, vague]));
    }

    [Fact]
    public void Probables_OfManyReports_AreThoseOfAllPairs() => Gen.Select(
            Gen.Int[0, 3], Gen.Int[0, 400], Gen.Int[0, 60], Gen.Int[0, 2], Gen.Int[0, 1])
        .Array[0, 40].Sample(drawn =>
        {
            var reports = drawn.Select((d, i) => Police with
            {
                Name = $"partners/p{d.Item1}/incidents/{i:000}",
                Sender = new PartnerId("p" + d.Item1),
                From = At.AddMinutes(d.Item2),
                To = At.AddMinutes(d.Item2 + d.Item3),
                Family = "f" + d.Item5,
                Position = new Position { Latitude = 59.515 + (d.Item4 * 0.003), Longitude = 17.633 },
            }).ToList();

            var expected =
                from i in Enumerable.Range(0, reports.Count)
                from j in Enumerable.Range(i + 1, reports.Count - i - 1)
                let score = LinkScore.Of(reports[i], reports[j])
                where score is { Score: >= LinkScore.Probable }
                select (One: Min(reports[i].Name, reports[j].Name), Other: Max(reports[i].Name, reports[j].Name), score.Value.Score);

            var found = LinkScore.Probables(reports);
            Assert.Equal(
                expected.Select(e => (e.One, e.Other)).Order(),
                found.Select(f => (Min(f.One.Name, f.Other.Name), Max(f.One.Name, f.Other.Name))).Order());
            Assert.Equal(found.Select(f => f.Score.Score).OrderDescending(), found.Select(f => f.Score.Score));
            Assert.All(found, f => Assert.Equal(LinkScore.Of(f.Other, f.One)!.Value.Score, f.Score.Score));
        });

    [Fact]
    public void Score_OfAnything_IsFromZeroToOneAndSymmetric() => Gen.Select(
            Gen.Double[55, 69], Gen.Double[10.5, 24], Gen.Int[-600, 600], Gen.Int[0, 3000], Gen.Bool, Gen.Bool)
        .Sample((latitude, longitude, minutes, length, timed, seesCategory) =>
        {
            var other = Housing with
            {
                Position = new Position { Latitude = latitude, Longitude = longitude },
                From = At.AddMinutes(minutes),
                To = At.AddMinutes(minutes + length),
                IsTimed = timed,
                Category = seesCategory ? "graffiti" : null,
            };
            var score = LinkScore.Of(Police, other);
            Assert.Equal(score, LinkScore.Of(other, Police));
            Assert.True(score is null or { Score: >= 0 and <= 1 });
        });

    private static string Min(string a, string b) => string.CompareOrdinal(a, b) <= 0 ? a : b;

    private static string Max(string a, string b) => string.CompareOrdinal(a, b) <= 0 ? b : a;
}
