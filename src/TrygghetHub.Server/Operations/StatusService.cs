using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using TrygghetHub.Operations.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Pictures.Exports;
using TrygghetHub.Server.Pictures.Weeks;
using TrygghetHub.Server.Platform;
using TrygghetHub.Server.Platform.Access;
using TrygghetHub.Server.Platform.Calendar;
using TrygghetHub.Server.Platform.Identity;
using Wire = TrygghetHub.Operations.V1;

namespace TrygghetHub.Server.Operations;

/// <summary>How the hub is, for those who run it or look after it.</summary>
internal sealed class StatusService(
    Expiries expiries, PartnerRegister partners, OutsideAuthorities outside, Authority authority, IStoreHealth store,
    RunningCalls running, ReportingWeeks weeks, Chromium browser, PdfPrinter printer, TimeProvider time)
    : Wire.StatusService.StatusServiceBase
{
    public override Task<GetStatusResponse> GetStatus(GetStatusRequest request, ServerCallContext context)
    {
        var now = time.GetUtcNow();
        var response = new GetStatusResponse
        {
            Version = HubVersion.Text,
            Environment = authority.IsSandbox ? "sandbox" : "production",
            HubTime = now.ToTimestamp(),
        };
        response.Items.Add(Store().Append(Streams()).Append(Printing()).Concat(expiries.All().Select(e => Of(e, now)))
            .Concat(OutsideProblems()).Concat(Partners()).Concat(Requests(now)).Concat(ContactChanges(now)).Concat(UnconfirmedWeeks())
            .OrderByDescending(i => i.Level).ThenBy(i => i.Subject, StringComparer.Ordinal));
        return Task.FromResult(response);
    }

    private IEnumerable<StatusItem> Store() =>
    [
        store.IsRunning
            ? Item(StatusLevel.Ok, "Store", "takes reports", "")
            : Item(StatusLevel.Failure, "Store", "has stopped: the hub takes nothing", "Restart the hub; the log says why."),
    ];

    private StatusItem Streams() => Item(StatusLevel.Ok, "Streams", $"{running.Count} open", "");

    private StatusItem Printing() => Item(
        browser.Remedy.Length > 0 ? StatusLevel.Warning : StatusLevel.Ok, "Printing", $"{browser.Description}; {printer.Waiting} pages wait",
        browser.Remedy);

    private static StatusItem Of(Expiry expiry, DateTimeOffset now)
    {
        var day = SwedishClock.Day(expiry.At);
        return ExpiryNotices.Due(expiry.At, now) switch
        {
            0 => Item(StatusLevel.Failure, expiry.Subject, $"is over since {day}", expiry.Remedy),
            null => Item(StatusLevel.Ok, expiry.Subject, $"until {day}", ""),
            _ => Item(
                StatusLevel.Warning, expiry.Subject,
                $"ends in {Math.Ceiling((expiry.At - now).TotalDays)} days, {day}", expiry.Remedy),
        };
    }

    private IEnumerable<StatusItem> OutsideProblems() => outside.Status.Where(s => s.Problem is not null).Select(s => Item(
        StatusLevel.Failure, "Outside authority " + s.Name, s.Problem!, "Its certificates are refused until this is mended."));

    private IEnumerable<StatusItem> Partners() => partners.Book.Partners.Values.Select(p => p.State switch
    {
        PartnerState.Suspended => Item(
            StatusLevel.Warning, "Partner " + p.Id, $"is suspended: {p.StateReason}", $"thub partner resume {p.Id}, when it is settled."),
        PartnerState.Active when !partners.Book.CertificatesOf(p.Id).Any() => Item(
            StatusLevel.Warning, "Partner " + p.Id, "has not joined", $"thub partner code {p.Id}, and hand it over."),
        _ => null,
    }).OfType<StatusItem>();

    private IEnumerable<StatusItem> Requests(DateTimeOffset now) => partners.Book.Requests.Values.Where(r => partners.Book.IsOpen(r, now))
        .OrderBy(r => r.Seq).Select(r => Item(
            StatusLevel.Warning, "Consent of " + r.Partner,
            $"{(r.IsOfCertificate ? "a further certificate" : "wider roles")}, request {r.Id}: "
                + (r.FullAt is { } full
                    ? $"reads from {SwedishClock.Minute(full)} unless {r.Partner} objects"
                    : $"waits for {r.Partner}"),
            "thub cert requests, for the text to send to the partner's contacts."));

    private IEnumerable<StatusItem> ContactChanges(DateTimeOffset now) => partners.Book.Contacts
        .Where(c => c.Value.IsChangeShown(now)).Select(c => Item(
            StatusLevel.Warning, "Contacts of " + c.Key,
            $"were changed {SwedishClock.Minute(c.Value.ChangedAt!.Value)}: those until then must be notified",
            "thub cert requests, for the text to send, also to former contacts."));

    // A line for each partner, however many municipalities it has not confirmed.
    private IEnumerable<StatusItem> UnconfirmedWeeks() => weeks.Unconfirmed().GroupBy(s => s.Sender).Select(s => Item(
        StatusLevel.Warning, "Reporting of " + s.Key,
        "has not confirmed " + string.Join(", ", s.Select(m => $"{m.Municipality} since {m.Since}")),
        $"Ask {s.Key} to confirm its weeks, also those it has sent reports of: thub week list shows it what is missing."));

    private static StatusItem Item(StatusLevel level, string subject, string text, string remedy) =>
        new() { Level = level, Subject = subject, Text = text, Remedy = remedy };
}
