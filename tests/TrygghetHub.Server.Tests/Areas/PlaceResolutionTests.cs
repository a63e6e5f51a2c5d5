using TrygghetHub.Errors.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Server.Areas;
using static TrygghetHub.Server.Tests.Areas.GeoJson;

namespace TrygghetHub.Server.Tests.Areas;

public class PlaceResolutionTests
{
    // Districts with shapes, and in Bro a square of 1 km; another place of that name, a point, in Brunna.
    private static readonly AreaBook book = Import(
        Book(withDistricts: true), AreaLevel.Place,
        File(
            Feature("\"namn\":\"Provtorget (Bro)\"", Square(1, 1, 1)),
            Feature("\"namn\":\"Provtorget (Brunna)\"", Point(6, 2)),
            Feature("\"namn\":\"Östra skolan\"", Point(7, 2))),
        2026, parent: "0139");

    private static readonly DateOnly Today = new(2026, 6, 1);

    [Theory]
    [InlineData("9999", "", ErrorReason.AreaUnknown, "report.place.area")]
    [InlineData("0139-kungsangen-provbryggan", "", ErrorReason.AreaUnknown, "report.place.area")] // closed
    [InlineData("0139", "Ingenstans", ErrorReason.PlaceUnknown, "report.place.named")]
    [InlineData("0139-bro", "Östra skolan", ErrorReason.PlaceUnknown, "report.place.named")] // in Brunna
    [InlineData("0139", "Provbryggan", ErrorReason.PlaceUnknown, "report.place.named")] // closed
    [InlineData("0139", "a\nb", ErrorReason.FieldInvalid, "report.place.named")]
    [InlineData("0139", "Provtorget", ErrorReason.PlaceAmbiguous, "report.place.named")]
    public void Resolve_WhatCannotBe_IsRefused(string area, string name, ErrorReason reason, string field)
    {
        var refusal = PlaceResolution.Resolve(new Place { Area = area, Named = name }, book, Today, out var chain);
        Assert.Equal((reason, field), (refusal!.Reason, refusal.Field));
        Assert.Equal(default, chain);
        Assert.True(name.Length == 0 || !(refusal.Rule + refusal.Remedy).Contains(name, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void Resolve_ANameTooLong_IsRefused() => Assert.Equal(
        ErrorReason.FieldInvalid,
        PlaceResolution.Resolve(new Place { Area = "0139", Named = new string('x', 101) }, book, Today, out _)!.Reason);

    // Provbryggan was closed at the start of 2026, with the import of the places.
    [Theory]
    [InlineData("0139-kungsangen-provbryggan", "", "0139-kungsangen-provbryggan")]
    [InlineData("0139", "Provbryggan", "0139-kungsangen-provbryggan")]
    public void Resolve_AnEventFromBeforeTheClosing_IsTaken(string area, string name, string code)
    {
        var place = new Place { Area = area, Named = name };
        Assert.Null(PlaceResolution.Resolve(place, book, new DateOnly(2025, 12, 31), out var chain));
        Assert.Equal(code, chain.Finest);
        Assert.NotNull(PlaceResolution.Resolve(place, book, new DateOnly(2026, 1, 1), out _));
    }

    [Fact]
    public void Resolve_APosition_IsInTheDistrictOfTheEventsDay()
    {
        var later = Import(
            Book(withDistricts: true), AreaLevel.District, File(Feature("\"namn\":\"Tätorten\"", Square(0, 0, 9))), 2026);
        Assert.Null(PlaceResolution.Resolve(At("0139", 1.5, 1.5), later, new DateOnly(2025, 12, 31), out var before));
        Assert.Null(PlaceResolution.Resolve(At("0139", 1.5, 1.5), later, new DateOnly(2026, 1, 1), out var after));
        Assert.Equal(("0139-bro", "0139-tatorten"), (before.Finest, after.Finest));
    }

    [Theory]
    [InlineData("2025-12-31T22:59:59Z", 2025)]
    [InlineData("2025-12-31T23:00:00Z", 2026)]
    public void DayOf_AnEvent_IsTheSwedishDay(string at, int year) => Assert.Equal(
        year, PlaceResolution.DayOf(DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture)).Year);

    [Fact]
    public void Resolve_AnAmbiguousName_TellsTheCandidates() => Assert.Equal(
        ["0139-bro-provtorget", "0139-brunna-provtorget"],
        PlaceResolution.Resolve(new Place { Area = "01", Named = "provtorget" }, book, Today, out _)!.Candidates);

    [Theory]
    [InlineData(30, 0)]
    [InlineData(0, -2.1)]
    public void Resolve_APositionFarOutsideTheMunicipality_IsRefused(double east, double north)
    {
        var refusal = PlaceResolution.Resolve(At("0139", east, north), book, Today, out _);
        Assert.Equal((ErrorReason.PrecisionInconsistent, "report.place.position"), (refusal!.Reason, refusal.Field));
        Assert.Contains("2 km", refusal.Rule, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0139", "Bro", "0139-bro")]
    [InlineData("0139", "KUNGSANGEN", "0139-kungsangen")]
    [InlineData("01", "östra Skolan", "0139-brunna-ostraskolan")]
    [InlineData("0139-brunna", "Provtorget", "0139-brunna-provtorget")]
    [InlineData("0139", "Provtorget (Bro)", "0139-bro-provtorget")]
    [InlineData("0139-bro", "bro", "0139-bro")]
    [InlineData("0139", "", "0139")]
    public void Resolve_ANameOfOne_IsIt(string area, string name, string code) =>
        Assert.Equal(code, Resolved(new Place { Area = area, Named = name }).Finest);

    [Theory]
    [InlineData("0139", 1.5, 1.5, "0139-bro-provtorget")]
    [InlineData("0139", 3, 3, "0139-bro")]
    [InlineData("0139-bro", 1.5, 1.5, "0139-bro-provtorget")]
    [InlineData("0139-brunna", 1.5, 1.5, "0139-brunna")] // what is named stays
    [InlineData("0139", 8, 8, "0139")] // in no district
    [InlineData("0139", 0, -1.9, "0139")] // simplified borders
    [InlineData("01", 1.5, 1.5, "01")] // the municipality is the sender's to name
    [InlineData("0180", 1.5, 1.5, "0180")] // nobody knows where it lies
    public void Resolve_APosition_FillsInWhatIsNotNamed(string area, double east, double north, string code) =>
        Assert.Equal(code, Resolved(At(area, east, north)).Finest);

    [Theory]
    [InlineData("Bro", 1.5, 1.5, "0139-bro-provtorget")]
    [InlineData("Brunna", 1.5, 1.5, "0139-brunna")]
    public void Resolve_ANameAndAPosition_IsFinerOnlyWhereTheyAgree(string name, double east, double north, string code)
    {
        var place = At("0139", east, north);
        place.Named = name;
        Assert.Equal(code, Resolved(place).Finest);
    }

    [Fact]
    public void Resolve_WithoutGeometry_RefinesNothing()
    {
        Assert.Null(PlaceResolution.Resolve(At("0139", 1.5, 1.5), AreaBook.LoadEmbedded(), Today, out var chain));
        Assert.Equal("0139", chain.Finest);
    }

    [Theory]
    [InlineData(Precision.Point, true)]
    [InlineData(Precision.Street, true)]
    [InlineData(Precision.Grid250M, true)]
    [InlineData(Precision.District, false)]
    public void CellOf_APlace_IsKnownWhereAPositionMayBe(Precision precision, bool isKnown)
    {
        var place = At("0139", 1.5, 1.5);
        place.Precision = precision;
        Assert.Equal(isKnown ? 6515006601500 : null, PlaceResolution.CellOf(place));
        place.Position = null;
        Assert.Null(PlaceResolution.CellOf(place));
    }

    private static AreaChain Resolved(Place place)
    {
        Assert.Null(PlaceResolution.Resolve(place, book, Today, out var chain));
        return chain;
    }

    // A metre inside: the corners of cells are not to be met to the last digit.
    private static Place At(string area, double east, double north)
    {
        var (latitude, longitude) = Sweref99Tm.ToWgs84(GeoJson.At(east + 0.001, north + 0.001));
        return new Place
        {
            Area = area,
            Precision = Precision.Point,
            Position = new Position { Latitude = latitude, Longitude = longitude },
        };
    }
}
