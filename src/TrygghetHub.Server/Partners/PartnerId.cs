using System.Text.RegularExpressions;

namespace TrygghetHub.Server.Partners;

/// <summary>
/// A partner's id: lower-case letters a–z, digits and hyphens, 2 to 40 characters, starting with a letter. The id
/// is part of names and of certificates and never changes.
/// </summary>
internal readonly partial record struct PartnerId(string Value) : IComparable<PartnerId>
{
    // Whoever reads it would take it for another.
    private const string Reserved = "operator";

    public static bool IsValid(string text) => Pattern().IsMatch(text) && text != Reserved;

    public int CompareTo(PartnerId other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;

    [GeneratedRegex(@"^[a-z][a-z0-9-]{1,39}\z")]
    private static partial Regex Pattern();
}
