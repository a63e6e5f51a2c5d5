using TrygghetHub.Benchmarks;

// Figures are of one machine and one run; the ratios are what to look at.
return args switch
{
    ["ingest"] => await IngestBenchmark.RunAsync(),
    ["revoke"] => await RevokeBenchmark.RunAsync(),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("Usage: dotnet run -c Release --project tests/TrygghetHub.Benchmarks -- ingest|revoke");
    return 2;
}
