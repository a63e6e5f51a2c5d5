using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using TrygghetHub.Codes.V1;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Observations.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Screening;
using Environment = TrygghetHub.Reports.V1.Environment;

namespace TrygghetHub.Cli.Connectors.Csv;

/// <summary>Makes reports of a file's records, as a mapping says. Never throws for what stands in a record.</summary>
/// <param name="file">The file.</param>
/// <param name="map">What its columns are.</param>
/// <param name="types">What becomes of published events, as the hub has it.</param>
internal sealed class CsvRows(CsvFile file, CsvMap map, EventTypeList types)
{
    private const int MostCounted = 10_000;
    private const int WidestAccuracyM = 10_000;

    /// <summary>All rows, in order.</summary>
    public IEnumerable<SourceRow> Read() => file.Records().Select(record =>
    {
        if (record.Fault is { } broken)
        {
            return new SourceRow(file.Name, record.Line, null, broken);
        }

        var row = new Row(file, map, types, record.Fields!);
        var report = row.Report();
        return row.Fault is { } fault
            ? new SourceRow(file.Name, record.Line, null, fault)
            : new SourceRow(file.Name, record.Line, report, null) { TextLeftOut = row.TextLeftOut, IsTextOfIndividual = row.IsTextOfIndividual };
    });

    /// <summary>One record on its way to a report; keeps the first fault.</summary>
    private sealed class Row(CsvFile file, CsvMap map, EventTypeList types, string[] fields)
    {
        public RowFault? Fault { get; private set; }

        public bool TextLeftOut { get; private set; }

        public bool IsTextOfIndividual { get; private set; }

        public TypedReport? Report()
        {
            var origin = Word("origin", IncidentOrigin.Unspecified);
            var isPublished = origin == IncidentOrigin.Published;
            var type = isPublished ? PublishedType() : "";
            var known = types.Find(type);
            var report = new Report
            {
                SourceRef = Ref(),
                Occurred = Occurred(),
                // The hub puts published events in the category of their type.
                Category = isPublished ? "" : Required("category"),
                SourceCategory = type,
                Severity = Word("severity", Severity.Minor),
                Confidence = Word("confidence", Confidence.SecondHand),
                Environment = Word("environment", Environment.Other),
                Place = Place(),
                Count = Whole("count", MostCounted),
                // Of a type that nobody has decided about, only the type leaves this machine.
                Summary = isPublished && known is null ? "" : Summary(isPublished),
                Tlp = Word("tlp", Tlp.Unspecified),
                Exercise = map.Exercise,
                ContextOnly = isPublished && known is { Treatment: EventTreatment.Context },
            };
            var typed = map.Kind == ReportKind.Incident
                ? new TypedReport(new Incident
                {
                    Report = report,
                    Responder = Word("responder", Responder.Unspecified, isRequired: true),
                    Origin = origin,
                })
                : new TypedReport(new Observation
                {
                    Report = report,
                    Source = Word("source", ObservationSource.Unspecified, isRequired: true),
                    Remedy = Word("remedy", Remedy.Unspecified),
                });
            return Fault is null ? typed : null;
        }

        // What the source itself calls the event, in its own words: the mapping's table is not for it.
        private string PublishedType()
        {
            if (map.Values["category"].Column is not { } column)
            {
                Note(new(
                    "category", "A published event is taken by its type, and the mapping has a constant.",
                    "Name the column of the type in \"category\" of the mapping."));
                return "";
            }

            var type = PlainText.Of(Field(column)).Trim();
            if (type.Length == 0)
            {
                Note(new(column, "The field is empty.", "Fill in the type that the source gives the event."));
            }
            else if (types.Find(type) is { Treatment: EventTreatment.NeverTaken } never)
            {
                Note(new(
                    column,
                    never.Decided
                        ? "A coordinator has decided that events of this type are never taken; the row was not sent."
                        : "Events of this type concern individuals and are never taken; the row was not sent.",
                    "Leave such rows out of the file."));
            }

            return type;
        }

        private string Field(string column) => fields[file.Index(column)];

        private void Note(RowFault? fault) => Fault ??= fault;

        private string Ref()
        {
            var text = Field(map.SourceRef.Column!).Trim();
            Note(RowRef.Check(map.SourceRef.Column!, text));
            return text;
        }

        private string Value(string name)
        {
            if (!map.Values.TryGetValue(name, out var value))
            {
                return "";
            }

            Note(value.Of(Field, out var text));
            return text;
        }

