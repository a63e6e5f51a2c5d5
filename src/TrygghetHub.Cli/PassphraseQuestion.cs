using TrygghetHub.Client;

namespace TrygghetHub.Cli;

/// <summary>Asks at a terminal for the passphrase of a private key, and shows nothing of what is typed.</summary>
internal static class PassphraseQuestion
{
    /// <summary>The passphrase in a file; where none is named, what somebody answers at the terminal.</summary>
    /// <param name="file">The file; null where none is named.</param>
    /// <param name="option">How it is named, for a key that needs a passphrase where there is no terminal.</param>
    public static KeyPassphrase Or(string? file, string option) => file is not null
        ? KeyPassphrase.InFile(file)
        : KeyPassphrase.AskedFor(keyFile => !Question.CanBeAsked
            ? throw new IdentityFolderException(
                keyFile, $"{keyFile} is encrypted, and there is no terminal to ask for its passphrase at.",
                $"Put the passphrase into a file that only you may read, and name that with {option}.", fault: IdentityFault.Passphrase)
            : Ask(keyFile));

    /// <summary>Reads keys up to Enter.</summary>
    /// <param name="readKey">Waits for a key and does not show it.</param>
    /// <exception cref="OperationCanceledException">Ctrl+C, or Ctrl+D on an empty line.</exception>
    internal static string ReadLine(Func<ConsoleKeyInfo> readKey)
    {
        var typed = new List<char>();
        while (true)
        {
            var key = readKey();
            switch (key)
            {
                case { Key: ConsoleKey.Enter }:
                    return new string([.. typed]);
                case { Key: ConsoleKey.C, Modifiers: ConsoleModifiers.Control }:
                case { Key: ConsoleKey.D, Modifiers: ConsoleModifiers.Control } when typed.Count == 0:
                    throw new OperationCanceledException();
                case { Key: ConsoleKey.Backspace }:
                    typed.RemoveRange(Math.Max(0, typed.Count - 1), Math.Min(1, typed.Count));
                    break;
                case { Key: ConsoleKey.U, Modifiers: ConsoleModifiers.Control }:
                    typed.Clear();
                    break;
                case { KeyChar: var character } when !char.IsControl(character):
                    typed.Add(character);
                    break;
            }
        }
    }

    private static string Ask(string keyFile)
    {
        var screen = new Screen();
        screen.Ask($"Passphrase of {keyFile}: ");

        // As a signal it would only end the command once a key has been read.
        var before = Console.TreatControlCAsInput;
        Console.TreatControlCAsInput = true;
        try
        {
            return ReadLine(() => Console.ReadKey(intercept: true));
        }
        finally
        {
            Console.TreatControlCAsInput = before;
            screen.Note("");
        }
    }
}
