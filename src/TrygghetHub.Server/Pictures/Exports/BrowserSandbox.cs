namespace TrygghetHub.Server.Pictures.Exports;

/// <summary>
/// Whether Chromium runs in its sandbox. It is off only where Chromium would refuse to start with it, and then there is a reason.
/// </summary>
/// <param name="Why">Why it is off; empty when it is on.</param>
/// <param name="Remedy">What the operator can do; empty when it is on.</param>
internal readonly record struct BrowserSandbox(string Why, string Remedy)
{
    public bool IsOn => Why.Length == 0;

    public static BrowserSandbox OfThisProcess() => Of(
        OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess,
        Read("/proc/sys/user/max_user_namespaces"), Read("/proc/sys/kernel/unprivileged_userns_clone"));

    /// <param name="isRoot">Whether the hub runs as root.</param>
    /// <param name="mostNamespaces">The kernel's bound on user namespaces; null where it has none.</param>
    /// <param name="unprivilegedClone">Debian's switch for them; null where there is none.</param>
    public static BrowserSandbox Of(bool isRoot, string? mostNamespaces, string? unprivilegedClone) =>
        isRoot ? new("the hub runs as root", "Run the hub as a user of its own.")
        : mostNamespaces == "0" || unprivilegedClone == "0" ? new(
            "the kernel permits no user namespaces", "Permit them: sysctl user.max_user_namespaces, kernel.unprivileged_userns_clone.")
        : new("", "");

    private static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
