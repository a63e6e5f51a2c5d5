using TrygghetHub.Client;

namespace TrygghetHub.Server.Tests;

/// <summary>Asserts that a call is refused, and why.</summary>
internal static class Refused
{
    public static async Task<HubException> ForAsync(string reason, Func<Task> call)
    {
        var refused = await Assert.ThrowsAsync<HubException>(call);
        Assert.Equal(reason, refused.Reason);
        return refused;
    }

    public static async Task ForAsync(string reason, string? field, Func<Task> call) =>
        Assert.Equal(field, (await ForAsync(reason, call)).Field);
}
