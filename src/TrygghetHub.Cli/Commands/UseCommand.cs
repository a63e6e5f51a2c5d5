using System.CommandLine;
using TrygghetHub.Client;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub use</c>: chooses the identity of the commands that follow.</summary>
internal static class UseCommand
{
    public static Command Create()
    {
        var folder = new Argument<string?>("DIR")
        {
            Description = "Identity folder of the caller. Without this argument, the folder in use is printed.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var none = new Option<bool>("--none") { Description = "Clear the chosen identity. Every command then requires --as." };
        var json = CallerOptions.Json();
        var command = new Command("use", "Choose the identity for subsequent commands, so that they do not need --as.")
        {
            folder, none, CallerOptions.KeyPassphraseFile, json,
        };
        return command.Does((parsed, screen, _) =>
        {
            if (parsed.GetValue(none))
            {
                ChosenIdentity.Clear();
                if (parsed.GetValue(json))
                {
                    screen.WriteDocument(new Used(null, null, null, null));
                    return Task.FromResult(ExitCode.Fine);
                }

                screen.Line("No identity is in use.");
                return Task.FromResult(ExitCode.Fine);
            }

            var passphrase = parsed.KeyPassphrase();
            if (parsed.GetValue(folder) is { } named)
            {
                // A folder that cannot be used is better refused now than by the next command.
                using var identity = IdentityFolder.Load(named, passphrase);
                ChosenIdentity.Write(named);
            }

            if (CallerOptions.Default() is not { } current)
            {
                throw new UsageException("No identity is in use.", "Choose one with `thub use DIR`, such as ids/polisen.");
            }

            using var used = IdentityFolder.Load(current.Folder, passphrase);
            if (parsed.GetValue(json))
            {
                screen.WriteDocument(new Used(
                    used.Id, used.Url.GetLeftPart(UriPartial.Authority), Path.GetFullPath(current.Folder), current.Source));
                return Task.FromResult(ExitCode.Fine);
            }

            screen.Line($"{used.Id} at {used.Url.GetLeftPart(UriPartial.Authority)}, by {current.Folder} ({current.Source}).");
            return Task.FromResult(ExitCode.Fine);
        });
    }

    /// <summary>What <c>--json</c> prints; all is null where no identity is in use.</summary>
    /// <param name="Id">Who calls, such as <c>urn:trygghet:partner:polisen</c>.</param>
    /// <param name="Hub">The hub's address.</param>
    /// <param name="Folder">The identity folder, as an absolute path.</param>
    /// <param name="Source">What chose it: <c>thub use</c>, or the name of an environment variable.</param>
    private sealed record Used(string? Id, string? Hub, string? Folder, string? Source);
}
