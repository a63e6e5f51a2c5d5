using System.Text.Json;
using TrygghetHub.Cli;

namespace TrygghetHub.EndToEnd.Tests.Processes;

/// <summary>A command of <c>thub</c> in this process, which is quicker than one of its own; what it writes goes nowhere else.</summary>
internal static class ThubHere
{
    /// <summary>Runs a command that reads no input to its end.</summary>
    public static async Task<Thub.Outcome> RunAsync(params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var exitCode = await CommandActions.RunAsync(
            ThubCommands.Create(), args, output, error, TestContext.Current.CancellationToken);
        return new Thub.Outcome(string.Join(' ', args), exitCode, output.ToString(), error.ToString());
    }

    /// <summary>Runs a command with <c>--json</c>; what is on its stdout is one document, and nothing else.</summary>
    public static async Task<JsonElement> JsonAsync(params string[] args)
    {
        var outcome = await RunAsync([.. args, "--json"]);
        Assert.True(outcome.ExitCode is ExitCode.Fine or ExitCode.Warnings, outcome.ToString());
        // A second document behind the first is no JSON.
        using var document = JsonDocument.Parse(outcome.Output);
        return document.RootElement.Clone();
    }
}
