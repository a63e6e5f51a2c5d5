using TrygghetHub.Pictures.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Server.Pictures.Reviews;

namespace TrygghetHub.Server.Tests.Pictures.Reviews;

public sealed class CarriedReviewTests
{
    private static readonly Review Decided = new()
    {
        Edits =
        {
            new SentenceEdit { Sentence = "first", Text = "Tidigare.", Reason = "Ett skäl." },
            new SentenceEdit { Sentence = "second", Reason = "Den ströks." },
            new SentenceEdit { Sentence = "first", Text = "Senare.", TextEn = "Later.", Reason = "Ett annat skäl." },
        },
        Levels =
        {
            new AreaLevelDecision { Area = "0139-bro", Level = AreaLevel.Normal, Suggested = AreaLevel.Deviation, Reason = "Ett skäl." },
        },
        Approver = "Trygghetschefen",
        RegistrationNumber = "KS2026/2",
        Tlp = Tlp.Green,
        RevisionReason = "Sent.",
        Diff = new PictureDiff { FromRevision = 1 },
        SupersededBy = 3,
    };

    [Theory]
    [InlineData("first", "another text", "")]
    [InlineData("first", "", "another text")]
    [InlineData("first", null, null)]
    public void Edit_OfASentenceThatSaysSomethingElse_IsNotCarried(string id, string? text, string? english)
    {
        var other = ReviewHub.Content();
        var sentence = other.Sentences.Single(s => s.Id == id);
        if (text is null || english is null)
        {
            other.Sentences.Remove(sentence);
        }
        else
        {
            (sentence.Text, sentence.TextEn) = (sentence.Text + text, sentence.TextEn + english);
        }

        Assert.Equal(["second"], CarriedReview.ToRevision(Decided, ReviewHub.Content(), other).Edits.Select(e => e.Sentence));
        Assert.Equal(["second"], CarriedReview.ToReader(Decided, ReviewHub.Content(), other).Edits.Select(e => e.Sentence));
    }

    [Fact]
    public void Strike_OfASentence_IsCarriedToEveryReaderThatHasItAndToNoOther()
    {
        var other = ReviewHub.Content();
        other.Sentences[1].Text = "I övrigt en lugn vecka.";
        var without = ReviewHub.Content();
        without.Sentences.RemoveAt(1);

        Assert.DoesNotContain(CarriedReview.ToReader(Decided, ReviewHub.Content(), without).Edits, e => e.Sentence == "second");
        Assert.Contains(new SentenceEdit { Sentence = "second" }, CarriedReview.ToReader(Decided, ReviewHub.Content(), other).Edits);
        // The next revision's sentence is another, which nobody has struck.
        Assert.DoesNotContain(CarriedReview.ToRevision(Decided, ReviewHub.Content(), other).Edits, e => e.Sentence == "second");
    }

    [Fact]
    public void Revision_ThatSaysTheSame_TakesOverTheLastEditsAndLevelsAndNoApproval() => Assert.Equal(
        new Review { Edits = { Decided.Edits[1], Decided.Edits[2] }, Levels = { Decided.Levels } },
        CarriedReview.ToRevision(Decided, ReviewHub.Content(), ReviewHub.Content()));

    [Fact]
    public void Reader_ThatSeesTheSame_GetsDecisionsWithoutTheirReasonsOrTheCompilersDiff() => Assert.Equal(
        new Review
        {
            Edits = { new SentenceEdit { Sentence = "second" }, new SentenceEdit { Sentence = "first", Text = "Senare.", TextEn = "Later." } },
            Levels = { new AreaLevelDecision { Area = "0139-bro", Level = AreaLevel.Normal } },
            Approver = "Trygghetschefen",
            RegistrationNumber = "KS2026/2",
            Tlp = Tlp.Green,
            RevisionReason = "Sent.",
        },
        CarriedReview.ToReader(Decided, ReviewHub.Content(), ReviewHub.Content()));
}
