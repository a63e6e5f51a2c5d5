using TrygghetHub.Partners.V1;
using TrygghetHub.Server.Platform.Access;
using TrygghetHub.Server.Platform.Calendar;

namespace TrygghetHub.Server.Partners;

/// <summary>
/// Letters, in Swedish, to a partner's contacts and to those that were contacts until recently. The hub sends no mail yet: the
/// operator sends them. Pure.
/// </summary>
internal static class ContactLetters
{
    /// <summary>That consent is asked for.</summary>
    /// <param name="request">An open request.</param>
    /// <param name="book">Whom the partner has as contacts.</param>
    /// <param name="at">When the letter is written: it decides who is still notified.</param>
    public static ContactLetter Of(ConsentRequest request, PartnerBook book, DateTimeOffset at)
    {
        var document = ConsentDocument.Parser.ParseFrom(request.Document);
        var partner = book.Partners[request.Partner];
        var what = request.IsOfCertificate ? "ett nytt certifikat" : $"fler behörigheter ({Names(document.Roles.Added)})";
        var thumbprint = request.IsOfCertificate ? $"\nCertifikatets fingeravtryck (SHA-256): {request.Thumbprint}" : "";
        var (effect, next) = request.FullAt is { } full
            ? ($"{partner.DisplayName} har inget annat giltigt certifikat som kan godkänna det. Det nya får därför redan nu lämna rapporter "
                    + $"och bekräfta veckor, men inte läsa något. Från {SwedishClock.MinuteInSwedish(full)} får det alla rättigheter, om ingen invänder.",
                $"""
                Känner ni igen begäran? Vänta, eller låt en kontakt som har en egen nyckel i hubben godkänna den:
                  thub cert consent {request.Id} --contact FIL --as MAPP
                FIL är kontaktens nyckel, och MAPP är mappen för det nya certifikatet.
                Känner ni inte igen den? Invänd genast. Det gör en kontakt som har en egen nyckel i hubben:
                  thub cert object {request.Name} --reason "Vi har inte bett om detta" --contact FIL --as MAPP
                MAPP är mappen för vilket giltigt certifikat som helst, till exempel en samarbetspartners.
                Ring annars den som driver hubben, på ett nummer som ni hade sedan tidigare, och be att certifikatet återkallas.
                """)
            : ("Det gäller först när organisationen själv har godkänt det med ett annat giltigt certifikat.",
                $"""
                Känner ni igen begäran? Godkänn den:
                  thub cert consent {request.Id} --as MAPP
                Känner ni inte igen den? Invänd genast:
                  thub cert object {request.Id} --reason "Vi har inte bett om detta" --as MAPP
                MAPP är mappen för ett certifikat som redan gäller.
                """);
        return Letter(
            request.Partner, book, at,
            $"""
            TrygghetHub: någon har begärt {what} för {partner.DisplayName} ({partner.Id}).

            Begärt: {SwedishClock.MinuteInSwedish(request.AskedAt)}, av {Asker(document.RequestedBy)}.
            Begärans nummer: {request.Id}{thumbprint}
            {effect}

            {next}
            """);
    }

    /// <summary>That a code was made for a partner that has joined.</summary>
    /// <param name="id">The partner.</param>
    /// <param name="book">Whom it has as contacts.</param>
    /// <param name="at">When the letter is written.</param>
    /// <param name="expiresAt">Until when the code can be used.</param>
    /// <param name="hours">Hours after which its certificate reads unless somebody objects; 0 where only a consent lets it.</param>
    public static ContactLetter OfCode(PartnerId id, PartnerBook book, DateTimeOffset at, DateTimeOffset expiresAt, int hours)
    {
        var effect = hours == 0
            ? "Den som använder den får ett certifikat som inte kan läsa något förrän ni har godkänt det."
            : "Ni har inget giltigt certifikat kvar som kan godkänna. Den som använder koden får därför ett certifikat som genast får lämna "
                + $"rapporter och bekräfta veckor, och som kan läsa efter {hours} timmar, om ingen invänder.";
        return Letter(
            id, book, at,
            $"""
            TrygghetHub: den som driver hubben har gjort en anslutningskod för {book.Partners[id].DisplayName} ({id}).

            Koden gäller till {SwedishClock.MinuteInSwedish(expiresAt)}. {effect}
            Har ni inte bett om koden? Fråga den som driver hubben, på ett nummer som ni hade sedan tidigare.
            """);
    }

    /// <summary>That the contacts were changed.</summary>
    /// <param name="id">The partner, which had contacts before.</param>
    /// <param name="book">Whom it has and had as contacts, and when they were changed.</param>
    /// <param name="at">When the letter is written.</param>
    public static ContactLetter OfChange(PartnerId id, PartnerBook book, DateTimeOffset at) => Letter(
        id, book, at,
        $"""
        TrygghetHub: {book.Partners[id].DisplayName} ({id}) ändrade sina kontakter i hubben {SwedishClock.MinuteInSwedish(book.ContactsOf(id).ChangedAt!.Value)}.

        Ni får brevet för att ni är eller nyligen var en av kontakterna. Var det inte ni som ändrade? Ring den som driver hubben, på ett
        nummer som ni hade sedan tidigare, och be att organisationen stängs av tills det är utrett.
        """);

    // The operator needs addresses, and no certificates.
    private static ContactLetter Letter(PartnerId id, PartnerBook book, DateTimeOffset at, string text) => new()
    {
        Recipients = { book.ContactsOf(id).ToNotify(at).Select(c => (c with { Certificate = [] }).ToWire()) },
        Text = text,
    };

    // As `RequestedBy` has it in the document, which is in English.
    private static string Asker(string requestedBy) => requestedBy.StartsWith(Principal.OperatorUri, StringComparison.Ordinal)
        ? "den som driver hubben" + (requestedBy.EndsWith(EnrolmentCode.InWords, StringComparison.Ordinal) ? ", med en anslutningskod" : "")
        : requestedBy;

    private static string Names(IEnumerable<PartnerRole> roles) => string.Join(", ", roles.Select(r => r switch
    {
        PartnerRole.PartnerSystem => "verksamhetssystem",
        PartnerRole.Reporter => "uppgiftslämnare",
        PartnerRole.Coordinator => "samordnare",
        _ => "granskare",
    }));
}
