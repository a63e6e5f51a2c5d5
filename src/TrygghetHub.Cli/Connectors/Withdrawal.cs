using TrygghetHub.Reports.V1;

namespace TrygghetHub.Cli.Connectors;

/// <summary>A report to take back.</summary>
/// <param name="SourceRef">The sender's id of it.</param>
/// <param name="Revision">The revision that the withdrawal becomes.</param>
/// <param name="SourceVersion">The mark that the hub keeps of it.</param>
/// <param name="Reason">Why.</param>
internal sealed record Withdrawal(string SourceRef, int Revision, string SourceVersion, WithdrawalReason Reason);
