namespace TrygghetHub.Cli.Connectors.Open311;

/// <summary>A service request of GeoReport v2, as far as the hub has a use for it. Immutable.</summary>
/// <remarks>
/// What is not here is not read: address, zip code, agency, media, and whatever a system adds of persons. Texts are as they
/// stand; the empty text stands for what is missing. See http://wiki.open311.org/GeoReport_v2/#get-service-requests.
/// </remarks>
/// <param name="Number">Its place in the answer, from 1.</param>
internal sealed record Open311Request(int Number)
{
    /// <summary>The fields that are read, by the names of the specification, and those that servers have for coordinates.</summary>
    public static readonly IReadOnlySet<string> Fields = new HashSet<string>(StringComparer.Ordinal)
    {
        "service_request_id", "status", "service_code", "service_name", "description", "requested_datetime",
        "lat", "latitude", "long", "lon", "lng", "longitude",
    };

    /// <summary>Its id at the source.</summary>
    public string ServiceRequestId { get; init; } = "";

    /// <summary><c>open</c> or <c>closed</c>.</summary>
    public string Status { get; init; } = "";

    /// <summary>Code of what was reported.</summary>
    public string ServiceCode { get; init; } = "";

    /// <summary>Its name.</summary>
    public string ServiceName { get; init; } = "";

    /// <summary>What somebody wrote; goes to the hub only where it is asked for.</summary>
    public string Description { get; init; } = "";

    /// <summary>When it was reported.</summary>
    public string RequestedDatetime { get; init; } = "";

    /// <summary>Degrees north, WGS 84.</summary>
    public string Latitude { get; init; } = "";

    /// <summary>Degrees east, WGS 84.</summary>
    public string Longitude { get; init; } = "";

    /// <summary>Why it cannot be used; null where it can.</summary>
    public RowFault? Fault { get; init; }

    /// <summary>Makes one of its fields.</summary>
    public static Open311Request Of(int number, IReadOnlyDictionary<string, string> fields)
    {
        return new(number)
        {
            ServiceRequestId = Field("service_request_id"),
            Status = Field("status"),
            ServiceCode = Field("service_code"),
            ServiceName = Field("service_name"),
            Description = Field("description"),
            RequestedDatetime = Field("requested_datetime"),
            Latitude = Field("lat", "latitude"),
            Longitude = Field("long", "lon", "lng", "longitude"),
        };

        string Field(params ReadOnlySpan<string> names)
        {
            foreach (var name in names)
            {
                if (fields.GetValueOrDefault(name, "").Trim() is { Length: > 0 } text)
                {
                    return text;
                }
            }

            return "";
        }
    }
}
