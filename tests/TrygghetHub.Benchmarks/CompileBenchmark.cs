using System.Diagnostics;
using System.Globalization;
using Google.Protobuf;
using Microsoft.Data.Sqlite;
using TrygghetHub.Partners.V1;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Pictures.Compile;
using TrygghetHub.Server.Pictures.Sentences;
using TrygghetHub.Server.Pictures.Weeks;
using TrygghetHub.Server.Platform.Calendar;
using TrygghetHub.Server.Platform.Storage;
using TrygghetHub.Testing;

namespace TrygghetHub.Benchmarks;

/// <summary>
/// One picture's compile, storing left out, beside a bare GROUP BY over the same weeks and columns; and beside itself with ten
/// times the history. Ten municipalities, 104 weeks, a million reports.
/// </summary>
internal static class CompileBenchmark
{
    private const int Weeks = 104;
    private const int ReportsAWeek = 962;
    private const int Rounds = 15;

    private static readonly string[] Municipalities =
        ["0114", "0115", "0117", "0120", "0123", "0125", "0126", "0127", "0128", "0139"];

    public static async Task<int> RunAsync()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.PartnerAsync("polisen", PartnerKind.Police);
        await hub.PartnerAsync("bostad", PartnerKind.HousingCompany);
        await hub.PartnerAsync("vakter", PartnerKind.GuardCompany);
        await hub.PartnerAsync("upplands-bro", PartnerKind.MunicipalUnit);
        foreach (var partner in (string[])["polisen", "bostad", "vakter"])
        {
            var agreement = Examples.Agreement("est-" + partner, partner, "upplands-bro");
            agreement.SharingTerms.Flows[0].Areas.Clear();
            agreement.SharingTerms.Flows[0].Areas.Add(Municipalities);
            await hub.AgreeAsync(agreement);
        }

