using TrygghetHub.Agreements.V1;
using TrygghetHub.Server.Platform.Access;

namespace TrygghetHub.Server.Agreements;

/// <summary>Counts what partners may see of the last weeks' reports, by the rules of any time or with a draft.</summary>
internal sealed class AccessReviews
{
    public ReviewAccessResponse Review(ReviewAccessRequest request, Principal caller, CancellationToken cancellation) =>
        throw new NotImplementedException();

    public RehearseAgreementResponse Rehearse(
        CooperationAgreement agreement, int weeks, Principal caller, CancellationToken cancellation) =>
        throw new NotImplementedException();
}
