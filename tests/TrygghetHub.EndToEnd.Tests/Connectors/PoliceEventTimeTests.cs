using System.Globalization;
using TrygghetHub.Areas.V1;
using TrygghetHub.Cli.Connectors.Polisen;
using TrygghetHub.Reports.V1;
using TrygghetHub.Screening;

namespace TrygghetHub.EndToEnd.Tests.Connectors;

public class PoliceEventTimeTests
{
    private static PoliceEvent Event(string name, string published) => new()
    {
        Id = 1,
        Type = "Brand",
        Datetime = published,
        Name = name,
        LocationName = "Luleå",
        LocationGps = "",
        Summary = "",
        Published = DateTimeOffset.Parse(published, CultureInfo.InvariantCulture),
    };

    [Theory]
    // Either separator, with and without leading zeros, any capitals.
    [InlineData("01 maj 09.30, Brand, Luleå", "2024-05-01T09:48:12+02:00", "2024-05-01T07:30:00Z")]
    [InlineData("1 Maj 9:30", "2024-05-01T09:48:12+02:00", "2024-05-01T07:30:00Z")]
    // The turn of the year, both ways.
    [InlineData("31 december 23.50, Brand", "2024-01-01T01:10:00+01:00", "2023-12-31T22:50:00Z")]
    [InlineData("02 januari 10.00, Övrigt", "2023-12-30T10:00:00+01:00", "2024-01-02T09:00:00Z")]
    [InlineData("31 december 23.30, Brand", "2024-12-31T23:55:00+01:00", "2024-12-31T22:30:00Z")]
    // Published in one offset, happened in the other.
    [InlineData("30 mars 23.00, Brand", "2024-03-31T08:00:00+02:00", "2024-03-30T22:00:00Z")]
    // Leap day.
    [InlineData("29 februari 12.00, Brand", "2024-03-01T08:00:00+01:00", "2024-02-29T11:00:00Z")]
    [InlineData("29 februari 12.00, Brand", "2025-02-28T08:00:00+01:00", "2024-02-29T11:00:00Z")]
    // Announced: later than the publication.
    [InlineData("01 maj 08:00, Övrigt, Stockholm", "2023-04-28T07:30:18+02:00", "2023-05-01T06:00:00Z")]
    public void Time_InTheHeadline_IsExactInTheClosestYear(string name, string published, string at)
    {
        var time = PoliceEventTime.Of(Event(name, published));

        Assert.Equal(DateTimeOffset.Parse(at, CultureInfo.InvariantCulture), time.At);
        Assert.Equal(TimeCertainty.Exact, time.Certainty);
    }

    [Theory]
    // Twice that night: the first, which is still summer time.
    [InlineData("27 oktober 02.23, Narkotikabrott, Malmö", "2024-10-27T06:32:11+01:00", "2024-10-27T00:23:00Z")]
    [InlineData("29 oktober 02:33, Brand", "2023-10-29T07:15:46+01:00", "2023-10-29T00:33:00Z")]
    // Not at all that night: as if clocks had not been moved yet.
    [InlineData("31 mars 02.30, Brand", "2024-03-31T08:00:00+02:00", "2024-03-31T01:30:00Z")]
    public void Time_OnTheNightOfAClockChange_IsToTheHour(string name, string published, string at)
    {
        var time = PoliceEventTime.Of(Event(name, published));

        Assert.Equal(DateTimeOffset.Parse(at, CultureInfo.InvariantCulture), time.At);
        Assert.Equal(TimeCertainty.Hour, time.Certainty);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Brand, Luleå")]
    [InlineData("Brand 01 maj 09.30")]
    [InlineData("01 maj, Brand")]
    [InlineData("01 maj 24.30, Brand")]
    [InlineData("01 maj 09.60, Brand")]
    [InlineData("01 maj 09.300, Brand")]
    [InlineData("31 april 09.30, Brand")]
    [InlineData("00 maj 09.30, Brand")]
    [InlineData("01 may 09.30, Brand")]
    [InlineData("29 februari 09.30, Brand", "2022-03-01T10:00:00+01:00")]
    public void Time_ThatTheHeadlineDoesNotSay_IsThePublicationAndUnknown(
        string name, string published = "2024-05-01T09:48:12+02:00")
    {
        var time = PoliceEventTime.Of(Event(name, published));

        Assert.Equal(DateTimeOffset.Parse(published, CultureInfo.InvariantCulture), time.At);
        Assert.Equal(TimeSpan.Zero, time.At.Offset);
        Assert.Equal(TimeCertainty.Unknown, time.Certainty);
    }

    [Theory]
    [InlineData("Upplands-bro", "0139", Precision.Municipality)]
    [InlineData("Dals-ed", "1438", Precision.Municipality)]
    [InlineData("ÖSTRA GÖINGE", "1256", Precision.Municipality)]
    [InlineData("Hallands län", "13", Precision.County)]
    public void Place_ThatTheHubKnows_IsItsAreaWithoutAPosition(string name, string area, Precision precision)
    {
        var place = Areas.Find(name)!;

        Assert.Equal((area, precision), (place.Area, place.Precision));
        Assert.Null(place.Position);
    }

    [Theory]
    [InlineData("Atlantis")]
    [InlineData("Bro")]
    [InlineData("")]
    public void Place_ThatIsNoMunicipalityOrCounty_IsNotFound(string name) => Assert.Null(Areas.Find(name));

    private static readonly PoliceAreas Areas = new(
    [
        new Area { Code = "13", DisplayName = "Hallands län", Level = AreaLevel.County },
        new Area { Code = "0139", DisplayName = "Upplands-Bro", Level = AreaLevel.Municipality },
        new Area { Code = "1438", DisplayName = "Dals-Ed", Level = AreaLevel.Municipality },
        new Area { Code = "1256", DisplayName = "Östra Göinge", Level = AreaLevel.Municipality },
        new Area { Code = "0139-bro", DisplayName = "Bro", Level = AreaLevel.District },
    ]);

    [Fact]
    public void Incident_OfAnEvent_CarriesTextOnlyWhenAskedAndWhole()
    {
        var place = new Place { Area = "13", Precision = Precision.County };
        var police = Event("01 maj 09.30, Brand", "2024-05-01T09:48:12+02:00") with { Summary = new string('å', 500) };

        var type = EventTypeList.Embedded.Find(police.Type);
        Assert.Equal("", PoliceIncident.Of(police, type, place, 1, "v", withText: false, out _).Report.Summary);
        Assert.Equal(500, PoliceIncident.Of(police, type, place, 1, "v", withText: true, out var leftOut).Report.Summary.Length);
        Assert.False(leftOut);
        // Of what nobody has decided about the type alone is told.
        Assert.Equal("", PoliceIncident.Of(police, null, place, 1, "v", withText: true, out _).Report.Summary);
        police = police with { Summary = new string('å', 501) };
        Assert.Equal("", PoliceIncident.Of(police, type, place, 1, "v", withText: true, out leftOut).Report.Summary);
        Assert.True(leftOut);
    }
}
