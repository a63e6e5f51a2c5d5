using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using TrygghetHub.Errors.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Platform.Access;
using TrygghetHub.Server.Platform.Errors;
using TrygghetHub.Server.Platform.Identity;
using Wire = TrygghetHub.Partners.V1;

namespace TrygghetHub.Server.Partners;

// What a partner alone may give itself: a further certificate and wider roles.
// 1. Admit, SetRolesAsync: what is asked for waits, where the partner has had a certificate before.
// 2. GiveConsentAsync, HandInConsentAsync: the partner, or a contact of it, grants it.
// 3. ObjectAsync, HandInObjectionAsync: the partner, or a contact of it, refuses it for good.
// 4. Settle: it ends with its certificate; its time begins with the loss of the last certificate that could consent, and ends
//    as soon as the partner can consent again.
internal sealed partial class PartnerRegister
{
    // More than a partner has systems; each is to be looked at by somebody.
    private const int MostOpenRequests = 10;

    /// <summary>Sets what a partner's systems may do: less at once, and more with the partner's consent.</summary>
    /// <returns>The partner as it is now, and what waits; null when nothing does.</returns>
    public Task<(Partner Partner, ConsentRequest? Request)> SetRolesAsync(
        PartnerId id, ImmutableArray<Role> roles, string by, CancellationToken cancellation) =>
        WriteAsync<(Partner, ConsentRequest?)>(
            by,
            change =>
            {
                var partner = Require(id);
                if (partner.State == PartnerState.Left)
                {
                    throw PartnerErrors.StateWrong(partner);
                }

                ImmutableArray<Role> wanted = [.. roles.Distinct().Order()];
                var held = partner.Principal.Permissions;
                ImmutableArray<Role> atOnce = change.Book.HasJoined(id)
                    ? [.. wanted.Where(r => partner.Roles.Contains(r) || Permissions.ByRole[r].IsSubsetOf(held))]
                    : wanted;
                var waiting = change.Book.OpenRequestsOf(id, change.Now).Where(r => !r.IsOfCertificate).ToList();
                var same = waiting.SingleOrDefault(r => r.Roles.SequenceEqual(wanted) && atOnce.SequenceEqual(partner.Roles));
                if (same is not null)
                {
                    return (partner, same);
                }

                // A consent that comes late must not give back what was taken away since.
                foreach (var earlier in waiting)
                {
                    change.Decide(earlier, new ConsentOutcome(ConsentState.Withdrawn, change.Now, by) { Reason = "Other roles were set." });
                }

                if (!partner.Roles.SequenceEqual(atOnce))
                {
                    partner = change.Put(partner with { Roles = atOnce });
                }

                if (atOnce.SequenceEqual(wanted))
                {
                    return (partner, null);
                }

                return (partner, change.Ask(partner, wanted));
            },
            cancellation);

    /// <summary>Grants a request by the partner's own signature. The same again changes nothing.</summary>
    /// <param name="partner">Who consents.</param>
    /// <param name="id">Of the request.</param>
    /// <param name="cms">The signature, checked against the request's document.</param>
    /// <param name="signature">Whose it is.</param>
    /// <param name="keepExisting">The partner's other certificates go on.</param>
    /// <param name="by">Who calls.</param>
    /// <param name="cancellation">Ends the wait for a place in the queue.</param>
    public Task<ConsentRequest> GiveConsentAsync(
        PartnerId partner, string id, byte[] cms, KeptSignature signature, bool keepExisting, string by,
        CancellationToken cancellation) =>
        WriteAsync(
            by,
            change =>
            {
                var request = RequireRequest(change, partner, id);
                var signer = RequireDecider(change, partner, request, signature.Thumbprint);
                if (request.Outcome?.State == ConsentState.Consented)
                {
                    return request;
                }

                RequireOpen(change, request);
                RequireLast(signer);
                RequireCertificate(change, request);
                request = change.Decide(
                    request,
                    new ConsentOutcome(ConsentState.Consented, change.Now, by)
                    {
                        Signature = cms,
                        Chain = signature.Chain,
                        KeepExisting = keepExisting,
                    });
                if (!request.IsOfCertificate)
                {
                    change.Put(change.Book.Partners[partner] with { Roles = request.Roles });
                }
                else if (!keepExisting)
                {
                    Retire(change, partner, request);
                }

                return request;
            },
            cancellation);

