using TrygghetHub.Reports.V1;
using TrygghetHub.Screening;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Platform.Errors;
using Wire = TrygghetHub.Reports.V1;

namespace TrygghetHub.Server.Reports;

/// <summary>A typed report on its way in: what its slice says of it.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Report">The common core as sent; null when it was left out.</param>
/// <param name="Size">Bytes on the wire.</param>
/// <param name="Published">Not from the sender's own systems.</param>
/// <param name="Flaw">What the slice found wrong with its own fields.</param>
/// <param name="Values">Serialises the typed report, without the reference, with what is kept of the common core.</param>
internal readonly record struct Submission(
    ReportType Type, Wire.Report? Report, int Size, bool Published, Refusal? Flaw, Func<Wire.Report, byte[]> Values);

/// <summary>
/// A report that is checked, decided and serialised, and waits for the lane. What the lane makes of it is
/// written into it.
/// </summary>
internal sealed class PreparedReport
{
    public required ReportType Type { get; init; }

    public required string SourceRef { get; init; }

    public required int Revision { get; init; }

    /// <summary>Why it would be refused if the hub does not hold it already.</summary>
    public Refusal? Refusal { get; set; }

    /// <summary>False when it cannot be recognised as a repeat: its identity or its size is wrong.</summary>
    public bool HasKey => SourceRefHash.Length > 0;

    public byte[] SourceRefHash { get; init; } = [];

    public byte[] ContentHash { get; init; } = [];

    public byte[] Content { get; init; } = [];

    public string SourceVersion { get; init; } = "";

    /// <summary>The sender's own code; empty where none was sent.</summary>
    public string SourceCategory { get; init; } = "";

    /// <summary>The list by which its type was decided; null where it was not published, and no type decides.</summary>
    public EventTypeList? Types { get; init; }

    /// <summary>Its type was refused as unknown, points at nobody, and may be listed for a coordinator.</summary>
    public bool IsTypeOfNobody { get; init; }

    /// <summary>It was published, and came with a text.</summary>
    public bool IsPublishedWithText { get; init; }

    /// <summary>Without its id, which a correction inherits; null when refused.</summary>
    public StoredReport? Report { get; init; }

    /// <summary>What the screening found in its texts.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];

    /// <summary>What is kept of it where it is quarantined: not set where nothing was found.</summary>
    public QuarantinedContent? Quarantinable { get; init; }

    /// <summary>Its sender's word that the findings are false alarms; null for a report as it comes.</summary>
    public Confirmation? Confirmation { get; init; }

    /// <summary>The rules that <see cref="Refusal"/> was decided by.</summary>
    public required RuleBook Rules { get; init; }

    /// <summary>The first instant at which the permission to send must be asked for anew.</summary>
    public DateTimeOffset PermittedUntil { get; init; }

    /// <summary>Set by the lane: what is held, or why it is refused.</summary>
    public IntakeOutcome Outcome { get; set; }
}

/// <summary>What became of a report.</summary>
/// <param name="Refusal">Why it is not kept; null when it is.</param>
/// <param name="Id">Its id.</param>
/// <param name="Seq">The entry that holds this revision.</param>
/// <param name="Leaf">The entry's leaf.</param>
internal readonly record struct IntakeOutcome(Refusal? Refusal, ReportId Id, long Seq, byte[] Leaf)
{
    /// <summary>It waits for its sender instead; null otherwise.</summary>
    public QuarantineItem? Quarantined { get; init; }

    /// <summary>It was taken without its text, which holds a never-taken word.</summary>
    public bool IsTextLeftOut { get; init; }

    /// <summary>The revision that has withdrawn the report since; 0 where none has.</summary>
    public int WithdrawnRevision { get; init; }

    /// <summary>The hub held it already.</summary>
    public bool IsRepeat { get; init; }
}
