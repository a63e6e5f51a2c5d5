using System.Globalization;
using TrygghetHub.Partners.V1;
using TrygghetHub.Server.Platform.Calendar;

namespace TrygghetHub.Server.Partners;

/// <summary>
/// Letters to a partner's contacts, in Swedish and English. The hub sends no mail yet: the operator sends it. Pure.
/// </summary>
internal static class ContactLetters
{
    /// <summary>That consent is asked for.</summary>
    public static ContactLetter Of(ConsentRequest request, PartnerBook book)
    {
        var document = ConsentDocument.Parser.ParseFrom(request.Document);
        var partner = book.Partners[request.Partner];
        var (whatSv, whatEn) = request.IsOfCertificate
            ? ("ett nytt certifikat", "a new certificate")
            : ($"fler behörigheter ({Names(document.Roles.Added)})", $"wider roles ({Names(document.Roles.Added)})");
        var (effectSv, effectEn) = request.FullAt is { } full
            ? ($"{partner.DisplayName} har inget annat certifikat som kan godkänna det. Det nya får därför redan nu lämna rapporter och bekräfta "
                    + $"veckor, men inte läsa något. Från {Minute(full)} svensk tid får det alla rättigheter, om ingen invänder.",
                $"{partner.DisplayName} has no other certificate that can consent. The new one may therefore send reports and "
                    + $"confirm weeks already, but read nothing. From {Minute(full)} Stockholm time it has all rights, unless somebody objects.")
            : ("Det gäller först när organisationen själv har godkänt det med ett certifikat som redan gäller.",
                "It takes effect only when the organisation itself has consented with a certificate that already stands.");
        var (nextSv, nextEn) = request.FullAt is null
            ? ($"""
                Känner ni igen begäran? Godkänn den så här: thub cert consent {request.Id} --as MAPP
                Känner ni inte igen den? Invänd genast: thub cert object {request.Id} --reason "Vi har inte bett om detta" --as MAPP
                MAPP är mappen för ett certifikat som redan gäller.
                """,
                $"""
                If you know of it, consent: thub cert consent {request.Id} --as DIR
                If you do not, object at once: thub cert object {request.Id} --reason "We did not ask for this" --as DIR
                DIR is the folder of a certificate that already stands.
                """)
            : ($"""
                Känner ni igen begäran? Vänta, eller låt en kontakt som har en egen nyckel i hubben godkänna den: thub cert consent {request.Id} --contact FIL --as MAPP
                FIL är kontaktens nyckel, och MAPP är mappen för det nya certifikatet.
                Känner ni inte igen den? Ring genast den som driver hubben, på ett nummer som ni hade sedan tidigare, och be att certifikatet återkallas.
                """,
                $"""
                If you know of it, wait, or let a contact with a key of its own in the hub consent: thub cert consent {request.Id} --contact FILE --as DIR
                FILE is the contact's key, and DIR the folder of the new certificate.
                If you do not, call the hub's operator at once, on a number that you had before, and have the certificate revoked.
                """);
        var thumbprintSv = request.IsOfCertificate ? $"\nCertifikatets fingeravtryck (SHA-256): {request.Thumbprint}" : "";
        var thumbprintEn = request.IsOfCertificate ? $"\nThe certificate's thumbprint (SHA-256): {request.Thumbprint}" : "";
        return Letter(
            request.Partner, book,
            $"""
            TrygghetHub: någon har begärt {whatSv} för {partner.DisplayName} ({partner.Id}).

            Begärt: {Minute(request.AskedAt)} svensk tid, av {document.RequestedBy}.
            Begärans nummer: {request.Id}{thumbprintSv}
            {effectSv}

            {nextSv}
            """,
            $"""
            TrygghetHub: somebody has asked for {whatEn} for {partner.DisplayName} ({partner.Id}).

            Asked: {Minute(request.AskedAt)} Stockholm time, by {document.RequestedBy}.
            Number of the request: {request.Id}{thumbprintEn}
            {effectEn}

            {nextEn}
            """);
    }

    /// <summary>That a code was made for a partner that has joined.</summary>
    /// <param name="id">The partner.</param>
    /// <param name="book">Whom it has as contacts.</param>
    /// <param name="expiresAt">Until when the code can be used.</param>
    /// <param name="hours">After how many hours what it gives reads unless somebody objects; 0 where only a consent lets it.</param>
    public static ContactLetter OfCode(PartnerId id, PartnerBook book, DateTimeOffset expiresAt, int hours)
    {
        var partner = book.Partners[id];
        var (effectSv, effectEn) = hours == 0
            ? ("Den som använder den får ett certifikat som inte kan läsa något förrän ni har godkänt det.",
                "Whoever uses it gets a certificate that reads nothing before you have consented to it.")
            : ("Ni har inget certifikat kvar som kan godkänna. Den som använder koden får därför ett certifikat som genast får lämna "
                    + $"rapporter och bekräfta veckor, och som kan läsa efter {hours} timmar, om ingen invänder.",
                "You have no certificate left that can consent. Whoever uses the code therefore gets a certificate that may send "
                    + $"reports and confirm weeks at once, and that reads after {hours} hours, unless somebody objects.");
        return Letter(
            id, book,
            $"""
            TrygghetHub: den som driver hubben har gjort en anslutningskod för {partner.DisplayName} ({id}).

            Koden gäller till {Minute(expiresAt)} svensk tid. {effectSv}
            Har ni inte bett om koden? Fråga den som driver hubben, på ett nummer som ni hade sedan tidigare.
            """,
            $"""
            TrygghetHub: the hub's operator has made an enrolment code for {partner.DisplayName} ({id}).

            It can be used until {Minute(expiresAt)} Stockholm time. {effectEn}
            If you did not ask for the code, ask the hub's operator, on a number that you had before.
            """);
    }

    /// <summary>That the contacts were changed, to those who were contacts before.</summary>
    public static ContactLetter OfChange(PartnerId id, PartnerBook book, IEnumerable<Contact> before, DateTimeOffset at)
    {
        var partner = book.Partners[id];
        return new ContactLetter
        {
            Recipients = { before.Select(c => c.ToWire()) },
            TextSv = $"""
                TrygghetHub: {partner.DisplayName} ({id}) har ändrat sina kontakter i hubben, {Minute(at)} svensk tid.

                Var det inte ni? Be den som driver hubben att stänga av organisationen tills det är utrett.
                """,
            TextEn = $"""
                TrygghetHub: {partner.DisplayName} ({id}) has changed its contacts in the hub, {Minute(at)} Stockholm time.

                If it was not you, have the hub's operator suspend the organisation until it is cleared up.
                """,
        };
    }

    private static ContactLetter Letter(PartnerId id, PartnerBook book, string swedish, string english) => new()
    {
        Recipients = { book.ContactsOf(id).Select(c => c.ToWire()) },
        TextSv = swedish,
        TextEn = english,
    };

    private static string Names(IEnumerable<PartnerRole> roles) =>
        string.Join(", ", roles.Select(r => PartnerMapping.NameOf(PartnerMapping.ToRole(r)!.Value)));

    private static string Minute(DateTimeOffset at) =>
        SwedishTime.ToLocal(at).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
}