    /// <summary>
    /// Grants a request by the signature of a contact, where the partner has lost all its certificates. The same again
    /// changes nothing.
    /// </summary>
    public Task<ConsentRequest> HandInConsentAsync(
        PartnerId partner, string id, byte[] cms, X509Certificate2 signer, string by, CancellationToken cancellation) =>
        WriteAsync(
            by,
            change =>
            {
                var request = RequireRequest(change, partner, id);
                if (Require(partner) is { State: not PartnerState.Active } gone)
                {
                    throw new HubException(PartnerErrors.NotTakingPart(gone));
                }

                var contact = RequireContact(change, request, signer);
                if (request.Outcome?.State == ConsentState.Consented)
                {
                    return request;
                }

                RequireOpen(change, request);
                RequireCertificate(change, request);
                if (change.Book.StateOf(request, change.Now) != ConsentState.Delayed || change.Book.CanConsent(partner, change.Now))
                {
                    throw new HubException(
                        ErrorReason.ConsentState, "name",
                        "A contact consents only to a certificate of a partner that has lost all its own.",
                        $"Consent with a valid certificate of the partner: thub cert consent {request.Id}.");
                }

                return change.Decide(
                    request,
                    new ConsentOutcome(ConsentState.Consented, change.Now, "contact:" + contact.Function)
                    {
                        Signature = cms,
                        Chain = [signer.RawData],
                        KeepExisting = true,
                    },
                    contact.Function);
            },
            cancellation);

    /// <summary>
    /// Ends a request for good: its certificate and what renewed it are revoked, and codes that nobody has used end. The same
    /// again changes nothing.
    /// </summary>
    /// <param name="partner">Who objects.</param>
    /// <param name="id">Of the request.</param>
    /// <param name="thumbprint">The certificate that calls.</param>
    /// <param name="reason">Why.</param>
    /// <param name="by">Who calls.</param>
    /// <param name="cancellation">Ends the wait for a place in the queue.</param>
    public Task<ConsentRequest> ObjectAsync(
        PartnerId partner, string id, string thumbprint, string reason, string by, CancellationToken cancellation) =>
        WriteAsync(
            by,
            change =>
            {
                var request = RequireRequest(change, partner, id);
                RequireDecider(change, partner, request, thumbprint);
                if (request.Outcome?.State == ConsentState.Objected)
                {
                    return request;
                }

                RequireOpen(change, request);
                return Refuse(change, request, new ConsentOutcome(ConsentState.Objected, change.Now, by) { Reason = reason });
            },
            cancellation);

    /// <summary>
    /// Ends a request for good by the signature of a contact, whichever certificate hands it in: a partner may have none left.
    /// The same again changes nothing.
    /// </summary>
    /// <param name="name">Resource name of the request.</param>
    /// <param name="cms">The signature, checked against the text of the objection.</param>
    /// <param name="signer">The certificate that signed.</param>
    /// <param name="reason">Why, as it was signed.</param>
    /// <param name="caller">Who hands it in.</param>
    /// <param name="cancellation">Ends the wait for a place in the queue.</param>
    public Task<ConsentRequest> HandInObjectionAsync(
        string name, byte[] cms, X509Certificate2 signer, string reason, Principal caller, CancellationToken cancellation) =>
        WriteAsync(
            caller.Uri,
            change =>
            {
                var request = change.Book.Requests.GetValueOrDefault(name[(name.LastIndexOf('/') + 1)..]);
                // Of another partner's request nobody but a contact of that partner learns that it exists.
                if (request?.Name != name || (!caller.IsOperator && caller.Id != request.Partner.Value
                    && !change.Book.ContactsOf(request.Partner).Current.Any(c => c.IsOf(signer))))
                {
                    throw PartnerErrors.RequestUnknown();
                }

                var contact = RequireContact(change, request, signer);
                if (request.Outcome?.State == ConsentState.Objected)
                {
                    return request;
                }

                RequireOpen(change, request);
                return Refuse(
                    change, request,
                    new ConsentOutcome(ConsentState.Objected, change.Now, "contact:" + contact.Function)
                    {
                        Reason = reason,
                        Signature = cms,
                        Chain = [signer.RawData],
                    },
                    contact.Function);
            },
            cancellation);

    /// <summary>Sets all contacts of a partner; what is as it was changes nothing.</summary>
    /// <returns>The contacts, and whether they were changed.</returns>
    public Task<(PartnerContacts Contacts, bool IsChanged)> SetContactsAsync(
        PartnerId partner, IReadOnlyList<PartnerContact> contacts, string thumbprint, string by, CancellationToken cancellation) =>
        WriteAsync(
            by,
            change =>
            {
                RequireLast(RequireInFull(change, partner, thumbprint));
                var before = change.Book.ContactsOf(partner).Current;
                var after = Contact.ReadAll(contacts, before, change.Now);
                var isChanged = !after.SequenceEqual(before);
                if (isChanged)
                {
                    change.SetContacts(partner, after);
                }

                return (change.Book.ContactsOf(partner), isChanged);
            },
            cancellation);

