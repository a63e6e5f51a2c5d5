using TrygghetHub.Client;
using TrygghetHub.Partners.V1;

namespace TrygghetHub.Cli;

/// <summary>Requests for consent, notices and letters, in words.</summary>
internal static class ConsentWords
{
    private const string Contact = "contact:";
    private const string Partner = "urn:trygghet:partner:";
    private const string Operator = "urn:trygghet:operator:";

    /// <summary>A request on a few lines, as the document that is signed says it.</summary>
    public static void Show(Screen screen, IdentityFolder identity, ConsentRequest request)
    {
        ConsentDocument document;
        try
        {
            document = Consents.Read(request, identity);
        }
        catch (HubException exception)
        {
            // One request that must not be signed hides none of the others.
            screen.Line($"{request.Id}  {exception.Message}");
            screen.Line($"  → {exception.Remedy}");
            return;
        }

        screen.Line($"{request.Id}  {What(document)}");
        screen.Line($"  Asked   {Words.Time(document.RequestTime)}, by {By(document.RequestedBy)}");
        if (document.Certificate is { } certificate)
        {
            screen.Line($"  SHA-256 {certificate.ThumbprintSha256}");
        }

        screen.Line($"  State   {State(request)}");
    }

    /// <summary>What is asked for, as the beginning of a sentence.</summary>
    public static string What(ConsentDocument document) => document.SubjectCase == ConsentDocument.SubjectOneofCase.Roles
        ? $"wider roles for {document.Partner}: {string.Join(", ", document.Roles.Added.Select(Words.Of))}"
        : $"a further certificate for {document.Partner}";

    /// <summary>The state of a request, and what happens with time.</summary>
    public static string State(ConsentRequest request) => request.State switch
    {
        ConsentState.Waiting => "waits for the partner's consent; nothing else grants it",
        ConsentState.Delayed => $"may send, and reads from {Words.Time(request.GrantTime)}, unless the partner objects",
        ConsentState.Consented => $"granted by {By(request.DecidedBy)}, {Words.Time(request.DecideTime)}",
        ConsentState.Elapsed => $"granted {Words.Time(request.GrantTime)}: nobody had objected",
        ConsentState.Objected => $"refused by {By(request.DecidedBy)}, {Words.Time(request.DecideTime)}: {request.Reason}",
        _ => $"ended without a decision {Words.Time(request.DecideTime)}: {request.Reason}",
    };

    /// <summary>What a certificate may do while it has no full access; null where it has.</summary>
    public static string? Access(GetCallerResponse self) => self.Certificate?.Access switch
    {
        CertificateAccess.Pending => "This certificate may only ask what its access is, until the partner consents to it.",
        CertificateAccess.Sending =>
            $"This certificate may send and confirm weeks, and reads from {Words.Time(self.OpenRequests.FirstOrDefault()?.GrantTime)}, "
            + "unless the partner objects.",
        _ => null,
    };

    /// <summary>Who did something: <c>the operator</c>, <c>the contact Vakthavande IT</c>, <c>polisen, certificate 5F…</c>.</summary>
    public static string By(string by)
    {
        var end = by.IndexOf(", ", StringComparison.Ordinal);
        var (who, rest) = end < 0 ? (by, "") : (by[..end], by[end..]);
        return who switch
        {
            "hub" => "the hub",
            "code" => "the use of an enrolment code",
            _ when who.StartsWith(Contact, StringComparison.Ordinal) => "the contact " + who[Contact.Length..],
            _ when who.StartsWith(Operator, StringComparison.Ordinal) => "the operator",
            _ when who.StartsWith(Partner, StringComparison.Ordinal) => who[Partner.Length..],
            _ => who,
        } + rest;
    }

