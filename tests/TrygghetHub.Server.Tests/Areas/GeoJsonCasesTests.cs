using TrygghetHub.Errors.V1;
using TrygghetHub.Server.Areas;
using TrygghetHub.Server.Platform.Errors;

namespace TrygghetHub.Server.Tests.Areas;

/// <summary>Files as map systems write them, each imported as the districts or the municipality that it holds.</summary>
public sealed class GeoJsonCasesTests
{
    // What is read: codes, and whole hectares of all areas together.
    private static readonly Dictionary<string, (string Codes, int Hectares)> read = new(StringComparer.Ordinal)
    {
        ["bom.geojson"] = ("0139-norrabro", 378),
        ["bow-tie.geojson"] = ("0139-norrabro", 189),
        ["crs-compound-5845-sweref-rh2000.geojson"] = ("0139-norrabro", 378),
        ["crs-epsg-code.geojson"] = ("0139-norrabro", 378),
        ["crs-gml-srs.geojson"] = ("0139-norrabro", 378),
        ["crs-http-uri-3006.geojson"] = ("0139-norrabro", 378),
        ["crs-http-uri-crs84.geojson"] = ("0139-norrabro", 378),
        ["crs-in-geometry-not-in-collection.geojson"] = ("0139-norrabro", 378),
        ["crs-link.geojson"] = ("0139-norrabro", 378),
        ["crs-lower-case-epsg-4326.geojson"] = ("0139-norrabro", 378),
        ["crs-name-sweref99-tm.geojson"] = ("0139-norrabro", 378),
        ["crs-name-wgs-84.geojson"] = ("0139-norrabro", 378),
        ["crs-null.geojson"] = ("0139-norrabro", 378),
        ["crs-short-with-height.geojson"] = ("0139-norrabro", 378),
        ["crs-text-alone.geojson"] = ("0139-norrabro", 378),
        ["crs-urn-3006-northing-first.geojson"] = ("0139-norrabro", 378),
        ["crs-urn-3006.geojson"] = ("0139-norrabro", 378),
        ["crs-urn-4326-latitude-first.geojson"] = ("0139-norrabro", 378),
        ["crs-urn-compound.geojson"] = ("0139-norrabro", 378),
        ["crs-urn-crs84.geojson"] = ("0139-norrabro", 378),
        ["crs-urn-with-version-3006.geojson"] = ("0139-norrabro", 378),
        ["district-code-exponent.geojson"] = ("0139-12", 378),
        ["district-code-float.geojson"] = ("0139-12", 378),
        ["district-code-text-float.geojson"] = ("0139-12", 378),
        ["district-code-whole.geojson"] = ("0139-12", 378),
        ["geometrycollection-of-polygons.geojson"] = ("0139-norrabro", 757),
        ["geometrycollection-with-label.geojson"] = ("0139-norrabro", 378),
        ["height-nan.geojson"] = ("0139-norrabro", 378),
        ["height.geojson"] = ("0139-norrabro", 378),
        ["huge-precision-and-repeated-points.geojson"] = ("0139-norrabro", 378),
        ["multipolygon-overlapping-parts.geojson"] = ("0139-norrabro", 631),
        ["municipality-code-1.39E2.geojson"] = ("0139", 32814),
        ["municipality-code-float.geojson"] = ("0139", 32814),
        ["municipality-code-text-139-with-spaces.geojson"] = ("0139", 32814),
        ["municipality-code-text-float.geojson"] = ("0139", 32814),
        ["name-in-decomposed-form.geojson"] = ("0139-sodraraby", 378),
        ["null-height.geojson"] = ("0139-norrabro", 378),
        ["spike.geojson"] = ("0139-norrabro", 378),
        ["xyzm.geojson"] = ("0139-norrabro", 378),
    };

    // What is refused: a part of the rule, and of the remedy.
    private static readonly Dictionary<string, (string Rule, string Remedy)> refused = new(StringComparer.Ordinal)
    {
        ["bare-geometry.geojson"] = ("no FeatureCollection", "as GeoJSON"),
        ["crs-two.geojson"] = ("two coordinate systems", "in one of them"),
        ["crs-urn-3021.geojson"] = ("a system that the hub does not know", "EPSG:3006"),
        ["district-code-fraction.geojson"] = ("number with decimals", "codes as text"),
        ["district-code-text-exponent.geojson"] = ("an exponent", "codes as text"),
        ["esri-json-features-alone.json"] = ("Esri JSON", "f=geojson"),
        ["esri-json.json"] = ("Esri JSON", "f=geojson"),
        ["geometrycollection-of-lines.geojson"] = ("holds no polygon", "Send a polygon"),
        ["multipolygon-wrapped-once-too-often.geojson"] = ("nest otherwise", "as GeoJSON"),
        ["municipality-code-text-01-39.geojson"] = ("no municipality with its code", "such as 0139"),
        ["municipality-code-text-SE0139.geojson"] = ("no municipality with its code", "such as 0139"),
        ["name-in-nested-property.geojson"] = ("None of its properties is a name", "--name-property"),
        ["name-in-title-property.geojson"] = ("None of its properties is a name", "--name-property"),
        ["null-geometry-row.geojson"] = ("Feature 2: It has no geometry", "or remove it"),
        ["rt90-without-crs.geojson"] = ("outside Sweden", "SWEREF 99 TM"),
        ["same-code-twice.geojson"] = ("same code as feature 1", "its own code"),
        ["topojson.json"] = ("TopoJSON", "as GeoJSON"),
        ["utf16.geojson"] = ("no JSON", "in UTF-8"),
        ["web-mercator-3857-without-crs.geojson"] = ("outside Sweden", "WGS 84"),
    };

    public static TheoryData<string> Files =>
        [.. Directory.GetFiles(Folder).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Areas", "Cases");

    [Theory]
    [MemberData(nameof(Files))]
    public void Import_AFileAsMapSystemsWriteIt_GivesItsAreasOrNamesWhatIsWrong(string file)
    {
        var bytes = File.ReadAllBytes(Path.Combine(Folder, file));
        var level = file.StartsWith("municipality-", StringComparison.Ordinal) ? AreaLevel.Municipality : AreaLevel.District;
        AreaChanges Import()
        {
            var book = AreaBook.LoadEmbedded();
            var parent = level == AreaLevel.District ? "0139" : "";
            return AreaImport.Decide(book, GeoJson.Order(level, 2026, book, parent, closeMissing: false), GeoJsonFile.Read(bytes));
        }

        if (refused.TryGetValue(file, out var wrong))
        {
            var refusal = Assert.Throws<HubException>(() => Import()).Refusal;
            Assert.Equal((ErrorReason.AreasInvalid, "geojson"), (refusal.Reason, refusal.Field));
            Assert.Contains(wrong.Rule, refusal.Rule, StringComparison.Ordinal);
            Assert.Contains(wrong.Remedy, refusal.Remedy, StringComparison.Ordinal);
            return;
        }

        var changes = Import();
        Assert.Equal(
            read.GetValueOrDefault(file),
            (string.Join(' ', changes.Changed.Select(a => a.Code)), (int)Math.Round(changes.Changed.Sum(a => a.Shape!.Area) / 10_000)));
        Assert.DoesNotContain(AreaChangeKind.Closed, changes.Kinds.Values);
    }
}
