using System.CommandLine;
using TrygghetHub.Client;
using TrygghetHub.Partners.V1;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub cert consent</c>: grants a further certificate or wider roles by the signature of the partner or of a contact.</summary>
internal static class CertConsentCommand
{
    public static Command Create()
    {
        var id = ContactSignature.Id();
        var keep = new Option<bool>("--keep")
        {
            Description = "Keep your other certificates valid beside the new one. Without this option, they expire after the hub's overlap period.",
        };
        var signature = new ContactSignature("consent", "Use this with the new certificate if the partner has lost all its other certificates.");
        var yes = Confirmation.Yes();
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("consent", "Consent to an additional certificate or to wider roles for your systems.")
        {
            id, keep, signature.Key, signature.Passphrase, signature.File, signature.Document, yes, caller, json,
        };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            var asked = ContactSignature.RequireId(parsed.GetRequiredValue(id));
            signature.RequireOne(parsed);
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var request = await FindAsync(client, asked, cancellation);
            var document = Consents.Read(request, identity);
            // Also beside JSON: nobody is asked to consent to what was not shown.
            ConsentWords.Show(parsed.GetValue(json) ? screen.Aside() : screen, identity, request);
            if (parsed.GetValue(signature.Document) is { } file)
            {
                ContactSignature.Write(
                    screen, file, request.Document.Span, $"thub cert consent {request.Id} --contact-signature", parsed.GetValue(json));
                return ExitCode.Fine;
            }

            Confirmation.Require(screen, parsed.GetValue(yes), request.Id, $"This gives {ConsentWords.What(document)} all that is asked for.");
            var signed = signature.Read(parsed, contact => Consents.Sign(request, identity, contact));
            request = signed is null
                ? await Consents.GiveAsync(client, identity, request, parsed.GetValue(keep), cancellation)
                : await Consents.HandInAsync(client, request, signed, cancellation);
            if (parsed.GetValue(json))
            {
                screen.WriteJson(request);
                return ExitCode.Fine;
            }

            screen.Line($"Consented to {ConsentWords.What(document)}. It takes effect now.");
            var self = await client.Caller.GetCallerAsync(new GetCallerRequest(), cancellationToken: cancellation);
            if (self.Certificate.RetireTime is { } retires)
            {
                screen.Line($"Your certificate in {identity.Path} is accepted until {Words.Time(retires)}.");
                screen.Note("Next: change to the new identity folder before then. To keep the old one, consent with --keep.");
            }
            else
            {
                screen.Note("Next: thub whoami --as DIR, with the new folder. A token from before permits less: connect again.");
            }

            return ExitCode.Fine;
        });
    }

    /// <summary>An open request of the caller's.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public static async Task<ConsentRequest> FindAsync(HubClient client, string id, CancellationToken cancellation)
    {
        var self = await client.Caller.GetCallerAsync(new GetCallerRequest(), cancellationToken: cancellation);
        if (self.Partner is not { } partner)
        {
            throw new UsageException($"{self.Principal} is no partner, and decides on no request.",
                "Let the partner decide, with a valid certificate of its own.");
        }

        return self.OpenRequests.FirstOrDefault(r => r.Name == ConsentWords.Name(partner.Id, id)) ?? throw new UsageException(
            $"No open request of {partner.Id} is called {id}.", "See: thub cert requests");
    }
}

/// <summary><c>thub cert object</c>: refuses a request for good.</summary>
internal static class CertObjectCommand
{
    public static Command Create()
    {
        var id = ContactSignature.Id();
        var reason = PartnerArguments.Reason("The hub stores and shows it");
        var signature = new ContactSignature(
            "objection", "Any certificate that the hub accepts can submit it. For another partner's request, specify the full resource name.");
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("object", "Object to an additional certificate or to wider roles. The request is permanently refused.")
        {
            id, reason, signature.Key, signature.Passphrase, signature.File, signature.Document, caller, json,
        };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            var asked = ContactSignature.RequireId(parsed.GetRequiredValue(id));
            var why = parsed.GetRequiredValue(reason).Trim();
            signature.RequireOne(parsed);
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            if (!signature.IsAsked(parsed))
            {
                var request = await CertConsentCommand.FindAsync(client, asked, cancellation);
                var refused = await Consents.ObjectAsync(client, request, why, cancellation);
                Tell(screen, request.Id, new Objected(request.Name, refused.DecideTime.ToDateTime()), parsed.GetValue(json));
                return ExitCode.Fine;
            }

            // A contact's objection needs nothing of the request but its name: the certificate that calls may see no other's.
            var name = asked.Contains('/', StringComparison.Ordinal) ? asked : ConsentWords.Name(await PartnerOfAsync(client, cancellation), asked);
            if (parsed.GetValue(signature.Document) is { } file)
            {
                ContactSignature.Write(
                    screen, file, Consents.ObjectionDocument(name, why), $"thub cert object {name} --reason \"{why}\" --contact-signature",
                    parsed.GetValue(json));
                return ExitCode.Fine;
            }

            var signed = signature.Read(parsed, contact => Consents.SignObjection(name, why, contact))!;
            var at = await Consents.HandInObjectionAsync(client, name, why, signed, cancellation);
            Tell(screen, name, new Objected(name, at.UtcDateTime), parsed.GetValue(json));
            return ExitCode.Fine;
        });
    }

    private static async Task<string> PartnerOfAsync(HubClient client, CancellationToken cancellation)
    {
        var self = await client.Caller.GetCallerAsync(new GetCallerRequest(), cancellationToken: cancellation);
        return self.Partner?.Id ?? throw new UsageException(
            $"{self.Principal} has no requests of its own.", "Write the whole name: partners/ID/consentRequests/REQUEST.");
    }

    /// <summary>What <c>--json</c> prints: the hub tells the time alone where a contact has objected.</summary>
    /// <param name="ConsentRequest"><c>partners/{partner}/consentRequests/{request}</c>.</param>
    /// <param name="DecideTime">When it was refused, UTC.</param>
    private sealed record Objected(string ConsentRequest, DateTime DecideTime);

    private static void Tell(Screen screen, string request, Objected objected, bool asJson)
    {
        if (asJson)
        {
            screen.WriteDocument(objected);
            return;
        }

        screen.Line($"Objected to {request}: it is refused for good.");
        screen.Line("A certificate that was asked for is revoked and its streams end; enrolment codes that were not used end. Roles stay as they are.");
        screen.Note("Next: ask the hub's operator who asked for it. The parties of the partner's agreements see the objection.");
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
        var command = new Command("notices", "List actions taken in your name, and consent requests from the parties to your agreements.")
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
                screen.Line("There are no notices.");
            }

            return ExitCode.Fine;
        });
    }
}
