using TrygghetHub.Observations.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Screening;
using Environment = TrygghetHub.Reports.V1.Environment;

namespace TrygghetHub.Cli.Connectors.Open311;

/// <summary>What a system's services are to the hub. Immutable; see docs/connectors.md for the file.</summary>
/// <remarks>
/// Without a mapping every request is <c>other</c>, and its code is listed: enough to begin with, and to see what a mapping
/// must hold.
/// </remarks>
internal sealed record Open311Map
{
    /// <summary>The category of what no mapping knows.</summary>
    public const string Other = "other";

    /// <summary>Code of the area that all requests lie in; empty where it is not said.</summary>
    public string Area { get; init; } = "";

    /// <summary>Where a service does not say otherwise.</summary>
    public Precision Precision { get; init; }

    /// <summary>Through which channel the requests came.</summary>
    public ObservationSource Source { get; init; } = ObservationSource.FaultReport;

    /// <summary>How they are known.</summary>
    public Confidence Confidence { get; init; } = Confidence.SecondHand;

    /// <summary>Services by code or name, in any spelling.</summary>
    public IReadOnlyDictionary<string, Open311Service> Services { get; init; } =
        new Dictionary<string, Open311Service>(ComparisonKey.Comparer);

    /// <summary>Reads a mapping file.</summary>
    /// <exception cref="UsageException">Something in it is wrong; says where, and what is possible.</exception>
    public static Open311Map Open(string path) => Read(MapNode.Open(path));

    /// <inheritdoc cref="Open"/>
    public static Open311Map Read(MapNode root)
    {
        var properties = root.Properties("area", "precision", "source", "confidence", "services");
        var precision = properties.GetValueOrDefault("precision")?.Value<Precision>() ?? Precision.Unspecified;
        var services = new Dictionary<string, Open311Service>(ComparisonKey.Comparer);
        foreach (var (name, value) in properties.GetValueOrDefault("services")?.Properties() ?? [])
        {
            if (!services.TryAdd(name, Service(value, precision)))
            {
                throw value.Fault("stands twice: capitals, spaces and kinds of dash make no difference here.");
            }
        }

        return new Open311Map
        {
            Area = properties.GetValueOrDefault("area")?.Text() ?? "",
            Precision = precision,
            Source = properties.GetValueOrDefault("source")?.Value<ObservationSource>() ?? ObservationSource.FaultReport,
            Confidence = properties.GetValueOrDefault("confidence")?.Value<Confidence>() ?? Confidence.SecondHand,
            Services = services,
        };
    }

    /// <summary>What a request is; by its code, else by its name.</summary>
    /// <param name="request">The request.</param>
    /// <param name="known">False where the mapping has neither.</param>
    public Open311Service Of(Open311Request request, out bool known)
    {
        known = Services.TryGetValue(request.ServiceCode, out var service)
            || Services.TryGetValue(request.ServiceName, out service);
        return service ?? new(Other) { Precision = Precision };
    }

    private static Open311Service Service(MapNode node, Precision precision)
    {
        if (node.IsText)
        {
            return new(node.Text()) { Precision = precision };
        }

        var properties = node.Properties("category", "severity", "environment", "precision", "skip");
        var isSkipped = properties.GetValueOrDefault("skip")?.Flag() ?? false;
        if (!isSkipped && !properties.ContainsKey("category"))
        {
            throw node.Fault("\"category\" is missing; or write \"skip\": true for what the hub is not to have.");
        }

        return new(properties.GetValueOrDefault("category")?.Text() ?? Other)
        {
            Severity = properties.GetValueOrDefault("severity")?.Value<Severity>() ?? Severity.Minor,
            Environment = properties.GetValueOrDefault("environment")?.Value<Environment>() ?? Environment.Other,
            Precision = properties.GetValueOrDefault("precision")?.Value<Precision>() ?? precision,
            IsSkipped = isSkipped,
        };
    }
}
