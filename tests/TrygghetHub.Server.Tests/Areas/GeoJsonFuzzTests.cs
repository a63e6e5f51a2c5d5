using System.Globalization;
using System.Text;
using TrygghetHub.Errors.V1;
using TrygghetHub.Server.Areas;
using TrygghetHub.Server.Platform.Errors;
using TrygghetHub.Testing;
using static TrygghetHub.Server.Tests.Areas.GeoJson;

namespace TrygghetHub.Server.Tests.Areas;

/// <summary>Files that nobody would send on purpose: each is taken or refused, and nothing else happens.</summary>
public class GeoJsonFuzzTests
{
    // An allocation for each byte of the file is bounded, and so is what all files together leave behind.
    private const long MostAllocated = 256L * 1024 * 1024;

    private static readonly AreaBook book = Book(withDistricts: true);

    /// <summary>What has failed once, or would in a reader less careful. Add what fails; remove nothing.</summary>
    [Theory]
    [InlineData("a ring that is a point", """{"type":"Polygon","coordinates":[[[17.7,59.5],[17.7,59.5],[17.7,59.5],[17.7,59.5]]]}""")]
    [InlineData("a hole without a shell", """{"type":"Polygon","coordinates":[[],[[17.7,59.5],[17.8,59.5],[17.8,59.6],[17.7,59.5]]]}""")]
    [InlineData("a hole outside its shell", """{"type":"Polygon","coordinates":[[[17.7,59.5],[17.71,59.5],[17.71,59.51],[17.7,59.5]],[[17.8,59.5],[17.81,59.5],[17.81,59.51],[17.8,59.5]]]}""")]
    [InlineData("polygons of nothing", """{"type":"MultiPolygon","coordinates":[[],[[]],[]]}""")]
    [InlineData("a point of nothing", """{"type":"Point","coordinates":[]}""")]
    [InlineData("a point with one number", """{"type":"Point","coordinates":[17]}""")]
    [InlineData("coordinates of null", """{"type":"Polygon","coordinates":null}""")]
    [InlineData("no coordinates", """{"type":"Polygon"}""")]
    [InlineData("coordinates twice", """{"coordinates":7,"type":"Point","coordinates":[17.7,59.5]}""")]
    [InlineData("a collection", """{"type":"GeometryCollection","geometries":[]}""")]
    [InlineData("a number past all doubles", """{"type":"Point","coordinates":[1e400,-1e400]}""")]
    [InlineData("a tiny number", """{"type":"Point","coordinates":[1e-400,59.5]}""")]
    [InlineData("a geometry that is a list", "[[17.7,59.5]]")]
    [InlineData("two squares on each other", """{"type":"MultiPolygon","coordinates":[[[[17.7,59.5],[17.71,59.5],[17.71,59.51],[17.7,59.51]]],[[[17.7,59.5],[17.71,59.5],[17.71,59.51],[17.7,59.51]]]]}""")]
    public void Import_AShapeThatOnceFailed_IsTakenOrRefused(string what, string geometry)
    {
        Assert.NotEmpty(what);
        foreach (var level in new[] { AreaLevel.Municipality, AreaLevel.District, AreaLevel.Place })
        {
            Try(level, File(Feature("\"kommunkod\":\"0139\",\"namn\":\"X\"", geometry)));
        }
    }

    [Fact]
    public void Import_NestingWithoutEnd_IsRefused()
    {
        foreach (var open in new[] { "[", "{\"a\":" })
        {
            var deep = string.Concat(Enumerable.Repeat(open, 200_000));
            Assert.False(Try(AreaLevel.District, Encoding.UTF8.GetBytes(deep)));
            Assert.False(Try(AreaLevel.District, File(Feature("\"namn\":\"X\"", $"{{\"type\":\"Polygon\",\"coordinates\":{deep}"))));
        }
    }

    /// <summary>As large as a file may be, of one thing over and over.</summary>
    [Theory]
    [InlineData("[],")]
    [InlineData("[[]],")]
    [InlineData("{},")]
    [InlineData("[17.7,59.5],")]
    [InlineData("[17.7,59.5],[17.8,59.6],[17.8,59.5],[17.7,59.6],")]
    [InlineData("\"x\",")]
    [InlineData("1,")]
    [InlineData("x")]
    public void Import_AsMuchAsFits_IsRefusedWithinBounds(string again)
    {
        var much = string.Concat(Enumerable.Repeat(again, (GeoJsonFile.LargestFile - 1_000) / again.Length));
        var list = again.EndsWith(',') ? $"[{much[..^1]}]" : $"\"{much}\"";
        Assert.False(Try(AreaLevel.District, Encoding.UTF8.GetBytes($$"""{"type":"FeatureCollection","features":{{list}} }""")));
        Assert.False(Try(AreaLevel.District, File(Feature($"\"namn\":{list}", "null"))));
        Assert.False(Try(AreaLevel.District, File(Feature("\"namn\":\"X\"", $$"""{"type":"MultiPolygon","coordinates":{{list}} }"""))));
        Assert.False(Try(AreaLevel.District, File(Feature("\"namn\":\"X\"", $$"""{"type":"Polygon","coordinates":[{{list}}] }"""))));
    }

