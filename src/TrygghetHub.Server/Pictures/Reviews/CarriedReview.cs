using TrygghetHub.Pictures.V1;
using TrygghetHub.Server.Pictures.Sentences;

namespace TrygghetHub.Server.Pictures.Reviews;

/// <summary>What of a review holds for another picture than the one that it was made of. Pure.</summary>
internal static class CarriedReview
{
    /// <summary>
    /// For the next revision: levels always, since a person has judged the area and not a figure; an edit when the sentence
    /// still says the same, since otherwise nobody has read what it would stand for.
    /// </summary>
    public static Review ToRevision(Review review, SituationalPicture before, SituationalPicture after) => new()
    {
        Edits = { Holding(review).Where(e => SaysTheSame(e.Sentence, before, after)) },
        Levels = { review.Levels },
    };

    /// <summary>
    /// For another reader's projection: levels without reasons and suggestions, which rest on what the compiler sees; an edit,
    /// without its reason, where the projection says the same and the edited text holds no figure beyond it. A sentence that was
    /// struck is struck for everybody, whatever it says there: a strike tells no figure, and whoever struck it did not stand by it.
    /// </summary>
    public static Review ToReader(Review review, SituationalPicture whole, SituationalPicture projection) => new()
    {
        Edits =
        {
            Holding(review)
                .Where(e => IsStrike(e)
                    ? Find(projection, e.Sentence) is not null
                    : SaysTheSame(e.Sentence, whole, projection) && HoldsNoOtherFigure(e, projection))
                .Select(e => new SentenceEdit { Sentence = e.Sentence, Text = e.Text, TextEn = e.TextEn, EditTime = e.EditTime }),
        },
        Levels =
        {
            review.Levels.Select(l => new AreaLevelDecision { Area = l.Area, Level = l.Level, DecideTime = l.DecideTime }),
        },
        Approver = review.Approver,
        ApproveTime = review.ApproveTime,
        RegistrationNumber = review.RegistrationNumber,
        Tlp = review.Tlp,
        RevisionReason = review.RevisionReason,
    };

    // The last edit of each sentence, in the order of the changes.
    private static IEnumerable<SentenceEdit> Holding(Review review) =>
        review.Edits.Where((edit, i) => !review.Edits.Skip(i + 1).Any(later => later.Sentence == edit.Sentence));

    private static bool IsStrike(SentenceEdit edit) => edit.Text.Length == 0;

    private static bool SaysTheSame(string sentence, SituationalPicture one, SituationalPicture other) =>
        Find(one, sentence) is { } first && Find(other, sentence) is { } second
        && first.Text == second.Text && first.TextEn == second.TextEn;

    // The generated texts are alike, but an edit may tell more of the same cells than they do: last week's figure, say.
    private static bool HoldsNoOtherFigure(SentenceEdit edit, SituationalPicture projection) =>
        new[] { edit.Text, edit.TextEn }.All(
            text => SentenceRules.Check(Find(projection, edit.Sentence)!, projection, text) is null);

    private static Sentence? Find(SituationalPicture picture, string id) => picture.Sentences.FirstOrDefault(s => s.Id == id);
}
