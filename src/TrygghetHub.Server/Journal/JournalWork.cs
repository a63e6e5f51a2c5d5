namespace TrygghetHub.Server.Journal;

/// <summary>
/// Something to be written. The lane runs <see cref="Execute"/> inside a transaction and then calls exactly one
/// of <see cref="Committed"/> and <see cref="Failed"/>, all on its own thread: be brief in them.
/// </summary>
internal abstract class JournalWork
{
    /// <summary>How many entries it may append: bounds a group.</summary>
    public abstract int Weight { get; }

    /// <summary>
    /// Shares a transaction with its neighbours. When that fails, each is run again by itself: Execute must stand
    /// being repeated. Work that is alone in its transaction may refuse by throwing.
    /// </summary>
    public abstract bool Grouped { get; }

    public abstract void Execute(JournalTransaction transaction);

    /// <param name="commit">Number of the commit since start; work with equal numbers became durable together.</param>
    public abstract void Committed(long commit);

    public abstract void Failed(Exception fault);
}
