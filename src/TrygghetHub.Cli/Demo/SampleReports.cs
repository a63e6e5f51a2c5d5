namespace TrygghetHub.Cli.Demo;

/// <summary>One report of each kind, as files: <c>thub</c> has them with it, since it may run where no clone is.</summary>
internal sealed record SampleReports(string Incident, string Observation)
{
    /// <summary>Writes the files into a folder; those that are there stay.</summary>
    public static SampleReports Write(string folder) => new(Write(folder, "incident.json"), Write(folder, "observation.json"));

    private static string Write(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        if (!File.Exists(path))
        {
            using var resource = typeof(SampleReports).Assembly.GetManifestResourceStream(name)
                ?? throw new InvalidOperationException($"{name} is not embedded.");
            using var file = File.Create(path);
            resource.CopyTo(file);
        }

        return path;
    }
}
