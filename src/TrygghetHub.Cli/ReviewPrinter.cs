using TrygghetHub.Pictures.V1;

namespace TrygghetHub.Cli;

/// <summary>What people have decided about a picture, and what there is to decide, as text.</summary>
internal static class ReviewPrinter
{
    /// <summary>Prints sentences with their ids, then areas with their levels.</summary>
    public static void Print(Screen screen, SituationalPicture picture)
    {
        var review = picture.Review ?? new Review();
        screen.Line($"{picture.Name}, {PicturePrinter.State(picture)}.");
        screen.Line($"Etag {picture.Etag}.");
        screen.Line();
        if (review is { Diff: { } diff, ApproveTime: null })
        {
            screen.Line($"WHAT DIFFERS FROM REVISION {diff.FromRevision}, WHICH IS APPROVED");
            PicturePrinter.Diff(screen, diff);
            screen.Line();
        }

        screen.Line("WHAT MATTERS");
        if (picture.Sentences.Count == 0)
        {
            screen.Line("  No sentences.");
        }

        foreach (var sentence in picture.Sentences)
        {
            var edit = review.Edits.LastOrDefault(e => e.Sentence == sentence.Id);
            screen.Line($"  [{TextCell.Printable(sentence.Id)}] {TextCell.Printable(sentence.Text)}");
            if (edit is not null)
            {
                screen.Line(edit.Text.Length == 0
                    ? $"    struck: {TextCell.Printable(edit.Reason)}"
                    : $"    edited: {TextCell.Printable(edit.Text)} ({TextCell.Printable(edit.Reason)})");
            }
        }

        screen.Line();
        screen.Line("HOW THINGS STAND");
        var decided = review.Levels.ToDictionary(l => l.Area, StringComparer.Ordinal);
        foreach (var area in picture.Areas)
        {
            var suggested = $"suggested: {Of(area.SuggestedLevel)}";
            screen.Line(decided.Remove(area.Area, out var level)
                ? $"  {TextCell.Printable(area.AreaName)} ({area.Area}): {Of(level.Level)}, decided{Earlier(level, picture)}; {suggested}{Because(level.Reason)}"
                : $"  {TextCell.Printable(area.AreaName)} ({area.Area}): {suggested}{Because(area.SuggestedReasonEn)}");
        }

        foreach (var level in decided.Values)
        {
            screen.Line($"  {level.Area}: {Of(level.Level)}, decided{Earlier(level, picture)}{Because(level.Reason)}");
        }

        if (review.ApproveTime is not null)
        {
            screen.Line();
            screen.Line($"APPROVED by {TextCell.Printable(review.Approver)}, {Words.Time(review.ApproveTime)}, "
                + $"{TextCell.Printable(review.RegistrationNumber)}, TLP:{Words.Of(review.Tlp).ToUpperInvariant()}.");
        }
    }

    /// <summary>A level in the words of the meeting, with its code.</summary>
    public static string Of(AreaLevel level) => level switch
    {
        AreaLevel.Normal => "normalläge (normal)",
        AreaLevel.Deviation => "avvikelse (deviation)",
        AreaLevel.JointEffort => "gemensam insats (joint-effort)",
        _ => "none",
    };

    /// <summary>What a delivery is, in a word.</summary>
    public static string Of(DeliveryKind kind) => kind switch
    {
        DeliveryKind.Draft => "draft",
        DeliveryKind.Picture => "picture",
        DeliveryKind.Erratum => "erratum",
        _ => "unknown",
    };

    /// <summary>Prints who was sent what.</summary>
    public static void Sent(Screen screen, IReadOnlyCollection<Delivery> deliveries)
    {
        foreach (var delivery in deliveries)
        {
            screen.Line($"  {RecipientOf(delivery)}: {Of(delivery.Kind)}, {delivery.Name}");
        }
    }

    /// <summary>Partner id of a delivery's recipient.</summary>
    public static string RecipientOf(Delivery delivery) => HubNames.SenderOf(delivery.Name);

    /// <summary>Areas whose level nobody has decided, in their order.</summary>
    public static IReadOnlyList<string> Undecided(SituationalPicture picture) =>
        [.. picture.Areas.Select(a => a.Area).Except((picture.Review ?? new Review()).Levels.Select(l => l.Area))];

    // Taken over: the figures of the area may have changed since.
    private static string Earlier(AreaLevelDecision level, SituationalPicture picture) =>
        level.DecideTime < picture.CompileTime ? " of an earlier revision: look again" : "";

    private static string Because(string reason) => reason.Length == 0 ? "" : $" – {TextCell.Printable(reason)}";
}
