using Google.Protobuf.WellKnownTypes;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Calendar.V1;
using TrygghetHub.Cli;
using TrygghetHub.Reports.V1;

namespace TrygghetHub.EndToEnd.Tests.CommandLine;

public sealed class ReportWordsTests
{
    // 22:10 on Swedish clocks, and the periods of that day that hold it.
    [Theory]
    [InlineData(TimeCertainty.Exact, "2026-05-21T20:10:00Z", null, "2026-05-21 22:10 CEST")]
    [InlineData(TimeCertainty.Hour, "2026-05-21T20:10:00Z", null, "2026-05-21 ~22:00 CEST")]
    [InlineData(TimeCertainty.PartOfDay, "2026-05-21T16:00:00Z", "2026-05-21T22:00:00Z", "2026-05-21 18–24 CEST")]
    [InlineData(TimeCertainty.PartOfDay, "2026-05-21T10:00:00Z", "2026-05-21T16:00:00Z", "2026-05-21 12–18 CEST")]
    [InlineData(TimeCertainty.PartOfDay, "2026-03-28T23:00:00Z", "2026-03-29T04:00:00Z", "2026-03-29 00–06 CET/CEST")]
    [InlineData(TimeCertainty.Exact, "2026-01-21T20:10:00Z", null, "2026-01-21 21:10 CET")]
    [InlineData(TimeCertainty.Night, "2026-05-21T20:00:00Z", "2026-05-22T04:00:00Z", "night 2026-05-21")]
    [InlineData(TimeCertainty.Day, "2026-05-20T22:00:00Z", "2026-05-21T22:00:00Z", "2026-05-21")]
    [InlineData(TimeCertainty.Day, "2026-05-20T22:00:00Z", "2026-05-22T22:00:00Z", "2026-05-21 to 05-22")]
    [InlineData(TimeCertainty.Unknown, "2026-05-21T20:10:00Z", null, "2026-W21")]
    public void When_AsFinelyAsItIsShown_OnSwedishClocks(TimeCertainty certainty, string from, string? to, string expected)
    {
        var occurred = new Occurrence { From = At(from), To = to is null ? null : At(to), Certainty = certainty };

        Assert.Equal(expected, ReportWords.When(new Report { Occurred = occurred }));
    }

    [Fact]
    public void When_OnlyTheWeekIsShown_IsTheWeek() =>
        Assert.Equal("2026-W21", ReportWords.When(new Report { Week = new IsoWeek { Year = 2026, Week = 21 } }));

    [Theory]
    [InlineData("graffiti", "damage-and-litter", "Klotter")]
    [InlineData("", "violence-and-threats", "Våld och hot")]
    [InlineData("of-a-newer-hub", "", "of-a-newer-hub")]
    [InlineData("", "", "–")]
    public void What_CategoryOrFamily_IsAsPeopleSay(string category, string family, string expected) =>
        Assert.Equal(expected, ReportWords.What(new Report { Category = category, Family = family }));

    [Fact]
    public void By_AgreementAndOwn_AreToldApart()
    {
        Assert.Equal("ok-03 v2 §3", ReportWords.By(new Grounds { Agreement = "ok-03", Version = 2, Clause = "§3" }));
        Assert.Equal("own report", ReportWords.By(null));
    }

    private static Timestamp At(string time) =>
        DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture).ToTimestamp();
}
