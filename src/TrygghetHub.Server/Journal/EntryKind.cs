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

    /// <summary>The order to show a partner's reports to nobody any more.</summary>
    Recall = 3,

    /// <summary>A partner as it is from here on: created, suspended, let back, given other roles, gone.</summary>
    Partner = 10,

    /// <summary>A certificate registered to a principal.</summary>
    Certificate = 11,

    /// <summary>The end of a certificate: revoked, or retired by its successor.</summary>
    CertificateEnd = 12,

    /// <summary>A code with which a partner may join; its hash alone.</summary>
    EnrolmentCode = 13,

    /// <summary>A version of a cooperation agreement.</summary>
    Agreement = 20,

    /// <summary>A partner's word on a week's reporting.</summary>
    WeekConfirmation = 30,

    /// <summary>The point up to which a municipality's week is counted.</summary>
    Freeze = 31,

    /// <summary>A compiled picture.</summary>
    Picture = 32,
}
