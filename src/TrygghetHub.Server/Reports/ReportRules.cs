using Google.Protobuf.WellKnownTypes;
using TrygghetHub.Errors.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Server.Areas;
using TrygghetHub.Server.Platform;
using TrygghetHub.Server.Platform.Errors;
using Environment = TrygghetHub.Reports.V1.Environment;
using Wire = TrygghetHub.Reports.V1;

namespace TrygghetHub.Server.Reports;

/// <summary>What makes a report one that can be taken, whatever its type and whoever sends it. Pure.</summary>
internal static class ReportRules
{
    /// <summary>Bytes on the wire, type included.</summary>
    public const int LargestReport = 64 * 1024;

    public const int LongestSourceRef = 128;

    private const int HighestRevision = 1_000_000;
    private const int LongestSourceVersion = 64;
    private const int LongestSummary = 500;
    private const int LongestSourceCategory = 64;
    private const int LongestPlaceName = 100;
    private const int MostCounted = 10_000;
    private const int WidestAccuracyM = 10_000;
    private static readonly TimeSpan Ahead = TimeSpan.FromHours(24);
    private static readonly DateTimeOffset Earliest = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // From year 1 to 9999 as Timestamp defines it; what is outside cannot be converted at all.
    private const long FirstSecond = -62135596800;
    private const long LastSecond = 253402300799;

    /// <summary>What identifies a report. Without it there is nothing that a repeat could be recognised by.</summary>
    public static Refusal? CheckIdentity(string sourceRef, int revision, string sourceVersion, string prefix = "report.")
    {
        if (sourceRef.Length == 0)
        {
            return Refuse(ErrorReason.FieldRequired, prefix + "source_ref", "Your own id of the report is required.",
                "Send an id that is yours alone and stays the same when the report is corrected.");
        }

        if (sourceRef.Length > LongestSourceRef || sourceRef.Any(char.IsControl))
        {
            return Refuse(ErrorReason.FieldInvalid, prefix + "source_ref",
                $"It has at most {LongestSourceRef} characters and no control characters.", "Send a shorter id.");
        }

        if (CleanText.CheckWhole(sourceRef, prefix + "source_ref") is { } lost)
        {
            return lost;
        }

        if (sourceVersion.Length > LongestSourceVersion || sourceVersion.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            return Refuse(ErrorReason.FieldInvalid, prefix + "source_version",
                $"It has at most {LongestSourceVersion} visible ASCII characters, and no spaces.", "Send a digest.");
        }

        // It outlives what it is the mark of.
        if (!ChosenId.HasFewDigits(sourceVersion))
        {
            return Refuse(ErrorReason.FieldInvalid, prefix + "source_version", $"A mark {ChosenId.DigitRule}.",
                "Send a digest in letters: in hexadecimal with g to p for 0 to 9.");
        }

        return revision is < 1 or > HighestRevision
            ? Refuse(ErrorReason.FieldInvalid, prefix + "revision", "A revision is 1 to 1,000,000.",
                "Send 1 for the first version and a higher number for each correction.")
            : null;
    }

    /// <summary>Checks every field but the place's code, the category and the identity.</summary>
    /// <param name="report">As sent.</param>
    /// <param name="now">The hub's clock.</param>
    public static Refusal? CheckFields(Wire.Report report, DateTimeOffset now) =>
        CheckTimes(report, now)
        ?? RequireKnown(report.Severity, Severity.Unspecified, "report.severity")
        ?? RequireKnown(report.Confidence, Confidence.Unspecified, "report.confidence")
        ?? RequireKnown(report.Environment, Environment.Unspecified, "report.environment")
        ?? CheckTlp(report.Tlp)
        ?? CheckCount(report.Count)
        ?? CheckSummary(report.Summary)
        ?? CheckLine(report.SourceCategory, LongestSourceCategory, "report.source_category")
        ?? CheckCode(report.SourceCategory)
        ?? CheckLine(report.Place?.Named ?? "", LongestPlaceName, "report.place.named")
        ?? CheckPlace(report.Place);

    /// <summary>
    /// The precision claimed must not be finer than the place given: a centroid is never a point, and a district that
    /// is not named is not known.
    /// </summary>
    public static Refusal? CheckPrecision(Place place, AreaChain area) => place.Precision switch
    {
        Precision.Point when place.Position is null => Refuse(
            ErrorReason.PrecisionInconsistent, "report.place.position", "A point needs a position.",
            "Send the position, or claim a coarser precision."),
        Precision.Street or Precision.Grid250M when place.Position is null && area.Place is null => Refuse(
            ErrorReason.PrecisionInconsistent, "report.place", "This precision needs a position or a named place.",
            "Send one of them, or claim a coarser precision."),
        Precision.District when area.District is null => Refuse(
            ErrorReason.PrecisionInconsistent, "report.place.area", "This precision needs the district's code.",
            "Name the district, or claim the precision municipality."),
        Precision.Point or Precision.Street or Precision.Grid250M or Precision.Municipality
            when area.Municipality is null => Refuse(
                ErrorReason.PrecisionInconsistent, "report.place.area", "This precision needs the municipality's code.",
                "Name the municipality, or claim the precision county."),
        _ => null,
    };

    /// <summary>A value that must be set to one that the hub knows.</summary>
    public static Refusal? RequireKnown<T>(T value, T unspecified, string field)
        where T : struct, System.Enum =>
        EqualityComparer<T>.Default.Equals(value, unspecified)
            ? Refuse(ErrorReason.FieldRequired, field, "A value is required.", "Send one of the values in the proto.")
            : RequireDefined(value, field);

