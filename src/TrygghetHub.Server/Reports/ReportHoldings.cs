using System.Globalization;
using Microsoft.Data.Sqlite;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Storage;

namespace TrygghetHub.Server.Reports;

/// <summary>What a partner that leaves has left in the hub. Thread-safe.</summary>
internal sealed class ReportHoldings(HubDatabase database, AgreementRegister agreements) : IReportHoldings
{
    public HeldOfSender HeldOf(PartnerId sender)
    {
        using var connection = database.OpenReader();
        return HeldOf(sender, connection);
    }

    public HeldOfSender HeldOf(PartnerId sender, JournalTransaction transaction) => HeldOf(sender, transaction.Connection);

    public IReadOnlyList<PartnerId> RecipientsOf(PartnerId sender) => [.. agreements.RecipientsEver(sender)];

    // Every revision and withdrawal is a row of its own.
    private static HeldOfSender HeldOf(PartnerId sender, SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText =
            "SELECT COUNT(*) FILTER (WHERE superseded_by_seq IS NULL AND state = 1), COALESCE(MAX(seq), 0) FROM report WHERE partner = $partner";
        command.Parameters.AddWithValue("$partner", sender.Value);
        using var reader = command.ExecuteReader();
        reader.Read();
        var standing = reader.GetInt64(0);
        return new HeldOfSender(standing, string.Create(CultureInfo.InvariantCulture, $"{standing}-{reader.GetInt64(1)}"));
    }
}
