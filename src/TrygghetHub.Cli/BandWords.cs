using System.Globalization;
using TrygghetHub.Oversight.V1;

namespace TrygghetHub.Cli;

/// <summary>Figures of those who oversee the hub, in words.</summary>
internal static class BandWords
{
    /// <summary>What stands under a table of bands.</summary>
    public const string Note = "Numbers are told in bands, by quarters that are over; 0–4 may be none.";

    public static string Of(CountBand band) => band switch
    {
        CountBand.Under5 => "0–4",
        CountBand.From5 => "5–19",
        CountBand.From20 => "20–99",
        CountBand.From100 => "100–499",
        CountBand.From500 => "500+",
        _ => "unknown",
    };

    /// <summary>Such as "2026-W27–W39".</summary>
    public static string Of(Quarter quarter) => string.Create(
        CultureInfo.InvariantCulture, $"{quarter.FirstWeek.Year}-W{quarter.FirstWeek.Week:D2}–W{quarter.LastWeek.Week:D2}");

    /// <summary>The municipality, with the areas where it is not all of it.</summary>
    public static string Place(BandedMunicipality place) => place.Areas.Count == 0
        ? place.Municipality
        : $"{place.Municipality} (in {string.Join(", ", place.Areas)})";
}
