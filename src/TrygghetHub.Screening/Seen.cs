namespace TrygghetHub.Screening;

/// <summary>A code point and where in the text as given it comes from.</summary>
/// <param name="CodePoint">
/// A Unicode code point; U+FFFD for half a surrogate pair. Or <see cref="FirstByte"/> plus a byte that a percent escape gave and that
/// is no whole character of UTF-8.
/// </param>
/// <param name="Start">Where it begins, in UTF-16 code units.</param>
/// <param name="End">One past its last code unit; of an escape the end of the escape.</param>
internal readonly record struct Seen(int CodePoint, int Start, int End)
{
    /// <summary>Past all code points.</summary>
    public const int FirstByte = 0x110000;

    /// <summary>It is a byte that is no whole character of UTF-8.</summary>
    public bool IsByte => CodePoint >= FirstByte;

    /// <summary>The byte.</summary>
    public byte Byte => (byte)(CodePoint - FirstByte);
}
