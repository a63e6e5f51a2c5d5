using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Partners;

namespace TrygghetHub.Server.Reports;

/// <summary>Reports of one message, on their way through the lane.</summary>
internal sealed class IntakeWork(
    PartnerId sender, PreparedReport[] reports, int size, AgreementRegister agreements, ReportWriter writer,
    Action<IntakeWork> answered)
    : JournalWork
{
    public PreparedReport[] Reports => reports;

    /// <summary>Its share of what its call may have in flight, in bytes.</summary>
    public int Size => size;

    /// <summary>The commit that made them durable; 0 when <see cref="Fault"/> is set.</summary>
    public long Commit { get; private set; }

    /// <summary>What kept the store from taking them.</summary>
    public Exception? Fault { get; private set; }

    public override int Weight => reports.Length;

    public override bool Grouped => true;

    public override void Execute(JournalTransaction transaction)
    {
        var rules = agreements.Rules;
        foreach (var report in reports)
        {
            writer.Write(transaction, report, sender, rules);
        }
    }

    public override void Committed(long commit)
    {
        Commit = commit;
        answered(this);
    }

    public override void Failed(Exception fault)
    {
        Fault = fault;
        answered(this);
    }
}
