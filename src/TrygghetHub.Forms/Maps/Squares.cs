using TrygghetHub.Pictures.V1;

namespace TrygghetHub.Forms;

/// <summary>The squares of a picture as forms name them.</summary>
internal static class Squares
{
    /// <summary>Side of one in metres, as the contract of <c>GridSquare</c> has it.</summary>
    public const int SideM = 250;

    /// <summary>A square by its south-west corner, such as <c>N 6 601 250, E 645 500</c>.</summary>
    public static string Named(Reading reading, GridSquare square) =>
        $"N\u00A0{reading.Notation.Number(square.NorthingM)}, E\u00A0{reading.Notation.Number(square.EastingM)}";
}
