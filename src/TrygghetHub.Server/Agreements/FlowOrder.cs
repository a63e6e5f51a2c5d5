using System.Numerics;
using TrygghetHub.Agreements.V1;

namespace TrygghetHub.Server.Agreements;

/// <summary>
/// Which of several flows that permit a report is used: the one that shows most. Pure.
/// </summary>
/// <remarks>
/// <para>
/// In this order, of what is left after the ceilings: records before counts, the smallest cell of a count, the finest place, the
/// finest time, the text, the number of values, and then the agreement's id and the flow's place in it. Limits of different flows
/// never mix. The first in a total order over more flows is never later in it: one more agreement shows no less.
/// </para>
/// <para>The order is part of every receipt by its version, so that a decision can be explained when the order has changed.</para>
/// </remarks>
internal sealed class FlowOrder : IComparer<PermittedFlow>
{
    /// <summary>Version of the order, as receipts name it.</summary>
    public const int Version = 1;

    public static readonly FlowOrder Instance = new();

    private FlowOrder()
    {
    }

    /// <inheritdoc/>
    public int Compare(PermittedFlow? x, PermittedFlow? y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        var order = CompareShown(x, y);
        return order != 0 ? order : string.CompareOrdinal(x.Agreed.Agreement.Id, y.Agreed.Agreement.Id);
    }

    /// <summary>The order without the ids: below zero where the first shows more, zero where both show as much.</summary>
    public static int CompareShown(PermittedFlow x, PermittedFlow y)
    {
        var (one, other) = (x.Decision.Projection!, y.Decision.Projection!);
        var order = (x.Agreed.Flow.Form != SharingForm.Records).CompareTo(y.Agreed.Flow.Form != SharingForm.Records);
        order = order != 0 ? order : one.SmallestCell.CompareTo(other.SmallestCell);
        // The enums' numbers rise from fine to coarse.
        order = order != 0 ? order : one.Precision.CompareTo(other.Precision);
        order = order != 0 ? order : one.Time.CompareTo(other.Time);
        order = order != 0 ? order : other.ShowsText.CompareTo(one.ShowsText);
        return order != 0 ? order : Values(other).CompareTo(Values(one));
    }

    private static int Values(Projection projection) => BitOperations.PopCount((uint)projection.Fields.Bits);
}
