namespace TrygghetHub.Screening;

/// <summary>A code point and where in the text as given it comes from.</summary>
/// <param name="CodePoint">U+FFFD for half a surrogate pair.</param>
/// <param name="Start">Where it begins, in UTF-16 code units.</param>
/// <param name="End">One past its last code unit; of an escape the end of the escape.</param>
internal readonly record struct Seen(int CodePoint, int Start, int End);
