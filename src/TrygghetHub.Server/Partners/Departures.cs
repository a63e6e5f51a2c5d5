using TrygghetHub.Errors.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Server.Platform.Access;
using TrygghetHub.Server.Platform.Errors;

namespace TrygghetHub.Server.Partners;

/// <summary>Partners that leave: ends their part and tells what stays and why. Thread-safe.</summary>
internal sealed class Departures(PartnerRegister register, IReportHoldings holdings)
{
    /// <summary>Ends a partner's part in the hub for good; again tells the same.</summary>
    /// <param name="id">The partner.</param>
    /// <param name="recall">Whether its reports are recalled.</param>
    /// <param name="reason">Why; checked.</param>
    /// <param name="by">Who ends it.</param>
    /// <param name="reportsEtag">Of its reports as they are to be still; empty does not check.</param>
    /// <param name="validateOnly">Whether it is only told what would end, and nothing is changed.</param>
    /// <param name="cancellation">Cancels what is not yet written.</param>
    /// <exception cref="HubException">NOT_FOUND: there is no such partner. ETAG_MISMATCH: its reports have changed.</exception>
    public async Task<(Partner Partner, Departure Departure)> OffboardAsync(
        PartnerId id, bool recall, string reason, string by, string reportsEtag, bool validateOnly, CancellationToken cancellation)
    {
        if (validateOnly)
        {
            RequireEtag(holdings.HeldOf(id), reportsEtag);
        }

        // On the lane: a report that is accepted before the partner has left is seen there.
        var (partner, endedCertificates) = validateOnly
            ? register.WouldOffboard(id)
            : await register.OffboardAsync(
                id, recall, reason, by, transaction => RequireEtag(holdings.HeldOf(id, transaction), reportsEtag), cancellation);
        var recalled = partner.RecalledAtSeq is not null || (validateOnly && recall);
        var departure = new Departure { EndedCertificates = endedCertificates, Recalled = recalled };
        if (recalled)
        {
            departure.RecallRecipients.Add(holdings.RecipientsOf(id).Select(r => "partners/" + r));
        }

        // How many reports a partner has is its own to know, and not the operator's.
        var reports = "Its reports";
        if (by == Principal.PartnerUri + id)
        {
            var held = holdings.HeldOf(id);
            var standing = held.Standing;
            (departure.StandingReports, departure.ReportsEtag) = (standing, held.Etag);
            departure.RecalledReports = recalled ? standing : 0;
            reports = standing == 1 ? "1 report" : $"{standing} reports";
        }

        departure.Kept.Add(Kept(
            recalled ? $"{reports}, shown to nobody" : $"{reports}, shown as agreements permit",
            recalled
                ? "Nothing is disposed of without a decision by its controller; until then it is kept closed."
                : "They were given under agreements that still hold for what was sent. Recall them to end that."));
        departure.Kept.Add(Kept("Pictures that counted them", "A picture that was approved or frozen is a record of what was known then."));
        departure.Kept.Add(Kept("The journal's entries and leaves", "Every sharing must be explainable afterwards."));
        departure.Kept.Add(Kept("Name, id and certificates of the partner", "They say who sent what; the id is not given out again."));
        return (partner, departure);
    }

    private static void RequireEtag(HeldOfSender held, string etag)
    {
        if (etag.Length > 0 && etag != held.Etag)
        {
            throw new HubException(
                ErrorReason.EtagMismatch, "reports_etag", "Reports were sent, corrected or withdrawn since you got this etag. Nothing was done.",
                "Stop what sends, check again with validate_only, export the reports, and send the new etag.");
        }
    }

    private static Departure.Types.Kept Kept(string what, string why) => new() { What = what, Why = why };
}
