using TrygghetHub.Server.Partners;

namespace TrygghetHub.Server.Agreements;

/// <inheritdoc cref="IFellowParties"/>
internal sealed class FellowParties(AgreementRegister agreements, TimeProvider time) : IFellowParties
{
    public IReadOnlyList<PartnerId> Of(PartnerId partner)
    {
        var now = time.GetUtcNow();
        return
        [
            .. agreements.Rules.Agreements.Versions
                .Where(a => a.ValidTo > now && a.Parties.ContainsKey(partner))
                .SelectMany(a => a.Parties.Keys).Where(p => p != partner).Distinct().Order(),
        ];
    }
}
