using System.Text;
using CsCheck;
using TrygghetHub.Errors.V1;
using TrygghetHub.Server.Areas;
using TrygghetHub.Server.Platform.Errors;
using TrygghetHub.Testing;
using static TrygghetHub.Server.Tests.Areas.GeoJson;

namespace TrygghetHub.Server.Tests.Areas;

public class AreaImportTests
{
    private const string Secret = "Hemligt";

    /// <summary>What is refused, in the words that say why; each about the second feature of two.</summary>
    public static TheoryData<string, string, string, string> Refused => new()
    {
        { "no geometry", "District", Feature(Named, "null"), "no geometry" },
        { "empty polygon", "District", Feature(Named, """{"type":"Polygon","coordinates":[]}"""), "no geometry" },
        { "a point as a district", "District", Feature(Named, Point(11, 1)), "only a place" },
        { "a line", "District", Feature(Named, """{"type":"LineString","coordinates":[[17,59],[18,59]]}"""), "another type" },
        { "two corners", "District", Feature(Named, Ring((11, 1), (12, 1))), "three corners" },
        { "a text for a number", "District", Feature(Named, """{"type":"Polygon","coordinates":[[["Hemligt",59]]]}"""), "pair of numbers" },
        { "infinity", "District", Feature(Named, """{"type":"Polygon","coordinates":[[[1e999,59],[17,59],[17,60]]]}"""), "pair of numbers" },
        { "nested too deep", "District", Feature(Named, """{"type":"Polygon","coordinates":[[[[17,59],[17,60],[18,60]]]]}"""), "pair of numbers" },
        { "latitude first", "District", Feature(Named, """{"type":"Polygon","coordinates":[[[59,17],[60,17],[60,18],[59,17]]]}"""), "outside Sweden" },
        { "the equator", "District", Feature(Named, """{"type":"Polygon","coordinates":[[[0,0],[0,1],[1,1],[0,0]]]}"""), "outside Sweden" },
        { "a line drawn as an area", "District", Feature(Named, Ring((11, 1), (12, 1), (11, 1), (12, 1))), "nothing is left" },
        { "no name", "District", Feature("\"x\":1", Square(11, 1, 1)), "is a name" },
        { "a name of no letters", "District", Feature("\"namn\":\"–\"", Square(11, 1, 1)), "1 to 100" },
        { "a name too long", "District", Feature($"\"namn\":\"{new string('x', 101)}\"", Square(11, 1, 1)), "1 to 100" },
        { "a name that gives no code", "District", Feature("\"namn\":\"北\"", Square(11, 1, 1)), "No code" },
        { "the code of another municipality", "District", Feature(Named + ",\"kod\":\"0180-x\"", Square(11, 1, 1)), "begins with" },
        { "the same name", "District", Feature("\"namn\":\"först\"", Square(11, 1, 1)), "same code as feature 1" },
        { "overlap", "District", Feature(Named, Square(0.5, 0.5, 1)), "overlaps feature 1" },
        { "outside its municipality", "District", Feature(Named, Square(30, 1, 1)), "in no municipality" },
        { "outside the municipality that it says", "District", Feature(Named + ",\"kommunkod\":139", Square(30, 1, 1)), "2 km outside" },
        { "half of it far outside", "District", Feature(Named, Square(12, 1, 11)), "2 km outside" },
        { "no municipality's code", "Municipality", Feature("\"namn\":\"Hemligt\"", Square(40, 1, 1)), "code of a municipality" },
        { "an unknown municipality", "Municipality", Feature("\"kommunkod\":\"9999\"", Square(40, 1, 1)), "no municipality with its code" },
        { "a county's code", "Municipality", Feature("\"kommunkod\":\"01\"", Square(40, 1, 1)), "no municipality with its code" },
        { "the same municipality", "Municipality", Feature("\"kommunkod\":\"0180\"", Square(40, 1, 1)), "same code as feature 1" },
        { "a place in no district", "Place", Feature(Named, Point(8, 8)), "in no district" },
    };

    private static string Named => $"\"namn\":\"{Secret}\"";