    /// <summary>
    /// Writes what time alone has brought: requests that are granted because nobody objected, the loss of a partner's last
    /// certificate that could consent, and time in which the hub did not run. How much a certificate may do does not wait for it.
    /// </summary>
    public async Task SettleAsync(CancellationToken cancellation)
    {
        var at = time.GetUtcNow();
        var isTimeRunning = book.Requests.Values.Any(r => r.Outcome is null && r.FullAt is not null);
        var isSilent = isTimeRunning && at - LastEntry(database).At >= LongestSilence;
        if (isSilent || (isTimeRunning && stoppedAt is not null) || book.Requests.Values.Any(r => book.IsDue(r, at)))
        {
            await WriteAsync(
                Hub,
                change =>
                {
                    if (isSilent)
                    {
                        change.Append(EntryKind.ConsentRequest, new ConsentEntry { By = change.By, Running = true });
                    }

                    return true;
                },
                cancellation);
        }

        stoppedAt = null;
    }

    // Before every change, so that it meets the requests as time has left them.
    private void CatchUp(Change change)
    {
        // Nobody could object while the hub did not run. A suspended partner's time does not run anyway.
        if (stoppedAt is { } since && change.Now > since)
        {
            foreach (var request in change.Book.Requests.Values.Where(r => r.Outcome is null && r.FullAt > since
                && change.Book.Partners[r.Partner].State != PartnerState.Suspended).OrderBy(r => r.Seq).ToList())
            {
                change.Delay(request, request.FullAt!.Value + (change.Now - since));
            }
        }

        foreach (var partner in change.Book.Requests.Values.Where(r => change.Book.IsDue(r, change.Now))
            .Select(r => r.Partner).Distinct().Order().ToList())
        {
            Settle(change, partner);
        }
    }

    public Wire.ConsentRequest ToWire(ConsentRequest request) => PartnerMapping.ToWire(request, book.StateOf(request, time.GetUtcNow()));

    /// <summary>The request that a certificate's access depends on; null where it depends on none.</summary>
    public ConsentRequest? RequestOf(RegisteredCertificate certificate) =>
        certificate.ConsentRequest.Length == 0 ? null : book.Requests[certificate.ConsentRequest];

    /// <summary>Registers a certificate that no valid certificate of the partner has asked for.</summary>
    private static RegisteredCertificate Admit(
        Change change, Partner partner, X509Certificate2 certificate, string chainPem, bool isOutside, string requestedBy,
        byte[]? code = null)
    {
        var request = "";
        if (change.Book.HasJoined(partner.Id))
        {
            RequireRoom(change, partner.Id);
            request = change.Ask(partner, certificate, requestedBy).Id;
        }

        return change.Register(
            partner.Principal.Uri, certificate, chainPem, isOutside, code: code, consentRequest: request);
    }

    // With a new certificate the others end as if it had renewed them: what calls with them has the overlap to change over.
    private void Retire(Change change, PartnerId partner, ConsentRequest request)
    {
        var retiresAt = change.Now.AddHours(options.Settings.Certificates.OverlapHours);
        foreach (var other in change.CertificatesOf(partner).Where(c => c.ConsentRequest != request.Id
            && change.Book.StandsInFull(c, change.Now) && c.TakenUntil > retiresAt).ToList())
        {
            change.End(other with { RetiresAt = retiresAt });
        }
    }

    // After certificates of a partner have ended, or time has passed.
    private static void Settle(Change change, PartnerId? partner)
    {
        if (partner is not { } id)
        {
            return;
        }

        // Each is read again: how one ends decides on the others.
        foreach (var each in change.Book.Requests.Values.Where(r => r.Partner == id && r.Outcome is null && r.IsOfCertificate)
            .OrderBy(r => r.FullAt ?? DateTimeOffset.MaxValue).ThenBy(r => r.Seq).Select(r => r.Id).ToList())
        {
            var request = change.Book.Requests[each];
            if (!change.Book.HasCertificate(request, change.Now))
            {
                change.Decide(
                    request, new ConsentOutcome(ConsentState.Withdrawn, change.Now, Hub) { Reason = "The certificate has ended." });
            }
            else if (change.Book.StateOf(request, change.Now) == ConsentState.Elapsed)
            {
                change.Decide(request, new ConsentOutcome(ConsentState.Elapsed, change.Now, Hub));
            }
            else if (change.Book.IsDue(request, change.Now))
            {
                change.Delay(request, request.FullAt is null ? change.FromNow : null);
            }
        }
    }

