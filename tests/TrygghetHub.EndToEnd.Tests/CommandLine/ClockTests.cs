extern alias hub;

using System.Text.RegularExpressions;
using hub::TrygghetHub.Server.Platform.Calendar;

namespace TrygghetHub.EndToEnd.Tests.CommandLine;

// A time without its zone is an hour or two wrong to somebody: people read Swedish time, and it says so.
public sealed partial class ClockTests
{
    // What else has a form of clock times: it reads them, is a setting of Swedish time, or is a page, which says whose time it has.
    private static readonly string[] Others =
    [
        "TrygghetHub.Cli/Connectors/Csv/CsvTime.cs",
        "TrygghetHub.Cli/Connectors/LocalTime.cs",
        "TrygghetHub.Cli/Connectors/Polisen/PoliceEvent.cs",
        "TrygghetHub.Cli/TimeArgument.cs",
        "TrygghetHub.Forms/Words/Notation.cs",
        "TrygghetHub.Server/Pictures/Weeks/WeeklyStep.cs",
        "TrygghetHub.Server/Platform/Calendar/SwedishClock.cs",
    ];

    [Fact]
    public void Times_AreWrittenByTheSwedishClockAlone()
    {
        var source = DocumentsTests.InRepository("src");
        var found = Directory.EnumerateFiles(source, "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Where(file => File.ReadLines(file).Any(WritesTime))
            .Select(file => Path.GetRelativePath(source, file).Replace(Path.DirectorySeparatorChar, '/'));

        Assert.Equal(Others, found.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("""at.ToString("yyyy-MM-dd HH:mm", invariant)""", true)]
    [InlineData("""$"since {at:yyyy-MM-dd HH:mm}." """, true)]
    [InlineData("""at.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", invariant)""", true)]
    [InlineData("""$"until {at.ToDateTimeOffset():g}" """, true)]
    [InlineData("""at.ToString("t", invariant)""", true)]
    [InlineData("""at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", invariant)""", false)]
    [InlineData("""at.ToString("yyyy-MM-dd", invariant)""", false)]
    [InlineData("""[LoggerMessage(Level = LogLevel.Information, Message = "until {At:u}")]""", false)]
    public void TimesPastTheSwedishClock_AreFound(string line, bool isFound) => Assert.Equal(isFound, WritesTime(line));

    [Theory]
    [InlineData("2026-03-29T00:59:00Z", "2026-03-29 01:59 CET")]
    [InlineData("2026-03-29T01:00:00Z", "2026-03-29 03:00 CEST")]
    [InlineData("2026-10-25T00:30:00Z", "2026-10-25 02:30 CEST")]
    [InlineData("2026-10-25T01:30:00Z", "2026-10-25 02:30 CET")]
    public void Minute_SaysWhichOfTheZonesItIs(string instant, string expected) =>
        Assert.Equal(expected, SwedishClock.Minute(DateTimeOffset.Parse(instant, System.Globalization.CultureInfo.InvariantCulture)));

    // ISO 8601 in UTC is for programs, and for logs.
    private static bool WritesTime(string line) =>
        !line.TrimStart().StartsWith("//", StringComparison.Ordinal) && !line.Contains("LoggerMessage", StringComparison.Ordinal)
        && (ClockForm().IsMatch(Iso().Replace(line, "")) || StandardForm().IsMatch(line));

    [GeneratedRegex(@"[""].*(H[:.]m|\bHH\b)")]
    private static partial Regex ClockForm();

    [GeneratedRegex("yyyy-MM-dd'T'HH:mm:ss'Z'")]
    private static partial Regex Iso();

    // Of an instant: figures have other letters, and a round trip ("O") is ISO 8601.
    [GeneratedRegex("""[^{]\{[^{}"]*:[uUrRsgGtTfF]\}|ToString\(.[uUrRsgGtTf].[,)]""")]
    private static partial Regex StandardForm();
}
