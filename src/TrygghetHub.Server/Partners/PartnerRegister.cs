using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using TrygghetHub.Errors.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Platform.Access;
using TrygghetHub.Server.Platform.Errors;
using TrygghetHub.Server.Platform.Identity;
using TrygghetHub.Server.Platform.Storage;
using Wire = TrygghetHub.Partners.V1;

namespace TrygghetHub.Server.Partners;

/// <summary>Who takes part: the current book, and the writes that change it. Thread-safe.</summary>
internal sealed class PartnerRegister(
    JournalLane journal, HubDatabase database, Authority authority, TimeProvider time)
    : IPrincipalDirectory
{
    // In its last days a certificate is issued anew to whoever enrols again with the same key.
    private static readonly TimeSpan RenewalTime = TimeSpan.FromDays(30);

    private volatile PartnerBook book = Load(database);

    public PartnerBook Book => book;

    public event Action? Changed;

    public Standing Find(X509Certificate2 certificate) => book.Find(certificate, time.GetUtcNow());

    /// <summary>
    /// Enrols a partner and issues its first certificate. The same id, name, kind and key again gets what there is, or a
    /// new certificate when the one there is has fewer than 30 days left.
    /// </summary>
    public Task<(Partner Partner, RegisteredCertificate Certificate)> EnrolAsync(
        PartnerId id, string displayName, PartnerKind kind, CertificateRequest request, CancellationToken cancellation) =>
        journal.WriteAsync(
            transaction =>
            {
                if (book.Partners.TryGetValue(id, out var existing))
                {
                    var key = request.PublicKey.ExportSubjectPublicKeyInfo();
                    return existing.DisplayName == displayName && existing.Kind == kind
                        && book.CertificatesOf(id).FirstOrDefault(c => HasKey(c, key)) is { } held
                        ? (existing, held.NotAfter - transaction.Now > RenewalTime ? held : Renew(transaction, id, request))
                        : throw new HubException(
                            ErrorReason.PartnerExists, "partner.id",
                            "A partner with this id is enrolled, with another name, kind or key.",
                            "Choose another id, or use the identity folder that was made when it was enrolled.");
                }

                var partner = new Partner(id, displayName, kind, transaction.Now);
                var point = transaction.Append(EntryKind.Partner, ToWire(partner, []).ToByteArray());
                using var context = transaction.OpenContext();
                context.Add(new PartnerRow
                {
                    Id = id.Value,
                    Seq = point.Seq,
                    DisplayName = displayName,
                    Kind = (int)kind,
                    EnrolledAt = JournalTime.ToMicros(point.At),
                });
                using var issued = authority.IssueClient(Principal.PartnerUri + id, request.PublicKey);
                var certificate = Register(transaction, context, Principal.PartnerUri + id, issued);
                context.SaveChanges();
                return (partner, certificate);
            },
            enrolled =>
            {
                book = book.With(enrolled.Item1).With(enrolled.Item2);
                Changed?.Invoke();
            },
            cancellation);

    /// <summary>Issues and registers the operator's certificate.</summary>
    public Task<RegisteredCertificate> IssueOperatorAsync(
        string id, PublicKey key, CancellationToken cancellation) =>
        journal.WriteAsync(
            transaction =>
            {
                using var context = transaction.OpenContext();
                using var issued = authority.IssueClient(Principal.OperatorUri + id, key);
                var certificate = Register(transaction, context, Principal.OperatorUri + id, issued);
                context.SaveChanges();
                return certificate;
            },
            certificate => book = book.With(certificate),
            cancellation);

    public static Wire.Partner ToWire(Partner partner, IEnumerable<RegisteredCertificate> certificates) => new()
    {
        Name = "partners/" + partner.Id,
        Id = partner.Id.Value,
        DisplayName = partner.DisplayName,
        Kind = partner.Kind,
        LegalStatus = partner.LegalStatus,
        EnrolTime = partner.EnrolledAt.ToTimestamp(),
        Certificates =
        {
            certificates.Select(c => new PartnerCertificate
            {
                ThumbprintSha256 = c.Thumbprint,
                NotBefore = c.NotBefore.ToTimestamp(),
                NotAfter = c.NotAfter.ToTimestamp(),
            }),
        },
    };

    private RegisteredCertificate Renew(JournalTransaction transaction, PartnerId id, CertificateRequest request)
    {
        using var context = transaction.OpenContext();
        using var issued = authority.IssueClient(Principal.PartnerUri + id, request.PublicKey);
        var certificate = Register(transaction, context, Principal.PartnerUri + id, issued);
        context.SaveChanges();
        return certificate;
    }

    private RegisteredCertificate Register(
        JournalTransaction transaction, HubDbContext context, string uri, X509Certificate2 issued)
    {
        var certificate = new RegisteredCertificate(
            issued.GetCertHashString(HashAlgorithmName.SHA256), uri, new DateTimeOffset(issued.NotBefore).ToUniversalTime(),
            new DateTimeOffset(issued.NotAfter).ToUniversalTime(), authority.ChainPem(issued));
        var point = transaction.Append(EntryKind.Certificate, issued.RawData);
        context.Add(new CertificateRow
        {
            Thumbprint = certificate.Thumbprint,
            Seq = point.Seq,
            Uri = uri,
            NotBefore = JournalTime.ToMicros(certificate.NotBefore),
            NotAfter = JournalTime.ToMicros(certificate.NotAfter),
            ChainPem = certificate.ChainPem,
        });
        return certificate;
    }

    private static bool HasKey(RegisteredCertificate certificate, byte[] subjectPublicKeyInfo)
    {
        using var parsed = X509Certificate2.CreateFromPem(certificate.ChainPem);
        return parsed.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(subjectPublicKeyInfo);
    }

    private static PartnerBook Load(HubDatabase database) => database.Read(context =>
    {
        var loaded = PartnerBook.Empty;
        foreach (var row in context.Set<PartnerRow>())
        {
            loaded = loaded.With(new Partner(
                new PartnerId(row.Id), row.DisplayName, (PartnerKind)row.Kind, JournalTime.FromMicros(row.EnrolledAt)));
        }

        foreach (var row in context.Set<CertificateRow>())
        {
            loaded = loaded.With(new RegisteredCertificate(
                row.Thumbprint, row.Uri, JournalTime.FromMicros(row.NotBefore), JournalTime.FromMicros(row.NotAfter),
                row.ChainPem));
        }

        return loaded;
    });
}