    private static ConsentRequest Refuse(Change change, ConsentRequest request, ConsentOutcome objection, string contact = "")
    {
        request = change.Decide(request, objection, contact);
        foreach (var certificate in change.CertificatesOf(request.Partner)
            .Where(c => c.ConsentRequest == request.Id && c.RevokedAt is null).ToList())
        {
            change.End(certificate with { RevokedAt = change.Now, RevocationReason = "The partner objected: " + objection.Reason });
        }

        EndCodes(change, request.Partner);
        return request;
    }

    private static Contact RequireContact(Change change, ConsentRequest request, X509Certificate2 signer)
    {
        var contact = change.Book.ContactsOf(request.Partner).Current.FirstOrDefault(c => c.IsOf(signer)) ?? throw SignerWrong(
            "The signer is no contact that the partner has registered.", "Sign with the key of a contact: thub contact list.");
        if (contact.RegisteredAt >= request.AskedAt)
        {
            throw SignerWrong(
                "The contact was registered after the request was made.", "Let a contact sign that was registered before.");
        }

        // Two keys, so that two have said it.
        if (change.Book.CertificatesOf(request.Partner).Any(c => c.KeySha256 == contact.KeySha256))
        {
            throw SignerWrong(
                "The contact's key is that of a certificate of the partner.", "Let a contact with a key of its own sign.");
        }

        return change.Now >= signer.NotBefore.ToUniversalTime() && change.Now <= signer.NotAfter.ToUniversalTime()
            ? contact
            : throw SignerWrong("The contact's certificate is not valid now.", "Let another contact sign.");
    }

    private static ConsentRequest RequireRequest(Change change, PartnerId partner, string id) =>
        change.Book.Requests.GetValueOrDefault(id) is { } request && request.Partner == partner
            ? request
            : throw PartnerErrors.RequestUnknown();

    private static void RequireOpen(Change change, ConsentRequest request)
    {
        if (!change.Book.IsOpen(request, change.Now))
        {
            throw PartnerErrors.RequestClosed(request, change.Book.StateOf(request, change.Now));
        }
    }

    // Judged at the call, but what was queued before may have changed it since.
    private RegisteredCertificate RequireInFull(Change change, PartnerId partner, string thumbprint)
    {
        var certificate = change.Certificate(thumbprint);
        if (certificate.RevokedAt is not null)
        {
            throw new HubException(PartnerErrors.CertificateRevoked(certificate));
        }

        if (Require(partner) is { State: not PartnerState.Active } gone)
        {
            throw new HubException(PartnerErrors.NotTakingPart(gone));
        }

        return PartnerOf(certificate.Uri) == partner && change.Book.StandsInFull(certificate, change.Now)
            ? certificate
            : throw SignerWrong(
                "The certificate is not valid with all rights of the partner.", "Use one that is: thub cert list.");
    }

    // One that was renewed may be in a thief's hands: it objects, which is a narrowing, and gives nothing.
    private static void RequireLast(RegisteredCertificate certificate)
    {
        if (certificate.RetiresAt is not null)
        {
            throw new HubException(
                ErrorReason.CertificateSucceeded, "", "This certificate has a successor, which alone consents and sets contacts.",
                "Use the successor; this one can still object.");
        }
    }

    private static void RequireCertificate(Change change, ConsentRequest request)
    {
        if (request.IsOfCertificate && !change.Book.HasCertificate(request, change.Now))
        {
            throw PartnerErrors.RequestWithoutCertificate();
        }
    }

    private RegisteredCertificate RequireDecider(Change change, PartnerId partner, ConsentRequest request, string thumbprint)
    {
        var certificate = RequireInFull(change, partner, thumbprint);
        return certificate.ConsentRequest != request.Id
            ? certificate
            : throw SignerWrong(
                "A certificate does not decide on itself.", "Use another valid certificate of the partner.");
    }

    private static void RequireRoom(Change change, PartnerId partner)
    {
        if (change.Book.OpenRequestsOf(partner, change.Now).Count(r => r.IsOfCertificate) >= MostOpenRequests)
        {
            throw new HubException(
                ErrorReason.ConsentState, "", $"{MostOpenRequests} certificates wait for the consent of {partner} already.",
                "Let the partner decide on them, or revoke the certificates that are not wanted any more.");
        }
    }

    private static HubException SignerWrong(string rule, string remedy) =>
        new(ErrorReason.SignatureInvalid, "signature", rule, remedy);

    private static PartnerId? PartnerOf(string uri) => uri.StartsWith(Principal.PartnerUri, StringComparison.Ordinal)
        ? new PartnerId(uri[Principal.PartnerUri.Length..])
        : null;
}
