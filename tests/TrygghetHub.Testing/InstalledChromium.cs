namespace TrygghetHub.Testing;

/// <summary>The Chromium of this machine, for tests that print or open pages.</summary>
public static class InstalledChromium
{
    private const string Variable = "TRYGGHETHUB_CHROMIUM";
    private const string RequireAll = "TRYGGHETHUB_REQUIRE_ALL";

    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

    /// <summary>Its path; null where there is none.</summary>
    public static string? Path { get; } = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named
        ? named
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator)
            .SelectMany(folder => Names.Select(name => System.IO.Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists);

    /// <summary>
    /// Why a test that needs it is to be skipped; null where it is to run. Under <c>TRYGGHETHUB_REQUIRE_ALL=1</c> always null: the test
    /// runs, and fails.
    /// </summary>
    public static string? SkipReason => Path is not null || Environment.GetEnvironmentVariable(RequireAll) == "1"
        ? null
        : $"No Chromium is on the PATH, nor named by {Variable}; {RequireAll}=1 makes this a failure.";
}
