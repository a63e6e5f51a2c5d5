using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using TrygghetHub.Errors.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Platform.Access;
using TrygghetHub.Server.Platform.Errors;
using TrygghetHub.Server.Platform.Identity;

namespace TrygghetHub.Server.Partners;

// How a principal gets a certificate, and how it ends.
// 1. MakeCodeAsync, JoinAsync: by an enrolment code.
// 2. EnrolAsync, IssueOperatorAsync: by the hub's own command.
// 3. RenewAsync: by the certificate before it.
// 4. RegisterOutsideAsync: by an outside authority.
// 5. RevokeAsync: it ends.
internal sealed partial class PartnerRegister
{
    // In its last days a certificate is replaced when its holder enrols again with the same key.
    private static readonly TimeSpan RenewalTime = TimeSpan.FromDays(30);

    // Far more than systems renew, and few enough that nobody fills the register.
    private const int MostRenewalsADay = 20;

    /// <summary>Makes an enrolment code; one that was not used yet ends with it.</summary>
    public Task<(EnrolmentCode Code, DateTimeOffset ExpiresAt)> MakeCodeAsync(
        PartnerId id, TimeSpan lifetime, string by, CancellationToken cancellation) =>
        WriteAsync(
            by,
            change =>
            {
                RequireActive(Require(id));
                var code = EnrolmentCode.Create(authority.Root.RawData);
                var expiresAt = change.Now + lifetime;
                EndCodes(change, id);
                var point = change.Append(EntryKind.EnrolmentCode, new EnrolmentCodeMade
                {
                    Partner = id.Value,
                    SecretSha256 = ByteString.CopyFrom(code.SecretSha256()),
                    ExpireMicros = JournalTime.ToMicros(expiresAt),
                    By = change.By,
                });
                change.Context.Add(new EnrolmentCodeRow
                {
                    SecretSha256 = code.SecretSha256(),
                    Seq = point.Seq,
                    Partner = id.Value,
                    ExpiresAt = JournalTime.ToMicros(expiresAt),
                    MadeBy = change.By,
                });
                change.Notify(point, id, new PartnerNotice { Kind = NoticeKind.CodeMade });
                change.Tell(e => e.EnrolmentCodeMade(id.Value, expiresAt, by));
                return (code, expiresAt);
            },
            cancellation);

    /// <summary>
    /// Issues a certificate for an enrolment code, which waits for the partner's consent where it has had one before. The
    /// code is good for one key: with it the same again gets the first answer, within the code's time, since the answer may
    /// have been lost on its way.
    /// </summary>
    public Task<(Partner Partner, RegisteredCertificate Certificate)> JoinAsync(
        EnrolmentCode code, CertificateRequest request, CancellationToken cancellation) =>
        WriteAsync(
            by: "",
            change =>
            {
                var row = change.Context.Set<EnrolmentCodeRow>().Find(code.SecretSha256()) ?? throw new HubException(
                    ErrorReason.EnrolmentCodeUnknown, "code", "This hub has made no such code.",
                    "Ask its operator for one: thub partner code ID.");
                var partner = Require(new PartnerId(row.Partner));
                if (row.Replaced)
                {
                    throw CodeUsed(row, "Another code has taken the place of this one, or the partner has left.");
                }

                if (change.Now > JournalTime.FromMicros(row.ExpiresAt))
                {
                    throw CodeRefused(row, ErrorReason.EnrolmentCodeExpired, "The code has expired.");
                }

                if (row.Thumbprint is not null)
                {
                    var given = book.Certificates[row.Thumbprint];
                    return !HasKey(given, request) ? throw CodeUsed(row, "The code was used, with another key.")
                        : given.IsTaken(change.Now) ? (partner, given)
                        : throw CodeUsed(row, "The code was used, and the certificate that it gave has ended.");
                }

                RequireActive(partner);
                using var issued = authority.IssueClient(partner.Principal.Uri, request.PublicKey);
                var certificate = Admit(
                    change, partner, issued, authority.ChainPem(issued), isOutside: false,
                    row.MadeBy + EnrolmentCode.InWords, row.SecretSha256);
                row.Thumbprint = certificate.Thumbprint;
                return (partner, certificate);
            },
            cancellation);

