using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Storage;

namespace TrygghetHub.Server.Reports;

/// <summary>What a partner that leaves has left in the hub. Thread-safe.</summary>
internal sealed class ReportHoldings(HubDatabase database, AgreementRegister agreements) : IReportHoldings
{
    public long CountStanding(PartnerId sender)
    {
        using var connection = database.OpenReader();
        using var command = connection.CreateCommand();
        command.CommandText =
            "SELECT COUNT(*) FROM report WHERE partner = $partner AND superseded_by_seq IS NULL AND state = 1";
        command.Parameters.AddWithValue("$partner", sender.Value);
        return (long)command.ExecuteScalar()!;
    }

    public IReadOnlyList<PartnerId> RecipientsOf(PartnerId sender) => [.. agreements.RecipientsEver(sender)];
}
