namespace TrygghetHub.Forms;

/// <summary>A rectangle on the map's paper, in units of its view box. Immutable.</summary>
internal readonly record struct Box(double Left, double Top, double Width, double Height)
{
    /// <summary>A box around a point.</summary>
    public static Box Around(double x, double y, double width, double height) => new(x - (width / 2), y - (height / 2), width, height);

    /// <summary>They have more than an edge in common.</summary>
    public bool Overlaps(Box other) =>
        Left < other.Left + other.Width && other.Left < Left + Width && Top < other.Top + other.Height && other.Top < Top + Height;

    /// <summary>It lies in the other from edge to edge.</summary>
    public bool IsWithin(Box other) =>
        Left >= other.Left && Top >= other.Top && Left + Width <= other.Left + other.Width && Top + Height <= other.Top + other.Height;
}
