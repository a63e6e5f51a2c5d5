using TrygghetHub.Incidents.V1;
using TrygghetHub.Observations.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Screening;

namespace TrygghetHub.Cli.Connectors.Csv;

/// <summary>What the columns of somebody's file are to the hub. Immutable; see docs/connectors.md for the file.</summary>
internal sealed record CsvMap
{
    private const int MostHeaderLine = 1000;

    private static readonly string[] Known =
    [
        "type", "delimiter", "headerLine", "encoding", "timeZone", "sourceRef", "from", "to", "certainty", "category", "severity", "confidence",
        "environment", "area", "latitude", "longitude", "accuracyM", "precision", "count", "summary", "responder", "origin",
        "source", "remedy", "tlp", "exercise",
    ];

    private static readonly string[] Required = ["type", "sourceRef", "from", "category", "area"];

    /// <summary>Name of the mapping file, for messages.</summary>
    public required string File { get; init; }

    /// <summary>What every row is.</summary>
    public required ReportKind Kind { get; init; }

    /// <summary>Between fields; null to see it from the header.</summary>
    public char? Delimiter { get; init; }

    /// <summary>Line of the header, from 1; null for the first that has something in it.</summary>
    public int? HeaderLine { get; init; }

    /// <summary>Of the file, where it has no byte order mark.</summary>
    public required TextEncoding Encoding { get; init; }

    /// <summary>Whose clocks, where a time has no offset.</summary>
    public required TimeZoneInfo Zone { get; init; }

    /// <summary>Column of the sender's id.</summary>
    public required CsvValue SourceRef { get; init; }

    /// <summary>When it began.</summary>
    public required CsvTime From { get; init; }

    /// <summary>When it ended; null where nobody says.</summary>
    public CsvTime? To { get; init; }

    /// <summary>The other fields by their names in the mapping.</summary>
    public required IReadOnlyDictionary<string, CsvValue> Values { get; init; }

    /// <summary>Part of an exercise, all of it.</summary>
    public bool Exercise { get; init; }

    /// <summary>Whether a row may be a published event.</summary>
    public bool MayBePublished => Values.GetValueOrDefault("origin") is { } origin
        && ((origin.Column is not null && origin.Table is null) || IsPublished(origin));

    /// <summary>The columns that the mapping names, with the place where it does.</summary>
    public IEnumerable<(string Path, string Column)> Columns
    {
        get
        {
            foreach (var value in Values.Values.Prepend(SourceRef))
            {
                if (value.Column is not null)
                {
                    yield return (value.Path, value.Column);
                }
            }

            foreach (var time in new[] { From, To }.OfType<CsvTime>())
            {
                yield return (time.Path, time.Column);
                if (time.TimeColumn is not null)
                {
                    yield return (time.Path + ".timeColumn", time.TimeColumn);
                }
            }
        }
    }

    /// <summary>Reads a mapping file.</summary>
    /// <exception cref="UsageException">Something in it is missing or wrong; says where, and what is possible.</exception>
    public static CsvMap Open(string path) => Read(MapNode.Open(path), System.IO.Path.GetFileName(path));

    /// <inheritdoc cref="Open"/>
    public static CsvMap Read(MapNode root, string file)
    {
        var properties = root.Properties(Known);
        foreach (var name in Required)
        {
            if (!properties.ContainsKey(name))
            {
                throw root.Fault($"\"{name}\" is missing; a mapping has at least {string.Join(", ", Required)}.");
            }
        }

        var kind = properties["type"].Text() switch
        {
            "incident" => ReportKind.Incident,
            "observation" => ReportKind.Observation,
            _ => throw properties["type"].Fault("it is \"incident\" (police, rescue service, guards) or \"observation\" (properties)."),
        };
        var values = new Dictionary<string, CsvValue>(StringComparer.Ordinal);
        foreach (var name in Known[Array.IndexOf(Known, "certainty")..Array.IndexOf(Known, "exercise")])
        {
            if (properties.TryGetValue(name, out var node))
            {
                values.Add(name, IsColumnAlone(name) ? ColumnOf(node) : CsvValue.Read(node));
            }
        }

        CheckKind(root, kind, values);
        CheckPosition(root, values);
        CheckPublished(properties, values);
        CheckWords(properties, values);
        return new CsvMap
        {
            File = file,
            Kind = kind,
            Delimiter = properties.GetValueOrDefault("delimiter") is { } delimiter ? DelimiterOf(delimiter) : null,
            HeaderLine = properties.GetValueOrDefault("headerLine")?.Whole(MostHeaderLine),
            Encoding = EncodingOf(properties.GetValueOrDefault("encoding")),
            Zone = ZoneOf(properties.GetValueOrDefault("timeZone")),
            SourceRef = ColumnOf(properties["sourceRef"]),
            From = CsvTime.Read(properties["from"]),
            To = properties.GetValueOrDefault("to") is { } to ? CsvTime.Read(to) : null,
            Values = values,
            Exercise = properties.GetValueOrDefault("exercise")?.Flag() ?? false,
        };
    }

