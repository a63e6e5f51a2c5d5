using TrygghetHub.Server.Platform;

namespace TrygghetHub.Server.Partners;

/// <summary>
/// A partner's id: 2 to 40 characters by <see cref="ChosenId"/>. The id is part of names and of certificates and never changes.
/// </summary>
internal readonly record struct PartnerId(string Value) : IComparable<PartnerId>
{
    // Whoever reads it would take it for another.
    private const string Reserved = "operator";

    private const int Longest = 40;

    public static bool IsValid(string text) => ChosenId.IsValid(text, 2, Longest) && text != Reserved;

    public int CompareTo(PartnerId other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;
}
