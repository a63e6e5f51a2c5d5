using System.Globalization;
using System.Text;
using CsvHelper;
using TrygghetHub.Pictures.V1;

namespace TrygghetHub.Forms.Tests;

public sealed class PictureCsvTests
{
    private const string Formulas = "=+-@\t\r";

    public static TheoryData<string> Names => [.. ExamplePictures.All.Keys];

    [Fact]
    public void Figure_ThatIsNotShown_IsEmptyAndSaysSo()
    {
        var picture = ExamplePictures.Partner();

        var rows = Rows(picture, "cells.csv");

        Assert.Contains(rows, r => r["this_week_shown"] == "false");
        Assert.All(rows, r => Assert.Equal(r["this_week_shown"] == "false", r["this_week_reports"].Length == 0));
    }

    [Theory]
    [InlineData("approved")]
    [InlineData("full")]
    [InlineData("huge")]
    [InlineData("partner")]
    [InlineData("silent-sources")]
    public void Cells_ReadAgain_AreThePictures(string name)
    {
        var picture = ExamplePictures.All[name];

        var rows = Rows(picture, "cells.csv").Where(r => r["published"] == "false").ToList();

        Assert.Equal(
            picture.Cells.Select(c => (c.Area, c.Category, c.HasThisWeek ? c.ThisWeek : (int?)null, c.Usual?.Low)),
            rows.Select(r => (r["area"], r["category"], Number(r["this_week_reports"]), Number(r["usual_low_reports"]))));
    }

    [Theory]
    [InlineData("cells.csv")]
    [InlineData("signals.csv")]
    [InlineData("sums.csv")]
    public void Mean_ThatIsUsual_IsTheCompilersAlone(string file)
    {
        var picture = ExamplePictures.Full();
        Assert.Contains(Rows(picture, file), r => r["usual_mean_reports"].Length > 0);

        picture.Audience = new Audience { Kind = AudienceKind.Partner, Partner = "polisen", SmallestCount = 1 };

        Assert.All(Rows(picture, file), r => Assert.DoesNotContain("usual_mean_reports", r.Keys));
    }

    [Theory]
    [InlineData("full", "full", "compiled")]
    [InlineData("partner", "bostad-nord", "distributed")]
    [InlineData("steering", "steering", "superseded")]
    public void Row_OfEveryFile_BeginsWithItsPictureAndReader(string name, string reader, string state)
    {
        var picture = ExamplePictures.All[name];

        foreach (var (file, content) in PictureCsv.Files(picture, PictureLanguage.English))
        {
            var rows = Read(content);
            Assert.True(rows.Count > 0 || file is "signals.csv" or "squares.csv", file);
            Assert.All(rows, r => Assert.Equal(
                [("picture", picture.Name), ("reader", reader), ("state", state)], r.Take(3).Select(f => (f.Key, f.Value))));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void AreaWeeks_ReadAgain_AreThePictures(string name)
    {
        var picture = ExamplePictures.All[name];

        var rows = Rows(picture, "areas-weeks.csv");

        Assert.Equal(
            picture.Areas.SelectMany(a => a.Weeks.Select(w => (a.Area, w.HasReports ? w.Reports : (int?)null, w.BeforeStart))),
            rows.Select(r => (r["area"], Number(r["reports"]), r["before_start"] == "true")));
    }

    [Theory]
    [InlineData(false, "false")]
    [InlineData(true, "true")]
    public void TimePattern_SaysWhetherItIsOfPublishedEvents(bool published, string field)
    {
        var picture = ExamplePictures.Full();
        picture.TimePattern.Published = published;

        Assert.All(Rows(picture, "time-pattern.csv"), r => Assert.Equal(field, r["published"]));
    }

    [Fact]
    public void Levels_AreThoseThatHold_TheMunicipalitysFirst()
    {
        var rows = Rows(ExamplePictures.Approved(), "levels.csv");

        Assert.Equal(
            [
                (ExamplePictures.Municipality, "Avvikelse", "true", ""), ("9901-a", "Gemensam insats", "true", "Avvikelse"),
                ("9901-b", "Normalläge", "true", "Normalläge"), ("9901-c", "Normalläge", "false", "Normalläge"),
            ],
            rows.Select(r => (r["area"], r["level"], r["decided"], r["suggested_level"])));
    }

    [Fact]
    public void Levels_WhereNoneIsSet_AreEmpty() =>
        Assert.All(Rows(ExamplePictures.SilentSources(), "levels.csv"), r => Assert.Equal(("", "false"), (r["level"], r["decided"])));

    [Fact]
    public void Corrections_AreThePictures() => Assert.Equal(
        [("2026-W46", "2", "1", "0")],
        Rows(ExamplePictures.Full(), "corrections.csv").Select(r => (r["iso_week"], r["added_reports"], r["corrected_reports"], r["withdrawn_reports"])));

    [Fact]
    public void SteeringGroup_IsGivenTrendsAlone() =>
        Assert.Equal(["areas-weeks.csv", "levels.csv"], PictureCsv.Files(ExamplePictures.Steering(), PictureLanguage.Swedish).Select(f => f.Name));

    [Fact]
    public void Sentence_ThatWasStruck_IsEmptyAndSaysWhy()
    {
        var rows = Rows(ExamplePictures.Approved(), "sentences.csv");

        Assert.Equal([("true", "Kortare."), ("true", "Säger inget nytt.")], rows.Select(r => (r["edited"], r["reason"])));
        Assert.Equal("", rows[1]["text"]);
    }

    [Fact]
    public void File_BeginsWithTheMarkOfUtf8_AndHasLinesOfRfc4180()
    {
        var file = PictureCsv.Files(ExamplePictures.Full(), PictureLanguage.Swedish).Single(f => f.Name == "coverage.csv").Content;

        Assert.True(file.AsSpan().StartsWith(Encoding.UTF8.Preamble));
        Assert.EndsWith("\r\n", Encoding.UTF8.GetString(file), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(HostilePictures.Texts), MemberType = typeof(HostilePictures))]
    public void Name_ThatIsHostile_IsNoFormula(string text)
    {
        var picture = HostilePictures.With(ExamplePictures.Approved(), text);

        foreach (var (name, content) in PictureCsv.Files(picture, PictureLanguage.Swedish))
        {
            var rows = Read(content);
            Assert.All(rows.SelectMany(r => r.Values), v => Assert.False(v.Length > 0 && Formulas.Contains(v[0]), $"{name}: {v}"));
        }

        // What is no formula comes back as it was.
        var expected = Formulas.Contains(text[0]) ? "'" + text : text;
        Assert.Contains(Rows(picture, "coverage.csv"), r => r["partner_name"] == expected);
    }

    private static int? Number(string field) => field.Length == 0 ? null : int.Parse(field, CultureInfo.InvariantCulture);

    private static List<Dictionary<string, string>> Rows(Pictures.V1.SituationalPicture picture, string file) =>
        Read(PictureCsv.Files(picture, PictureLanguage.Swedish).Single(f => f.Name == file).Content);

    /// <summary>The rows of a file, by their heads.</summary>
    internal static List<Dictionary<string, string>> Read(byte[] content)
    {
        using var reader = CsvReader.Create(content, new CsvReaderOptions { HasHeader = false });
        var rows = new List<string[]>();
        while (reader.Read())
        {
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.GetString(i))]);
        }

        return [.. rows.Skip(1).Select(r => rows[0].Zip(r).ToDictionary(p => p.First, p => p.Second))];
    }
}