    /// <summary>
    /// Enrols a partner and issues its first certificate. The same id, name, kind and key again gets what there is, or a
    /// new certificate when the one there is has fewer than 30 days left: in its place where it stands with all rights and has
    /// no successor, and otherwise for the partner's consent.
    /// </summary>
    public Task<(Partner Partner, RegisteredCertificate Certificate)> EnrolAsync(
        PartnerId id, string displayName, PartnerKind kind, CertificateRequest request, string by,
        CancellationToken cancellation) =>
        WriteAsync(
            by,
            change =>
            {
                if (!book.Partners.TryGetValue(id, out var partner))
                {
                    partner = change.Put(new Partner(id, displayName, kind, change.Now));
                    return (partner, change.Issue(partner.Principal.Uri, request.PublicKey));
                }

                if (partner.DisplayName != displayName || partner.Kind != kind
                    || book.CertificatesOf(id).FirstOrDefault(c => HasKey(c, request) && c.RevokedAt is null) is not { } held)
                {
                    throw Exists("A partner with this id is enrolled, with another name, kind or key.");
                }

                RequireActive(partner);
                if (held.TakenUntil - change.Now > RenewalTime)
                {
                    return (partner, held);
                }

                if (held.RetiresAt is null && change.Book.StandsInFull(held, change.Now))
                {
                    return (partner, change.Issue(partner.Principal.Uri, request.PublicKey, held));
                }

                using var issued = authority.IssueClient(partner.Principal.Uri, request.PublicKey);
                return (partner, Admit(change, partner, issued, authority.ChainPem(issued), isOutside: false, change.By));
            },
            cancellation);

    /// <summary>
    /// Issues and registers the operator's certificate, in the place of those before it: an identity is replaced when the
    /// old one is lost, or is no longer trusted.
    /// </summary>
    public Task<RegisteredCertificate> IssueOperatorAsync(string id, PublicKey key, CancellationToken cancellation) =>
        WriteAsync(
            Hub,
            change =>
            {
                foreach (var old in book.CertificatesOf(Principal.OperatorUri + id).Where(c => c.IsTaken(change.Now)).ToList())
                {
                    change.End(old with { RevokedAt = change.Now, RevocationReason = "The operator's identity was replaced." });
                }

                return change.Issue(Principal.OperatorUri + id, key);
            },
            cancellation);

    /// <summary>
    /// Issues a principal a certificate for a new key, with no more access than the one that calls, which goes on for the
    /// overlap and no longer. The same key again gets the first answer.
    /// </summary>
    /// <returns>The certificate, and until when the one that called is taken.</returns>
    public Task<(RegisteredCertificate Certificate, DateTimeOffset RetiresAt)> RenewAsync(
        Principal caller, string thumbprint, CertificateRequest request, CancellationToken cancellation) =>
        WriteAsync(
            caller.Uri,
            change =>
            {
                // Judged at the call, but what was queued before may have ended it since.
                var calling = book.Certificates[thumbprint];
                if (!calling.IsTaken(change.Now))
                {
                    throw new HubException(calling.RevokedAt is null
                        ? PartnerErrors.CertificateExpired(calling.TakenUntil)
                        : PartnerErrors.CertificateRevoked(calling));
                }

                if (!caller.IsOperator && Require(new PartnerId(caller.Id)) is { State: not PartnerState.Active } partner)
                {
                    throw new HubException(PartnerErrors.NotTakingPart(partner));
                }

                if (calling.Outside)
                {
                    throw new HubException(
                        ErrorReason.CertificateInvalid, "csr_der",
                        $"This certificate is of an outside authority ({calling.Issuer}), which alone renews it.",
                        "Get a new one there, and have the operator register it: thub cert add ID --file CERT.");
                }

                if (book.CertificatesOf(caller.Uri).FirstOrDefault(c => HasKey(c, request)) is { } same)
                {
                    return same.IsTaken(change.Now) && same.RetiresAt is null
                        ? (same, calling.TakenUntil)
                        : throw new HubException(
                            ErrorReason.CsrInvalid, "csr_der", "The key is that of a certificate that has ended or is about to end.",
                            "Make a new key.");
                }

                // Otherwise a certificate that was stolen would renew itself past the one that renewed it rightly.
                if (calling.RetiresAt is not null)
                {
                    throw new HubException(
                        ErrorReason.CertificateSucceeded, "", "This certificate has a successor, which alone can be renewed.",
                        "Use the successor. If it was not you who renewed, somebody else has the key: tell the operator at once.");
                }

                var today = book.CertificatesOf(caller.Uri).Count(c => c.Predecessor.Length > 0 && c.ConsentRequest == calling.ConsentRequest
                    && c.NotBefore > change.Now.AddDays(-1));
                if (today >= MostRenewalsADay)
                {
                    throw new HubException(new Refusal(
                        ErrorReason.QuotaExceeded, "", $"{MostRenewalsADay} certificates were issued within a day.",
                        "Use the newest of them; a certificate is renewed after two thirds of its life.")
                    {
                        RetryDelay = TimeSpan.FromHours(1),
                    });
                }

                // This one alone: another of the principal's may be another system's.
                var retiresAt = change.Now + TimeSpan.FromHours(options.Settings.Certificates.OverlapHours);
                if (calling.TakenUntil > retiresAt)
                {
                    change.End(calling with { RetiresAt = retiresAt });
                }

                var issued = change.Issue(caller.Uri, request.PublicKey, calling);
                return (issued, change.Certificate(calling.Thumbprint).TakenUntil);
            },
            cancellation);