    /// <summary>A value that the hub knows, or not set.</summary>
    public static Refusal? RequireDefined<T>(T value, string field)
        where T : struct, System.Enum =>
        System.Enum.IsDefined(value)
            ? null
            : Refuse(ErrorReason.EnumUnknown, field, "The hub does not know this value.",
                "Send one of the values in the proto; both sides may have different versions of it.");

    private static Refusal? CheckTimes(Wire.Report report, DateTimeOffset now)
    {
        if (report.Occurred?.From is null)
        {
            return Refuse(ErrorReason.FieldRequired, "report.occurred.from", "When it happened is required.",
                "Send the begin, and how sure it is.");
        }

        return CheckTime(report.Occurred.From, "report.occurred.from", now)
            ?? CheckTime(report.Occurred.To, "report.occurred.to", now)
            ?? CheckTime(report.ReportedTime, "report.reported_time", now)
            ?? (report.Occurred.To is not null && report.Occurred.To < report.Occurred.From
                ? Refuse(ErrorReason.TimeOutOfRange, "report.occurred.to", "The end is not before the begin.",
                    "Correct one of them.")
                : null)
            ?? RequireKnown(report.Occurred.Certainty, TimeCertainty.Unspecified, "report.occurred.certainty");
    }

    private static Refusal? CheckTime(Timestamp? time, string field, DateTimeOffset now)
    {
        if (time is null)
        {
            return null;
        }

        if (time.Seconds is < FirstSecond or > LastSecond || time.Nanos is < 0 or > 999_999_999
            || time.ToDateTimeOffset() is var at && at < Earliest)
        {
            return Refuse(ErrorReason.TimeOutOfRange, field, "The time is before 2000 or no time at all.",
                "Send a time from 2000-01-01T00:00:00Z on.");
        }

        return at > now + Ahead
            ? Refuse(ErrorReason.TimeOutOfRange, field, "The time is more than 24 hours ahead of the hub's clock.",
                "Check the day, the year and the time zone, and the sender's clock.")
            : null;
    }

    private static Refusal? CheckTlp(Tlp tlp) => RequireDefined(tlp, "report.tlp");

    private static Refusal? CheckCount(int count) => count is < 0 or > MostCounted
        ? Refuse(ErrorReason.FieldInvalid, "report.count", "A count is 1 to 10,000, or 0 for not said.",
            "Send how many things were seen, never persons.")
        : null;

    private static Refusal? CheckSummary(string summary) =>
        // Unicode code points: a smiley counts as one. What people see as one character may be any number of
        // combining marks, and would bound nothing.
        summary.Length > LongestSummary && summary.EnumerateRunes().Count() > LongestSummary
            ? Refuse(ErrorReason.TextTooLong, "report.summary", $"A summary has at most {LongestSummary} characters.",
                "Shorten it: describe the place and the situation.")
            : summary.Any(c => (char.IsControl(c) && c is not ('\n' or '\r' or '\t')) || TurnsWriting(c))
                ? Refuse(ErrorReason.FieldInvalid, "report.summary",
                    "A summary has no control characters but line breaks, and none that turn the direction of writing.",
                    "Send plain text.")
                : CleanText.CheckWhole(summary, "report.summary");

    // What is read is not what is written: a number can be hidden from whatever screens it (Unicode TR 36, bidirectional text spoofing).
    private static bool TurnsWriting(char c) =>
        c is '\u200E' or '\u200F' or '\u061C' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');

    private static Refusal? CheckLine(string text, int longest, string field) =>
        text.Length > longest
            ? Refuse(ErrorReason.TextTooLong, field, $"It has at most {longest} characters.", "Shorten it.")
            : text.Any(c => char.IsControl(c) || TurnsWriting(c))
                ? Refuse(ErrorReason.FieldInvalid, field, "It has no control characters, and none that turn the direction of writing.", "Send plain text.")
                : CleanText.CheckWhole(text, field);

    private static Refusal? CheckCode(string code) => ChosenId.HasNoWholeNumber(code) ? null : Refuse(
        ErrorReason.FieldInvalid, "report.source_category", $"A code has at most {ChosenId.MostDigits} digits.",
        "Send the code of a kind of event, and no number of a case or a person.");

    private static Refusal? CheckPlace(Place? place)
    {
        if (place is null || place.Area.Length == 0)
        {
            return Refuse(ErrorReason.FieldRequired, "report.place.area", "The code of an area is required.",
                "Send the code of the municipality, or of the finest area that you know.");
        }

        if (RequireKnown(place.Precision, Precision.Unspecified, "report.place.precision") is { } refusal)
        {
            return refusal;
        }

        if (place.AccuracyM is < 0 or > WidestAccuracyM)
        {
            return Refuse(ErrorReason.FieldInvalid, "report.place.accuracy_m", "An accuracy is 0 to 10,000 metres.",
                "Send the radius of uncertainty, or leave it out.");
        }

        if (place.Position is not { } position)
        {
            return null;
        }

        return !Sweden.Contains(position.Latitude, position.Longitude)
            ? Refuse(ErrorReason.PositionOutsideSweden, "report.place.position", "The coordinates lie outside Sweden.",
                "Send WGS 84 degrees, latitude north 55.0–69.1 and longitude east 10.5–24.2; are they exchanged?")
            : place.Precision > Precision.Grid250M
                ? Refuse(ErrorReason.PrecisionInconsistent, "report.place.position",
                    "A place known by district or coarser has no position: a midpoint is not one.",
                    "Leave the position out, or claim the precision that it has.")
                : null;
    }

    private static Refusal Refuse(ErrorReason reason, string field, string rule, string remedy) =>
        new(reason, field, rule, remedy);
}
