using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using TrygghetHub.Observations.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Screening;

namespace TrygghetHub.Cli.Connectors.Open311;

/// <summary>What a service request is to the hub. Pure and thread-safe.</summary>
/// <remarks>
/// A request says when something was reported, not when it happened: the time puts it in a week and is certain of no more.
/// </remarks>
internal static class Open311Observation
{
    // What stands for a code on the screen; a longer one is no code.
    private const int LongestCode = 64;

    /// <summary>Makes a row of a request.</summary>
    /// <param name="file">Where it is from.</param>
    /// <param name="request">The request.</param>
    /// <param name="map">With the area, which is there.</param>
    /// <param name="withText">Whether the description goes along.</param>
    public static SourceRow Of(string file, Open311Request request, Open311Map map, bool withText)
    {
        if (request.Fault is { } damaged)
        {
            return new(file, request.Number, null, damaged);
        }

        var service = map.Of(request, out var known);
        if (service.IsSkipped)
        {
            return new(file, request.Number, null, null) { Skipped = true };
        }

        if (RowRef.Check("service_request_id", request.ServiceRequestId) is { } noRef)
        {
            // Until a request has its id the specification has a token in its place.
            return new(file, request.Number, null, request.ServiceRequestId.Length > 0 ? noRef
                : noRef with { Remedy = "Run it again later: it comes when its source has given it one." });
        }

        if (!LocalTime.TryParseIso(request.RequestedDatetime, LocalTime.Stockholm, out var time, out _))
        {
            return new(file, request.Number, null, new(
                "requested_datetime", "The time is missing or not of the form 2026-11-23T08:00:00+01:00.",
                "The fault is with the source."));
        }

        if (Place(request, map.Area, service.Precision, out var place) is { } noPlace)
        {
            return new(file, request.Number, null, noPlace);
        }

        var leftOut = false;
        var at = time.Value.At.ToTimestamp();
        var observation = new Observation
        {
            Source = map.Source,
            Remedy = ComparisonKey.Of(request.Status) switch
            {
                "open" => Remedy.Open,
                "closed" => Remedy.Done,
                _ => Remedy.Unspecified,
            },
            Report = new Report
            {
                SourceRef = request.ServiceRequestId,
                Occurred = new Occurrence { From = at, Certainty = TimeCertainty.Unknown },
                ReportedTime = at.Clone(),
                // What the mapping does not name the hub may: a partner can have its codes there.
                Category = known || !HasCode(request) ? service.Category : "",
                SourceCategory = HasCode(request) ? PlainText.Of(request.ServiceCode) : "",
                Severity = service.Severity,
                Confidence = map.Confidence,
                Environment = service.Environment,
                Place = place,
                Summary = withText ? RowText.Of(request.Description, out leftOut) : "",
            },
        };
        return new(file, request.Number, new(observation), null)
        {
            TextLeftOut = leftOut,
            UnmappedCode = known ? "" : Code(request),
        };
    }

    private static RowFault? Place(Open311Request request, string area, Precision wanted, out Place place)
    {
        if (wanted is not (Precision.Point or Precision.Street or Precision.Grid250M))
        {
            // What is not told need not be right.
            return RowPlace.Of(area, wanted, null, "lat", out place);
        }

        if (request.Latitude.Length == 0 && request.Longitude.Length == 0)
        {
            return RowPlace.Of(area, Precision.Unspecified, null, "lat", out place);
        }

        if (Degrees(request.Latitude) is { } north && Degrees(request.Longitude) is { } east)
        {
            return RowPlace.Of(area, wanted, new Position { Latitude = north, Longitude = east }, "lat", out place);
        }

        place = new();
        return new("lat", "The coordinates are no numbers of degrees, or one is missing.", "The fault is with the source; or tell the place coarser with --precision.");
    }

    private static double? Degrees(string text) =>
        double.TryParse(
            text.Replace(',', '.'), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
            CultureInfo.InvariantCulture, out var degrees) && double.IsFinite(degrees) ? degrees : null;

    private static string Code(Open311Request request) =>
        HasCode(request) ? request.ServiceCode : "(no code)";

    private static bool HasCode(Open311Request request) =>
        request.ServiceCode.Length is > 0 and <= LongestCode && !request.ServiceCode.Any(char.IsControl);
}
