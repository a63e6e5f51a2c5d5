using System.CommandLine;

namespace TrygghetHub.Cli;

/// <summary>
/// What a command asks before it does what cannot be undone, or what others see at once: the word that names it is typed, as
/// on a terminal, or <c>--yes</c> says that it has been decided.
/// </summary>
internal static class Confirmation
{
    /// <summary>A new <c>--yes</c>.</summary>
    public static Option<bool> Yes() => new("--yes") { Description = "Do not ask for confirmation." };

    /// <summary>Asks for the word; nothing may have been done before.</summary>
    /// <param name="screen">Where it is asked.</param>
    /// <param name="isDecided">The value of <see cref="Yes"/>.</param>
    /// <param name="word">What is to be typed: the id or number of what it is about.</param>
    /// <param name="what">What will be done, as a sentence.</param>
    /// <exception cref="UsageException">Another word was typed, or nobody is there to type it.</exception>
    public static void Require(Screen screen, bool isDecided, string word, string what)
    {
        if (isDecided)
        {
            return;
        }

        if (!Question.CanBeAsked)
        {
            throw new UsageException($"{what} It was not confirmed. Nothing was done.", "Add --yes.");
        }

        var typed = Question.Ask(screen, $"{what} Type {word} to go on: ");
        if (typed != word)
        {
            throw new UsageException($"\"{typed}\" is not {word}. Nothing was done.", $"Type {word} to confirm, or add --yes.");
        }
    }
}
