using Google.Protobuf.WellKnownTypes;
using TrygghetHub.Cli;
using TrygghetHub.Cli.Commands;
using TrygghetHub.Pictures.V1;

namespace TrygghetHub.EndToEnd.Tests.CommandLine;

// Several weeks at a time, and what is said of them.
public sealed class BackfillTests
{
    [Theory]
    [InlineData(null, null, null, "No week was named.")]
    [InlineData(null, "2026-W45", null, "--to is missing.")]
    [InlineData(null, null, "2026-W45", "--from is missing.")]
    [InlineData("2026-W45", "2026-W45", null, "--week names one week")]
    [InlineData("2026-W45", null, "2026-W45", "--week names one week")]
    [InlineData(null, "2026-W47", "2026-W45", "2026-W45 is before 2026-W47.")]
    [InlineData(null, "2026-W1", "2026-W45", "is not a week")]
    [InlineData(null, "2025-W53", "2026-W45", "There is no week 2025-W53.")]
    [InlineData(null, "2024-W01", "2026-W45", "more than 104 weeks")]
    public void Range_ThatNamesNoWeeks_IsRefusedWithARemedy(string? week, string? from, string? to, string expected)
    {
        var refused = Assert.Throws<UsageException>(() => WeekRange.Parse(week, from, to));

        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
        Assert.NotEmpty(refused.Remedy!);
    }

    [Fact]
    public void Range_OverAYearWith53Weeks_IsInOrderOldestFirst() => Assert.Equal(
        ["2026-W52", "2026-W53", "2027-W01"], WeekRange.Parse(null, "2026-W52", "2027-W01").Select(w => w.ToString()));

    [Fact]
    public void Range_OfOneWeek_IsThatWeek()
    {
        Assert.Equal([new Week(2026, 46)], WeekRange.Parse("2026-W46", null, null));
        Assert.Equal([new Week(2026, 46)], WeekRange.Parse(null, "2026-W46", "2026-W46"));
    }

    [Fact]
    public void DryRun_OfSeveralWeeks_SaysHowManyAndWhatIsKept() => Assert.Equal(
        "Would rebuild 3 pictures: 2026-W45, 2026-W46, 2026-W47. 2026-W46 is compiled: revision 2 would be made, revision 1 kept.",
        PictureCompileCommand.Would(
        [
            (new Week(2026, 44), Would(CompilationEffect.Nothing, 1)), (new Week(2026, 45), Would(CompilationEffect.Make, null)),
            (new Week(2026, 46), Would(CompilationEffect.MakeRevision, 1)), (new Week(2026, 47), Would(CompilationEffect.Make, 0)),
        ]));

    [Fact]
    public void DryRun_WhereNothingDiffers_SaysSo() => Assert.Equal(
        "Would rebuild nothing: every picture stands.",
        PictureCompileCommand.Would([(new Week(2026, 44), Would(CompilationEffect.Nothing, 1))]));

    [Fact]
    public void WaitingWeek_IsToldWithItsFreezeOnSwedishClocksAndTheCommand()
    {
        var week = new ReportingWeek
        {
            Municipality = "0139",
            Week = new Week(2026, 46).Wire,
            FreezeTime = new DateTimeOffset(2026, 11, 17, 7, 0, 0, TimeSpan.Zero).ToTimestamp(),
        };

        Assert.Equal(
            "Week 2026-W46 of 0139 waits for your word until Tue 08:00 CET: thub week confirm --municipality 0139 --week 2026-W46",
            WaitingWeeks.Line([week]));
        Assert.EndsWith("  (1 more: thub week list)", WaitingWeeks.Line([week, week]), StringComparison.Ordinal);
    }

    private static CompilePictureResponse Would(CompilationEffect effect, int? revision) => new()
    {
        Would = effect,
        Picture = revision is { } there
            ? new SituationalPicture { Revision = there, State = there == 0 ? PictureState.Collecting : PictureState.Compiled }
            : null,
    };
}
