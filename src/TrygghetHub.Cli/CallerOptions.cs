using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using TrygghetHub.Client;

namespace TrygghetHub.Cli;

/// <summary>Who calls which hub: <c>--as DIR</c>, on every command that talks to one.</summary>
internal static class CallerOptions
{
    private const string Variable = "THUB_AS";

    /// <summary>A new <c>--as</c>.</summary>
    public static Option<string> As() => new("--as")
    {
        Description = $"Identity folder of the caller. Default: the environment variable {Variable}, or the folder chosen with `thub use`.",
        HelpName = "DIR",
    };

    /// <summary><c>--key-passphrase-file</c>, which every command with <c>--as</c> has (<see cref="ThubCommands"/>).</summary>
    public static Option<string?> KeyPassphraseFile { get; } = new("--key-passphrase-file")
    {
        Description = $"File that contains the passphrase of an encrypted client.key. Default: the environment variable {Client.KeyPassphrase.Variable}, or a prompt at a terminal.",
        HelpName = "FILE",
    };

    /// <summary>A new <c>--json</c>: one document on stdout, which is the hub's answer in protobuf JSON where there is one.</summary>
    /// <param name="unless">Where there are several, such as <c>, with --every one a line</c>.</param>
    public static Option<bool> Json(string unless = "") => new("--json")
    {
        Description = $"Print one JSON document on stdout{unless}, and everything else on stderr.",
    };

    /// <summary>A new <c>--json</c>, where what is printed has no end.</summary>
    public static Option<bool> JsonLines() => new("--json")
    {
        Description = "Print JSON on stdout, one document a line (NDJSON), and everything else on stderr.",
    };

    /// <summary>A new <c>--municipality</c>.</summary>
    public static Option<string> Municipality(bool required = true) => new("--municipality")
    {
        Description = "Code of the municipality, such as 0139.",
        HelpName = "CODE",
        Required = required,
    };

    /// <summary>A new <c>--week</c>.</summary>
    public static Option<string> InWeek(bool required = true) => new("--week")
    {
        Description = "ISO week, such as 2024-W20.",
        HelpName = "WEEK",
        Required = required,
    };

    /// <summary>A new <c>--root</c>, for what verifies without the hub.</summary>
    public static Option<string?> Root() => new("--root")
    {
        Description = "PEM file with the root certificates of the hub's certificate authority. Default: ca.crt in the identity folder.",
        HelpName = "FILE",
    };

    /// <summary>Reads roots.</summary>
    /// <exception cref="UsageException">There is no such file, or it holds no certificate.</exception>
    public static X509Certificate2Collection Roots(string path)
    {
        if (!File.Exists(path))
        {
            throw new UsageException($"There is no file {path}.",
                "Name the roots to trust with --root, or an identity folder with --as.");
        }

        var roots = new X509Certificate2Collection();
        try
        {
            roots.ImportFromPem(Encoding.UTF8.GetString(TextFile.Read(path)));
        }
        catch (CryptographicException)
        {
            // Said below.
        }

        return roots.Count > 0 ? roots
            : throw new UsageException($"{path} holds no certificate in PEM.", "Name a file of the hub's roots, such as ca.crt.");
    }

    /// <summary>Loads the identity that the command names.</summary>
    public static IdentityFolder Identity(this ParseResult parsed, Option<string> asOption) =>
        IdentityFolder.Load(parsed.Directory(asOption), parsed.KeyPassphrase());

    /// <summary>The passphrase of the caller's key: in the file of the option or of the environment, or asked for when the key needs it.</summary>
    public static KeyPassphrase KeyPassphrase(this ParseResult parsed) => PassphraseQuestion.Or(
        parsed.GetValue(KeyPassphraseFile) ?? Client.KeyPassphrase.FromEnvironment()?.File,
        $"{KeyPassphraseFile.Name}, or in {Client.KeyPassphrase.Variable}");

    /// <summary>The identity folder that the command names, whatever is in it.</summary>
    public static string Directory(this ParseResult parsed, Option<string> asOption)
    {
        var directory = parsed.GetValue(asOption) ?? Default()?.Folder;
        return string.IsNullOrWhiteSpace(directory)
            ? throw new UsageException("No identity was named.",
                $"Add --as DIR, choose one with `thub use DIR`, or set {Variable}: DIR is the folder that `thub join` made.")
            : directory;
    }

    /// <summary>The identity folder of commands that name none, and where it was chosen; null where none was.</summary>
    public static (string Folder, string Source)? Default() =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } set ? (set, Variable)
        : ChosenIdentity.Read() is { } chosen ? (chosen, "thub use")
        : null;
}
