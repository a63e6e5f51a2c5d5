using TrygghetHub.Agreements.V1;

namespace TrygghetHub.Server.Agreements;

/// <summary>A set of values of a report: a bit for each <see cref="ReportField"/>. Immutable.</summary>
internal readonly record struct ReportFields(int Bits)
{
    /// <summary>Every value that a flow can name.</summary>
    public static readonly ReportFields All = Of(Enum.GetValues<ReportField>().Where(f => f != ReportField.Unspecified));

    /// <summary>When, and nothing that describes the event closer.</summary>
    public static readonly ReportFields TimesOnly = Of([ReportField.Occurred, ReportField.ReportedTime]);

    /// <summary>All that a count can be told apart by.</summary>
    public static readonly ReportFields CategoryOnly = Of([ReportField.Category]);

    public static ReportFields Of(IEnumerable<ReportField> fields) =>
        new(fields.Aggregate(0, (bits, field) => bits | (1 << (int)field)));

    public bool Has(ReportField field) => (Bits & (1 << (int)field)) != 0;

    public ReportFields And(ReportFields other) => new(Bits & other.Bits);
}
