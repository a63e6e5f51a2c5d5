using Google.Protobuf.WellKnownTypes;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Observations.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Reports.V1;
using ReportEnvironment = TrygghetHub.Reports.V1.Environment;

namespace TrygghetHub.Cli.Demo;

/// <summary>Invented reports of Upplands-Bro: plausible, and about nobody and nothing that has happened.</summary>
/// <remarks>
/// Every week is drawn from a seed of its own, so that the same week always holds the same reports, whenever the
/// demo is run: a second run on the same data changes nothing.
/// </remarks>
internal static class DemoTown
{
    /// <summary>Code of the municipality.</summary>
    public const string Municipality = "0139";

    /// <summary>Whose reporting the last week lacks.</summary>
    public const string Silent = "vaktbolaget";

    private const int Seed = 20139;
    private const string Bro = "0139-bro";

    /// <summary>Who takes part.</summary>
    public static readonly IReadOnlyList<Partner> Partners =
    [
        new() { Id = "upplands-bro", DisplayName = "Upplands-Bro kommun, trygghetscenter", Kind = PartnerKind.MunicipalUnit },
        new() { Id = "polisen", DisplayName = "Polisen", Kind = PartnerKind.Police },
        new() { Id = "raddningstjansten", DisplayName = "Räddningstjänsten", Kind = PartnerKind.RescueService },
        new() { Id = "bostad-bro", DisplayName = "Bostad Bro", Kind = PartnerKind.HousingCompany },
        new() { Id = Silent, DisplayName = "Vaktbolaget", Kind = PartnerKind.GuardCompany },
    ];

    private static readonly (string Area, double Weight)[] Districts =
        [(Bro, 0.36), ("0139-kungsangen", 0.32), ("0139-brunna", 0.15), ("0139-ovriga", 0.17)];

    // Friday and Saturday, and the evenings, are heavier.
    private static readonly double[] Days = [1.0, 0.9, 1.0, 1.1, 1.7, 2.0, 1.2];
    private static readonly double[] FourHours = [1.2, 0.3, 0.6, 0.9, 1.5, 2.0];

    private static readonly Habit[] Police =
    [
        new("criminal-damage", 4.0, Severity.Moderate, ReportEnvironment.Street),
        new("graffiti", 2.5, Severity.Minor, ReportEnvironment.Station),
        new("broken-window", 1.5, Severity.Moderate, ReportEnvironment.School),
        new("assault", 2.2, Severity.Serious, ReportEnvironment.Square),
        new("robbery", 0.5, Severity.Serious, ReportEnvironment.Station),
        new("theft", 4.0, Severity.Moderate, ReportEnvironment.Shop),
        new("burglary", 1.3, Severity.Moderate, ReportEnvironment.Other),
        new("open-drug-dealing", 2.0, Severity.Moderate, ReportEnvironment.Square),
        new("disorder", 3.0, Severity.Moderate, ReportEnvironment.Square),
        new("youth-gathering", 1.8, Severity.Minor, ReportEnvironment.School),
        new("traffic-accident", 1.2, Severity.Moderate, ReportEnvironment.Street),
        new("vehicle-fire", 0.3, Severity.Serious, ReportEnvironment.Street),
    ];

    private static readonly Habit[] Rescue =
    [
        new("fire", 1.6, Severity.Serious, ReportEnvironment.Other),
        new("vehicle-fire", 0.3, Severity.Serious, ReportEnvironment.Street),
        new("arson", 0.4, Severity.Serious, ReportEnvironment.Park),
        new("traffic-accident", 1.5, Severity.Moderate, ReportEnvironment.Street),
    ];

    private static readonly Habit[] Guards =
    [
        new("disorder", 3.5, Severity.Moderate, ReportEnvironment.Station),
        new("youth-gathering", 2.5, Severity.Minor, ReportEnvironment.Square),
        new("graffiti", 1.8, Severity.Minor, ReportEnvironment.School),
        new("broken-lighting", 1.5, Severity.Minor, ReportEnvironment.Park),
        new("broken-window", 1.0, Severity.Moderate, ReportEnvironment.School),
        new("threat-against-staff", 0.4, Severity.Serious, ReportEnvironment.Station),
        new("calm-observation", 3.0, Severity.Minor, ReportEnvironment.Square),
    ];

    private static readonly Habit[] Housing =
    [
        new("littering", 5.0, Severity.Minor, ReportEnvironment.Park),
        new("graffiti", 4.0, Severity.Minor, ReportEnvironment.Stairwell),
        new("housing-disturbance", 4.5, Severity.Minor, ReportEnvironment.Dwelling),
        new("broken-lighting", 2.5, Severity.Minor, ReportEnvironment.Garage),
        new("criminal-damage", 2.5, Severity.Moderate, ReportEnvironment.Garage),
        new("broken-window", 1.5, Severity.Moderate, ReportEnvironment.Stairwell),
        new("unsafe-place", 0.8, Severity.Minor, ReportEnvironment.Street),
    ];

    // What the police's feed calls them.
    private static readonly Dictionary<string, string> PublishedTypes = new(StringComparer.Ordinal)
    {
        ["traffic-accident"] = "Trafikolycka",
        ["theft"] = "Stöld",
        ["assault"] = "Misshandel",
        ["fire"] = "Brand",
    };

    private static readonly Habit[] Published =
    [
        new("traffic-accident", 1.6, Severity.Moderate, ReportEnvironment.Street),
        new("theft", 1.4, Severity.Moderate, ReportEnvironment.Other),
        new("assault", 0.9, Severity.Serious, ReportEnvironment.Other),
        new("fire", 0.9, Severity.Serious, ReportEnvironment.Other),
    ];