        var services = hub.Hub.Services;
        var database = services.GetRequiredService<HubDatabase>();
        var journal = services.GetRequiredService<JournalLane>();
        var last = IsoWeek.Of(TimeProvider.System.GetUtcNow()).Plus(-2);
        await FillAsync(journal, Municipalities, last, Weeks);
        var picture = await MeasureAsync(services, database, journal, last);
        var bare = Bare(database, last);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"""
            {Municipalities.Length} municipalities, {Weeks} weeks, {Municipalities.Length * Weeks * ReportsAWeek:N0} reports; one picture of {ReportsAWeek} reports, {picture.Bytes / 1024} KiB
            compile                        {picture.Median,8:N1} ms   ({picture.Read:N1} to read, {picture.Median - picture.Read:N1} to compile)
            bare GROUP BY, the same weeks  {bare,8:N1} ms
            ratio                          {picture.Median / bare,8:N2}   (at most 5)
            """));

        await FillAsync(journal, ["0139"], last.Plus(-Weeks), 9 * Weeks);
        var older = await MeasureAsync(services, database, journal, last);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"""
            with ten times the history     {older.Median,8:N1} ms
            ratio                          {older.Median / picture.Median,8:N2}   (at most 1.3)
            """));
        return 0;
    }

    private static async Task<(double Median, double Read, int Bytes)> MeasureAsync(
        IServiceProvider services, HubDatabase database, JournalLane journal, IsoWeek week)
    {
        var compiler = new PartnerId("upplands-bro");
        var rules = services.GetRequiredService<AgreementRegister>().Rules;
        // The rows were written without entries: the last one stands in for the journal's end.
        var end = await journal.WriteAsync(
            t => new JournalPoint(LastRow(t.Connection), t.Now), published: null, CancellationToken.None);
        var (all, reads, bytes) = (new List<double>(), new List<double>(), 0);
        for (var round = 0; round < Rounds; round++)
        {
            var watch = Stopwatch.StartNew();
            var inputs = PictureInputs.Read(database, "0139", week, end, rules, end.At, compiler, WeeklyCycle.Default);
            reads.Add(watch.Elapsed.TotalMilliseconds);
            bytes = WeeklyPicture.Of(inputs, PictureAudience.Full(compiler)).ToByteArray().Length;
            all.Add(watch.Elapsed.TotalMilliseconds);
        }

        return (Median(all), Median(reads), bytes);
    }

    // The week and the 53 before, by the columns that a picture tells apart.
    private static double Bare(HubDatabase database, IsoWeek week)
    {
        using var connection = database.OpenReader();
        var times = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            var watch = Stopwatch.StartNew();
            using var group = connection.CreateCommand();
            group.CommandText = """
                SELECT week, partner, category, family, environment, county, district, place, precision, tlp, published, COUNT(*)
                FROM report
                WHERE municipality = '0139' AND week BETWEEN $first AND $last AND superseded_by_seq IS NULL AND state = 1
                  AND exercise = 0 AND context_only = 0
                GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
                """;
            group.Parameters.AddWithValue("$first", week.Plus(-PictureInputs.MostWeeks).Key);
            group.Parameters.AddWithValue("$last", week.Key);
            using var row = group.ExecuteReader();
            var reports = 0;
            while (row.Read())
            {
                reports += row.GetInt32(11);
            }

            times.Add(watch.Elapsed.TotalMilliseconds);
            if (reports != (PictureInputs.MostWeeks + 1) * ReportsAWeek)
            {
                throw new InvalidOperationException($"{reports} reports were counted.");
            }
        }

        return Median(times);
    }

    // Rows as intake writes them, week by week, and each week frozen as its job does it.
    private static async Task FillAsync(JournalLane journal, IReadOnlyList<string> municipalities, IsoWeek last, int weeks)
    {
        var random = new Random(20261123);
        for (var age = weeks - 1; age >= 0; age--)
        {
            var week = last.Plus(-age);
            await journal.WriteAsync(
                transaction =>
                {
                    foreach (var municipality in municipalities)
                    {
                        Fill(transaction, municipality, week, random);
                    }

                    return 0;
                },
                published: null, CancellationToken.None);
        }
    }

    private static void Fill(JournalTransaction transaction, string municipality, IsoWeek week, Random random)
    {
        using var insert = transaction.Connection.CreateCommand();
        insert.CommandText = """
            INSERT INTO report (seq, at, report_id, type, revision, state, partner, category, family, severity, environment, county,
              municipality, district, place, precision, tlp, week, published, exercise, context_only, text, occurred_from,
              occurred_to, certainty, cell)
            VALUES ((SELECT COALESCE(MAX(seq), 0) + 1 FROM report), $at, randomblob(16), 1, 1, 1, $partner, $category, $family, 2, $environment, '01',
              $municipality, $district, NULL, $precision, 2, $week, 0, 0, 0, 0, $from, $from, 1, $cell)
            """;
        string[] names =
            ["$at", "$partner", "$category", "$family", "$environment", "$municipality", "$district", "$precision", "$week", "$from", "$cell"];
        var values = names.Select(name => insert.Parameters.Add(name, SqliteType.Text)).ToList();
        insert.Prepare();
        for (var i = 0; i < ReportsAWeek; i++)
        {
            var (category, family) = Categories[random.Next(Categories.Length)];
            var isPoint = random.Next(2) == 0;
            var at = JournalTime.ToMicros(week.Start.AddMinutes(random.Next(7 * 24 * 60)));
            object?[] row =
            [
                at, Partners[random.Next(Partners.Length)], category, family, random.Next(1, 5), municipality,
                random.Next(4) switch { 0 => null, var d when municipality == "0139" => Districts[d - 1], _ => null },
                isPoint ? 1 : 4, week.Key, at,
                isPoint ? ((654_000L + (250 * random.Next(40))) * 10_000_000) + 6_600_000 + (250 * random.Next(40)) : null,
            ];
            for (var column = 0; column < row.Length; column++)
            {
                (values[column].Value, values[column].SqliteType) =
                    (row[column] ?? DBNull.Value, row[column] is string ? SqliteType.Text : SqliteType.Integer);
            }

            insert.ExecuteNonQuery();
        }

        WeekCells.Keep(transaction, municipality, week, LastRow(transaction.Connection));
    }

    private static long LastRow(SqliteConnection connection)
    {
        using var find = connection.CreateCommand();
        find.CommandText = "SELECT MAX(seq) FROM report";
        return (long)find.ExecuteScalar()!;
    }

    private static double Median(List<double> times) => times.Order().ElementAt(times.Count / 2);

    private static readonly string[] Partners = ["polisen", "bostad", "vakter"];
    private static readonly string[] Districts = ["0139-bro", "0139-brunna", "0139-kungsangen"];

    private static readonly (string Category, string Family)[] Categories =
    [
        ("graffiti", "damage-and-litter"), ("littering", "damage-and-litter"), ("broken-window", "damage-and-litter"),
        ("disorder", "order-and-disturbance"), ("youth-gathering", "order-and-disturbance"),
        ("open-drug-dealing", "drugs-and-alcohol"), ("assault", "violence-and-threats"), ("robbery", "violence-and-threats"),
        ("burglary", "theft-and-burglary"), ("theft", "theft-and-burglary"), ("vehicle-fire", "fire"),
        ("broken-lighting", "environment-and-perceived-safety"),
    ];
}
