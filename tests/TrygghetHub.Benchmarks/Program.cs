using TrygghetHub.Benchmarks;

// Figures are of one machine and one run; the ratios are what to look at.
return args switch
{
    ["ingest"] => await IngestBenchmark.RunAsync(),
    ["screening"] => ScreeningBenchmark.Run(),
    ["doors"] => await DoorsBenchmark.RunAsync(),
    ["revoke"] => await RevokeBenchmark.RunAsync(),
    ["compile"] => await CompileBenchmark.RunAsync(),
    ["areas"] => await AreasBenchmark.RunAsync(),
    ["feed"] => await FeedBenchmark.RunAsync(records: 1_000_000, seconds: 20),
    ["feed", var records, var seconds] => await FeedBenchmark.RunAsync(Number(records), Number(seconds)),
    ["startup"] => await StartupBenchmark.RunAsync(null),
    ["startup", var published] => await StartupBenchmark.RunAsync(published),
    _ => Usage(),
};

static int Number(string text) => int.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

static int Usage()
{
    Console.Error.WriteLine("Usage: dotnet run -c Release --project tests/TrygghetHub.Benchmarks -- ingest|screening|areas|compile|revoke|doors|feed [records seconds]|startup [thub]");
    return 2;
}
