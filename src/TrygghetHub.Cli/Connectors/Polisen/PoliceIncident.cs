using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Reports.V1;

namespace TrygghetHub.Cli.Connectors.Polisen;

/// <summary>What an event of the feed is to the hub.</summary>
internal static class PoliceIncident
{
    /// <summary>The hub's limit for a summary, in characters.</summary>
    public const int LongestText = 500;

    /// <summary>The id under which the hub knows an event.</summary>
    public static string SourceRef(long id) => id.ToString(CultureInfo.InvariantCulture);

    /// <summary>True when a text goes along whole; a longer one is left out, since half a text can mislead.</summary>
    public static bool TextFits(PoliceEvent police) => police.Summary.Length <= LongestText;

    /// <summary>Makes the incident. Pure; never gives a position, whatever the feed's says.</summary>
    /// <param name="police">A version of an event whose type is not one that is never taken.</param>
    /// <param name="place">Where, from <see cref="PoliceAreas"/>.</param>
    /// <param name="revision">From <see cref="RevisionPlan"/>.</param>
    /// <param name="sourceVersion">From <see cref="RevisionPlan"/>.</param>
    /// <param name="withText">Whether the feed's text goes along.</param>
    public static Incident Of(PoliceEvent police, Place place, int revision, string sourceVersion, bool withText)
    {
        var type = PoliceEventTypes.Of(police.Type, out _);
        if (type.Treatment == Treatment.NeverTaken)
        {
            throw new ArgumentException("An event of a type that is never taken has no incident.", nameof(police));
        }

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
                Category = type.Category,
                Severity = type.Severity,
                Confidence = type.Confidence,
                Environment = TrygghetHub.Reports.V1.Environment.Other,
                Place = place,
                Summary = withText && TextFits(police) ? police.Summary : "",

                // The police have published it for everyone.
                Tlp = Tlp.Clear,
                ContextOnly = type.Treatment == Treatment.Context,
            },
        };
    }
}
