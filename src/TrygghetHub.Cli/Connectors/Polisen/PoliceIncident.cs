using System.Globalization;
using System.Text;
using Google.Protobuf.WellKnownTypes;
using TrygghetHub.Codes.V1;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Screening;

namespace TrygghetHub.Cli.Connectors.Polisen;

/// <summary>What an event of the feed is to the hub.</summary>
internal static class PoliceIncident
{
    // The hub's limit for a type.
    private const int LongestType = 64;

    /// <summary>The id under which the hub knows an event.</summary>
    public static string SourceRef(long id) => id.ToString(CultureInfo.InvariantCulture);

    /// <summary>Makes the incident. Pure; never gives a position, whatever the feed's says.</summary>
    /// <param name="police">A version of an event whose type is not one that is never taken.</param>
    /// <param name="type">
    /// What becomes of its type; null where nobody knows. Then the type alone goes along, so that the hub lists it as held back.
    /// </param>
    /// <param name="place">Where, from <see cref="PoliceAreas"/>.</param>
    /// <param name="revision">From <see cref="RevisionPlan"/>.</param>
    /// <param name="sourceVersion">From <see cref="RevisionPlan"/>.</param>
    /// <param name="withText">Whether the feed's text goes along.</param>
    /// <param name="textLeftOut">True where it was too long to go along; half a text can mislead.</param>
    public static Incident Of(
        PoliceEvent police, EventType? type, Place place, int revision, string sourceVersion, bool withText, out bool textLeftOut)
    {
        if (type is { Treatment: EventTreatment.NeverTaken })
        {
            throw new ArgumentException("An event of a type that is never taken has no incident.", nameof(police));
        }

        textLeftOut = false;
        var time = PoliceEventTime.Of(police);
        return new Incident
        {
            Responder = Responder.Police,
            Origin = IncidentOrigin.Published,
            Report = new Report
            {
                SourceRef = SourceRef(police.Id),
                Revision = revision,
                SourceVersion = sourceVersion,
                Occurred = new Occurrence { From = time.At.ToTimestamp(), Certainty = time.Certainty },
                Category = type?.Category ?? "",
                SourceCategory = TypeOf(police),
                Severity = type?.Severity ?? Severity.Minor,
                Confidence = type?.Confidence ?? Confidence.SecondHand,
                Environment = TrygghetHub.Reports.V1.Environment.Other,
                Place = place,
                Summary = withText && type is not null ? RowText.Of(police.Summary, out textLeftOut) : "",

                // The police have published it for everyone.
                Tlp = Tlp.Clear,
                ContextOnly = type is { Treatment: EventTreatment.Context },
            },
        };
    }

    // As the feed spells it, in the hub's bounds: what does not show decides nothing.
    private static string TypeOf(PoliceEvent police)
    {
        var shown = string.Concat(PlainText.Of(police.Type).EnumerateRunes()
            .Where(r => Rune.GetUnicodeCategory(r) is not (UnicodeCategory.Control or UnicodeCategory.Format))).Trim();
        return shown.Length <= LongestType ? shown
            : char.IsHighSurrogate(shown[LongestType - 1]) ? shown[..(LongestType - 1)] : shown[..LongestType];
    }
}
