using System.Reflection;

namespace TrygghetHub.Server.Platform;

/// <summary>The version that was built.</summary>
internal static class HubVersion
{
    public static string Text { get; } = typeof(HubVersion).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
