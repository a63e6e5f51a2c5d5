using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using TrygghetHub.Pictures.V1;

namespace TrygghetHub.Forms.Tests;

/// <summary>
/// Every form prints every figure of its picture, each in its own place, and no other: forms of pictures whose figures are drawn at
/// random are read again and compared with the protobuf.
/// </summary>
public sealed partial class EveryFigureTests
{
    private const int Pictures = 40;

    /// <summary>What a figure is of: the key by which it is known again.</summary>
    private sealed record Figure(string Area, string Family, string Category, bool IsWithheld, bool Published);

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, Pictures)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Csv_OfAnyPicture_HoldsItsFiguresAndNoOther(int seed)
    {
        var picture = Random(seed);
        var files = PictureCsv.Files(picture, PictureLanguage.Swedish).ToDictionary(f => f.Name, f => PictureCsvTests.Read(f.Content));

        Assert.Equal(
            Cells(picture).Select(c => (c.Key, c.Value.ThisWeek, c.Value.LastWeek, c.Value.Low, c.Value.High)),
            files["cells.csv"].Select(Line));
        Assert.Equal(
            Sums(picture).Select(s => (s.Key, s.Value.ThisWeek, s.Value.LastWeek, s.Value.Low, s.Value.High)),
            files["sums.csv"].Select(Line));
        Assert.Equal(
            picture.Squares.Select(s => (s.NorthingM, s.EastingM, s.Reports, s.Sources)),
            files["squares.csv"].Select(r => (
                Number(r["southwest_northing_sweref99tm_m"])!.Value, Number(r["southwest_easting_sweref99tm_m"])!.Value, Number(r["reports"])!.Value, Number(r["sources"])!.Value)));
        Assert.Equal(
            picture.Areas.SelectMany(a => a.Weeks.Select(w => (a.Area, w.HasReports ? w.Reports : (int?)null))),
            files["areas-weeks.csv"].Select(r => (r["area"], Number(r["reports"]))));

        static (Figure, int?, int?, int?, int?) Line(Dictionary<string, string> row) => (
            new Figure(row["area"], row["family"], row["category"], row["category_withheld"] == "true", row["published"] == "true"),
            Number(row["this_week_reports"]), Number(row["last_week_reports"]), Number(row["usual_low_reports"]), Number(row["usual_high_reports"]));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void GeoJson_OfAnyPicture_HoldsItsFiguresAndNoOther(int seed)
    {
        var picture = Random(seed);

        using var file = JsonDocument.Parse(PictureGeoJson.Write(picture, PictureLanguage.Swedish));
        var features = file.RootElement.GetProperty("features").EnumerateArray().Select(f => f.GetProperty("properties")).ToList();

        Assert.Equal(
            picture.Areas.Where(a => a.Outline is not null).Select(a => (
                a.Area, a.Weeks[^1].HasReports ? a.Weeks[^1].Reports : (int?)null, a.Usual?.Low, a.Usual?.High,
                a.HasPublishedEvents ? a.PublishedEvents : (int?)null)),
            features.Where(f => f.GetProperty("kind").GetString() == "area").Select(f => (
                f.GetProperty("area").GetString()!, Count(f, "reports"), Count(f, "usual_low_reports"), Count(f, "usual_high_reports"),
                Count(f, "published_events"))));
        Assert.Equal(
            picture.Squares.Select(s => (s.Reports, s.Sources)),
            features.Where(f => f.GetProperty("kind").GetString() == "square").Select(f => (Count(f, "reports")!.Value, Count(f, "sources")!.Value)));

        static int? Count(JsonElement properties, string name) => properties.TryGetProperty(name, out var value) ? value.GetInt32() : null;
    }

    /// <summary>The tables of a page: each figure with last week's and its usual span, as often as the picture has it.</summary>
    [Theory]
    [MemberData(nameof(Seeds))]
    public void Page_OfAnyPicture_HoldsItsFiguresAndNoOther(int seed)
    {
        var picture = Random(seed);
        var page = PicturePage.Render(picture, PictureLanguage.Swedish);

        var tables = CountTables().Matches(page).Select(m => XElement.Parse(m.Value)).ToList();
        var printed = tables.SelectMany(Printed).ToList();

        // A cell of zeros in both weeks, as usual, is written as one zero.
        var expected = Cells(picture).Concat(Sums(picture).Where(s => s.Key.Area.Length > 0 || IsTableWide(picture, s.Key)))
            .Select(f => (f.Value.ThisWeek, f.Value.LastWeek, f.Value.Low, f.Value.High)).ToList();
        Assert.Equal(expected.Order(), printed.Select(f => (f.ThisWeek, f.LastWeek, f.Low, f.High)).Order());
    }

    // The column of all areas is there where there are several.
    private static bool IsTableWide(SituationalPicture picture, Figure figure) =>
        (figure.Published ? picture.PublishedEvents : picture.Cells).Select(c => c.Area).Distinct().Count() > 1;

    private static IEnumerable<(int? ThisWeek, int? LastWeek, int? Low, int? High)> Printed(XElement table)
    {
        foreach (var cell in table.Descendants("td"))
        {
            var figures = cell.Elements("b").ToList();
            if (figures.Count == 0)
            {
                // None at all is a dash, and a quiet zero stands alone.
                if (cell.Value.Trim() == "0")
                {
                    yield return (0, 0, null, null);
                }

                continue;
            }

            var span = Spans().Match(cell.Elements("span").Where(s => (string?)s.Attribute("class") == "span").Select(s => s.Value).FirstOrDefault() ?? "");
            var last = cell.Elements("span").Single(s => (string?)s.Attribute("class") == "last").Value;
            yield return (
                Figures().Match(figures[0].Value) is { Success: true } shown ? Plain(shown.Value) : null,
                Figures().Match(last) is { Success: true } before ? Plain(before.Value) : null,
                span.Success ? Plain(span.Groups[1].Value) : null,
                span.Success ? Plain(span.Groups[2].Success ? span.Groups[2].Value : span.Groups[1].Value) : null);
        }
    }

    private static int Plain(string figure) => int.Parse(string.Concat(figure.Where(char.IsAsciiDigit)), CultureInfo.InvariantCulture);

    private static Dictionary<Figure, (int? ThisWeek, int? LastWeek, int? Low, int? High)> Cells(SituationalPicture picture) =>
        picture.Cells.Select(c => (Cell: c, Published: false)).Concat(picture.PublishedEvents.Select(c => (Cell: c, Published: true))).ToDictionary(
            c => new Figure(c.Cell.Area, c.Cell.Family, c.Cell.Category, c.Cell.CategoryWithheld, c.Published),
            c => (c.Cell.HasThisWeek ? c.Cell.ThisWeek : (int?)null, c.Cell.HasLastWeek ? c.Cell.LastWeek : (int?)null, c.Cell.Usual?.Low, c.Cell.Usual?.High));

    private static Dictionary<Figure, (int? ThisWeek, int? LastWeek, int? Low, int? High)> Sums(SituationalPicture picture) =>
        picture.Sums.Select(s => (Sum: s, Published: false)).Concat(picture.PublishedSums.Select(s => (Sum: s, Published: true))).ToDictionary(
            s => new Figure(s.Sum.Area, s.Sum.Family, s.Sum.Category, s.Sum.CategoryWithheld, s.Published),
            s => (s.Sum.HasThisWeek ? s.Sum.ThisWeek : (int?)null, s.Sum.HasLastWeek ? s.Sum.LastWeek : (int?)null, s.Sum.Usual?.Low, s.Sum.Usual?.High));

    // The areas and kinds of the example, with figures that need not add up: a form adds nothing.
    private static SituationalPicture Random(int seed)
    {
        var random = new Random(seed);
        var picture = ExamplePictures.Full();
        picture.Audience.SmallestCount = random.Next(2) == 0 ? 1 : 3;
        foreach (var cell in picture.Cells.Concat(picture.PublishedEvents))
        {
            (cell.Usual, cell.Judgement) = Draw();
            if (Shown() is { } thisWeek) { cell.ThisWeek = thisWeek; } else { cell.ClearThisWeek(); }
            if (Shown() is { } lastWeek) { cell.LastWeek = lastWeek; } else { cell.ClearLastWeek(); }
        }

        foreach (var sum in picture.Sums.Concat(picture.PublishedSums))
        {
            (sum.Usual, sum.Judgement) = Draw();
            if (Shown() is { } thisWeek) { sum.ThisWeek = thisWeek; } else { sum.ClearThisWeek(); }
            if (Shown() is { } lastWeek) { sum.LastWeek = lastWeek; } else { sum.ClearLastWeek(); }
        }

        // A part of the first family is known by its family alone, as a cell of each area and as a sum.
        var family = picture.Sums.First(s => s is { Area: "", Family.Length: > 0, Category: "" });
        picture.Sums.Add(new Sum(family) { CategoryWithheld = true, ThisWeek = random.Next(2000), LastWeek = random.Next(30) });
        foreach (var area in picture.Cells.Select(c => (c.Area, c.AreaName)).Distinct().ToList())
        {
            picture.Cells.Add(new Cell
            {
                Area = area.Area,
                AreaName = area.AreaName,
                Family = family.Family,
                CategoryName = family.FamilyName,
                CategoryWithheld = true,
                ThisWeek = random.Next(40),
                LastWeek = random.Next(40),
            });
        }

        foreach (var week in picture.Areas.SelectMany(a => a.Weeks))
        {
            if (Shown() is { } reports) { week.Reports = reports; } else { week.ClearReports(); }
        }

        foreach (var square in picture.Squares)
        {
            (square.Reports, square.Sources) = (random.Next(1, 50), random.Next(1, 5));
        }

        return picture;

        // Never a quiet zero in both weeks with a span: that one is written as a zero alone.
        int? Shown() => random.Next(6) == 0 ? null : random.Next(1, random.Next(4) == 0 ? 20_000 : 30);

        (UsualSpan?, Judgement) Draw()
        {
            if (random.Next(4) == 0)
            {
                return (null, random.Next(2) == 0 ? Judgement.Unspecified : Judgement.SourcesMissing);
            }

            var low = random.Next(0, 40);
            return (new UsualSpan { Low = low, High = low + random.Next(0, 2_000), Weeks = 41 }, (Judgement)random.Next(1, 6));
        }
    }

    private static int? Number(string text) => text.Length == 0 ? null : int.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex("""<table class="counts.*?</table>""", RegexOptions.Singleline)]
    private static partial Regex CountTables();

    [GeneratedRegex("""[0-9][0-9\u00A0]*""")]
    private static partial Regex Figures();

    [GeneratedRegex("""\(([0-9\u00A0]+)(?:–([0-9\u00A0]+))?\)""")]
    private static partial Regex Spans();
}
