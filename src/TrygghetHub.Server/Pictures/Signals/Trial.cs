using TrygghetHub.Pictures.V1;

namespace TrygghetHub.Server.Pictures.Signals;

/// <summary>One count that a rule has looked at. Immutable.</summary>
/// <remarks>
/// All that were looked at matter, and not only those that stand out: among a hundred counts one in a hundred stands out by
/// itself.
/// </remarks>
/// <param name="Fewest">The smallest count that the rule lets stand out here, however unlikely a smaller one is.</param>
/// <param name="Chance">How likely it is by chance that so many or more come; never rises with the count.</param>
/// <param name="Observed">The count.</param>
/// <param name="Signal">What it says, where the plain rule is met; otherwise null.</param>
internal sealed record Trial(int Fewest, Func<int, double> Chance, int Observed, Signal? Signal)
{
    /// <summary>The chance that this trial, with nothing but noise in it, stands out as much as that, by the rule.</summary>
    /// <remarks>Counts are whole, so it is less than <paramref name="chance"/>, often by much.</remarks>
    public double StandsOut(double chance)
    {
        var count = Fewest;
        double here;
        while ((here = Chance(count)) > chance)
        {
            count++;
        }

        return here;
    }
}
