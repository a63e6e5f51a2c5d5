using CsCheck;
using TrygghetHub.Cli.Connectors;
using TrygghetHub.Reports.V1;
using TrygghetHub.Screening;
using TrygghetHub.Testing;

namespace TrygghetHub.EndToEnd.Tests.Connectors;

public class RowPlanTests
{
    private const string Now = "abcdefghijklmnopponmlkjihgfedcba";
    private const string Before = "ffffffffffffffffffffffffffffffff";

    private static HeldRevision Held(int revision, string mark, bool withdrawn = false) =>
        new() { Revision = revision, SourceVersion = mark, Withdrawn = withdrawn };

    [Fact]
    public void For_WithdrawnByHandAndUnchanged_IsLeftWithdrawn() =>
        Assert.Equal((RowStep.LeftWithdrawn, 2), RowPlan.For(Now, [Held(1, Now), Held(2, "", withdrawn: true)]));

    [Fact]
    public void For_WithdrawnByHandAndChangedSince_IsSentAnew() =>
        Assert.Equal((RowStep.New, 3), RowPlan.For(Now, [Held(1, Before), Held(2, "", withdrawn: true)]));

    [Fact]
    public void For_TakenBackByTheConnector_IsTriedAgain()
    {
        Assert.Equal((RowStep.New, 3), RowPlan.For(Now, [Held(1, Before), Held(2, Now, withdrawn: true)]));
        Assert.Equal((RowStep.New, 3), RowPlan.For(Before, [Held(1, Before), Held(2, Now, withdrawn: true)]));
    }

    [Fact]
    public void For_WithdrawnByTheHubByADecisionOnItsType_IsTriedAgain() =>
        Assert.Equal((RowStep.New, 3), RowPlan.For(Now, [Held(1, Now), Held(2, EventTypeList.WithdrawalMark, withdrawn: true)]));

    [Fact]
    public void For_Anything_IsNewThenHeldThenCorrected()
    {
        Assert.Equal((RowStep.New, 1), RowPlan.For(Now, []));
        Assert.Equal((RowStep.Held, 7), RowPlan.For(Now, [Held(7, Now)]));
        Assert.Equal((RowStep.Correction, 8), RowPlan.For(Now, [Held(7, Before)]));

        // What it was once is not what it is: a row that goes back is corrected again.
        Assert.Equal((RowStep.Correction, 3), RowPlan.For(Now, [Held(1, Now), Held(2, Before)]));
    }

    [Fact]
    public void Digest_IsOfWhatIsSentAndOfNothingElse()
    {
        Gen.Select(Gen.Int[1, 1000], Gen.String[0, 40], Gen.Int[0, 10]).Sample((revision, mark, count) =>
        {
            var one = new TypedReport(Examples.Observation("a"));
            var other = one.Copy();
            (other.Report.Revision, other.Report.SourceVersion) = (revision, mark);
            Assert.Equal(RowPlan.Digest(one), RowPlan.Digest(other));

            other.Report.Count = count;
            Assert.Equal(count == one.Report.Count, RowPlan.Digest(one) == RowPlan.Digest(other));
        });
    }
}
