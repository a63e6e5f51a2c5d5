using System.CommandLine;
using Google.Protobuf.WellKnownTypes;
using TrygghetHub.Client;
using TrygghetHub.Partners.V1;

namespace TrygghetHub.Cli.Commands;

/// <summary>What the commands about partners and certificates share.</summary>
internal static class PartnerArguments
{
    /// <summary>The id of a partner that there is.</summary>
    public static Argument<string> Id() => new("ID") { Description = "The partner's id, such as polisen." };

    /// <summary>A reason, which is kept and shown.</summary>
    public static Option<string> Reason(string who) => new("--reason")
    {
        Description = $"Reason, 1 to 200 characters. {who}.",
        HelpName = "TEXT",
        Required = true,
    };

    /// <summary>Whether reports are recalled.</summary>
    public static Option<bool> Recall() => new("--recall")
    {
        Description = "Recall the partner's reports. They are no longer shown to anyone or counted in new pictures.",
    };

    /// <summary>Says what ended with a partner, what stays, and why.</summary>
    public static void ShowDeparture(Screen screen, Departure departure)
    {
        screen.Line($"Ended:  {departure.EndedCertificates} certificate{(departure.EndedCertificates == 1 ? "" : "s")}, and every code not used.");
        screen.Line(!departure.Recalled
            ? "Recalled: no reports."
            : $"Recalled: {(departure.RecalledReports == 0 ? "all its" : Screen.Figure(departure.RecalledReports))} reports, ordered from "
                + (departure.RecallRecipients.Count == 0 ? "nobody else: nobody was shown them" : string.Join(", ", departure.RecallRecipients)) + ".");
        foreach (var kept in departure.Kept)
        {
            screen.Line($"Stays:  {kept.What}");
            screen.Line($"        {kept.Why}");
        }
    }

    /// <summary>What a departure ends, before it is done, as the end of a sentence.</summary>
    public static string Ends(Departure departure) =>
        $"{departure.EndedCertificates} certificate{(departure.EndedCertificates == 1 ? "" : "s")} and every code not used end, and "
        + (departure.Recalled ? "all its reports are recalled" : "no report is recalled");

    /// <summary>Certificates, one a row, and each thumbprint on a line of its own: it is there to be copied.</summary>
    public static void ShowCertificates(Screen screen, IEnumerable<(string Of, PartnerCertificate Certificate)> certificates)
    {
        var now = TimeProvider.System.GetUtcNow();
        foreach (var (of, certificate) in certificates)
        {
            var until = certificate.RetireTime ?? certificate.NotAfter;
            screen.Line($"Certificate of {of}: {State(certificate)}"
                + (certificate.State is CertificateState.Valid or CertificateState.Retiring
                    ? $" until {Words.Day(until)}, {Left(until, now)}" : "")
                + (certificate.Access switch
                {
                    CertificateAccess.Pending => "; waits for consent and may only ask what its access is",
                    CertificateAccess.Sending => "; waits, may send and reads nothing yet",
                    _ => "",
                }));
            screen.Line("  SHA-256 " + certificate.ThumbprintSha256);
        }
    }

    private static string State(PartnerCertificate certificate) => certificate.State == CertificateState.Revoked
        ? $"revoked {Words.Day(certificate.RevokeTime)}: {certificate.RevocationReason}"
        : Words.Of(certificate.State).Replace('-', ' ');

    private static string Left(Timestamp? until, DateTimeOffset now)
    {
        var left = until is null ? TimeSpan.Zero : until.ToDateTimeOffset() - now;
        return left.TotalHours < 48 ? $"{Math.Max(0, (int)left.TotalHours)} hours left" : $"{(int)left.TotalDays} days left";
    }

    /// <summary>Reads all partners.</summary>
    public static async Task<List<Partner>> AllAsync(HubClient client, CancellationToken cancellation)
    {
        var partners = new List<Partner>();
        for (var token = ""; ;)
        {
            var page = await client.Partners.ListPartnersAsync(
                new ListPartnersRequest { PageSize = 1_000, PageToken = token }, cancellationToken: cancellation);
            partners.AddRange(page.Partners);
            if ((token = page.NextPageToken).Length == 0)
            {
                return partners;
            }
        }
    }
}
