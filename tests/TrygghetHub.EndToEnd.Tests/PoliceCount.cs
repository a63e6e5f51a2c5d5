using System.Globalization;
using System.Text.Json;

namespace TrygghetHub.EndToEnd.Tests;

/// <summary>
/// Counts the police's published events per municipality and week from the feed's files and the written rules alone.
/// </summary>
/// <remarks>
/// It shares no code with the connector or the hub, on purpose: a mistake would have to be made twice, in two
/// ways, to go unseen. Its rules, as agreed for the feed: the latest version of an id is what counts; types that
/// are never taken and types that are context are not counted; the time at the start of the headline, Swedish local
/// time, in the year that puts it closest to the publication, decides the week, else the publication does; the place
/// is the municipality of that name, in any capitals, else a county, which no municipality counts.
/// </remarks>
public sealed class PoliceCount
{
    private static readonly string[] NeverTakenTypes =
    [
        "Försvunnen person", "Efterlyst person", "Anträffad död", "Sjukdom/olycksfall",
        "Våldtäkt", "Våldtäkt, försök", "Sexualbrott", "Sedlighetsbrott",
    ];

    private static readonly string[] ContextTypes =
    [
        "Trafikkontroll", "Kontroll", "Kontroll person/fordon", "Information", "Uppdatering",
        "Polisinsats/kommendering",
    ];

    private static readonly string[] MonthNames =
    [
        "januari", "februari", "mars", "april", "maj", "juni",
        "juli", "augusti", "september", "oktober", "november", "december",
    ];

    private readonly Dictionary<(string Municipality, string Week), int> counts = [];

    private PoliceCount()
    {
    }

    /// <summary>Counted events by municipality code and week such as <c>2024-W20</c>.</summary>
    public IReadOnlyDictionary<(string Municipality, string Week), int> Counts => counts;

    /// <summary>Lines in the files.</summary>
    public int Lines { get; private set; }

    /// <summary>Different ids.</summary>
    public int Events { get; private set; }

    /// <summary>Versions after an event's first, a different url alone being none.</summary>
    public int Corrections { get; private set; }

    /// <summary>Events that count, wherever they were.</summary>
    public int Counted { get; private set; }

    /// <summary>Events that count, known by county only: in no municipality's count.</summary>
    public int CountedByCounty { get; private set; }

    /// <summary>Events that are context.</summary>
    public int Context { get; private set; }

    /// <summary>Events that are never taken.</summary>
    public int NeverTaken { get; private set; }

    /// <summary>Counts over files, in the order given.</summary>
    public static PoliceCount Of(IEnumerable<string> feedFiles, string municipalitiesCsv)
    {
        var municipalities = new Dictionary<string, string>();
        foreach (var row in File.ReadLines(municipalitiesCsv).Skip(1))
        {
            // municipality_code,municipality_name,municipality_name_short,county_code
            var columns = row.Split(',');
            municipalities.Add(columns[2].ToLowerInvariant(), columns[0]);
        }

        var count = new PoliceCount();
        var latest = new Dictionary<long, string[]>();
        foreach (var line in feedFiles.SelectMany(File.ReadLines))
        {
            count.Lines++;
            using var json = JsonDocument.Parse(line);
            var e = json.RootElement;
            string[] version =
            [
                e.GetProperty("type").GetString()!,
                e.GetProperty("datetime").GetString()!,
                e.GetProperty("name").GetString()!,
                e.GetProperty("location").GetProperty("name").GetString()!,
                e.GetProperty("location").GetProperty("gps").GetString()!,
                e.GetProperty("summary").GetString()!,
            ];
            var id = e.GetProperty("id").GetInt64();
            if (latest.TryGetValue(id, out var before) && !before.SequenceEqual(version))
            {
                count.Corrections++;
            }

            latest[id] = version;
        }

        count.Events = latest.Count;
        foreach (var version in latest.Values)
        {
            count.Add(version, municipalities);
        }

        return count;
    }

    private void Add(string[] version, Dictionary<string, string> municipalities)
    {
        var type = version[0].Trim();
        if (NeverTakenTypes.Contains(type))
        {
            NeverTaken++;
            return;
        }

        if (type.StartsWith("Sammanfattning", StringComparison.Ordinal) || ContextTypes.Contains(type))
        {
            Context++;
            return;
        }

        Counted++;
        if (!municipalities.TryGetValue(version[3].ToLowerInvariant(), out var municipality))
        {
            CountedByCounty++;
            return;
        }

        var day = LocalDay(version[1], version[2]);
        var week = string.Create(
            CultureInfo.InvariantCulture, $"{ISOWeek.GetYear(day):0000}-W{ISOWeek.GetWeekOfYear(day):00}");
        counts[(municipality, week)] = counts.GetValueOrDefault((municipality, week)) + 1;
    }

    // A local day is all that a week needs: no instant, no offset, no clock change.
    private static DateTime LocalDay(string datetime, string name)
    {
        // `2024-05-01 9:48:12 +02:00`: the clock of Sweden on that day, as the feed itself writes it.
        var parts = datetime.Split(' ');
        var time = parts[1].Split(':').Select(int.Parse).ToArray();
        var published = DateTime.Parse(parts[0], CultureInfo.InvariantCulture)
            + new TimeSpan(time[0], time[1], time[2]);

        // `01 maj 09.48, Brand, Luleå`
        var words = name.Split(',')[0].Split(' ');
        if (words.Length < 3 || !int.TryParse(words[0], out var day))
        {
            return published.Date;
        }

        var month = Array.IndexOf(MonthNames, words[1]) + 1;
        var clock = words[2].Split('.', ':');
        if (month == 0 || clock.Length != 2
            || !int.TryParse(clock[0], out var hour) || !int.TryParse(clock[1], out var minute)
            || hour > 23 || minute > 59)
        {
            return published.Date;
        }

        var candidates = new List<DateTime>();
        foreach (var year in new[] { published.Year - 1, published.Year, published.Year + 1 })
        {
            if (day >= 1 && day <= DateTime.DaysInMonth(year, month))
            {
                candidates.Add(new DateTime(year, month, day, hour, minute, 0));
            }
        }

        return candidates.Count == 0 ? published.Date : candidates.MinBy(c => (c - published).Duration()).Date;
    }
}
