using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TrygghetHub.Partners.V1;
using TrygghetHub.Server.Platform.Access;

namespace TrygghetHub.Server.Partners;

/// <summary>All partners and certificates as known at one entry. Immutable.</summary>
internal sealed record PartnerBook(
    ImmutableSortedDictionary<PartnerId, Partner> Partners,
    ImmutableDictionary<string, RegisteredCertificate> Certificates,
    ImmutableDictionary<string, ImmutableHashSet<string>> ThumbprintsByUri)
{
    private static readonly FrozenSet<Role> OperatorRoles = new[] { Role.Operator }.ToFrozenSet();
    private static readonly FrozenSet<string> OperatorPermissions = Permissions.Of(OperatorRoles);

    /// <summary>Requests for consent, by id.</summary>
    public ImmutableDictionary<string, ConsentRequest> Requests { get; init; } =
        ImmutableDictionary.Create<string, ConsentRequest>(StringComparer.Ordinal);

    /// <summary>Whom partners have outside the hub; a partner that has set none is not in it.</summary>
    public ImmutableDictionary<PartnerId, PartnerContacts> Contacts { get; init; } =
        ImmutableDictionary<PartnerId, PartnerContacts>.Empty;

    public static readonly PartnerBook Empty = new(
        ImmutableSortedDictionary<PartnerId, Partner>.Empty,
        ImmutableDictionary.Create<string, RegisteredCertificate>(StringComparer.OrdinalIgnoreCase),
        ImmutableDictionary.Create<string, ImmutableHashSet<string>>(StringComparer.Ordinal));

    public PartnerBook With(Partner partner) => this with { Partners = Partners.SetItem(partner.Id, partner) };

    public PartnerBook With(params IEnumerable<RegisteredCertificate> certificates) =>
        certificates.Aggregate(this, (book, certificate) => book with
        {
            Certificates = book.Certificates.SetItem(certificate.Thumbprint, certificate),
            ThumbprintsByUri = book.ThumbprintsByUri.SetItem(
                certificate.Uri,
                book.ThumbprintsByUri.GetValueOrDefault(certificate.Uri, ImmutableHashSet<string>.Empty)
                    .Add(certificate.Thumbprint)),
        });

    public PartnerBook With(ConsentRequest request) => this with { Requests = Requests.SetItem(request.Id, request) };

    public PartnerBook With(PartnerId partner, PartnerContacts contacts) =>
        this with { Contacts = Contacts.SetItem(partner, contacts) };

    public PartnerContacts ContactsOf(PartnerId partner) => Contacts.GetValueOrDefault(partner, PartnerContacts.None);

    /// <summary>The requests of a partner that are open at an instant, oldest first.</summary>
    public IEnumerable<ConsentRequest> OpenRequestsOf(PartnerId partner, DateTimeOffset at) =>
        Requests.Values.Where(r => r.Partner == partner && IsOpen(r, at)).OrderBy(r => r.Seq);

    /// <summary>
    /// The state of a request at an instant. Time grants only the first of a partner's requests: with it somebody can object to
    /// the others. While the partner is suspended nobody can object, and no time runs.
    /// </summary>
    public ConsentState StateOf(ConsentRequest request, DateTimeOffset at)
    {
        var partner = Partners[request.Partner];
        var state = request.StateAt(partner.State == PartnerState.Suspended && partner.StateAt < at ? partner.StateAt : at);
        return state == ConsentState.Elapsed && request.Outcome is null && Requests.Values.Any(r => r.Partner == request.Partner
                && r.Outcome is null && r.FullAt is not null && (r.FullAt, r.Seq).CompareTo((request.FullAt, request.Seq)) < 0)
            ? ConsentState.Delayed
            : state;
    }

    public bool IsOpen(ConsentRequest request, DateTimeOffset at) =>
        StateOf(request, at) is ConsentState.Waiting or ConsentState.Delayed;

    /// <summary>Whether a certificate is left that a request is for: the one that was asked for, or what renewed it.</summary>
    public bool HasCertificate(ConsentRequest request, DateTimeOffset at) =>
        CertificatesOf(request.Partner).Any(c => c.ConsentRequest == request.Id && c.IsTaken(at));

    /// <summary>Whether there is something to write of a request: what time, or the end of certificates, has brought.</summary>
    public bool IsDue(ConsentRequest request, DateTimeOffset at) => request.Outcome is null && request.IsOfCertificate
        && (!IsOpen(request, at) || !HasCertificate(request, at)
            || request.FullAt is null != CanConsent(request.Partner, at));

    /// <summary>Whether a partner has ever had a certificate, whatever became of it: from then on it must consent.</summary>
    public bool HasJoined(PartnerId partner) => ThumbprintsByUri.ContainsKey(Principal.PartnerUri + partner);

    /// <summary>How much of its partner's rights a certificate has at an instant, apart from whether it is taken.</summary>
    public CertificateAccess AccessOf(RegisteredCertificate certificate, DateTimeOffset at) =>
        certificate.ConsentRequest.Length == 0
            ? CertificateAccess.Full
            : ConsentRequest.AccessIn(StateOf(Requests[certificate.ConsentRequest], at));

    /// <summary>
    /// Whether a certificate is valid with all rights by the register alone. What an outside authority says besides does not
    /// count: an operator that holds back its revocation list must not turn a consent into a matter of time.
    /// </summary>
    public bool StandsInFull(RegisteredCertificate certificate, DateTimeOffset at) =>
        certificate.IsTaken(at) && AccessOf(certificate, at) == CertificateAccess.Full;

    /// <summary>Whether a partner has a certificate that can consent; one that has a successor leaves that to it.</summary>
    public bool CanConsent(PartnerId partner, DateTimeOffset at) =>
        CertificatesOf(partner).Any(c => c.RetiresAt is null && StandsInFull(c, at));

    /// <summary>How many partners have left and recalled their reports.</summary>
    public int Recalls => Partners.Values.Count(p => p.RecalledAtSeq is not null);

    public int RecallsUpTo(long seq) => Partners.Values.Count(p => p.RecalledAtSeq <= seq);

    /// <summary>The book as far as it decides who sees what: what was recalled after an entry was not yet at it.</summary>
    public PartnerBook AsOf(long seq) => Partners.Values.Where(p => p.RecalledAtSeq > seq)
        .Aggregate(this, (book, partner) => book.With(partner with { RecalledAtSeq = null }));

    /// <summary>The certificates of a principal, newest first.</summary>
    public IEnumerable<RegisteredCertificate> CertificatesOf(string uri) => ThumbprintsByUri
        .GetValueOrDefault(uri, ImmutableHashSet<string>.Empty).Select(thumbprint => Certificates[thumbprint])
        .OrderByDescending(c => c.NotBefore).ThenBy(c => c.Thumbprint, StringComparer.Ordinal);

    /// <summary>The certificates that were issued at the request of one, and at theirs, oldest first.</summary>
    public IReadOnlyList<RegisteredCertificate> SuccessorsOf(RegisteredCertificate certificate)
    {
        var found = new List<RegisteredCertificate> { certificate };
        for (var i = 0; i < found.Count; i++)
        {
            found.AddRange(CertificatesOf(certificate.Uri).Where(c => c.Predecessor == found[i].Thumbprint).Reverse());
        }

        return found[1..];
    }

    public IEnumerable<RegisteredCertificate> CertificatesOf(PartnerId partner) =>
        CertificatesOf(Principal.PartnerUri + partner);

    /// <summary>
    /// The principal of a certificate whose chain TLS has verified, or why there is none. For one of our own the register
    /// and its one SAN URI must name the same principal; one of an outside authority is known by its thumbprint alone.
    /// </summary>
    /// <remarks>A connection may outlive its certificate, so time is looked at here too.</remarks>
    public Standing Find(X509Certificate2 certificate, DateTimeOffset at)
    {
        if (!Certificates.TryGetValue(certificate.GetCertHashString(HashAlgorithmName.SHA256), out var registered)
            || (!registered.Outside && SubjectUri(certificate) != registered.Uri))
        {
            return PartnerErrors.CertificateUnknown;
        }

        // Leaving revokes the certificates as well; whoever has left is told that, and not to join again.
        if (PartnerOf(registered) is { State: PartnerState.Left } gone)
        {
            return PartnerErrors.NotTakingPart(gone);
        }

        if (registered.RevokedAt is not null)
        {
            return PartnerErrors.CertificateRevoked(registered);
        }

        if (at > registered.TakenUntil)
        {
            return PartnerErrors.CertificateExpired(registered.TakenUntil);
        }

        if (registered.Uri.StartsWith(Principal.OperatorUri, StringComparison.Ordinal))
        {
            return new Principal(
                registered.Uri, registered.Uri[Principal.OperatorUri.Length..], OperatorRoles, OperatorPermissions);
        }

        if (PartnerOf(registered) is not { } partner)
        {
            return PartnerErrors.CertificateUnknown;
        }

        return partner.State != PartnerState.Active ? PartnerErrors.NotTakingPart(partner)
            : AccessOf(registered, at) switch
            {
                CertificateAccess.Full => partner.Principal,
                CertificateAccess.Sending => partner.Principal.RestrictedTo(
                    Permissions.WhileSending, PartnerErrors.Sending(Requests[registered.ConsentRequest])),
                CertificateAccess.Pending => partner.Principal.RestrictedTo(
                    Permissions.WhilePending, PartnerErrors.Pending(Requests[registered.ConsentRequest])),
                // It is revoked with the objection; should it ever not be, it is nobody's.
                _ => PartnerErrors.CertificateUnknown,
            };
    }

    private Partner? PartnerOf(RegisteredCertificate certificate) =>
        certificate.Uri.StartsWith(Principal.PartnerUri, StringComparison.Ordinal)
            ? Partners.GetValueOrDefault(new PartnerId(certificate.Uri[Principal.PartnerUri.Length..]))
            : null;

    // The framework reads DNS names and addresses out of the extension, but not URIs. RFC 5280, 4.2.1.6:
    // GeneralName ::= CHOICE { … uniformResourceIdentifier [6] IA5String … }. Two URIs would be two claims: refused.
    private static string? SubjectUri(X509Certificate2 certificate)
    {
        if (certificate.Extensions["2.5.29.17"] is not { } extension)
        {
            return null;
        }

        string? uri = null;
        var names = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence();
        var uriTag = new Asn1Tag(TagClass.ContextSpecific, 6);
        while (names.HasData)
        {
            if (names.PeekTag().HasSameClassAndValue(uriTag))
            {
                if (uri is not null)
                {
                    return null;
                }

                uri = names.ReadCharacterString(UniversalTagNumber.IA5String, uriTag);
            }
            else
            {
                names.ReadEncodedValue();
            }
        }

        return uri;
    }
}
