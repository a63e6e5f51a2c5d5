namespace TrygghetHub.Testing;

/// <summary>
/// Real data that tests read and the repository does not hold: a folder <c>shared/data</c> beside the
/// checkout.
/// </summary>
/// <remarks>
/// A test that needs it begins with
/// <c>if (SharedData.SkipReason(file) is { } reason) { Assert.Skip(reason); }</c>.
/// </remarks>
public static class SharedData
{
    private const string RequireAll = "TRYGGHETHUB_REQUIRE_ALL";

    /// <summary>Where a file or folder of the shared data is, or would be.</summary>
    /// <param name="parts">The way to it from the root of the data: <c>"geo", "municipalities.csv"</c>.</param>
    /// <exception cref="DirectoryNotFoundException">The tests do not run from a checkout.</exception>
    public static string Path(params string[] parts)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "TrygghetHub.sln")))
            {
                return System.IO.Path.GetFullPath(
                    System.IO.Path.Combine([folder.FullName, "..", "shared", "data", .. parts]));
            }
        }

        throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds TrygghetHub.sln.");
    }

    /// <summary>
    /// Why a test that needs <paramref name="path"/> is to be skipped; null where it is to run.
    /// </summary>
    /// <remarks>
    /// Under <c>TRYGGHETHUB_REQUIRE_ALL=1</c> always null: the test runs, and fails by not finding its data.
    /// </remarks>
    public static string? SkipReason(string path) =>
        System.IO.Path.Exists(path) || Environment.GetEnvironmentVariable(RequireAll) == "1"
            ? null
            : $"{path} is absent; {RequireAll}=1 makes this a failure.";
}
