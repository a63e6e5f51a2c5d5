using System.Collections.Concurrent;
using System.Collections.Frozen;
using TrygghetHub.Oversight.V1;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Access;
using TrygghetHub.Server.Platform.Calendar;
using WireWeek = TrygghetHub.Calendar.V1.IsoWeek;

namespace TrygghetHub.Server.Agreements;

/// <summary>
/// The rules for every figure that is told to those who oversee the hub and see no reports: the operator and auditors.
/// </summary>
/// <remarks>
/// They may ask as often as they like, with other weeks, times, documents, recipients and purposes each time, and subtract one
/// answer from another. So an answer is a function of rules, which they may read, and of the bands of
/// <see cref="BaseCell"/>s, and of nothing else. Base cells do not overlap, and none changes once its quarter is over: all
/// answers together tell the bands and no more. Pure; thread-safe.
/// </remarks>
internal static class OverseenFigures
{
    /// <summary>Whether somebody oversees the hub: sees what is agreed, and no figure of reports but in bands.</summary>
    public static bool Oversees(this Principal caller) => caller.IsOperator || caller.Roles.Contains(Role.Auditor);

    /// <summary>The band in which a number lies. None and a few are one band: that there are none is a small figure too.</summary>
    public static CountBand BandOf(long count) => count switch
    {
        < 5 => CountBand.Under5,
        < 20 => CountBand.From5,
        < 100 => CountBand.From20,
        < 500 => CountBand.From100,
        _ => CountBand.From500,
    };

    /// <summary>
    /// The quarters that are over at an instant and that the weeks from one on lie in, in the order of time; at least the last
    /// one, and never the one that runs, whose figures still change.
    /// </summary>
    public static IReadOnlyList<IsoQuarter> QuartersFrom(IsoWeek first, DateTimeOffset at)
    {
        var last = IsoQuarter.Of(IsoWeek.Of(at)).Previous;
        var quarters = new List<IsoQuarter> { last };
        while (IsoQuarter.Of(first).CompareTo(quarters[0]) < 0)
        {
            quarters.Insert(0, quarters[0].Previous);
        }

        return quarters;
    }

    public static Quarter ToWire(IsoQuarter quarter) =>
        new() { FirstWeek = ToWire(quarter.FirstWeek), LastWeek = ToWire(quarter.LastWeek) };

    private static WireWeek ToWire(IsoWeek week) => new() { Year = week.Year, Week = week.Week };
}

/// <summary>What is counted as one: a sender's reports of a category in a municipality, in one quarter.</summary>
/// <remarks>
/// By category, since agreements name categories; by the whole municipality, since less would tell a neighbourhood's figure.
/// A report counts once, in the quarter in which the hub received its first revision, as that was: neither a correction nor a
/// withdrawal moves it, so that a figure that is told never changes.
/// </remarks>
/// <param name="Sender">Who sent them.</param>
/// <param name="Category">Category code.</param>
/// <param name="Municipality">Code; the county's for reports whose place is known no finer.</param>
internal readonly record struct BaseCell(PartnerId Sender, string Category, string Municipality);

/// <summary>The bands of base cells, counted once for each quarter that is over. Thread-safe.</summary>
internal sealed class BandedCells(IHeldReports reports)
{
    private readonly ConcurrentDictionary<IsoQuarter, FrozenDictionary<BaseCell, CountBand>> counted = new();

    /// <summary>The bands of a cell, one for each quarter.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="quarters">Quarters that are over.</param>
    /// <param name="cancellation">Cancels the counting.</param>
    public IEnumerable<CountBand> Of(
        BaseCell cell, IEnumerable<IsoQuarter> quarters, CancellationToken cancellation) =>
        quarters.Select(quarter => counted
            .GetOrAdd(quarter, q => Count(q, cancellation))
            .GetValueOrDefault(cell, OverseenFigures.BandOf(0)));

    private FrozenDictionary<BaseCell, CountBand> Count(IsoQuarter quarter, CancellationToken cancellation) =>
        reports.FirstReceived(quarter.FirstWeek.Start, quarter.LastWeek.End, cancellation)
            .ToFrozenDictionary(c => c.Key, c => OverseenFigures.BandOf(c.Value));
}
