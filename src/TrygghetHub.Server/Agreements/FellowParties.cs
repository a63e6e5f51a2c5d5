using TrygghetHub.Server.Partners;

namespace TrygghetHub.Server.Agreements;

/// <inheritdoc cref="IFellowParties"/>
internal sealed class FellowParties(AgreementRegister agreements) : IFellowParties
{
    public bool Were(PartnerId one, PartnerId other, long seq, DateTimeOffset at) =>
        agreements.RulesAsOf(seq).Agreements.Versions.Any(
            a => a.ValidTo > at && a.Parties.ContainsKey(one) && a.Parties.ContainsKey(other));
}
