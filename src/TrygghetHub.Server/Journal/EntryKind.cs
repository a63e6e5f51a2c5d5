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

    /// <summary>A report in another category: the revision that was sent, as a later mapping of codes has it.</summary>
    Reclassification = 4,

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

    /// <summary>A step of a request for a partner's consent: asked, decided, over.</summary>
    ConsentRequest = 14,

    /// <summary>Whom a partner has outside the hub.</summary>
    PartnerContacts = 15,

    /// <summary>A step of a cooperation agreement: drafted, proposed, signed, suspended, ended.</summary>
    Agreement = 20,

    /// <summary>From here on some partner may see reports that came before.</summary>
    Visibility = 21,

    /// <summary>A partner's word on a week's reporting.</summary>
    WeekConfirmation = 30,

    /// <summary>The point up to which a municipality's week is counted.</summary>
    Freeze = 31,

    /// <summary>A compiled picture.</summary>
    Picture = 32,

    /// <summary>A step of a picture's review: begun, edited, levels decided, carried over, sent.</summary>
    ReviewStep = 33,

    /// <summary>A picture was approved: its bytes and their seal.</summary>
    Approval = 34,

    /// <summary>What one recipient got of a picture: its bytes and their seal.</summary>
    Delivery = 35,

    /// <summary>That a delivery has come.</summary>
    DeliveryAcknowledgement = 36,

    /// <summary>A partner was reminded that its word on a week is missing.</summary>
    WeekReminder = 37,

    /// <summary>A partner is about to be shown reports: by a stream, or by one answer.</summary>
    Showing = 40,

    /// <summary>Up to where a stream has shown them.</summary>
    ShowingEnd = 41,

    /// <summary>The order to recipients to give up what they received.</summary>
    RecallOrder = 50,

    /// <summary>What a recipient has done about one.</summary>
    RecallAnswer = 51,

    /// <summary>A report waits for its sender: something was found in it.</summary>
    Quarantine = 60,

    /// <summary>One of them is no more.</summary>
    QuarantineEnd = 61,

    /// <summary>What a partner's own codes are here.</summary>
    CodeMapping = 70,

    /// <summary>What a coordinator has decided about published events of a type.</summary>
    EventTypeDecision = 71,

    /// <summary>An import of areas: the next version of their book.</summary>
    Areas = 80,

    /// <summary>What a coordinator has decided about two reports that may be of one event.</summary>
    LinkDecision = 90,

    /// <summary>A controller's decision on how long contents are kept.</summary>
    RetentionDecision = 100,

    /// <summary>A legal hold was placed, or lifted.</summary>
    LegalHold = 101,

    /// <summary>Contents of earlier entries were disposed of.</summary>
    Disposal = 102,
}