    [Theory]
    [MemberData(nameof(Refused))]
    public void Decide_AFeatureThatBreaksARule_RefusesItAllByItsNumber(string what, string levelName, string feature, string rule)
    {
        Assert.NotEmpty(what);
        var level = Enum.Parse<AreaLevel>(levelName);
        var first = level switch
        {
            AreaLevel.Municipality => Feature("\"kommunkod\":\"0180\"", Square(-40, 0, 10)),
            AreaLevel.District => Feature("\"namn\":\"Först\"", Square(0, 0, 5)),
            _ => Feature("\"namn\":\"Först\"", Point(1, 1)),
        };
        var book = Book(withDistricts: level == AreaLevel.Place);

        var refusal = Assert.Throws<HubException>(() => Import(book, level, File(first, feature), 2026)).Refusal;

        Assert.Equal((ErrorReason.AreasInvalid, "geojson"), (refusal.Reason, refusal.Field));
        Assert.StartsWith("Feature 2: ", refusal.Rule, StringComparison.Ordinal);
        Assert.Contains(rule, refusal.Rule, StringComparison.Ordinal);
        Assert.NotEmpty(refusal.Remedy);
        Assert.DoesNotContain(Secret, refusal.Rule + refusal.Remedy, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("", "no JSON: line 1")]
    [InlineData("[]", "no FeatureCollection")]
    [InlineData("{}", "no FeatureCollection")]
    [InlineData("""{"type":"FeatureCollection"}""", "no FeatureCollection")]
    [InlineData("""{"type":"Feature","features":[]}""", "no FeatureCollection")]
    [InlineData("""{"type":"FeatureCollection","features":[]}""", "no feature")]
    [InlineData("""{"type":"FeatureCollection","features":[{}]}""", "type is not Feature")]
    [InlineData("""{"type":"FeatureCollection","features":[7]}""", "no object")]
    [InlineData("""{"type":"FeatureCollection","features":[""", "no JSON")]
    [InlineData("""{"type":"FeatureCollection","features":[]} x""", "no JSON")]
    [InlineData("""{"type":"FeatureCollection","features":[],"n":NaN}""", "no JSON")]
    [InlineData("""{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"a":"\ud800"}}]}""", "not UTF-8")]
    [InlineData("""{"type":"FeatureCollection","crs":{"properties":{"name":"EPSG:3021"}},"features":[]}""", "does not know")]
    public void Decide_AFileThatIsNone_IsRefused(string file, string rule)
    {
        var refusal = Assert.Throws<HubException>(
            () => Import(Book(), AreaLevel.District, Encoding.UTF8.GetBytes(file), 2026)).Refusal;

        Assert.Equal(ErrorReason.AreasInvalid, refusal.Reason);
        Assert.Contains(rule, refusal.Rule, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_MoreThanItMayHold_IsRefusedBeforeItIsKept()
    {
        var positions = string.Join(',', Enumerable.Repeat("[17,59]", GeoJsonFile.MostPositionsOfAFeature + 1));
        var tooMany = File(Feature(Named, $$"""{"type":"Polygon","coordinates":[ [{{positions}}] ] }"""));
        var features = File([.. Enumerable.Repeat("""{"type":"Feature"}""", GeoJsonFile.MostFeatures + 1)]);

        Assert.Contains("at most 100000", RuleOf(tooMany), StringComparison.Ordinal);
        Assert.Contains("at most 10000 features", RuleOf(features), StringComparison.Ordinal);
        Assert.Contains("16 MiB", RuleOf(new byte[GeoJsonFile.LargestFile + 1]), StringComparison.Ordinal);
    }

    // A thousand teeth, each across all others: mending it would take a million crossings.
    [Fact]
    public void Decide_AThicketOfEdges_IsRefusedAndNotMended()
    {
        var teeth = Enumerable.Range(0, 400).SelectMany(i => new[] { (11 + (i * 0.001), 1.0), (12 - (i * 0.001), 2.0) }).ToArray();
        Assert.Contains("cross more than", RuleOf(File(Feature(Named, Ring(teeth)))), StringComparison.Ordinal);
    }

    // Each an angle in the angle of the next: their boxes all meet, and they do not.
    [Fact]
    public void Decide_MoreDistrictsThanAMunicipalityHas_IsRefused()
    {
        string[] angles =
        [
            .. Enumerable.Range(0, 1_001).Select(i => i * 0.01).Select((at, i) => Feature(
                $"\"namn\":\"D {i}\"",
                Ring((at, at), (19, at), (19, at + 0.005), (at + 0.005, at + 0.005), (at + 0.005, 19), (at, 19)))),
        ];
        Assert.Contains("at most 1000 districts", RuleOf(File(angles)), StringComparison.Ordinal);
        Assert.Equal(1_000, Import(Book(), AreaLevel.District, File(angles[..^1]), 2026).Children("0139").Count(a => !a.IsClosed));
    }

    [Fact]
    public void Decide_ADayBeforeTheOneItFollows_IsRefused()
    {
        var book = Book(withDistricts: true);
        var refusal = Assert.Throws<HubException>(() => Import(
            book, AreaLevel.District, File(Feature("\"namn\":\"Bro\"", Square(0, 0, 4))), 2019)).Refusal;
        Assert.Equal((ErrorReason.FieldInvalid, "import.valid_from"), (refusal.Reason, refusal.Field));
    }

    [Fact]
    public void Decide_ABowTieAndAnOpenRing_AreMendedAndNamed()
    {
        var book = Book();
        var changes = AreaImport.Decide(book, Order(AreaLevel.District, 2026, book), GeoJsonFile.Read(File(
            Feature("\"namn\":\"Hel\"", Square(8, 8, 1)),
            Feature("\"namn\":\"Fluga\"", Ring((1, 1), (3, 3), (3, 1), (1, 3), (1, 1))),
            Feature("\"namn\":\"Öppen\"", Ring((5, 1), (6, 1), (6, 2))))));

        Assert.Equal([2, 3], changes.Repaired);
        Assert.All(changes.Changed.Where(a => !a.IsClosed), area => Assert.True(area.Shape!.IsValid));
        Assert.Equal(2_000_000.0, changes.Changed[1].Shape!.Area, 5_000.0);
        Assert.Equal(500_000.0, changes.Changed[2].Shape!.Area, 5_000.0);
    }

    [Fact]
    public void Decide_SliversBetweenNeighbours_AreTaken() => Assert.Equal(
        2,
        Import(
            Book(), AreaLevel.District,
            File(Feature("\"namn\":\"Ett\"", Square(0, 0, 5)), Feature("\"namn\":\"Två\"", Square(4.999, 0, 5))), 2026)
            .Children("0139").Count(a => !a.IsClosed));

    [Fact]
    public void Decide_MetresOfSweref_AreTheSameShapes()
    {
        var properties = "\"namn\":\"Bro\"";
        var degrees = Import(Book(), AreaLevel.District, File(Feature(properties, Square(1, 2, 3))), 2026);
        var metres = Import(Book(), AreaLevel.District, File(Feature(properties, SquareInMetres(1, 2, 3))), 2026);
        var declared = Import(
            Book(), AreaLevel.District,
            Encoding.UTF8.GetBytes($$"""
                {"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::3006"} },
                 "features":[{"geometry":{{SquareInMetres(1, 2, 3)}},"properties":{"OMRÅDES_NAMN":"Bro"},"type":"Feature"}]}
                """), 2026);

        var shape = Shape(degrees, "0139-bro");
        Assert.True(shape.EqualsExact(Shape(metres, "0139-bro")));
        Assert.True(shape.EqualsExact(Shape(declared, "0139-bro")));
        Assert.Equal(9_000_000.0, shape.Area);
    }

    [Fact]
    public void Decide_ADivision_NamesClosesAndKeeps()
    {
        var before = Book(withDistricts: true);
        var after = Import(
            before, AreaLevel.District,
            File(Feature("\"namn\":\"BRO\"", Square(0, 0, 5)), Feature("\"namn\":\"Norra Håga\"", Square(5, 0, 5))), 2026);

        // The name in another writing is the same area; what is marked as sparse stays so while it is there.
        Assert.True(before.TryGet("0139-ovriga", out var rest) && rest is { Sparse: true, IsClosed: false });
        Assert.True(after.TryGet("0139-bro", out var bro) && bro is { DisplayName: "BRO", IsClosed: false });
        Assert.True(after.TryGet("0139-norrahaga", out var added) && added.ValidFrom == new DateOnly(2026, 1, 1));

        // What is left out is closed with all in it, and still resolves.
        Assert.True(after.TryGet("0139-brunna", out var closed) && closed.ValidTo == new DateOnly(2026, 1, 1));
        Assert.Equal(new DateOnly(2021, 1, 1), closed.ValidFrom);
        Assert.True(after.TryGet("0139-brunna-provplanen", out var within) && within.IsClosed);
        Assert.True(after.TryGet("0139-bro-exempeltorget", out var kept) && !kept.IsClosed);
        Assert.True(after.TryResolve("0139-brunna-provplanen", out var chain) && chain.IsWithin("0139-brunna"));
        Assert.Equal("0139-norrahaga", after.Map.Find(AreaLevel.District, At(6, 1))?.Code);
        Assert.Equal("0139-brunna", before.Map.Find(AreaLevel.District, At(6, 1))?.Code);
        Assert.Equal(before.Version + 1, after.Version);
    }

    [Fact]
    public void Decide_OneDistrictOfFour_AddsItAndNamesWhatTheFileLacks()
    {
        var before = Book(withDistricts: true);
        var file = File(Feature("\"namn\":\"Norra Håga\"", Square(5, 5, 4)));
        var changes = AreaImport.Decide(before, Order(AreaLevel.District, 2026, before, closeMissing: false), GeoJsonFile.Read(file));
        var asked = AreaImport.Decide(before, Order(AreaLevel.District, 2026, before, closeMissing: true), GeoJsonFile.Read(file));

        Assert.Equal(["0139-norrahaga"], changes.Changed.Select(a => a.Code));
        Assert.Contains("0139-bro", changes.Missing.Select(a => a.Code));
        Assert.Contains("0139-bro-exempeltorget", changes.Missing.Select(a => a.Code)); // what lies in it would be closed too
        Assert.Equal(
            changes.Missing.Select(a => a.Code), asked.Changed.Where(a => a.IsClosed).Select(a => a.Code));
        Assert.Empty(asked.Missing);
    }

    [Fact]
    public void Decide_ADistrictAcrossOneThatTheFileLacks_IsRefusedUnlessThatIsClosed()
    {
        var before = Book(withDistricts: true);
        var file = File(Feature("\"namn\":\"Tätorten\"", Square(0, 0, 10)));
        var refusal = Assert.Throws<HubException>(
            () => Import(before, AreaLevel.District, file, 2026, closeMissing: false)).Refusal;

        Assert.Contains("overlaps 0139-", refusal.Rule, StringComparison.Ordinal);
        Assert.Contains("--close-missing", refusal.Remedy, StringComparison.Ordinal);
        Assert.True(Import(before, AreaLevel.District, file, 2026).TryGet("0139-bro", out var closed) && closed.IsClosed);
    }

    [Fact]
    public void Decide_ACodePropertyThatAFeatureLacks_IsRefused()
    {
        var book = Book();
        var order = Order(AreaLevel.District, 2026, book) with { Properties = new FeatureProperties("nyko", "") };
        var refusal = Assert.Throws<HubException>(() => AreaImport.Decide(
            book, order, GeoJsonFile.Read(File(Feature("\"namn\":\"Bro\"", Square(0, 0, 5)))))).Refusal;
        Assert.Contains("lacks the property", refusal.Rule, StringComparison.Ordinal);
    }

    [Fact]
    public void Reopen_AClosedDistrict_KeepsCodeAndHistoryAndOpensWhatWasClosedWithIt()
    {
        var open = Book(withDistricts: true);
        var closed = Import(open, AreaLevel.District, File(Feature("\"namn\":\"Bro\"", Square(0, 0, 5))), 2025);
        closed.TryGet("0139-brunna", out var brunna);
        var reopened = AreaImport.Reopen(closed, brunna!, new DateOnly(2026, 1, 1));
        var after = AreaEntries.After(closed, AreaEntries.ToEntry(reopened, new DateOnly(2026, 1, 1), closed.Version + 1, ""));

        Assert.Equal("0139-brunna", reopened[0].Code);
        Assert.Contains("0139-brunna-provplanen", reopened.Select(a => a.Code));
        Assert.All(reopened, a => Assert.StartsWith("0139-brunna", a.Code, StringComparison.Ordinal));
        Assert.True(after.TryGet("0139-brunna", out var area) && !area.IsClosed);
        Assert.Equal(new DateOnly(2021, 1, 1), area.ValidFrom);
        Assert.Equal(brunna!.Shape, area.Shape);
        Assert.Null(area.ClosedOn(new DateOnly(2024, 12, 31)));
        Assert.Equal(new DateOnly(2025, 1, 1), area.ClosedOn(new DateOnly(2025, 1, 1)));
        Assert.Equal(new DateOnly(2025, 1, 1), area.ClosedOn(new DateOnly(2025, 12, 31)));
        Assert.Null(area.ClosedOn(new DateOnly(2026, 1, 1)));
        Assert.True(after.TryGet("0139-kungsangen", out var other) && other.IsClosed);

        // On the day of its closing it was never closed; and in use already it stays as it is.
        var undone = AreaEntries.After(closed, AreaEntries.ToEntry(reopened, new DateOnly(2025, 1, 1), closed.Version + 1, ""));
        Assert.True(undone.TryGet("0139-brunna", out var whole) && whole.Closures.Count == 0);
        Assert.Empty(AreaImport.Reopen(after, area, new DateOnly(2026, 1, 1)));

        // Imported again it keeps its history too.
        var imported = Import(
            closed, AreaLevel.District, File(Feature("\"namn\":\"Brunna\",\"kod\":\"brunna\"", Square(5, 0, 5))), 2026, closeMissing: false);
        Assert.True(imported.TryGet("0139-brunna", out var again) && !again.IsClosed && again.Closures.Count == 1);
    }

    [Fact]
    public void Reopen_WhatDoesNotFitWhatIsInUse_IsRefused()
    {
        var closed = Import(
            Book(withDistricts: true), AreaLevel.District, File(Feature("\"namn\":\"Tätorten\"", Square(0, 0, 9))), 2025);
        Assert.Contains("overlaps 0139-tatorten", RuleOf("0139-bro", 2026), StringComparison.Ordinal);
        Assert.Contains("0139-bro, which holds it, is closed", RuleOf("0139-bro-exempeltorget", 2026), StringComparison.Ordinal);
        Assert.Contains("in use until 2025-01-01", RuleOf("0139-ovriga", 2024), StringComparison.Ordinal);

        string RuleOf(string code, int year)
        {
            closed.TryGet(code, out var area);
            return Assert.Throws<HubException>(() => AreaImport.Reopen(closed, area!, new DateOnly(year, 1, 1))).Refusal.Rule;
        }
    }

    [Fact]
    public void Decide_TheSameAgain_ChangesNothing()
    {
        var file = File(Feature("\"namn\":\"Bro\"", Square(0, 0, 5)), Feature("\"namn\":\"Ny\"", Square(5, 0, 5)));
        var book = Import(Book(), AreaLevel.District, file, 2026);

        var changes = AreaImport.Decide(book, Order(AreaLevel.District, 2026, book), GeoJsonFile.Read(file));

        Assert.Empty(changes.Changed);
        Assert.Equal(2, changes.Unchanged);
    }

    [Fact]
    public void Decide_AClosedAreaAgain_IsInUseAgain()
    {
        var closed = Import(Book(withDistricts: true), AreaLevel.District, File(Feature("\"namn\":\"Bro\"", Square(0, 0, 5))), 2025);
        var again = File(Feature("\"namn\":\"Bro\"", Square(0, 0, 5)), Feature("\"kod\":\"brunna\",\"namn\":\"Brunna\"", Square(5, 0, 5)));
        var changes = AreaImport.Decide(closed, Order(AreaLevel.District, 2026, closed), GeoJsonFile.Read(again));

        Assert.Equal(AreaChangeKind.Added, changes.Kinds["0139-brunna"]);
        Assert.Equal(["0139-brunna"], changes.Changed.Select(a => a.Code));
    }

    [Fact]
    public void Decide_Places_LieInTheDistrictThatHoldsThemAndCloseTheirSiblings()
    {
        var book = Import(
            Book(withDistricts: true), AreaLevel.Place,
            File(
                Feature("\"namn\":\"Exempeltorget (Bro)\"", Square(1, 1, 0.2)),
                Feature("\"namn\":\"Stationen\"", Point(2, 2)),
                Feature("\"namn\":\"Stationen\"", Point(6, 2)),
                Feature("\"namn\":\"Skolan\",\"distrikt\":\"Brunna\"", Point(6, 3))),
            2026, parent: "0139");

        Assert.True(book.TryGet("0139-bro-exempeltorget", out var known) && known is { Illustrative: true, Shape: not null });
        Assert.True(book.TryGet("0139-bro-stationen", out _));
        Assert.True(book.TryGet("0139-brunna-stationen", out _));
        Assert.True(book.TryGet("0139-brunna-skolan", out _));

        // With the municipality named all of its places are meant, those of districts without a feature too.
        Assert.True(book.TryGet("0139-kungsangen-provbryggan", out var closed) && closed.IsClosed);
        Assert.Equal(["0139-bro-stationen", "0139-brunna-stationen"], book.Named("0139", "stationen").Select(a => a.Code));
    }

    [Fact]
    public void Decide_PlacesWithoutAParent_LeaveOtherDistrictsAlone()
    {
        var book = Import(Book(withDistricts: true), AreaLevel.Place, File(Feature("\"namn\":\"Stationen\"", Point(2, 2))), 2026);
        Assert.True(book.TryGet("0139-bro-exempeltorget", out var sibling) && sibling.IsClosed);
        Assert.True(book.TryGet("0139-kungsangen-provbryggan", out var other) && !other.IsClosed);
    }

    [Fact]
    public void Find_AnyPoint_IsInAtMostOneDistrictAndOneThatHoldsIt()
    {
        // Random squares that may overlap by the tolerated sliver.
        var land = Book();
        Gen.Select(Gen.Int[1, 6], Gen.Int[1, 6], Gen.Double[0.0, 20.0], Gen.Double[0.0, 20.0], Gen.Double[0.0, 0.0015]).Sample(c =>
        {
            var (columns, rows, east, north, sliver) = c;
            var side = 18.0 / Math.Max(columns, rows);
            var squares = from x in Enumerable.Range(0, columns)
                          from y in Enumerable.Range(0, rows)
                          select Feature($"\"namn\":\"D {x} {y}\"", Square(x * side, y * side, side + sliver));
            var book = Import(land, AreaLevel.District, File([.. squares]), 2026);
            var at = At(east, north);

            var found = book.Map.Find(AreaLevel.District, at);

            var holding = book.Children("0139").Where(a => !a.IsClosed && AreaMap.IsNear(a, at, 0)).ToList();
            Assert.Equal(holding.Count > 0, found is not null);
            Assert.True(found is null || holding.Contains(found));
            Assert.True(holding.Count <= 1 || sliver > 0 || holding.TrueForAll(a => a.Shape!.Boundary.Distance(Point(a, at)) < 2));
        }, iter: 30);

        static NetTopologySuite.Geometries.Point Point(Area area, SwerefPoint at) =>
            area.Shape!.Factory.CreatePoint(new NetTopologySuite.Geometries.Coordinate(at.Easting, at.Northing));
    }

    [Fact]
    public void Decide_AllMunicipalities_HoldTheirPoints()
    {
        var path = SharedData.Path("geo", "municipalities.geojson");
        if (SharedData.SkipReason(path) is { } reason)
        {
            Assert.Skip(reason);
        }

        var book = Import(AreaBook.LoadEmbedded(), AreaLevel.Municipality, System.IO.File.ReadAllBytes(path), 2026);
        Area[] known = [.. book.Areas.Where(a => a.Shape is not null)];
        Assert.Equal(290, known.Length);
        Assert.All(known, a => Assert.True(a.Shape!.IsValid));

        // A point of each: a random one of its envelope that lies in it by the plain geometry.
        Gen.Select(Gen.Int[0, 289], Gen.Double[0.0, 1.0], Gen.Double[0.0, 1.0]).Sample(c =>
        {
            var area = known[c.Item1];
            var box = area.Shape!.EnvelopeInternal;
            var at = new SwerefPoint(box.MinY + (box.Height * c.Item2), box.MinX + (box.Width * c.Item3));
            if (AreaMap.IsNear(area, at, 0))
            {
                var found = book.Map.Find(AreaLevel.Municipality, at)!;
                Assert.True(found.Code == area.Code || AreaMap.IsNear(found, at, 0));
            }
            else
            {
                Assert.NotEqual(area.Code, book.Map.Find(AreaLevel.Municipality, at)?.Code);
            }
        }, iter: 2_000);

        // Örebro, Kiruna, Visby and Kungsängen, as everybody knows where they are.
        Assert.Equal(
            ["1880", "2584", "0980", "0139"],
            new[] { (59.2741, 15.2066), (67.8558, 20.2253), (57.6348, 18.2948), (59.4787, 17.7526) }
                .Select(p => book.Map.Find(AreaLevel.Municipality, Sweref99Tm.FromWgs84(p.Item1, p.Item2))?.Code));
    }

    private static string RuleOf(byte[] file) =>
        Assert.Throws<HubException>(() => Import(Book(), AreaLevel.District, file, 2026)).Refusal.Rule;

    private static NetTopologySuite.Geometries.Geometry Shape(AreaBook book, string code) =>
        book.TryGet(code, out var area) ? area.Shape! : throw new InvalidOperationException();
}
