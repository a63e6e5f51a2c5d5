using System.Security.Cryptography;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Errors.V1;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Access;
using TrygghetHub.Server.Platform.Errors;
using Wire = TrygghetHub.Agreements.V1;

namespace TrygghetHub.Server.Agreements;

/// <summary>Applying agreements (the operator) and reading them (the operator all, a partner its own).</summary>
internal sealed class AgreementService(AgreementRegister register, PageTokens pages)
    : Wire.AgreementService.AgreementServiceBase
{
    public override async Task<ApplyAgreementResponse> ApplyAgreement(
        ApplyAgreementRequest request, ServerCallContext context)
    {
        var agreement = request.Agreement ?? throw new HubException(
            ErrorReason.FieldRequired, "agreement", "An agreement is required.", "Send the document.");
        return new ApplyAgreementResponse
        {
            Agreement = ToWire(await register.ApplyAsync(agreement, context.CancellationToken)),
        };
    }

    public override Task<GetAgreementResponse> GetAgreement(GetAgreementRequest request, ServerCallContext context)
    {
        const string prefix = "agreements/";
        return request.Name.StartsWith(prefix, StringComparison.Ordinal)
            && register.Rules.Agreements.Agreements.TryGetValue(request.Name[prefix.Length..], out var agreement)
            && IsVisible(agreement, context.Caller())
            ? Task.FromResult(new GetAgreementResponse { Agreement = ToWire(agreement) })
            : throw HubException.NotFound("name");
    }

    public override Task<ListAgreementsResponse> ListAgreements(
        ListAgreementsRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var scope = $"agreements/{caller.Uri}";
        var after = pages.Open(scope, request.PageToken);
        var size = PageTokens.SizeOf(request.PageSize);
        var page = register.Rules.Agreements.Agreements.Values
            .Where(a => string.CompareOrdinal(a.Id, after) > 0 && IsVisible(a, caller)).Take(size + 1).ToList();
        var response = new ListAgreementsResponse { Agreements = { page.Take(size).Select(ToWire) } };
        if (page.Count > size)
        {
            response.NextPageToken = pages.Seal(scope, page[size - 1].Id);
        }

        return Task.FromResult(response);
    }

    private static bool IsVisible(Agreement agreement, Principal caller) =>
        caller.IsOperator || caller.Roles.Contains(Role.Auditor)
        || agreement.Parties.Contains(new PartnerId(caller.Id));

    private static CooperationAgreement ToWire(Agreement agreement)
    {
        var wire = CooperationAgreement.Parser.ParseFrom(agreement.Document);
        wire.Name = "agreements/" + agreement.Id;
        wire.Version = agreement.Version;
        wire.ApplyTime = agreement.AppliedAt.ToTimestamp();
        wire.ContentSha256 = Convert.ToHexStringLower(SHA256.HashData(agreement.Document));
        return wire;
    }
}
