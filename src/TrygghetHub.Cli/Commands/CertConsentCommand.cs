using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TrygghetHub.Client;
using TrygghetHub.Partners.V1;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub cert consent</c>: grants a further certificate or wider roles with the key of a standing certificate.</summary>
internal static class CertConsentCommand
{
    public static Command Create()
    {
        var id = Id();
        var keep = new Option<bool>("--keep")
        {
            Description = "Let your other certificates go on beside the new one; without it they end after the hub's overlap.",
        };
        var contact = new Option<string?>("--contact")
        {
            Description = "Hand in the consent of a registered contact, signed with this PEM file (certificate and key): where the "
                + "partner has lost all its certificates. Call with the new certificate.",
            HelpName = "FILE",
        };
        var yes = new Option<bool>("--yes") { Description = "Do not ask for the id: it has been read." };
        var caller = CallerOptions.As();
        var command = new Command("consent", "Consent to a further certificate or to wider roles of yours.")
        {
            id, keep, contact, yes, caller,
        };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var (self, request) = await FindAsync(client, parsed.GetRequiredValue(id), cancellation);
            ConsentWords.Show(screen, request);
            PartnerArguments.RequireConfirmed(screen, request.Id, parsed.GetValue(yes) ? request.Id : null,
                $"This gives {ConsentWords.What(Consents.Read(request))} all that is asked for.", "--yes");
            ConsentRequest given;
            if (parsed.GetValue(contact) is { } file)
            {
                using var signer = Read(file);
                given = await Consents.HandInAsync(client, signer, request, cancellation);
            }
            else
            {
                given = await Consents.GiveAsync(client, identity, request, parsed.GetValue(keep), cancellation);
            }

            screen.Line($"Consented: {ConsentWords.What(Consents.Read(given))}. It holds from now on.");
            self = await client.Caller.GetCallerAsync(new GetCallerRequest(), cancellationToken: cancellation);
            if (self.Certificate.RetireTime is { } retires)
            {
                screen.Line($"Your certificate in {identity.Path} is taken until {Words.Time(retires)}.");
                screen.Note("Next: change over to the new identity folder by then. To let this one go on, consent with --keep.");
            }
            else
            {
                screen.Note("Next: thub whoami --as DIR, with the new folder. A token that was issued before is for less: connect again.");
            }

            return ExitCode.Fine;
        });
    }

    /// <summary>The id of a request.</summary>
    public static Argument<string> Id() => new("ID") { Description = "The request's id, as thub cert requests shows it." };

    /// <summary>An open request of the caller's.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public static async Task<(GetCallerResponse Self, ConsentRequest Request)> FindAsync(
        HubClient client, string id, CancellationToken cancellation)
    {
        var self = await client.Caller.GetCallerAsync(new GetCallerRequest(), cancellationToken: cancellation);
        if (self.Partner is not { } partner)
        {
            throw new UsageException($"{self.Principal} is no partner: the operator consents to nothing.",
                "Let the partner consent, with a certificate of its own that stands.");
        }

        return (self, self.OpenRequests.FirstOrDefault(r => r.Name == ConsentWords.Name(partner.Id, id)) ?? throw new UsageException(
            $"No open request of {partner.Id} is called {id}.", "See: thub cert requests"));
    }

    private static X509Certificate2 Read(string file)
    {
        try
        {
            return X509Certificate2.CreateFromPemFile(file);
        }
        catch (CryptographicException)
        {
            throw new UsageException($"{file} does not hold a certificate and its key.", "Make one with thub contact key --out FILE.");
        }
    }
}

/// <summary><c>thub cert object</c>: ends a request for good.</summary>
internal static class CertObjectCommand
{
    public static Command Create()
    {
        var id = CertConsentCommand.Id();
        var reason = PartnerArguments.Reason("it is kept and shown");
        var caller = CallerOptions.As();
        var command = new Command("object", "Object to a further certificate or to wider roles of yours: they never come.")
        {
            id, reason, caller,
        };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var (_, request) = await CertConsentCommand.FindAsync(client, parsed.GetRequiredValue(id), cancellation);
            var dead = await Consents.ObjectAsync(client, request, parsed.GetRequiredValue(reason), cancellation);
            var document = Consents.Read(dead);
            screen.Line($"Objected: {ConsentWords.What(document)} is dead for good.");
            screen.Line(document.Certificate is null
                ? "The roles stay as they are."
                : "The certificate is revoked, its running streams end, and codes that nobody has used are over.");
            screen.Note("Next: ask the hub's operator who has asked for it. The parties of your agreements see that you objected.");
            return ExitCode.Fine;
        });
    }
}

/// <summary><c>thub cert notices</c>: what was done in a partner's name.</summary>
internal static class CertNoticesCommand
{
    private const int Most = 200;

    public static Command Create()
    {
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("notices", "List what was done in your name, and requests of those you have agreements with.")
        {
            caller, json,
        };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var page = await client.Caller.ListNoticesAsync(
                new ListNoticesRequest { PageSize = Most }, cancellationToken: cancellation);
            if (parsed.GetValue(json))
            {
                screen.WriteJson(page.Notices);
                return ExitCode.Fine;
            }

            foreach (var notice in page.Notices)
            {
                screen.Line(ConsentWords.Line(notice));
            }

            if (page.Notices.Count == 0)
            {
                screen.Line("There is nothing to tell.");
            }

            return ExitCode.Fine;
        });
    }
}