    /// <summary>
    /// Registers a certificate of an outside authority to a partner, for its consent where it has had one before; again
    /// changes nothing.
    /// </summary>
    public Task<(Partner Partner, RegisteredCertificate Certificate)> RegisterOutsideAsync(
        PartnerId id, X509Certificate2 certificate, string by, CancellationToken cancellation) =>
        WriteAsync(
            by,
            change =>
            {
                var partner = RequireActive(Require(id));
                if (outside.Check(certificate, change.Now) is { } refusal)
                {
                    throw new HubException(refusal with { Reason = ErrorReason.CertificateInvalid, Field = "certificate_der" });
                }

                if (!CertificateFiles.HasUsableKey(certificate))
                {
                    throw new HubException(
                        ErrorReason.CertificateInvalid, "certificate_der",
                        $"The key of the certificate is {CertificateFiles.KeyName(certificate)}, which the hub does not take.",
                        "Ask the authority for a certificate to an ECDSA P-256, P-384 or P-521 key, or to RSA of 2,048 bits or more.");
                }

                if (change.Now > new DateTimeOffset(certificate.NotAfter))
                {
                    throw new HubException(
                        ErrorReason.CertificateInvalid, "certificate_der", "The certificate has expired.",
                        "Register the one that its authority has issued since.");
                }

                var thumbprint = certificate.GetCertHashString(HashAlgorithmName.SHA256);
                if (book.Certificates.TryGetValue(thumbprint, out var known))
                {
                    return known.Uri == partner.Principal.Uri && known.IsTaken(change.Now)
                        ? (partner, known)
                        : throw new HubException(
                            ErrorReason.CertificateInvalid, "certificate_der",
                            "The certificate is registered to another, or was revoked.", "Use one of its own for each partner.");
                }

                return (partner, Admit(
                    change, partner, certificate, certificate.ExportCertificatePem() + "\n", isOutside: true, change.By));
            },
            cancellation);

    /// <summary>Revokes a certificate for good; again changes nothing.</summary>
    /// <exception cref="HubException">NOT_FOUND: no certificate has the thumbprint.</exception>
    public Task<(RegisteredCertificate Certificate, IReadOnlyList<RegisteredCertificate> Successors)> RevokeAsync(
        string thumbprint, bool withSuccessors, string reason, string by, CancellationToken cancellation) =>
        WriteAsync(
            by,
            change =>
            {
                var certificate = book.Certificates.GetValueOrDefault(thumbprint) ?? throw new HubException(
                    ErrorReason.NotFound, "thumbprint_sha256", "No certificate has this thumbprint.",
                    "It is the SHA-256 of its DER, 64 hexadecimal digits: thub cert list ID.");
                foreach (var each in withSuccessors ? [certificate, .. book.SuccessorsOf(certificate)] : new[] { certificate })
                {
                    if (each.RevokedAt is null)
                    {
                        change.End(each with { RevokedAt = change.Now, RevocationReason = reason });
                    }
                }

                Settle(change, PartnerOf(certificate.Uri));
                return (change.Certificate(certificate.Thumbprint), change.Book.SuccessorsOf(certificate));
            },
            cancellation);

    private static HubException CodeUsed(EnrolmentCodeRow row, string rule) =>
        CodeRefused(row, ErrorReason.EnrolmentCodeUsed, rule);

    private static HubException CodeRefused(EnrolmentCodeRow row, ErrorReason reason, string rule) => new(
        new Refusal(reason, "code", rule, "Ask the operator for another: thub partner code ID.") { Partner = row.Partner });

    private static bool HasKey(RegisteredCertificate certificate, CertificateRequest request) =>
        certificate.KeySha256 == Convert.ToHexString(SHA256.HashData(request.PublicKey.ExportSubjectPublicKeyInfo()));
}
