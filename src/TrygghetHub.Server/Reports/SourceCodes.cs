using TrygghetHub.Codes.V1;
using TrygghetHub.Screening;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Codes;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Storage;
using Category = TrygghetHub.Server.Codes.Category;

namespace TrygghetHub.Server.Reports;

/// <summary>
/// The senders' own codes in what they have reported: which came, and what a later mapping makes of them. Thread-safe.
/// </summary>
internal sealed class SourceCodes(
    HubDatabase database, JournalLane journal, CodeMappings mappings, AgreementRegister agreements, ReportWriter writer)
{
    // Reports in one transaction: others wait for it.
    private const int AtOnce = 200;

    // Published events are in the category of their type, which no mapping moves.
    private const string Standing = """
        FROM report_code c JOIN report r ON r.seq = c.seq
        WHERE c.partner = $partner AND r.superseded_by_seq IS NULL AND r.state = 1 AND r.published = 0
        """;

    /// <summary>The codes of a partner's standing reports with their categories, as they were spelled, the earliest first; how many, and when the last one came.</summary>
    public IReadOnlyList<SourceCodeCount> Count(PartnerId partner)
    {
        using var connection = database.OpenReader();
        using var find = connection.CreateCommand();
        find.CommandText = $"SELECT c.code, r.category, COUNT(*), MAX(r.at) {Standing} GROUP BY c.code, r.category ORDER BY MIN(c.seq)";
        find.Parameters.AddWithValue("$partner", partner.Value);
        using var row = find.ExecuteReader();
        var counts = new List<SourceCodeCount>();
        while (row.Read())
        {
            counts.Add(new SourceCodeCount(
                row.GetString(0), row.GetString(1), row.GetInt64(2), JournalTime.FromMicros(row.GetInt64(3))));
        }

        return counts;
    }

    /// <summary>Puts a partner's standing reports where its mapping has them now.</summary>
    /// <param name="partner">Whose.</param>
    /// <param name="code">Only those with this code; null for all.</param>
    /// <param name="isDryRun">Only tells how many.</param>
    /// <param name="cancellation">Stops between transactions; what is done stays done.</param>
    public async Task<ReclassifyReportsResponse> ReclassifyAsync(
        PartnerId partner, string? code, bool isDryRun, CancellationToken cancellation)
    {
        var response = new ReclassifyReportsResponse();
        foreach (var piece in Misplaced(partner, code).Chunk(AtOnce))
        {
            cancellation.ThrowIfCancellationRequested();
            var outcomes = await journal.WriteAsync(
                transaction => piece.Select(p => isDryRun
                    ? writer.CouldReclassify(transaction, p.Seq, p.Category, agreements.Rules)
                    : writer.Reclassify(transaction, p.Seq, p.Category, agreements.Rules)).ToList(),
                published: null, cancellation);
            response.Reclassified += outcomes.Count(o => o == Reclassified.Changed);
            response.NotAgreed += outcomes.Count(o => o == Reclassified.NotAgreed);
        }

        return response;
    }

    private List<(long Seq, Category Category)> Misplaced(PartnerId partner, string? only)
    {
        using var connection = database.OpenReader();
        using var find = connection.CreateCommand();
        find.CommandText = $"SELECT r.seq, c.code, r.category {Standing} ORDER BY r.seq";
        find.Parameters.AddWithValue("$partner", partner.Value);
        using var row = find.ExecuteReader();
        var misplaced = new List<(long, Category)>();
        while (row.Read())
        {
            if (only is not null && !ComparisonKey.AreSame(only, row.GetString(1)))
            {
                continue;
            }

            // A code that is not mapped says nothing of where its reports belong: they may have come with a category.
            if (mappings.Find(partner, row.GetString(1)) is { } mapped && mapped != row.GetString(2)
                && CategoryList.Embedded.Find(mapped) is { } category)
            {
                misplaced.Add((row.GetInt64(0), category));
            }
        }

        return misplaced;
    }
}

/// <summary>Standing reports with one code in one category.</summary>
internal sealed record SourceCodeCount(string Code, string Category, long Reports, DateTimeOffset Last);
