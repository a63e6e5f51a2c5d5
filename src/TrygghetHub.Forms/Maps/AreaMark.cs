namespace TrygghetHub.Forms;

/// <summary>The circle that stands for an area on the map: where it has found room. Immutable.</summary>
/// <param name="AnchorX">A point inside the area, from which a line leads to a circle outside it.</param>
/// <param name="AnchorY">Likewise.</param>
/// <param name="X">Its middle.</param>
/// <param name="Y">Its middle.</param>
/// <param name="Radius">Its size; areas are compared by their numbers.</param>
/// <param name="Name">The area's name under it; empty where there was no room.</param>
/// <param name="IsOutside">It lies outside the area: the reader needs a line to it.</param>
internal sealed record AreaMark(double AnchorX, double AnchorY, double X, double Y, double Radius, string Name, bool IsOutside)
{
    private const double NameSize = 10.5;

    // Wider than most letters of most fonts: a name that is estimated too wide is moved, one too narrow would overlap.
    private const double LetterWidth = 0.68;

    private static readonly double[] Distances = [8, 16, 24, 32, 40, 50, 60, 75, 90, 110, 130, 160, 200];

    /// <summary>
    /// Finds the nearest place where circle and name cover no square and no other circle or name: inside the area if there is
    /// one, otherwise outside; without the name where there is none, and at the anchor, over others, where there is none even so.
    /// </summary>
    /// <param name="anchorX">A point inside the area.</param>
    /// <param name="anchorY">Likewise.</param>
    /// <param name="radius">Of the circle.</param>
    /// <param name="name">As short as it may stand.</param>
    /// <param name="paper">The map.</param>
    /// <param name="taken">What may not be covered; what is placed is added to it.</param>
    /// <param name="isInside">Whether a point of the paper lies in the area.</param>
    public static AreaMark Place(
        double anchorX, double anchorY, double radius, string name, Box paper, List<Box> taken,
        Func<double, double, bool> isInside)
    {
        // A circle in its own area without a name says more than one beside it with a name.
        foreach (var (inside, shown) in new[] { (true, name), (true, ""), (false, name), (false, "") })
        {
            foreach (var (x, y) in Places(anchorX, anchorY).Where(place => isInside(place.X, place.Y) == inside))
            {
                var boxes = Boxes(x, y, radius, shown);
                if (boxes.All(box => box.IsWithin(paper) && !taken.Exists(box.Overlaps)))
                {
                    taken.AddRange(boxes);
                    return new AreaMark(anchorX, anchorY, x, y, radius, shown, IsOutside: !inside);
                }
            }
        }

        return new AreaMark(anchorX, anchorY, anchorX, anchorY, radius, "", IsOutside: false);
    }

    private static Box[] Boxes(double x, double y, double radius, string name)
    {
        var circle = Box.Around(x, y, (2 * radius) + 3, (2 * radius) + 3);
        return name.Length == 0
            ? [circle]
            : [circle, Box.Around(x, y + radius + 9, (name.Length * NameSize * LetterWidth) + 4, NameSize + 4)];
    }

    private static IEnumerable<(double X, double Y)> Places(double x, double y)
    {
        yield return (x, y);
        foreach (var distance in Distances)
        {
            for (var step = 0; step < 16; step++)
            {
                var (sin, cos) = Math.SinCos(step * Math.PI / 8);

                // Whole units: the last bits of a sine differ from one machine to another.
                yield return (Math.Round(x + (cos * distance)), Math.Round(y + (sin * distance)));
            }
        }
    }
}
