using System.Text;

namespace TrygghetHub.Client;

/// <summary>Where the passphrase of an encrypted private key comes from: a file, or a question to a person.</summary>
/// <remarks>It is read when a key needs it, once, and kept for the process: a renewal must not ask again. Thread-safe.</remarks>
public sealed class KeyPassphrase
{
    /// <summary>The environment variable that names the file where no passphrase is given.</summary>
    public const string Variable = "THUB_KEY_PASSPHRASE_FILE";

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Func<string, string> read;
    private readonly Lock gate = new();
    private string? value;

    private KeyPassphrase(Func<string, string> read, string source, string? file)
    {
        this.read = read;
        Source = source;
        File = file;
    }

    /// <summary>The file; null where a person is asked.</summary>
    public string? File { get; }

    /// <summary>Where it comes from, as the end of a sentence.</summary>
    internal string Source { get; }

    /// <summary>The first line of a file in UTF-8, or in UTF-16 with a byte order mark.</summary>
    /// <param name="file">The file; nothing may follow its first line.</param>
    public static KeyPassphrase InFile(string file)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(file);
        return new KeyPassphrase(_ => Read(file), $"in {file}", file);
    }

    /// <summary>What a person answers.</summary>
    /// <param name="ask">Asks for the passphrase of the key in the file that it is given.</param>
    public static KeyPassphrase AskedFor(Func<string, string> ask)
    {
        ArgumentNullException.ThrowIfNull(ask);
        return new KeyPassphrase(ask, "that was typed", file: null);
    }

    /// <summary>The one in the file that <see cref="Variable"/> names; null where it is not set.</summary>
    public static KeyPassphrase? FromEnvironment() =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } file ? InFile(file) : null;

    /// <summary>Whether others than its owner may read the file.</summary>
    internal bool IsOpenToOthers => File is { } file && System.IO.File.Exists(file) && IdentityFiles.IsOpenToOthers(file);

    /// <summary>The passphrase.</summary>
    /// <exception cref="IdentityFolderException">The file cannot be read, or is not one line.</exception>
    internal string For(string keyFile)
    {
        lock (gate)
        {
            return value ??= read(keyFile);
        }
    }

    private static string Read(string file)
    {
        string text;
        try
        {
            text = System.IO.File.ReadAllText(file, StrictUtf8);
        }
        catch (DecoderFallbackException exception)
        {
            throw new IdentityFolderException(file, $"The passphrase file {file} is not UTF-8.", "Save it as UTF-8.", exception, IdentityFault.Passphrase);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IdentityFolderException(
                file, $"The passphrase file {file} cannot be read.", "Check its path and who may read it.", exception, IdentityFault.Passphrase);
        }

        var line = text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text.EndsWith('\n') ? text[..^1] : text;
        return line.Length == 0
            ? throw new IdentityFolderException(
                file, $"The passphrase file {file} is empty.", "Write the passphrase into its first line.", fault: IdentityFault.Passphrase)
            : line.AsSpan().IndexOfAny('\r', '\n') >= 0
            ? throw new IdentityFolderException(
                file, $"The passphrase file {file} has more than one line.", "Let it hold the passphrase alone.", fault: IdentityFault.Passphrase)
            : line;
    }
}