    /// <summary>A notice on one line: when, what happened, by whom and why; for another partner's, why it is sent.</summary>
    public static string Line(PartnerNotice notice)
    {
        var line = $"{Words.Minute(notice.Time)}  {notice.Partner}: {What(notice)}"
            + (notice.ConsentRequest.Length == 0 ? "" : $", request {notice.ConsentRequest[(notice.ConsentRequest.LastIndexOf('/') + 1)..]}")
            + (notice.CertificateSha256.Length == 0 ? "" : $", certificate {notice.CertificateSha256[..16]}…")
            + (notice.By.Length == 0 ? "" : $", by {By(notice.By)}")
            + (notice.Reason.Length == 0 ? "" : $": {notice.Reason}");
        // A notice says by whom unless it is about another partner.
        return notice.By.Length > 0
            ? line
            : line.TrimEnd('.') + $". You are notified because you have an agreement with {notice.Partner}.";
    }

    /// <summary>The text that the operator is to send to a partner's contacts.</summary>
    public static void Show(Screen screen, ContactLetter? letter)
    {
        if (letter is null)
        {
            return;
        }

        screen.Line();
        screen.Line(letter.Recipients.Count == 0
            ? "The partner has registered no contact. Send it this by a way that you know to be the partner's:"
            : "Send this to " + string.Join(", ", letter.Recipients.Select(Recipient)) + "; the hub sends no mail yet:");
        foreach (var line in letter.Text.Split('\n'))
        {
            screen.Line("  | " + line.TrimEnd('\r'));
        }
    }

    /// <summary>The resource name of a request of a partner, by its id or its name.</summary>
    public static string Name(string partner, string id) =>
        id.Contains('/', StringComparison.Ordinal) ? id : $"partners/{partner}/consentRequests/{id}";

    private static string Recipient(PartnerContact contact) => $"{contact.Function} <{contact.Address}>"
        + (contact.EndTime is null ? "" : $" (contact until {Words.Minute(contact.EndTime)})");

    private static string What(PartnerNotice notice)
    {
        // A request for roles names no certificate.
        var subject = notice.CertificateSha256.Length > 0 ? "a further certificate" : $"wider roles ({Roles(notice)})";
        return notice.Kind switch
        {
            NoticeKind.CertificateIssued => "a certificate was issued",
            NoticeKind.CertificateRegistered => "a certificate of an outside authority was registered",
            NoticeKind.CertificateRenewed => "a certificate was renewed",
            NoticeKind.CertificateRetiring => "a certificate ends soon, because another takes its place",
            NoticeKind.CertificateRevoked => "a certificate was revoked",
            NoticeKind.CodeMade => "an enrolment code was made",
            NoticeKind.RolesChanged => $"the roles were changed to {Roles(notice)}",
            NoticeKind.Suspended => "the partner was suspended",
            NoticeKind.Resumed => "the partner was resumed",
            NoticeKind.Left => "the partner left the hub",
            NoticeKind.ContactsChanged => "the contacts outside the hub were changed",
            NoticeKind.ConsentAsked => $"consent is asked for to {subject}; {WhatGrants(notice)}",
            NoticeKind.ConsentGiven => $"consent was given to {subject}",
            NoticeKind.ConsentObjected => $"an objection refused {subject} for good",
            NoticeKind.ConsentWithdrawn => $"the request for {subject} ended without a decision",
            NoticeKind.ConsentDelayed or NoticeKind.ConsentWaiting => $"the request for {subject} is still open; {WhatGrants(notice)}",
            NoticeKind.ConsentElapsed => $"nobody objected in time: {subject} has all rights",
            _ => Words.Of(notice.Kind).Replace('-', ' '),
        };
    }

    private static string WhatGrants(PartnerNotice notice) => notice.GrantTime is null
        ? $"only the consent of {notice.Partner} grants it"
        : $"it reads from {Words.Time(notice.GrantTime)}, unless {notice.Partner} objects";

    private static string Roles(PartnerNotice notice) =>
        notice.Roles.Count == 0 ? "none" : string.Join(", ", notice.Roles.Select(Words.Of));
}
