using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Google.Protobuf;
using TrygghetHub.Client;
using TrygghetHub.Partners.V1;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub contact</c>: whom a partner has outside the hub; set by the partner alone.</summary>
internal static class ContactCommands
{
    /// <summary><c>thub contact list</c>.</summary>
    public static Command CreateList()
    {
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("list", "List your contacts.") { caller, json };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var self = await client.Caller.GetCallerAsync(new GetCallerRequest(), cancellationToken: cancellation);
            if (parsed.GetValue(json))
            {
                screen.WriteJson(self.Contacts);
                return ExitCode.Fine;
            }

            Show(screen, self.Contacts);
            if (self.Contacts.Count == 0)
            {
                screen.Note("Next: thub contact set --function \"Vakthavande IT\" --address it@example.se");
            }

            return ExitCode.Fine;
        });
    }

    /// <summary><c>thub contact set</c>: adds a contact, or replaces the one of that function.</summary>
    public static Command CreateSet()
    {
        var function = Function();
        var address = new Option<string>("--address")
        {
            Description = "An e-mail address, or a phone number such as +46101234567.",
            HelpName = "ADDRESS",
            Required = true,
        };
        var certificate = new Option<string?>("--cert")
        {
            Description = "PEM file with the contact's certificate. With it, the contact can consent and object if you have lost all your "
                + "certificates. A private key in the file is not sent. Default: keep the contact's current certificate.",
            HelpName = "FILE",
        };
        var without = new Option<bool>("--no-cert") { Description = "Remove the contact's certificate." };
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("set", "Add a contact, or change the contact with the same function.")
        {
            function, address, certificate, without, caller, json,
        };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            var contact = new PartnerContact
            {
                Function = parsed.GetRequiredValue(function),
                Address = parsed.GetRequiredValue(address),
            };
            if (parsed.GetValue(certificate) is { } file)
            {
                contact.CertificateDer = ByteString.CopyFrom(Read(file));
            }

            return await ChangeAsync(
                parsed, caller, json, screen,
                contacts =>
                {
                    var all = contacts.ToList();
                    if (contact.CertificateDer.IsEmpty && !parsed.GetValue(without)
                        && all.Find(c => c.Function == contact.Function) is { } before)
                    {
                        contact.CertificateDer = before.CertificateDer;
                    }

                    return all.Where(c => c.Function != contact.Function).Append(contact);
                },
                cancellation);
        });
    }

    /// <summary><c>thub contact remove</c>.</summary>
    public static Command CreateRemove()
    {
        var function = Function();
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("remove", "Remove a contact.") { function, caller, json };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            var removed = parsed.GetRequiredValue(function);
            return await ChangeAsync(
                parsed, caller, json, screen,
                contacts => contacts.Any(c => c.Function == removed)
                    ? contacts.Where(c => c.Function != removed)
                    : throw new UsageException($"No contact is called {removed}.", "See: thub contact list"),
                cancellation);
        });
    }

    /// <summary><c>thub contact key</c>: a key with which a contact can consent.</summary>
    public static Command CreateKey()
    {
        var function = Function();
        var output = new Option<string>("--out")
        {
            Description = "The PEM file to create, with the certificate and the key. An existing file is never overwritten.",
            HelpName = "FILE",
            Required = true,
        };
        var passphrase = ContactSignature.PassphraseFile("Encrypt the key with the passphrase in this file. Default: the key is not encrypted.");
        var json = CallerOptions.Json();
        var command = new Command("key", "Create a key for a contact. Run this command on the contact's own machine.") { function, output, passphrase, json };
        return command.Does((parsed, screen, _) =>
        {
            var path = Path.GetFullPath(parsed.GetRequiredValue(output));
            NewFile.Require(path);
            using var made = Consents.MakeContactCertificate(parsed.GetRequiredValue(function));
            using var key = made.GetECDsaPrivateKey()!;
            var pem = PrivateKey.Write(
                key, path, parsed.GetValue(passphrase) is { } file ? KeyPassphrase.InFile(file) : null);
            using (var writer = new StreamWriter(NewFile.Create(path)))
            {
                writer.Write(made.ExportCertificatePem() + "\n" + pem);
            }

            if (parsed.GetValue(json))
            {
                screen.WriteDocument(new MadeKey(parsed.GetRequiredValue(function), path, Convert.ToHexStringLower(SHA256.HashData(made.RawData))));
                return Task.FromResult(ExitCode.Fine);
            }

            screen.Line($"Made {path}: keep it apart from the identity folder, with somebody else.");
            screen.Note($"Next: thub contact set --function \"{parsed.GetRequiredValue(function)}\" --address ADDRESS --cert {path}");
            return Task.FromResult(ExitCode.Fine);
        });
    }

    /// <summary>What <c>thub contact key --json</c> prints.</summary>
    /// <param name="Function">Whose key it is.</param>
    /// <param name="File">The file with it, as an absolute path.</param>
    /// <param name="CertificateSha256">SHA-256 of its certificate, in hexadecimal.</param>
    private sealed record MadeKey(string Function, string File, string CertificateSha256);

    private static Option<string> Function() => new("--function")
    {
        Description = "Function that the address belongs to, such as \"Vakthavande IT\". Must not be a person.",
        HelpName = "TEXT",
        Required = true,
    };

    private static async Task<int> ChangeAsync(
        ParseResult parsed, Option<string> caller, Option<bool> json, Screen screen,
        Func<IReadOnlyList<PartnerContact>, IEnumerable<PartnerContact>> change, CancellationToken cancellation)
    {
        using var identity = parsed.Identity(caller);
        using var client = HubClient.Connect(identity);
        var self = await client.Caller.GetCallerAsync(new GetCallerRequest(), cancellationToken: cancellation);
        var answer = await client.Caller.SetContactsAsync(
            new SetContactsRequest { Contacts = { change([.. self.Contacts]) } }, cancellationToken: cancellation);
        if (parsed.GetValue(json))
        {
            screen.WriteJson(answer);
            return ExitCode.Fine;
        }

        screen.Line("Your contacts from now on:");
        Show(screen, answer.Contacts);
        if (answer.Letter is { } letter)
        {
            ConsentWords.Show(screen, letter);
            screen.Note("The operator sees the change for seven days, with this letter, and the parties of your agreements see it too.");
        }

        return ExitCode.Fine;
    }

    private static void Show(Screen screen, IEnumerable<PartnerContact> contacts)
    {
        foreach (var contact in contacts)
        {
            screen.Line($"{contact.Function} <{contact.Address}>, since {Words.Minute(contact.RegisterTime)}"
                + (contact.CertificateDer.IsEmpty ? "" : ", can consent"));
        }
    }

    private static byte[] Read(string file)
    {
        try
        {
            using var certificate = X509Certificate2.CreateFromPem(Encoding.UTF8.GetString(TextFile.Read(file)));
            return certificate.RawData;
        }
        catch (CryptographicException)
        {
            throw new UsageException($"{file} holds no certificate in PEM.", "Make one with thub contact key --out FILE.");
        }
    }
}
