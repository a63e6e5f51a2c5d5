using System.Diagnostics;
using System.Globalization;
using NetTopologySuite.Geometries;
using TrygghetHub.Server.Areas;
using TrygghetHub.Testing;

namespace TrygghetHub.Benchmarks;

/// <summary>
/// Importing the boundaries of all municipalities, and looking up the one that holds a position: beside a pass over all
/// polygons, and beside one over their bounding boxes alone.
/// </summary>
internal static class AreasBenchmark
{
    private const int Points = 100_000;
    private const int Rounds = 9;

    public static async Task<int> RunAsync()
    {
        var path = SharedData.Path("geo", "municipalities.geojson");
        if (SharedData.SkipReason(path) is { } reason)
        {
            Console.Error.WriteLine(reason);
            return 1;
        }

        var bytes = await File.ReadAllBytesAsync(path);
        var order = new AreaImportOrder(
            AreaLevel.Municipality, null, new DateOnly(2026, 1, 1), new FeatureProperties("", ""), CloseMissing: false);
        var first = AreaBook.LoadEmbedded();
        var imports = new List<double>();
        var book = first;
        for (var round = 0; round < Rounds; round++)
        {
            // As the hub does it: read, decide, write down, read back, index.
            var watch = Stopwatch.StartNew();
            var changes = AreaImport.Decide(first, order, GeoJsonFile.Read(bytes));
            var entry = AreaEntries.ToEntry(changes, order, 2, "", []);
            book = AreaEntries.After(first, entry);
            _ = book.Map;
            imports.Add(watch.Elapsed.TotalMilliseconds);
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Import of {book.Areas.Count(a => a.Shape is not null)} municipalities, {bytes.Length / 1024} KiB: "
            + $"first {imports[0]:N0} ms, median {imports.Order().ElementAt(Rounds / 2):N0} ms"));

        var random = new Random(20261123);
        var points = Enumerable.Range(0, Points)
            .Select(_ => Sweref99Tm.FromWgs84(55.3 + (random.NextDouble() * 13.7), 11.0 + (random.NextDouble() * 13.0)))
            .ToArray();
        Area[] municipalities = [.. book.Areas.Where(a => a.Shape is not null)];
        var indexed = Median(points, at => book.Map.Find(AreaLevel.Municipality, at));
        var some = points[..1_000];
        var brute = Median(some, at => Array.Find(
            municipalities, a => a.Shape!.Covers(a.Shape.Factory.CreatePoint(new Coordinate(at.Easting, at.Northing)))));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var inside = points.Count(at => book.Map.Find(AreaLevel.Municipality, at) is not null);
        var allocated = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)Points;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Lookup: {indexed:N0} ns a position ({inside * 100.0 / Points:N0} % in a municipality), {allocated:N0} bytes allocated; "
            + $"over all polygons {brute:N0} ns, {brute / indexed:N0} times as much"));
        var transform = Median(points, at => Sweref99Tm.ToWgs84(at));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"SWEREF 99 TM to WGS 84: {transform:N0} ns"));
        return 0;
    }

    // Nanoseconds of one, in the middle one of several rounds.
    private static double Median<T>(SwerefPoint[] points, Func<SwerefPoint, T> look)
    {
        var rounds = new List<double>();
        object? last = null;
        for (var round = 0; round < Rounds; round++)
        {
            var watch = Stopwatch.StartNew();
            foreach (var point in points)
            {
                last = look(point);
            }

            rounds.Add(watch.Elapsed.TotalNanoseconds / points.Length);
        }

        GC.KeepAlive(last);
        return rounds.Order().ElementAt(Rounds / 2);
    }
}