    private static bool IsColumnAlone(string name) => name is "latitude" or "longitude" or "accuracyM" or "count" or "summary";

    // A constant makes no sense for these: what stands there is the column.
    private static CsvValue ColumnOf(MapNode node) => node.IsText
        ? new(node.Path) { Column = node.Text() }
        : new(node.Path) { Column = CsvValue.Read(node).Column };

    private static void CheckKind(MapNode root, ReportKind kind, Dictionary<string, CsvValue> values)
    {
        var (word, required, others) = kind == ReportKind.Incident
            ? ("incident", "responder", (string[])["source", "remedy"])
            : ("observation", "source", ["responder", "origin"]);
        if (!values.ContainsKey(required))
        {
            var all = kind == ReportKind.Incident ? FieldWords.All<Responder>() : FieldWords.All<ObservationSource>();
            throw root.Fault($"\"{required}\" is missing; an {word} needs one of {all}.");
        }

        foreach (var other in others)
        {
            if (values.ContainsKey(other))
            {
                throw root.Fault($"\"{other}\" is not for an {word}: take it out, or change \"type\".");
            }
        }
    }

    private static void CheckPosition(MapNode root, Dictionary<string, CsvValue> values)
    {
        if (values.ContainsKey("latitude") != values.ContainsKey("longitude"))
        {
            throw root.Fault("\"latitude\" and \"longitude\" go together: name both or neither.");
        }

        // How finely a position leaves the house is a decision to be made, not a default to be had.
        if (values.ContainsKey("latitude") && !values.ContainsKey("precision"))
        {
            throw root.Fault("\"precision\" is missing: with a position it is point, street or grid.");
        }
    }

    private static void CheckPublished(IReadOnlyDictionary<string, MapNode> nodes, Dictionary<string, CsvValue> values)
    {
        if (values.GetValueOrDefault("origin") is { } origin && IsPublished(origin) && values["category"].Column is null)
        {
            throw nodes["category"].Fault(
                "a published event is taken by its type, so this is no constant. Name the column of the type: {\"column\": \"…\"}.");
        }
    }

    private static bool IsPublished(CsvValue origin) =>
        origin.Outcomes.Any(o => FieldWords.TryRead<IncidentOrigin>(o, out var read) && read == IncidentOrigin.Published);

    private static void CheckWords(IReadOnlyDictionary<string, MapNode> nodes, Dictionary<string, CsvValue> values)
    {
        Check<TimeCertainty>("certainty");
        Check<Severity>("severity");
        Check<Confidence>("confidence");
        Check<Reports.V1.Environment>("environment");
        Check<Precision>("precision");
        Check<Responder>("responder");
        Check<IncidentOrigin>("origin");
        Check<ObservationSource>("source");
        Check<Remedy>("remedy");
        Check<Tlp>("tlp");

        void Check<T>(string name) where T : struct, Enum
        {
            if (values.TryGetValue(name, out var value)
                && value.Outcomes.FirstOrDefault(o => !FieldWords.TryRead<T>(o, out _)) is { } wrong)
            {
                throw nodes[name].Fault($"\"{wrong}\" is no value of it. It is one of {FieldWords.All<T>()}.");
            }
        }
    }

    private static char DelimiterOf(MapNode node) => node.Text() switch
    {
        "tab" or "\t" => '\t',
        [var one] when one is ';' or ',' or '|' => one,
        _ => throw node.Fault("a delimiter is \";\", \",\", \"|\" or \"tab\"."),
    };

    private static TextEncoding EncodingOf(MapNode? node) => ComparisonKey.Of(node?.Text() ?? "utf-8") switch
    {
        "utf-8" or "utf8" => TextEncoding.Utf8,
        "windows-1252" or "latin1" or "iso-8859-1" => TextEncoding.Windows1252,
        _ => throw node!.Fault("an encoding is \"utf-8\" or \"windows-1252\"."),
    };

    private static TimeZoneInfo ZoneOf(MapNode? node)
    {
        if (node is null)
        {
            return LocalTime.Stockholm;
        }

        return TimeZoneInfo.TryFindSystemTimeZoneById(node.Text(), out var zone)
            ? zone
            : throw node.Fault("unknown time zone. Write it like \"Europe/Stockholm\" or \"UTC\".");
    }
}
