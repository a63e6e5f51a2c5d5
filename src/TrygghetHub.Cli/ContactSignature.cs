using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using TrygghetHub.Client;

namespace TrygghetHub.Cli;

/// <summary>The options by which a registered contact signs a decision on a request: here, or on a machine of its own.</summary>
internal sealed class ContactSignature
{
    // An openssl signature with a certificate has about 1 KiB.
    private const int LargestBytes = 64 * 1024;

    /// <param name="what">What is signed: <c>consent</c> or <c>objection</c>.</param>
    /// <param name="who">Who may hand it in, as a sentence.</param>
    public ContactSignature(string what, string who)
    {
        Key = new Option<string?>("--contact")
        {
            Description = $"Submit the {what} of a registered contact, signed here with this PEM file (certificate and key). {who}",
            HelpName = "FILE",
        };
        Passphrase = PassphraseFile("File that contains the passphrase of an encrypted key in --contact. Default: a prompt at a terminal.");
        File = new Option<string?>("--contact-signature")
        {
            Description = $"Submit the {what} of a registered contact, signed on another machine (detached CMS signature, DER). {who}",
            HelpName = "FILE",
        };
        Document = new Option<string?>("--document")
        {
            Description = "Write the bytes that the contact must sign to this new file, and print the command that signs them. Nothing is submitted.",
            HelpName = "FILE",
        };
    }

    /// <summary><c>--contact</c>.</summary>
    public Option<string?> Key { get; }

    /// <summary><c>--contact-passphrase-file</c>.</summary>
    public Option<string?> Passphrase { get; }

    /// <summary><c>--contact-signature</c>.</summary>
    public Option<string?> File { get; }

    /// <summary><c>--document</c>.</summary>
    public Option<string?> Document { get; }

    /// <summary>The id of a request.</summary>
    public static Argument<string> Id() => new("ID") { Description = "Id of the request, as listed by `thub cert requests`." };

    /// <summary>A new <c>--contact-passphrase-file</c>.</summary>
    public static Option<string?> PassphraseFile(string description) =>
        new("--contact-passphrase-file") { Description = description, HelpName = "FILE" };

    /// <summary>An id that can be one.</summary>
    /// <exception cref="UsageException">It is empty.</exception>
    public static string RequireId(string id) => id.Trim() is { Length: > 0 } given
        ? given
        : throw new UsageException("The id of the request is empty.", "Write it as thub cert requests shows it.");

    /// <summary>Whether any of the options is given.</summary>
    public bool IsAsked(ParseResult parsed) => Given(parsed) > 0;

    /// <summary>Refuses two of the options at once.</summary>
    /// <exception cref="UsageException">More than one is given.</exception>
    public void RequireOne(ParseResult parsed)
    {
        if (Given(parsed) > 1)
        {
            throw new UsageException(
                "--contact, --contact-signature and --document exclude each other.", "Write the bytes, sign them, then hand in.");
        }
    }

    /// <summary>The signature that the options give; null without them.</summary>
    /// <exception cref="UsageException">A file cannot be used.</exception>
    public byte[]? Read(ParseResult parsed, Func<X509Certificate2, byte[]> sign)
    {
        if (parsed.GetValue(Key) is { } key)
        {
            using var contact = Certificate(key, PassphraseQuestion.Or(parsed.GetValue(Passphrase), Passphrase.Name));
            return sign(contact);
        }

        if (parsed.GetValue(File) is not { } file)
        {
            return null;
        }

        var info = new FileInfo(file);
        return !info.Exists || info.Length is > 0 and <= LargestBytes
            ? System.IO.File.ReadAllBytes(file)
            : throw new UsageException(
                $"{file} has {info.Length} bytes; a signature has 1 to {LargestBytes}.", "Sign with -outform DER, detached.");
    }

    /// <summary>Writes what is to be signed, and shows how it is signed and handed in.</summary>
    public static void Write(Screen screen, string file, ReadOnlySpan<byte> document, string handIn, bool asJson)
    {
        var path = Path.GetFullPath(file);
        using (var stream = NewFile.Create(path))
        {
            stream.Write(document);
        }

        var sha256 = Convert.ToHexString(SHA256.HashData(document));
        if (asJson)
        {
            screen.WriteDocument(new Written(path, sha256.ToLowerInvariant()));
        }
        else
        {
            screen.Line($"Wrote {path}; SHA-256 {sha256}.");
        }

        screen.Note("Next, where the contact's key is:");
        screen.Note($"  openssl cms -sign -binary -in {Path.GetFileName(path)} -signer contact.pem -md sha256 -outform DER -out contact.cms");
        screen.Note($"and then: {handIn} contact.cms --as DIR");
    }

    /// <summary>What <c>--json</c> prints: the file, as an absolute path, and SHA-256 of what is to be signed, in hexadecimal.</summary>
    private sealed record Written(string File, string Sha256);

    private int Given(ParseResult parsed) =>
        new[] { Key, File, Document }.Count(option => parsed.GetValue(option) is not null);

    private static X509Certificate2 Certificate(string file, KeyPassphrase passphrase)
    {
        try
        {
            var pem = Encoding.UTF8.GetString(TextFile.Read(file));
            using var certificate = X509Certificate2.CreateFromPem(pem);
            using var key = PrivateKey.Read(file, pem, passphrase);
            return key is RSA rsa ? certificate.CopyWithPrivateKey(rsa) : certificate.CopyWithPrivateKey((ECDsa)key);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            throw new UsageException($"{file} does not hold a certificate and its key.", "Make one with thub contact key --out FILE.");
        }
    }
}
