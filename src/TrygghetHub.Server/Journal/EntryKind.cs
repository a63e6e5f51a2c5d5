namespace TrygghetHub.Server.Journal;

/// <summary>
/// What kind of fact an entry states. The numbers are stored and hashed: they are never reused.
/// </summary>
internal enum EntryKind : short
{
    /// <summary>A report or a correction of one.</summary>
    Report = 1,

    /// <summary>The withdrawal of a report: a tombstone.</summary>
    Withdrawal = 2,

    /// <summary>A partner enrolled.</summary>
    Partner = 10,

    /// <summary>A certificate registered to a principal.</summary>
    Certificate = 11,

    /// <summary>A version of a cooperation agreement.</summary>
    Agreement = 20,

    /// <summary>A partner's word on a week's reporting.</summary>
    WeekConfirmation = 30,

    /// <summary>The point up to which a municipality's week is counted.</summary>
    Freeze = 31,

    /// <summary>A compiled picture.</summary>
    Picture = 32,
}
