using TrygghetHub.Client;
using TrygghetHub.Partners.V1;

namespace TrygghetHub.Cli;

/// <summary>Requests for consent, notices and letters, in words.</summary>
internal static class ConsentWords
{
    /// <summary>A request on a few lines, as what is signed says it.</summary>
    public static void Show(Screen screen, ConsentRequest request)
    {
        var document = Consents.Read(request);
        screen.Line($"{request.Id}  {What(document)}");
        screen.Line($"  Asked   {Words.Time(document.RequestTime)}, by {document.RequestedBy}");
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

    /// <summary>How a request stands, and what comes with time.</summary>
    public static string State(ConsentRequest request) => request.State switch
    {
        ConsentState.Waiting => "waits for the partner's consent; nothing else grants it",
        ConsentState.Delayed => $"may send, and reads from {Words.Time(request.FullTime)} Stockholm time, unless the partner objects",
        ConsentState.Consented => $"consented by {request.DecidedBy}, {Words.Time(request.DecideTime)}",
        ConsentState.Elapsed => $"granted {Words.Time(request.FullTime)}: nobody had objected",
        ConsentState.Objected => $"dead: the partner objected {Words.Time(request.DecideTime)}: {request.Reason}",
        _ => $"over {Words.Time(request.DecideTime)}: {request.Reason}",
    };

    /// <summary>What a certificate may do meanwhile; null where it has all rights.</summary>
    public static string? Access(GetCallerResponse self) => self.Certificate?.Access switch
    {
        CertificateAccess.Pending => "This certificate may only ask how it stands, until the partner consents to it.",
        CertificateAccess.Sending =>
            $"This certificate may send and confirm weeks, and reads from {Words.Time(self.OpenRequests.FirstOrDefault()?.FullTime)} "
            + "Stockholm time, unless the partner objects.",
        _ => null,
    };

    /// <summary>A notice on one line.</summary>
    public static string Line(PartnerNotice notice) =>
        $"{Words.Minute(notice.Time)}  {notice.Partner}: {Words.Of(notice.Kind).Replace('-', ' ')}"
        + (notice.ConsentRequest.Length == 0 ? "" : $", request {notice.ConsentRequest[(notice.ConsentRequest.LastIndexOf('/') + 1)..]}")
        + (notice.Roles.Count == 0 ? "" : $", {string.Join(", ", notice.Roles.Select(Words.Of))}")
        + (notice.CertificateSha256.Length == 0 ? "" : $", certificate {notice.CertificateSha256[..16]}…")
        + (notice.By.Length == 0 ? "" : $", by {notice.By}")
        + (notice.Reason.Length == 0 ? "" : $": {notice.Reason}");

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
            : "Send this to " + string.Join(", ", letter.Recipients.Select(r => $"{r.Function} <{r.Address}>"))
                + "; the hub sends no mail yet:");
        foreach (var line in letter.TextSv.Split('\n').Append("").Concat(letter.TextEn.Split('\n')))
        {
            screen.Line("  | " + line.TrimEnd('\r'));
        }
    }

    /// <summary>The resource name of a request of the caller's, by its id or its name.</summary>
    public static string Name(string partner, string id) =>
        id.Contains('/', StringComparison.Ordinal) ? id : $"partners/{partner}/consentRequests/{id}";
}
