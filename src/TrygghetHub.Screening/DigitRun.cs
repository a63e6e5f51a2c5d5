namespace TrygghetHub.Screening;

/// <summary>Digits that stand together, with what is written for digits (<c>O</c>, <c>l</c>) among and beside them.</summary>
/// <param name="Start">Where it begins, letters that may be digits included.</param>
/// <param name="End">One past its last.</param>
/// <param name="FirstDigit">The first true digit; there always is one.</param>
/// <param name="DigitsEnd">One past the last true digit.</param>
internal readonly record struct DigitRun(int Start, int End, int FirstDigit, int DigitsEnd);
