using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Observations.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Server.Codes;
using Environment = TrygghetHub.Reports.V1.Environment;

namespace TrygghetHub.Testing;

/// <summary>Messages that the hub takes as they are; a test changes the one thing that it is about.</summary>
public static class Examples
{
    /// <summary>Wednesday of 2024-W20, at noon.</summary>
    public static readonly DateTimeOffset InWeek20 = new(2024, 5, 15, 10, 0, 0, TimeSpan.Zero);

    /// <summary>Every category that is taken.</summary>
    public static IReadOnlyList<string> Categories { get; } =
        [.. CategoryList.Embedded.Categories.Where(c => c.Taken).Select(c => c.Code)];

    /// <summary>
    /// Records of everything in Upplands-Bro, to the point and the minute, every value, for the weekly picture, from 2020
    /// to 2090.
    /// </summary>
    public static CooperationAgreement Agreement(string id, string from, params string[] to) => new()
    {
        Id = id,
        Title = "An example",
        ValidFrom = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero).ToTimestamp(),
        ValidTo = new DateTimeOffset(2090, 1, 1, 0, 0, 0, TimeSpan.Zero).ToTimestamp(),
        Parties = { to.Prepend(from).Select(Party) },
        SharingTerms = new SharingTerms
        {
            Purposes = { Purpose.WeeklyPicture },
            SecrecyGrounds = { new SecrecyGround { NoIndividuals = true } },
            Flows = { Flow("§1", from, to) },
        },
    };

    /// <summary>A party with a ground on which authorities and private parties alike may rest.</summary>
    public static Party Party(string partner) => new()
    {
        Partner = partner,
        Controller = "Controller of " + partner,
        Role = ControllerRole.Own,
        Regime = Regime.Gdpr,
        LegalBases = { new LegalBasis { Article6 = Article6.PublicTask, Statute = "Lag (2023:196)" } },
    };

    /// <inheritdoc cref="Agreement"/>
    public static Flow Flow(string clause, string from, params string[] to) => new()
    {
        Clause = clause,
        From = from,
        To = { to },
        Areas = { "0139" },
        Categories = { Categories },
        Form = SharingForm.Records,
        Fields = { System.Enum.GetValues<ReportField>().Where(f => f != ReportField.Unspecified) },
        FinestPrecision = Precision.Point,
        FinestTime = TimeGranularity.Minute,
        FreeText = FreeText.None,
        StrictestTlp = Tlp.AmberStrict,
        OnwardSharing = OnwardSharing.Organisation,
        RetentionDays = 365,
    };

    public static Report Report(string sourceRef, DateTimeOffset? at = null) => new()
    {
        SourceRef = sourceRef,
        Revision = 1,
        Occurred = new Occurrence { From = (at ?? InWeek20).ToTimestamp(), Certainty = TimeCertainty.Exact },
        Category = "graffiti",
        Severity = Severity.Moderate,
        Confidence = Confidence.Observed,
        Environment = Environment.Street,
        Place = new Place { Area = "0139-bro", Precision = Precision.District },
    };

    public static Incident Incident(string sourceRef, DateTimeOffset? at = null) => new()
    {
        Report = Report(sourceRef, at),
        Responder = Responder.Police,
    };

    public static Observation Observation(string sourceRef, DateTimeOffset? at = null) => new()
    {
        Report = Report(sourceRef, at),
        Source = ObservationSource.FaultReport,
    };

    /// <summary>Incidents numbered from 0, all different.</summary>
    public static IEnumerable<Incident> Incidents(string prefix, int count) =>
        Enumerable.Range(0, count).Select(i => Incident(prefix + i.ToString(CultureInfo.InvariantCulture)));

    public static async IAsyncEnumerable<T> Stream<T>(IEnumerable<T> items)
    {
        foreach (var item in items)
        {
            yield return item;
        }

        await Task.CompletedTask;
    }
}
