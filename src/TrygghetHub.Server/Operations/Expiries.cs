using TrygghetHub.Partners.V1;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Access;
using TrygghetHub.Server.Platform.Identity;

namespace TrygghetHub.Server.Operations;

/// <summary>Something of trust that ends with time, and what to do before.</summary>
/// <param name="Subject">What, such as <c>Certificate polisen</c>.</param>
/// <param name="At">Its last instant.</param>
/// <param name="Remedy">What to do.</param>
internal sealed record Expiry(string Subject, DateTimeOffset At, string Remedy);

/// <summary>All that ends with time: an outage of trust is the one that recurs, so it is told of in time.</summary>
internal sealed class Expiries(
    PartnerRegister partners, Authority authority, OutsideAuthorities outside, ServerCertificate server, TimeProvider time)
{
    /// <summary>
    /// In no order. Of a principal the certificate that holds longest; one that has left or is suspended is not told of.
    /// </summary>
    public IEnumerable<Expiry> All()
    {
        foreach (var root in authority.Roots)
        {
            yield return new Expiry(
                "Root " + root.Subject, Utc(root.NotAfter), "Move to a new root in good time, see certs/README.md: partners must trust it first.");
        }

        yield return new Expiry(
            "Issuing authority", Utc(authority.Issuing.NotAfter), "Put another issuing certificate in place, see certs/README.md.");
        yield return new Expiry(
            "Certificate of the hub", server.NotAfter, "It renews itself; if it does not, the log says why.");
        foreach (var (name, nextUpdate, _) in outside.Status)
        {
            if (nextUpdate is { } next)
            {
                yield return new Expiry(
                    "Revocation list of " + name, next, "Put a newer list in its folder: its certificates are refused without.");
            }
        }

        var now = time.GetUtcNow();
        var active = partners.Book.Partners.Values.Where(p => p.State == PartnerState.Active)
            .Select(p => (p.Principal.Uri, p.Id.Value))
            .Append((Principal.OperatorUri + "operator", "operator"));
        foreach (var (uri, id) in active)
        {
            var held = partners.Book.CertificatesOf(uri).Where(c => c.RevokedAt is null)
                .MaxBy(c => c.TakenUntil);
            if (held is not null)
            {
                yield return new Expiry(
                    "Certificate " + id, held.TakenUntil,
                    now > held.TakenUntil ? $"thub partner code {id}, and let it join again."
                        : id == "operator" ? "Restart the hub, or thub cert renew." : $"{id}: thub cert renew");
            }
        }
    }

    private static DateTimeOffset Utc(DateTime local) => new DateTimeOffset(local).ToUniversalTime();
}
