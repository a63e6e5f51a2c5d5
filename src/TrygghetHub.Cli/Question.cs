namespace TrygghetHub.Cli;

/// <summary>Asks a person at a terminal.</summary>
internal static class Question
{
    /// <summary>Whether there is a terminal to ask at.</summary>
    public static bool CanBeAsked => !Console.IsInputRedirected && !Console.IsErrorRedirected;

    /// <summary>Asks, and waits for a line.</summary>
    /// <returns>What was typed, without spaces around it; null at the end of the input.</returns>
    /// <exception cref="OperationCanceledException">The command was stopped, as by Ctrl+C.</exception>
    public static string? Ask(Screen screen, string prompt)
    {
        screen.Ask(prompt);

        // Reading a terminal cannot be cancelled, so that it must not hold up the command's end.
        return Task.Run(Console.ReadLine).WaitAsync(screen.Stopped).GetAwaiter().GetResult()?.Trim();
    }
}
