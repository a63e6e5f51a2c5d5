using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using TrygghetHub.Errors.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Server.Platform;
using TrygghetHub.Server.Platform.Access;
using TrygghetHub.Server.Platform.Errors;
using TrygghetHub.Server.Platform.Identity;
using Wire = TrygghetHub.Partners.V1;

namespace TrygghetHub.Server.Partners;

/// <summary>The operator's RPCs for partners.</summary>
internal sealed class PartnerService(
    PartnerRegister register, Departures departures, Authority authority, HubAddresses addresses, HubOptions options,
    PageTokens pages, TimeProvider time)
    : Wire.PartnerService.PartnerServiceBase
{
    private const int DefaultCodeMinutes = 24 * 60;
    private const int LongestCodeMinutes = 7 * 24 * 60;
    private const int LongestReason = 200;
    private const int LargestCertificate = 16 * 1024;
    private const string ClientAuth = "1.3.6.1.5.5.7.3.2";

    public override async Task<CreatePartnerResponse> CreatePartner(
        CreatePartnerRequest request, ServerCallContext context)
    {
        var (id, name, kind) = RequireNew(request.Partner);
        return new CreatePartnerResponse
        {
            Partner = register.ToWire(await register.CreateAsync(
                id, name, kind, request.Contact, context.Caller().Uri, context.CancellationToken)),
        };
    }

    public override async Task<CreateEnrolmentCodeResponse> CreateEnrolmentCode(
        CreateEnrolmentCodeRequest request, ServerCallContext context)
    {
        var id = RequireName(request.Name);
        if (request.LifetimeMinutes is < 0 or > LongestCodeMinutes)
        {
            throw Invalid(
                ErrorReason.FieldInvalid, "lifetime_minutes", $"A code holds 1 to {LongestCodeMinutes} minutes.",
                "Leave it out for a day.");
        }

        var minutes = request.LifetimeMinutes == 0 ? DefaultCodeMinutes : request.LifetimeMinutes;
        var (code, expiresAt) = await register.MakeCodeAsync(
            id, TimeSpan.FromMinutes(minutes), context.Caller().Uri, context.CancellationToken);
        var book = register.Book;
        var hours = book.HasJoined(id) && !book.CanConsent(id, time.GetUtcNow()) ? options.Settings.Certificates.ObjectionHours : 0;
        return new CreateEnrolmentCodeResponse
        {
            Code = code.ToString(),
            ExpireTime = expiresAt.ToTimestamp(),
            JoinUrl = addresses.Open.GetLeftPart(UriPartial.Authority),
            Letter = book.HasJoined(id) ? ContactLetters.OfCode(id, book, time.GetUtcNow(), expiresAt, hours) : null,
            ObjectionHours = hours,
        };
    }

    public override async Task<EnrolPartnerResponse> EnrolPartner(
        EnrolPartnerRequest request, ServerCallContext context)
    {
        if (!options.Development)
        {
            throw Invalid(
                ErrorReason.DevelopmentOnly, "", "This hub runs for real: nobody but a partner makes its key.",
                "Make an enrolment code (thub partner create, thub partner code) and let the partner join with it.");
        }

        var (id, name, kind) = RequireNew(request.Partner);
        var (partner, certificate) = await register.EnrolAsync(
            id, name, kind, SigningRequest.Read(request.CsrDer), context.Caller().Uri, context.CancellationToken);
        return new EnrolPartnerResponse
        {
            Partner = register.ToWire(partner),
            CertificateChainPem = certificate.ChainPem,
            RootPem = authority.RootsPem,
            HubUrl = addresses.Partners.GetLeftPart(UriPartial.Authority),
            TokenEndpoint = addresses.TokenEndpoint.ToString(),
        };
    }

    public override Task<GetPartnerResponse> GetPartner(GetPartnerRequest request, ServerCallContext context) =>
        register.Book.Partners.TryGetValue(RequireName(request.Name), out var partner)
            ? Task.FromResult(new GetPartnerResponse { Partner = register.ToWire(partner) })
            : throw PartnerErrors.PartnerUnknown("name");

    public override Task<ListPartnersResponse> ListPartners(ListPartnersRequest request, ServerCallContext context)
    {
        var scope = $"partners/{context.Caller().Uri}";
        var after = pages.Open(scope, request.PageToken);
        var size = PageTokens.SizeOf(request.PageSize);
        var page = register.Book.Partners.Values
            .Where(p => string.CompareOrdinal(p.Id.Value, after) > 0).Take(size + 1).ToList();
        var response = new ListPartnersResponse { Partners = { page.Take(size).Select(register.ToWire) } };
        if (page.Count > size)
        {
            response.NextPageToken = pages.Seal(scope, page[size - 1].Id.Value);
        }

        return Task.FromResult(response);
    }

    public override async Task<SetPartnerRolesResponse> SetPartnerRoles(
        SetPartnerRolesRequest request, ServerCallContext context)
    {
        var roles = request.Roles.Select((role, i) => PartnerMapping.ToRole(role) ?? throw Invalid(
            ErrorReason.EnumUnknown, $"roles[{i}]", "No partner has such a role.",
            "Send PARTNER_SYSTEM, REPORTER, COORDINATOR or AUDITOR.")).ToImmutableArray();
        var (partner, waiting) = await register.SetRolesAsync(
            RequireName(request.Name), roles, context.Caller().Uri, context.CancellationToken);
        return new SetPartnerRolesResponse
        {
            Partner = register.ToWire(partner),
            ConsentRequest = waiting is null ? null : register.ToWire(waiting),
            Letter = waiting is null ? null : ContactLetters.Of(waiting, register.Book, time.GetUtcNow()),
        };
    }

    public override async Task<SuspendPartnerResponse> SuspendPartner(
        SuspendPartnerRequest request, ServerCallContext context) => new()
        {
            Partner = register.ToWire(await register.SuspendAsync(
                RequireName(request.Name), RequireReason(request.Reason), context.Caller().Uri, context.CancellationToken)),
        };

    public override async Task<ResumePartnerResponse> ResumePartner(
        ResumePartnerRequest request, ServerCallContext context) => new()
        {
            Partner = register.ToWire(
                await register.SuspendAsync(
                    RequireName(request.Name), reason: null, context.Caller().Uri, context.CancellationToken)),
        };

    public override async Task<RegisterCertificateResponse> RegisterCertificate(
        RegisterCertificateRequest request, ServerCallContext context)
    {
        using var certificate = ReadCertificate(request.CertificateDer.ToByteArray());
        var (partner, registered) = await register.RegisterOutsideAsync(
            RequireName(request.Name), certificate, context.Caller().Uri, context.CancellationToken);
        var waiting = register.RequestOf(registered);
        return new RegisterCertificateResponse
        {
            Partner = register.ToWire(partner),
            ConsentRequest = waiting is null ? null : register.ToWire(waiting),
            Letter = waiting is not null && register.Book.IsOpen(waiting, time.GetUtcNow()) ? ContactLetters.Of(waiting, register.Book, time.GetUtcNow()) : null,
        };
    }

    public override Task<ListConsentRequestsResponse> ListConsentRequests(
        ListConsentRequestsRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var book = register.Book;
        var now = time.GetUtcNow();
        PartnerId? of = request.Parent.Length == 0 ? null : RequireName(request.Parent);
        if (of is { } id && !book.Partners.ContainsKey(id))
        {
            throw PartnerErrors.PartnerUnknown("parent");
        }

        // Newest first by the time of asking, which no later entry moves.
        var scope = $"consentRequests/{caller.Uri}/{request.Parent}/{request.IncludeClosed}";
        var after = pages.Open(scope, request.PageToken);
        var size = PageTokens.SizeOf(request.PageSize);
        var all = book.Requests.Values
            .Where(r => (of is null || r.Partner == of) && (request.IncludeClosed || book.IsOpen(r, now)))
            .Select(r => (Place: $"{r.AskedAt.UtcTicks:D20} {r.Id}", Request: r))
            .OrderByDescending(r => r.Place, StringComparer.Ordinal)
            .Where(r => after.Length == 0 || string.CompareOrdinal(r.Place, after) < 0)
            .Take(size + 1).ToList();
        var response = new ListConsentRequestsResponse
        {
            Items =
            {
                all.Take(size).Select(r => new ListConsentRequestsResponse.Types.Item
                {
                    Request = register.ToWire(r.Request),
                    Letter = caller.IsOperator && book.IsOpen(r.Request, now) ? ContactLetters.Of(r.Request, book, now) : null,
                }),
            },
        };
        if (caller.IsOperator && after.Length == 0)
        {
            response.ContactChanges.Add(book.Contacts
                .Where(c => (of is null || c.Key == of) && c.Value.IsChangeShown(now)).OrderByDescending(c => c.Value.ChangedAt)
                .Select(c => ContactLetters.OfChange(c.Key, book, now)));
        }

        if (all.Count > size)
        {
            response.NextPageToken = pages.Seal(scope, all[size - 1].Place);
        }

        return Task.FromResult(response);
    }

    public override async Task<RevokeCertificateResponse> RevokeCertificate(
        RevokeCertificateRequest request, ServerCallContext context)
    {
        var (certificate, successors) = await register.RevokeAsync(
            request.ThumbprintSha256.Replace(":", "", StringComparison.Ordinal), request.WithSuccessors,
            RequireReason(request.Reason), context.Caller().Uri, context.CancellationToken);
        return new RevokeCertificateResponse
        {
            Certificate = register.ToWire(certificate),
            Successors = { successors.Select(register.ToWire) },
        };
    }

    public override async Task<OffboardPartnerResponse> OffboardPartner(
        OffboardPartnerRequest request, ServerCallContext context)
    {
        var (partner, departure) = await departures.OffboardAsync(
            RequireName(request.Name), request.RecallReports, RequireReason(request.Reason), context.Caller().Uri,
            reportsEtag: "", request.ValidateOnly, context.CancellationToken);
        return new OffboardPartnerResponse { Partner = register.ToWire(partner), Departure = departure };
    }

    /// <summary>A reason that somebody gives for what they do: people read it later.</summary>
    public static string RequireReason(string text)
    {
        var reason = text.Trim();
        CleanText.RequireNobody(reason, "reason");
        return reason.Length is > 0 and <= LongestReason && IsPlain(reason)
            ? reason
            : throw Invalid(
                ErrorReason.FieldInvalid, "reason", $"A reason has 1 to {LongestReason} characters on one line.",
                "Say in a few words why; name no person.");
    }

    private static (PartnerId Id, string Name, PartnerKind Kind) RequireNew(Wire.Partner? wanted)
    {
        if (wanted is null)
        {
            throw Invalid(ErrorReason.FieldRequired, "partner", "A partner is required.", "Send id, display_name and kind.");
        }

        if (!PartnerId.IsValid(wanted.Id))
        {
            throw Invalid(
                ErrorReason.FieldInvalid, "partner.id",
                $"An id is 2 to 40 of {ChosenId.Rule}.",
                "Choose an id such as bostad-bro.");
        }

        var name = wanted.DisplayName.Trim();
        if (name.Length is 0 or > 100 || !IsPlain(name))
        {
            throw Invalid(
                ErrorReason.FieldInvalid, "partner.display_name", "A name has 1 to 100 characters on one line.",
                "Send the name that people use.");
        }

        CleanText.Require(name, "partner.display_name");

        return System.Enum.IsDefined(wanted.Kind) && wanted.Kind != PartnerKind.Unspecified
            ? (new PartnerId(wanted.Id), name, wanted.Kind)
            : throw Invalid(
                ErrorReason.EnumUnknown, "partner.kind", "The kind is not one that the hub knows.",
                "Send one of " + string.Join(", ", System.Enum.GetNames<PartnerKind>().Skip(1)) + ".");
    }

    // Nothing that moves the cursor or turns the direction of what stands beside it.
    private static bool IsPlain(string text) => !text.Any(c => char.IsControl(c) || char.GetUnicodeCategory(c)
        is System.Globalization.UnicodeCategory.Format or System.Globalization.UnicodeCategory.LineSeparator
        or System.Globalization.UnicodeCategory.ParagraphSeparator or System.Globalization.UnicodeCategory.PrivateUse);

    /// <summary>The id in <c>partners/ID</c>.</summary>
    public static PartnerId RequireName(string name)
    {
        const string prefix = "partners/";
        return name.StartsWith(prefix, StringComparison.Ordinal)
            ? new PartnerId(name[prefix.Length..])
            : throw PartnerErrors.PartnerUnknown("name");
    }

    private static X509Certificate2 ReadCertificate(byte[] der)
    {
        const string remedy = "Send the partner's own certificate alone, in DER.";
        if (der.Length is 0 or > LargestCertificate)
        {
            throw Invalid(ErrorReason.CertificateInvalid, "certificate_der", "A certificate has 1 byte to 16 KiB.", remedy);
        }

        X509Certificate2 certificate;
        try
        {
            certificate = X509CertificateLoader.LoadCertificate(der);
        }
        catch (CryptographicException)
        {
            throw Invalid(ErrorReason.CertificateInvalid, "certificate_der", "It is no certificate.", remedy);
        }

        var usages = certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().FirstOrDefault();
        if (usages is null || usages.EnhancedKeyUsages.Cast<Oid>().All(u => u.Value != ClientAuth))
        {
            certificate.Dispose();
            throw Invalid(
                ErrorReason.CertificateInvalid, "certificate_der", "The certificate is not for client authentication.",
                "Get one whose extended key usage holds clientAuth.");
        }

        return certificate;
    }

    private static HubException Invalid(ErrorReason reason, string field, string rule, string remedy) =>
        new(reason, field, rule, remedy);
}
