using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Calendar;

namespace TrygghetHub.Server.Pictures.Compile;

/// <summary>What partners decide, promise, notice and plan together, beside what they report. Immutable.</summary>
/// <remarks>
/// A part is null while the hub does not collect it: the picture says so, since "none" would be a claim. An empty list is that claim.
/// Whoever collects a text has checked that it names nobody.
/// </remarks>
internal sealed record JointWork
{
    /// <summary>Nothing of it is collected yet.</summary>
    public static readonly JointWork NotCollected = new();

    /// <summary>The measures that the meeting follows: those that are under way, and those that it is to look back on.</summary>
    public IReadOnlyList<FollowedMeasure>? Measures { get; init; }

    /// <summary>The citizen promises that hold.</summary>
    public IReadOnlyList<CitizenPromise>? Promises { get; init; }

    /// <summary>How safe people feel: findings of safety walks, surveys, what the field team and walkers hear.</summary>
    public IReadOnlyList<SafetyImpression>? PerceivedSafety { get; init; }

    /// <summary>Walks that are planned; those of the week after the picture's are told of.</summary>
    public IReadOnlyList<WalkPlan>? Walks { get; init; }
}

/// <summary>A decided action with one owner and a due date. How it stands at a meeting follows from its dates.</summary>
/// <param name="Title">What is done.</param>
/// <param name="Owner">Who answers for it.</param>
/// <param name="Area">Code.</param>
/// <param name="DecidedWeek">The week whose picture was on the table when it was decided.</param>
/// <param name="DueOn">The last day on which it is to be done.</param>
/// <param name="DoneOn">Null where it is not.</param>
/// <param name="FollowedUpOn">Null where nobody has looked yet at what came of it.</param>
/// <param name="Outcome">What came of it; empty before the follow-up.</param>
/// <param name="Effect">Counts before and after; null where they were not compared.</param>
internal sealed record FollowedMeasure(
    string Title, PartnerId Owner, string Area, IsoWeek DecidedWeek, DateOnly DueOn, DateOnly? DoneOn = null,
    DateOnly? FollowedUpOn = null, string Outcome = "", MeasureEffect? Effect = null);

/// <summary>Reports of what a measure was decided against, by what the picture's compiler may see.</summary>
/// <param name="Before">Of the weeks before it.</param>
/// <param name="After">Of as many weeks after it.</param>
/// <param name="Weeks">How many weeks each of them is of.</param>
internal sealed record MeasureEffect(int Before, int After, int Weeks);

/// <summary>A public, countable promise.</summary>
/// <param name="Title">What was promised.</param>
/// <param name="Done">How much of it is done.</param>
/// <param name="Promised">Of how much.</param>
internal sealed record CitizenPromise(string Title, int Done, int Promised);

/// <summary>One observation on how safe people feel.</summary>
/// <param name="Area">Code.</param>
/// <param name="Source">Where it is from: a safety walk, a survey.</param>
/// <param name="Text">What it says.</param>
internal sealed record SafetyImpression(string Area, string Source, string Text);

/// <summary>A walk that is planned.</summary>
/// <param name="Walkers">Who walks: an association or a team, never a person.</param>
/// <param name="Area">Code.</param>
/// <param name="StartsAt">When.</param>
internal sealed record WalkPlan(string Walkers, string Area, DateTimeOffset StartsAt);
