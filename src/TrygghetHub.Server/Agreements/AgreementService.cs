using System.Globalization;
using Grpc.Core;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Errors.V1;
using TrygghetHub.Server.Platform.Access;
using TrygghetHub.Server.Platform.Errors;
using Wire = TrygghetHub.Agreements.V1;

namespace TrygghetHub.Server.Agreements;

/// <summary>The life of agreements, and what they permit in words.</summary>
internal sealed class AgreementService(
    AgreementRegister register, AccessExplanations explanations, AccessReviews reviews, PageTokens pages,
    HubOptions options, TimeProvider time)
    : Wire.AgreementService.AgreementServiceBase
{
    public override async Task<DraftAgreementResponse> DraftAgreement(
        DraftAgreementRequest request, ServerCallContext context)
    {
        var agreement = RequireDocument(request.Agreement);
        var caller = context.Caller();
        RequireParty(agreement, caller);
        return new DraftAgreementResponse
        {
            Version = ToWire(agreement.Id, await register.DraftAsync(caller, agreement, context.CancellationToken)),
        };
    }

    public override async Task<ProposeAgreementResponse> ProposeAgreement(
        ProposeAgreementRequest request, ServerCallContext context)
    {
        var (id, number) = RequireVersion(request.Name);
        return new ProposeAgreementResponse
        {
            Version = ToWire(id, await register.ProposeAsync(
                context.Caller(), id, number, request.DocumentSha256, context.CancellationToken)),
        };
    }

    public override async Task<SignAgreementResponse> SignAgreement(
        SignAgreementRequest request, ServerCallContext context)
    {
        var (id, number) = RequireVersion(request.Name);
        return new SignAgreementResponse
        {
            Version = ToWire(id, await register.SignAsync(
                context.Caller(), id, number, request.Signature.ToByteArray(), context.CancellationToken)),
        };
    }

    public override async Task<SuspendAgreementResponse> SuspendAgreement(
        SuspendAgreementRequest request, ServerCallContext context)
    {
        var id = RequireId(request.Name);
        return new SuspendAgreementResponse
        {
            Version = ToWire(id, await register.SuspendAsync(
                context.Caller(), id, request.Reason, context.CancellationToken)),
        };
    }

    public override async Task<ResumeAgreementResponse> ResumeAgreement(
        ResumeAgreementRequest request, ServerCallContext context)
    {
        var id = RequireId(request.Name);
        return new ResumeAgreementResponse
        {
            Version = ToWire(id, await register.ResumeAsync(context.Caller(), id, context.CancellationToken)),
        };
    }

    public override async Task<TerminateAgreementResponse> TerminateAgreement(
        TerminateAgreementRequest request, ServerCallContext context)
    {
        var id = RequireId(request.Name);
        return new TerminateAgreementResponse
        {
            Version = ToWire(id, await register.TerminateAsync(
                context.Caller(), id, request.Reason, WireTime.ReadOptional(request.EndTime, "end_time"),
                request.ValidateOnly, context.CancellationToken)),
        };
    }

    public override async Task<ApplyAgreementResponse> ApplyAgreement(
        ApplyAgreementRequest request, ServerCallContext context)
    {
        if (!options.Development)
        {
            throw new HubException(
                ErrorReason.DevelopmentOnly, "", "Only a development hub puts an agreement in force that nobody has signed.",
                "Draft it, propose it, and have each party sign it.");
        }

        var agreement = RequireDocument(request.Agreement);
        var caller = context.Caller();
        RequireParty(agreement, caller);
        return new ApplyAgreementResponse
        {
            Version = ToWire(agreement.Id, await register.ApplyAsync(caller, agreement, context.CancellationToken)),
        };
    }

    public override Task<GetAgreementResponse> GetAgreement(GetAgreementRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var (id, number) = ParseName(request.Name);
        var version = !register.Cases.TryGetValue(id, out var agreement) ? null
            : number is null ? AgreementRegister.MeantBy(agreement, caller, time.GetUtcNow())
            : agreement.Versions.FirstOrDefault(v => v.Number == number && AgreementRegister.MaySee(agreement, v, caller));
        return version is not null
            ? Task.FromResult(new GetAgreementResponse { Version = ToWire(id, version) })
            : throw HubException.NotFound("name");
    }

    public override Task<ListAgreementsResponse> ListAgreements(
        ListAgreementsRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var now = time.GetUtcNow();
        var scope = $"agreements/{caller.Uri}/{request.AllVersions}";
        var after = pages.Open(scope, request.PageToken);
        var size = PageTokens.SizeOf(request.PageSize);
        var page = register.Cases.Values
            .SelectMany(a => (request.AllVersions
                    ? a.Versions.Where(v => AgreementRegister.MaySee(a, v, caller))
                    : new[] { AgreementRegister.MeantBy(a, caller, now) }.OfType<DocumentVersion>())
                .Select(v => (Agreement: a, Version: v)))
            .Where(v => string.CompareOrdinal(Place(v.Agreement, v.Version), after) > 0)
            .Take(size + 1).ToList();
        var response = new ListAgreementsResponse
        {
            Versions = { page.Take(size).Select(v => AgreementMapping.ToWire(v.Agreement, v.Version, now)) },
        };
        if (page.Count > size)
        {
            response.NextPageToken = pages.Seal(scope, Place(page[size - 1].Agreement, page[size - 1].Version));
        }

        return Task.FromResult(response);
    }

    public override Task<ExplainAccessResponse> ExplainAccess(ExplainAccessRequest request, ServerCallContext context) =>
        Task.FromResult(explanations.Explain(request, context.Caller()));

    public override Task<ReviewAccessResponse> ReviewAccess(ReviewAccessRequest request, ServerCallContext context) =>
        Task.FromResult(reviews.Review(request, context.Caller(), context.CancellationToken));

    public override Task<RehearseAgreementResponse> RehearseAgreement(
        RehearseAgreementRequest request, ServerCallContext context)
    {
        var agreement = RequireDocument(request.Agreement);
        if (!context.Caller().Roles.Contains(Role.Auditor))
        {
            RequireParty(agreement, context.Caller());
        }

        return Task.FromResult(reviews.Rehearse(agreement, request.Weeks, context.Caller(), context.CancellationToken));
    }

    private AgreementVersion ToWire(string id, DocumentVersion version) =>
        AgreementMapping.ToWire(register.Cases[id], version, time.GetUtcNow());

    // Sorts as ids do, and within one as numbers do.
    private static string Place(AgreementCase agreement, DocumentVersion version) =>
        string.Create(CultureInfo.InvariantCulture, $"{agreement.Id}\u0001{version.Number:D8}");

    private static CooperationAgreement RequireDocument(CooperationAgreement? agreement) =>
        agreement ?? throw new HubException(
            ErrorReason.FieldRequired, "agreement", "An agreement is required.", "Send the document.");

    private static void RequireParty(CooperationAgreement agreement, Principal caller)
    {
        if (!caller.IsOperator && agreement.Parties.All(p => p.Partner != caller.Id))
        {
            throw new HubException(
                ErrorReason.AgreementInvalid, "agreement.parties", "A partner drafts only what it is a party to.",
                "Name yourself among the parties.");
        }
    }

    private static string RequireId(string name) =>
        ParseName(name) is (var id, null) ? id : throw HubException.NotFound("name");

    private static (string Id, int Number) RequireVersion(string name) =>
        ParseName(name) is (var id, { } number) ? (id, number) : throw HubException.NotFound("name");

    // Empty for what is no name of an agreement: nothing is found by it.
    private static (string Id, int? Number) ParseName(string name) => name.Split('/') switch
    {
        ["agreements", var id] => (id, null),
        ["agreements", var id, "versions", var number]
            when int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) => (id, parsed),
        _ => ("", null),
    };
}