        private string Required(string name)
        {
            var text = Value(name);
            if (text.Length == 0)
            {
                Note(new(Column(name), "The field is empty.", $"Fill it in, or set \"{name}.otherwise\" in the mapping."));
            }

            return text;
        }

        private T Word<T>(string name, T unless, bool isRequired = false)
            where T : struct, System.Enum
        {
            var text = isRequired ? Required(name) : Value(name);
            if (text.Length == 0)
            {
                return unless;
            }

            if (FieldWords.TryRead<T>(text, out var value))
            {
                return value;
            }

            Note(new(
                Column(name), $"The value is none of {FieldWords.All<T>()}.",
                $"Correct the row, or say in \"{name}.table\" of the mapping what the file's own words mean."));
            return unless;
        }

        private string Column(string name) => map.Values.GetValueOrDefault(name)?.Column ?? name;

        private int Whole(string name, int most)
        {
            var text = Value(name);
            if (text.Length == 0)
            {
                return 0;
            }

            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most)
            {
                return number;
            }

            Note(new(
                Column(name), $"The value is no whole number from 0 to {most.ToString("N0", CultureInfo.InvariantCulture)}.",
                "Correct the row."));
            return 0;
        }

        private string Summary(bool isPublished)
        {
            var text = RowText.Of(Value("summary"), out var leftOut);
            TextLeftOut = leftOut;
            if (isPublished && types.HoldsNeverTakenWord(text))
            {
                // The hub would not keep it, and so it does not leave this machine.
                IsTextOfIndividual = true;
                return "";
            }

            return text;
        }

        private Occurrence Occurred()
        {
            Note(map.From.Of(Field, map.Zone, out var from));
            CsvTime.Moment? to = null;
            Note(map.To?.Of(Field, map.Zone, out to));
            if (from is not { } begin)
            {
                Note(new(map.From.Column, "The field is empty.", "Say when it happened, if only the day."));
                return new();
            }

            var end = to is { } until ? End(begin, until) : begin.IsDay ? NextDay(begin) : (DateTimeOffset?)null;
            return new Occurrence
            {
                From = begin.At.ToTimestamp(),
                To = end?.ToTimestamp(),
                Certainty = Word("certainty", Certainty(begin, to)),
            };
        }

        private DateTimeOffset End(CsvTime.Moment begin, CsvTime.Moment until)
        {
            var end = until.IsDay ? NextDay(until) : until.At;
            if (end < begin.At && until is { IsSure: false, Local: { } local })
            {
                // In the hour that occurs twice an end before the begin is of its second time.
                end = LocalTime.Later(local, map.Zone);
            }

            // The end of a day is the next day's begin: on that very instant the day before has ended.
            if (end < begin.At || (until.IsDay && end == begin.At))
            {
                Note(new(map.To!.Column, "The end is before the begin.", "Correct one of them, or leave the end empty."));
            }

            return end;
        }

        // The end of a day is the first instant that is not in it.
        private DateTimeOffset NextDay(CsvTime.Moment day) => LocalTime.Of(day.Local!.Value.Date.AddDays(1), map.Zone).At;

        private static TimeCertainty Certainty(CsvTime.Moment from, CsvTime.Moment? to) =>
            from.IsDay || to is { IsDay: true } ? TimeCertainty.Day
            : from.IsSure && to is null or { IsSure: true } ? TimeCertainty.Exact
            : TimeCertainty.Hour;

        private Place Place()
        {
            var area = Required("area");
            var precision = Word("precision", Precision.Unspecified);
            var (latitude, longitude) = (Degrees("latitude"), Degrees("longitude"));
            if (latitude is null != longitude is null)
            {
                Note(new(
                    Column(latitude is null ? "latitude" : "longitude"), "One of the two coordinates is missing.",
                    "Give both or neither."));
            }

            var position = latitude is { } north && longitude is { } east
                ? new Position { Latitude = north, Longitude = east }
                : null;
            Note(RowPlace.Of(area, precision, position, Column("latitude"), out var place));
            if (place.Position is not null)
            {
                place.AccuracyM = Whole("accuracyM", WidestAccuracyM);
            }

            return place;
        }

        private double? Degrees(string name)
        {
            var text = Value(name);
            if (text.Length == 0)
            {
                return null;
            }

            // Excel in Sweden writes a decimal comma.
            const NumberStyles style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
            if (double.TryParse(text.Replace(',', '.'), style, CultureInfo.InvariantCulture, out var degrees)
                && double.IsFinite(degrees))
            {
                return degrees;
            }

            Note(new(Column(name), "The value is no number of degrees, such as 59.514.", "Correct the row, or leave it empty."));
            return null;
        }
    }
}
