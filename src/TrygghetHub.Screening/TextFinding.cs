using TrygghetHub.Reports.V1;

namespace TrygghetHub.Screening;

/// <summary>Something in a text that points at a person: kind and span, never the value.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Start">Where it begins, in UTF-16 code units of the text as given.</param>
/// <param name="Length">How long it is, likewise.</param>
public readonly record struct TextFinding(FindingKind Kind, int Start, int Length);
