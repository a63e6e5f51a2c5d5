using CsCheck;
using TrygghetHub.Cli.Connectors.Polisen;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Screening;

namespace TrygghetHub.EndToEnd.Tests.Connectors;

// A history is written as letters: A, B, C … are versions that are sent, x, y, z are of types never taken.
// What the hub holds is written the same way: a letter for each revision, a dot for one that it refused.
public class RevisionPlanTests
{
    private const string Ref = "1";

    private static FileVersion Version(char letter) => new(
        letter.ToString().PadRight(RevisionPlan.DigestLength, letter),
        Taken: char.IsUpper(letter));

    // Runs one file against a hub, as the connector does.
    private static void Run(FakeReportingHub hub, string file, bool takesBack = false)
    {
        // One like the one before is no version.
        var versions = file.Where((c, i) => i == 0 || file[i - 1] != c).Select(Version).ToList();
        var sentNow = false;
        foreach (var step in RevisionPlan.For(versions, hub.Held(Ref)))
        {
            if (step.Withdraws)
            {
                hub.Withdraw(Ref, step.Revision, step.SourceVersion);
                continue;
            }

            var refusal = hub.Submit(new(new Incident
            {
                Report = new Report
                {
                    SourceRef = Ref,
                    Revision = step.Revision,
                    SourceVersion = step.SourceVersion,
                },
            }));
            sentNow |= refusal is null;
            if (takesBack && refusal is not null && hub.Standing.Any() && (sentNow || step.Replaces))
            {
                hub.Withdraw(Ref, step.Revision, step.SourceVersion);
            }
        }
    }

    private static string Held(FakeReportingHub hub)
    {
        var text = "";
        foreach (var held in hub.Held(Ref))
        {
            text = text.PadRight(held.Revision - 1, '.');
            text += held.SourceVersion[^1] is var last && held.SourceVersion.Length == RevisionPlan.DigestLength
                ? last
                : held.SourceVersion[RevisionPlan.DigestLength - 1];
            Assert.Equal(char.IsLower(text[^1]), held.Withdrawn);
        }

        return text;
    }

    private static string After(params string[] files)
    {
        var hub = new FakeReportingHub([]);
        foreach (var file in files)
        {
            Run(hub, file);
        }

        return Held(hub);
    }

    private static FakeReportingHub Refusing(string refused) => new([])
    {
        Refuses = i => refused.Any(r => i.SourceVersion.StartsWith(Version(r).Digest, StringComparison.Ordinal)),
    };

    [Theory]
    [InlineData("A", "A")]
    [InlineData("AAA", "A")]
    [InlineData("ABC", "ABC")]
    [InlineData("ABA", "ABA")]
    // Nothing to withdraw, then an event like any other.
    [InlineData("x", "")]
    [InlineData("xy", "")]
    [InlineData("xA", "A")]
    [InlineData("xyzxyA", "A")]
    // It becomes one that is never taken, and perhaps no longer.
    [InlineData("Ax", "Ax")]
    [InlineData("Axy", "Axy")]
    [InlineData("AxA", "AxA")]
    [InlineData("xAyB", "AyB")]
    public void File_OnAnEmptyHub_GivesItsHistory(string file, string held) => Assert.Equal(held, After(file));

    [Theory]
    // Goes on where the hub stands, whole or from the middle.
    [InlineData("A", "AB", "AB")]
    [InlineData("AB", "BC", "ABC")]
    [InlineData("AB", "C", "ABC")]
    [InlineData("ABA", "BAC", "ABAC")]
    [InlineData("A", "Ax", "Ax")]
    [InlineData("A", "x", "Ax")]
    [InlineData("x", "xA", "A")]
    [InlineData("xA", "xAB", "AB")]
    // Has it already.
    [InlineData("ABC", "AB", "ABC")]
    [InlineData("ABC", "B", "ABC")]
    [InlineData("ABA", "AB", "ABA")]
    [InlineData("Ax", "A", "Ax")]
    [InlineData("AxB", "x", "AxB")]
    [InlineData("xA", "x", "A")]
    [InlineData("xyA", "x", "A")]
    [InlineData("xyA", "xy", "A")]
    // One that is never taken, other than the one before it all: it is news.
    [InlineData("xA", "y", "Ay")]
    [InlineData("xA", "xAx", "Ax")]
    public void File_AfterAnother_AddsWhatIsNew(string first, string second, string held) =>
        Assert.Equal(held, After(first, second));

    // What the hub has withdrawn by a decision comes back when the file's last version is taken again, and only then.
    [Theory]
    [InlineData("A", "A", "A3")]
    [InlineData("AB", "AB", "B4")]
    [InlineData("AB", "B", "B4")]
    [InlineData("AB", "A", "")]
    [InlineData("A", "AB", "B3")]
    [InlineData("xA", "xA", "A3")]
    [InlineData("AxB", "AxB", "B5")]
    [InlineData("A", "Ax", "x3")]
    public void File_WhenTheHubHasWithdrawn_IsSentAgainOnce(string before, string file, string sent)
    {
        var hub = new FakeReportingHub([]);
        Run(hub, before);
        var withdrawn = hub.Held(Ref)[^1].Revision + 1;
        hub.Withdraw(Ref, withdrawn, EventTypeList.WithdrawalMark);

        Run(hub, file);
        var after = hub.Held(Ref).Where(h => h.Revision > withdrawn).ToList();
        Assert.Equal(sent, string.Concat(after.Select(h => $"{h.SourceVersion[0]}{h.Revision}")));
        var changes = hub.Changes;
        Run(hub, file);
        Run(hub, before);
        Assert.Equal(sent.Length == 0 ? changes + 1 : changes, hub.Changes);
        Run(hub, file);
        Run(hub, before);
        Assert.Equal(sent.Length == 0 ? changes + 1 : changes, hub.Changes);
    }