    // What the demo is there to show: one week in Bro that is not like the others.
    private static readonly (string Partner, Habit Habit, int Times)[] Cluster =
    [
        ("polisen", new("vehicle-fire", 0, Severity.Serious, ReportEnvironment.Street), 5),
        ("polisen", new("broken-window", 0, Severity.Moderate, ReportEnvironment.School), 7),
        ("raddningstjansten", new("vehicle-fire", 0, Severity.Serious, ReportEnvironment.Street), 5),
        ("bostad-bro", new("broken-window", 0, Severity.Moderate, ReportEnvironment.Stairwell), 6),
    ];

    /// <summary>The incidents of one partner in the weeks up to and with <paramref name="last"/>.</summary>
    public static IEnumerable<Incident> Incidents(string partner, Week last, int weeks)
    {
        var responder = partner switch
        {
            "polisen" => Responder.Police,
            "raddningstjansten" => Responder.RescueService,
            _ => Responder.SecurityGuard,
        };
        var habits = partner switch { "polisen" => Police, "raddningstjansten" => Rescue, _ => Guards };
        foreach (var report in Reports(partner, habits, last, weeks))
        {
            yield return new Incident { Report = report, Responder = responder, Origin = IncidentOrigin.Reported };
        }

        if (partner != "polisen")
        {
            yield break;
        }

        foreach (var report in Reports("publicerat", Published, last, weeks))
        {
            report.Place = new Place { Area = Municipality, Precision = Precision.Municipality };
            report.SourceCategory = PublishedTypes[report.Category];
            yield return new Incident { Report = report, Responder = responder, Origin = IncidentOrigin.Published };
        }
    }

    /// <summary>The housing company's observations of the same weeks.</summary>
    public static IEnumerable<Observation> Observations(Week last, int weeks)
    {
        foreach (var report in Reports("bostad-bro", Housing, last, weeks))
        {
            yield return new Observation
            {
                Report = report,
                Source = report.Category == "housing-disturbance"
                    ? ObservationSource.DisturbanceService
                    : ObservationSource.FaultReport,
                Remedy = report.Severity == Severity.Minor ? Remedy.Done : Remedy.Ordered,
            };
        }
    }

    /// <summary>A report that the agreement does not let the guards send, to show what a refusal says.</summary>
    public static Incident NotAgreed(Week last) => new()
    {
        Report = Report(new Random(Seed), $"demo-{Silent}-{last}-not-agreed",
            new Habit("burglary", 0, Severity.Moderate, ReportEnvironment.Shop), last, Bro),
        Responder = Responder.SecurityGuard,
        Origin = IncidentOrigin.Reported,
    };

    private static IEnumerable<Report> Reports(string partner, Habit[] habits, Week last, int weeks)
    {
        for (var back = weeks - 1; back >= 0; back--)
        {
            var week = last.Plus(-back);
            if (partner == Silent && back == 0)
            {
                continue;
            }

            var random = new Random(SeedOf($"{partner} {week}"));
            var number = 0;
            foreach (var habit in habits)
            {
                for (var times = Poisson(random, habit.AWeek); times > 0; times--)
                {
                    yield return Report(random, $"demo-{partner}-{week}-{++number:000}", habit, week,
                        Pick(random, Districts.Select(d => d.Weight), Districts).Area);
                }
            }

            if (back > 0)
            {
                continue;
            }

            foreach (var (_, habit, times) in Cluster.Where(c => c.Partner == partner))
            {
                for (var i = 1; i <= times; i++)
                {
                    yield return Report(random, $"demo-{partner}-{week}-{habit.Category}-{i:00}", habit, week, Bro);
                }
            }
        }
    }

    private static Report Report(Random random, string sourceRef, Habit habit, Week week, string area)
    {
        var day = Pick(random, Days, Enumerable.Range(0, 7).ToArray());
        var hour = 4 * Pick(random, FourHours, Enumerable.Range(0, 6).ToArray()) + random.Next(4);
        var at = Week.At(week.Monday.AddDays(day), new TimeOnly(hour, 5 * random.Next(12)));
        return new Report
        {
            SourceRef = sourceRef,
            Revision = 1,
            Occurred = new Occurrence
            {
                From = Timestamp.FromDateTimeOffset(at),
                Certainty = random.Next(3) == 0 ? TimeCertainty.Hour : TimeCertainty.Exact,
            },
            Category = habit.Category,
            Severity = habit.Severity,
            Confidence = random.Next(4) == 0 ? Confidence.SecondHand : Confidence.Observed,
            Environment = habit.Environment,
            Place = new Place { Area = area, Precision = Precision.District },
        };
    }

    // FNV-1a: the framework's own hash of a text differs from run to run.
    private static int SeedOf(string text) =>
        text.Aggregate(Seed, (hash, letter) => unchecked((hash ^ letter) * 16_777_619));

    private static int Poisson(Random random, double mean)
    {
        // Knuth's method: fine for means as small as these.
        var limit = Math.Exp(-mean);
        var count = 0;
        for (var product = random.NextDouble(); product > limit; product *= random.NextDouble())
        {
            count++;
        }

        return count;
    }

    private static T Pick<T>(Random random, IEnumerable<double> weights, T[] items)
    {
        var all = weights.ToArray();
        var left = random.NextDouble() * all.Sum();
        for (var i = 0; i < items.Length - 1; i++)
        {
            if ((left -= all[i]) < 0)
            {
                return items[i];
            }
        }

        return items[^1];
    }

    /// <summary>What a partner reports of a category in a usual week.</summary>
    private sealed record Habit(string Category, double AWeek, Severity Severity, ReportEnvironment Environment);
}
