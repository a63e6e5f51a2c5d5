using System.Globalization;
using Xunit.Sdk;

namespace TrygghetHub.Server.Tests.Feed;

/// <summary>
/// The history checker: a real hub under a random script of submitting, correcting, withdrawing, agreeing, suspending,
/// ending, revoking, restarting, disconnecting and waiting, and a model that says from the words of the contract alone
/// what each subscriber may be told.
/// </summary>
/// <remarks>
/// <c>TRYGGHETHUB_SEED=n</c> runs one seed again; <c>TRYGGHETHUB_SEEDS=n</c> runs so many.
/// </remarks>
public sealed class FeedHistoryTests
{
    private const int Steps = 60;

    [Fact]
    public async Task History_OfARandomScript_HoldsTheContract()
    {
        var one = Environment.GetEnvironmentVariable("TRYGGHETHUB_SEED");
        var seeds = one is not null
            ? [int.Parse(one, CultureInfo.InvariantCulture)]
            : Enumerable.Range(1, int.Parse(
                Environment.GetEnvironmentVariable("TRYGGHETHUB_SEEDS") ?? "3", CultureInfo.InvariantCulture));
        foreach (var seed in seeds)
        {
            await using var history = await FeedHistory.StartAsync(seed);
            try
            {
                await history.RunAsync(Steps);
            }
            catch (Exception fault)
            {
                throw new XunitException($"TRYGGHETHUB_SEED={seed}\n{string.Join('\n', history.Script)}\n{fault}");
            }
        }
    }
}
