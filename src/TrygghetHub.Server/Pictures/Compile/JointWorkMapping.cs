using Google.Protobuf.WellKnownTypes;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Server.Platform.Calendar;
using WireWeek = TrygghetHub.Calendar.V1.IsoWeek;

namespace TrygghetHub.Server.Pictures.Compile;

/// <summary>Joint work as a picture holds it. Pure.</summary>
/// <remarks>
/// Every reader is shown it: the partners that sit at the meeting decide and plan it together, and the steering group decides by
/// measures. Only what a measure's counts are made of is not everybody's: they are counted of the reports that the compiler may see,
/// so that another partner is not told them, and the steering group where both are large enough.
/// </remarks>
internal static class JointWorkMapping
{
    /// <summary>The measures, in the order of due dates, as they stand at a meeting.</summary>
    /// <param name="work">What is collected.</param>
    /// <param name="week">The picture's.</param>
    /// <param name="meetingAt">When the operative group meets about it.</param>
    /// <param name="audience">Whom the picture is for.</param>
    /// <param name="isLargeEnough">Whether a count may be shown to it.</param>
    public static MeasureReport Measures(
        JointWork work, IsoWeek week, DateTimeOffset meetingAt, PictureAudience audience, Func<int, bool> isLargeEnough) => new()
        {
            State = StateOf(work.Measures),
            Measures =
            {
                (work.Measures ?? []).OrderBy(m => m.DueOn).ThenBy(m => m.Area, StringComparer.Ordinal)
                    .ThenBy(m => m.Title, StringComparer.Ordinal)
                    .Select(m => Line(m, week, SwedishTime.DayOf(meetingAt), audience, isLargeEnough)),
            },
        };

    /// <summary>The promises, in the order that they are given in.</summary>
    public static PromiseReport Promises(JointWork work) => new()
    {
        State = StateOf(work.Promises),
        Promises =
        {
            (work.Promises ?? []).Select(p => new PromiseLine { Title = p.Title, Done = p.Done, Promised = p.Promised }),
        },
    };

    /// <summary>How safe people feel, in the order of areas.</summary>
    public static PerceivedSafetyReport PerceivedSafety(JointWork work) => new()
    {
        State = StateOf(work.PerceivedSafety),
        Lines =
        {
            (work.PerceivedSafety ?? []).OrderBy(i => i.Area, StringComparer.Ordinal)
                .Select(i => new PerceivedSafetyLine { Area = i.Area, Source = i.Source, Text = i.Text }),
        },
    };

    /// <summary>Puts the walks of a picture's next week in it, in the order of their times.</summary>
    public static void PutWalks(JointWork work, IsoWeek nextWeek, NextWeek next)
    {
        next.WalksState = StateOf(work.Walks);
        next.Walks.Add(
            (work.Walks ?? []).Where(w => IsoWeek.Of(w.StartsAt) == nextWeek)
                .OrderBy(w => w.StartsAt).ThenBy(w => w.Area, StringComparer.Ordinal).ThenBy(w => w.Walkers, StringComparer.Ordinal)
                .Select(w => new PlannedWalk { Walkers = w.Walkers, Area = w.Area, StartTime = w.StartsAt.ToTimestamp() }));
    }

    private static CollectionState StateOf<T>(IReadOnlyList<T>? part) =>
        part is null ? CollectionState.NotCollected : CollectionState.Collected;

    private static MeasureLine Line(
        FollowedMeasure measure, IsoWeek week, DateOnly meeting, PictureAudience audience, Func<int, bool> isLargeEnough)
    {
        var line = new MeasureLine
        {
            Title = measure.Title,
            Owner = measure.Owner.Value,
            Area = measure.Area,
            DueTime = SwedishTime.StartOf(measure.DueOn).ToTimestamp(),
            Standing = Standing(measure, week, meeting),
            Outcome = measure.Outcome,
            DecidedWeek = new WireWeek { Year = measure.DecidedWeek.Year, Week = measure.DecidedWeek.Week },
        };
        if (audience.Has(PictureParts.MeasureEffects)
            && measure.Effect is { } effect && isLargeEnough(effect.Before) && isLargeEnough(effect.After))
        {
            (line.ReportsBefore, line.ReportsAfter, line.ComparedWeeks) = (effect.Before, effect.After, effect.Weeks);
        }

        return line;
    }

    // What is late is late, however new: each measure stands where the meeting has most to say about it.
    private static MeasureStanding Standing(FollowedMeasure measure, IsoWeek week, DateOnly meeting) =>
        measure.FollowedUpOn is not null ? MeasureStanding.FollowedUp
        : measure.DoneOn is not null ? MeasureStanding.AwaitingFollowUp
        : measure.DueOn < meeting ? MeasureStanding.Overdue
        : measure.DueOn < meeting.AddDays(7) ? MeasureStanding.Due
        : measure.DecidedWeek.CompareTo(week.Plus(-1)) >= 0 ? MeasureStanding.New
        : MeasureStanding.Started;
}