    [Fact]
    public void Import_MutatedFeatures_AreTakenOrRefusedWithinBounds()
    {
        const int Seed = 20261123;
        var random = new Random(Seed);
        var seeds = Seeds();
        var taken = 0;
        const int Rounds = 3_000;
        for (var round = 0; round < Rounds; round++)
        {
            var file = Mutated(random, seeds[random.Next(seeds.Count)]);
            var level = (AreaLevel)random.Next(2, 5);
            try
            {
                taken += Try(level, file) ? 1 : 0;
            }
            catch (Exception e) when (e is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"Seed {Seed}, round {round}, {level}: {e}\n{Convert.ToBase64String(file)}");
            }
        }

        // Both ends are reached: a generator that makes only rubbish would try nothing.
        Assert.InRange(taken, Rounds / 100, Rounds - (Rounds / 10));
    }

    private static bool Try(AreaLevel level, byte[] file)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            var changes = AreaImport.Decide(book, Order(level, 2026, book), GeoJsonFile.Read(file));
            Assert.All(changes.Changed.Where(a => !a.IsClosed), a => Assert.True(a.Shape!.IsValid && !a.Shape.IsEmpty));
            return true;
        }
        catch (HubException refused)
        {
            Assert.Equal(ErrorReason.AreasInvalid, refused.Refusal.Reason);
            Assert.NotEmpty(refused.Refusal.Remedy);
            return false;
        }
        finally
        {
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostAllocated);
        }
    }

    // Made-up ones, and where the data is at hand real ones: the smallest, since each is imported many times.
    private static List<byte[]> Seeds()
    {
        var features = new List<string>
        {
            Feature("\"kommunkod\":\"0139\",\"namn\":\"Bro\"", Square(0, 0, 5)),
            Feature("\"kommunkod\":139,\"namn\":\"Ny plats\",\"sparse\":true", Ring((1, 1), (3, 1), (4, 2), (3, 3), (1, 3), (1, 1))),
            Feature("\"kod\":\"0139-bro-torget\",\"namn\":\"Torget\",\"distrikt\":\"Bro\"", Point(2, 2)),
            Feature("\"namn\":\"I meter\"", SquareInMetres(6, 1, 2)),
        };
        var path = SharedData.Path("geo", "municipalities.geojson");
        if (System.IO.File.Exists(path))
        {
            using var real = System.Text.Json.JsonDocument.Parse(System.IO.File.ReadAllBytes(path));
            features.AddRange(real.RootElement.GetProperty("features").EnumerateArray()
                .Select(f => f.GetRawText()).OrderBy(f => f.Length).Take(5));
        }

        return [.. features.Select(f => File(f)), File([.. features]), File(features[0], features[2])];
    }

    private static byte[] Mutated(Random random, byte[] file)
    {
        var text = Encoding.UTF8.GetString(file);
        for (var times = random.Next(1, 4); times > 0; times--)
        {
            text = random.Next(9) switch
            {
                0 => text.Remove(random.Next(text.Length), 1),
                1 => text.Insert(random.Next(text.Length), Pick(random, "[", "]", "{", "}", ",", "\"", "null", "NaN", "Infinity", "\\u0000", "\ud800")),
                2 => text[..random.Next(text.Length)],
                3 => Number(random, text, _ => Pick(random, "1e999", "-1e999", "1e-999", "NaN", "0", "180", "1e17", "\"x\"", "null", "[]", "true")),
                4 => Number(random, text, n => (n + ((random.NextDouble() - 0.5) * 0.2)).ToString("R", CultureInfo.InvariantCulture)),
                5 => text.Replace(
                    Pick(random, "Polygon", "Point", "Feature", "coordinates", "geometry"),
                    Pick(random, "MultiPolygon", "Point", "Polygon", "LineString", "features", "type"), StringComparison.Ordinal),
                6 => Again(random, text),
                7 => text.Replace("],[", "],[[", StringComparison.Ordinal),
                _ => text.Replace("namn", Pick(random, "name", "x", "kod", "\\u006eamn"), StringComparison.Ordinal),
            };
            if (text.Length == 0)
            {
                text = " ";
            }
        }

        return Encoding.UTF8.GetBytes(text);
    }

    private static string Pick(Random random, params string[] of) => of[random.Next(of.Length)];

    // Some number of the text, as something else.
    private static string Number(Random random, string text, Func<double, string> other)
    {
        var from = text.IndexOfAny(['1', '5', '6'], random.Next(text.Length));
        if (from < 0)
        {
            return text;
        }

        var to = from;
        while (to < text.Length && (char.IsAsciiDigit(text[to]) || text[to] == '.'))
        {
            to++;
        }

        return double.TryParse(text.AsSpan(from, to - from), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? text[..from] + other(number) + text[to..]
            : text;
    }

    // A stretch of it, many times: rings that cross themselves, keys that stand twice.
    private static string Again(Random random, string text)
    {
        var from = random.Next(text.Length);
        var stretch = text.Substring(from, Math.Min(text.Length - from, random.Next(1, 60)));
        return text.Insert(from, string.Concat(Enumerable.Repeat(stretch, random.Next(1, 200))));
    }
}
