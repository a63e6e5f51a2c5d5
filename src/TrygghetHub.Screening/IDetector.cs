namespace TrygghetHub.Screening;

/// <summary>Finds one thing that points at a person. Pure, without state, thread-safe.</summary>
internal interface IDetector
{
    /// <summary>Adds what it finds to <paramref name="found"/>; overlaps are sorted out afterwards.</summary>
    void Find(ScreenedText text, Found found);
}
