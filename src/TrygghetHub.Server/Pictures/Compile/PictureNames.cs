using TrygghetHub.Server.Agreements;

namespace TrygghetHub.Server.Pictures.Compile;

/// <summary>Names of codes as people know them, by the lists of a rule book. Immutable.</summary>
internal sealed class PictureNames(RuleBook rules)
{
    /// <summary>An area's; its code where the book has none.</summary>
    public string Area(string code) => rules.Areas.TryGet(code, out var area) ? area.DisplayName : code;

    /// <summary>A family's, in Swedish.</summary>
    public string Family(string code) => rules.Categories.FamilyName(code);

    /// <summary>A category's, in Swedish.</summary>
    public string Category(string code) => rules.Categories.Find(code)?.Name ?? code;
}