    [Theory]
    [InlineData("AB", "A", ".B", "AB")]
    [InlineData("ABC", "B", "A.C", "AB")]
    [InlineData("ABC", "B", "A.C", "B")]
    [InlineData("AB", "B", "A", "AB")]
    [InlineData("AB", "A", ".BC", "C")]
    [InlineData("Ax", "A", "", "x")]
    public void File_WithRefusedVersions_ChangesNothingWhenRunAgain(
        string history, string refused, string held, string part)
    {
        var hub = Refusing(refused);
        Run(hub, history);
        Run(hub, part);

        Assert.Equal(held, Held(hub));
        Run(hub, history);
        Run(hub, part);
        Assert.Equal(held, Held(hub));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(9)]
    public void Plan_OfManyVersionsNeverTakenFirst_KeepsTheMarkWithinTheHubsLimit(int before)
    {
        var file = Enumerable.Range(0, before).Select(i => Version((char)('a' + i))).Append(Version('A')).ToList();

        var step = Assert.Single(RevisionPlan.For(file, []));

        Assert.Equal((before, 1, 64), (step.Version, step.Revision, step.SourceVersion.Length));
    }

    [Fact]
    public void Plan_OfMarksOfForeignMaking_StillSends()
    {
        HeldRevision[] held = [new() { Revision = 7 }, new() { Revision = 1_000_000, SourceVersion = "etag" }];

        var steps = RevisionPlan.For([Version('A')], held);

        Assert.Equal([new RevisionStep(0, 1_000_001, false, Version('A').Digest)], steps);
    }

    // At most four that are never taken at the beginning: the hub keeps no more marks than that.
    private static readonly Gen<string> History =
        Gen.Char["ABCxy"].Array[1, 9].Select(letters =>
            new string([.. letters.Where((c, i) => i == 0 || letters[i - 1] != c)]))
            .Select(h => h[Math.Max(0, h.TakeWhile(char.IsLower).Count() - 4)..]);

    private static readonly Gen<(string History, string[] Parts)> HistoryAndParts =
        History.SelectMany(h => Part(h).Array[0, 6].Select(parts => (h, parts)));

    private static Gen<string> Part(string history) =>
        Gen.Int[0, history.Length - 1].SelectMany(begin =>
            Gen.Int[begin + 1, history.Length].Select(end => history[begin..end]));

    [Fact]
    public void Whole_AfterAnyPartsInAnyOrder_LeavesItsLastVersionStanding() => HistoryAndParts.Sample(
        c =>
        {
            // Nothing at all is held where nothing was ever to be sent.
            var held = After([.. c.Parts, c.History]);
            Assert.True(
                held.Length == 0 ? c.History.All(char.IsLower) : held[^1] == c.History[^1],
                $"{c.History} after {string.Join(' ', c.Parts)}: {held}");
        },
        iter: 20_000);

    [Fact]
    public void Parts_AfterTheWhole_ChangeNothing() => HistoryAndParts.Sample(
        c =>
        {
            // Parts before and parts after, and the whole once more.
            var half = c.Parts.Length / 2;
            var held = After([.. c.Parts[..half], c.History]);
            Assert.Equal(held, After([.. c.Parts[..half], c.History, .. c.Parts[half..], c.History]));
        },
        iter: 20_000);

    [Fact]
    public void Beginnings_InRisingOrder_HoldWhatTheWholeHolds() => History.Sample(
        history => Assert.Equal(
            After(history),
            After([.. Enumerable.Range(1, history.Length).Select(n => history[..n])])),
        iter: 5_000);

    [Fact]
    public void Pieces_OneAfterTheOther_LeaveTheLastVersionStanding() => History.Sample(
        history =>
        {
            // The feed arrives in files that each go on where the last one ended. (A version that comes back and
            // arrives alone cannot be told from itself: only the whole history can.)
            history = string.Concat(history.Distinct());
            var held = After([.. history.Select(c => c.ToString())]);
            Assert.Equal(history.TrimStart('x', 'y'), held);
        },
        iter: 5_000);

    [Fact]
    public void Parts_OfAHistoryWithRefusedVersions_ChangeNothingAfterTheWhole() =>
        Gen.Char["ABCD"].Array[1, 7].SelectMany(letters =>
        {
            var history = new string([.. letters.Where((c, i) => i == 0 || letters[i - 1] != c)]);
            return Part(history).Array[0, 5].Select(parts => (history, parts));
        }).Sample(
            c =>
            {
                var hub = Refusing("B");
                Run(hub, c.history);
                var changes = hub.Changes;
                foreach (var part in c.parts)
                {
                    Run(hub, part);
                }

                Run(hub, c.history);
                Assert.Equal(changes, hub.Changes);
            },
            iter: 20_000);

    [Fact]
    public void Parts_OfAHistoryWhoseRefusedVersionsAreTakenBack_ChangeNothingAfterTheWhole() =>
        Gen.Char["ABCD"].Array[1, 7].SelectMany(letters =>
        {
            var history = new string([.. letters.Where((c, i) => i == 0 || letters[i - 1] != c)]);
            return Part(history).Array[0, 5].Select(parts => (history, parts));
        }).Sample(
            c =>
            {
                var hub = Refusing("B");
                Run(hub, c.history, takesBack: true);
                var changes = hub.Changes;
                Assert.Equal(hub.Held(Ref).Count > 0 && c.history[^1] != 'B', hub.Standing.Any());
                foreach (var part in c.parts)
                {
                    Run(hub, part, takesBack: true);
                }

                Run(hub, c.history, takesBack: true);
                Assert.Equal(changes, hub.Changes);
            },
            iter: 20_000);
}
