using TrygghetHub.Server.Journal;

namespace TrygghetHub.Server.Reports;

/// <summary>The question that the writer asks and the Feed slice answers: who must be told that a revision is gone?</summary>
internal interface ISupersession
{
    /// <summary>
    /// A revision was superseded in this transaction, by a correction or a withdrawal. On the lane's thread.
    /// </summary>
    /// <param name="transaction">In which it was.</param>
    /// <param name="earlier">Entry of the revision that stood.</param>
    /// <param name="before">That revision.</param>
    /// <param name="after">The one that took its place.</param>
    void Superseded(JournalTransaction transaction, long earlier, StoredReport before, StoredReport after);
}
