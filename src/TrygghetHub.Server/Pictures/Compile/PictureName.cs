using System.Globalization;
using System.Text.RegularExpressions;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Calendar;

namespace TrygghetHub.Server.Pictures.Compile;

/// <summary>Resource name of a picture: <c>partners/upplands-bro/pictures/0139-2024-W20-r1</c>.</summary>
/// <param name="Compiler">Whose.</param>
/// <param name="Municipality">Code.</param>
/// <param name="Week">The week.</param>
/// <param name="Revision">0 while preliminary.</param>
internal readonly partial record struct PictureName(PartnerId Compiler, string Municipality, IsoWeek Week, int Revision)
{
    /// <summary>The name of a stored picture.</summary>
    public static PictureName Of(PictureRow row) =>
        new(new PartnerId(row.Compiler), row.Municipality, IsoWeek.FromKey(row.Week), row.Revision);

    /// <summary>Reads a name; false where it is none.</summary>
    public static bool TryParse(string text, out PictureName name)
    {
        var match = Pattern().Match(text);
        if (match.Success && PartnerId.IsValid(match.Groups[1].Value) && IsoWeek.TryParse(match.Groups[3].Value, out var week))
        {
            name = new PictureName(
                new PartnerId(match.Groups[1].Value), match.Groups[2].Value, week,
                int.Parse(match.Groups[4].ValueSpan, CultureInfo.InvariantCulture));
            return true;
        }

        name = default;
        return false;
    }

    public override string ToString() => $"partners/{Compiler}/pictures/{Municipality}-{Week}-r{Revision}";

    // One way to write each: a revision has no leading noughts.
    [GeneratedRegex(@"\Apartners/([a-z][a-z0-9-]{1,39})/pictures/([0-9]{4})-([0-9]{4}-W[0-9]{2})-r(0|[1-9][0-9]{0,5})\z")]
    private static partial Regex Pattern();
}
