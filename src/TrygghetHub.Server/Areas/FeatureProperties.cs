using System.Globalization;

namespace TrygghetHub.Server.Areas;

/// <summary>
/// What a feature's properties say of an area: the caller's own names of properties, or those that Statistics Sweden,
/// Lantmäteriet and the municipalities' map systems write. Pure and thread-safe.
/// </summary>
/// <param name="codeProperty">Name of the property that holds the code; empty to look for the usual ones.</param>
/// <param name="nameProperty">Name of the property that holds the name; empty to look for the usual ones.</param>
internal sealed class FeatureProperties(string codeProperty, string nameProperty)
{
    // Folded: no case, accents or punctuation (KnKod, kom_kod, OMRÅDE_NAMN).
    private static readonly string[] MunicipalityCodes =
        ["kommunkod", "knkod", "komkod", "municipalitycode", "kommun", "municipality"];
    private static readonly string[] AnyMunicipalityCodes = [.. MunicipalityCodes, "code", "kod", "id"];
    private static readonly string[] Codes =
        ["code", "kod", "omradeskod", "omradeskd", "districtcode", "distriktskod", "platskod", "placecode"];
    private static readonly string[] Names =
        ["name", "namn", "omradesnamn", "omradenamn", "distriktsnamn", "stadsdelsnamn", "platsnamn", "displayname", "benamning"];
    private static readonly string[] Districts = ["district", "distrikt", "omrade", "stadsdel", "districtcode", "omradeskod", "parent"];

    /// <summary>The official code of the municipality that the feature is, zeros in front; null where none is said.</summary>
    public string? MunicipalityOf(MapFeature feature) => FourDigits(Own(feature, codeProperty) ?? First(feature, AnyMunicipalityCodes));

    /// <summary>The official code of the municipality that holds the feature; null where none is said.</summary>
    public static string? ParentMunicipalityOf(MapFeature feature) =>
        FourDigits(First(feature, MunicipalityCodes) ?? First(feature, ["parent"]));

    /// <summary>Code or name of the district that holds the feature; null where none is said.</summary>
    public static string? ParentDistrictOf(MapFeature feature) => First(feature, Districts);

    /// <summary>The caller has named the property that holds the code.</summary>
    public bool NamesCode => codeProperty.Length > 0;

    /// <summary>
    /// The code of a district or place, as written; null where none is said. A number that is whole is written without
    /// decimals: a table's column of numbers makes 12.0 of 12.
    /// </summary>
    public string? CodeOf(MapFeature feature) => Whole(Own(feature, codeProperty) ?? (NamesCode ? null : First(feature, Codes)));

    /// <summary>Whether a code is a number with decimals, an exponent or a sign: what it was before a program wrote it so is not known.</summary>
    public static bool IsBrokenNumber(string code) =>
        !code.All(char.IsAsciiDigit)
        && double.TryParse(code.Replace(',', '.'), NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    /// <summary>The name; null where none is said.</summary>
    public string? NameOf(MapFeature feature) => Own(feature, nameProperty) ?? (nameProperty.Length == 0 ? First(feature, Names) : null);

    /// <summary>Whether the feature is marked as sparsely populated; null where nothing is said.</summary>
    public static bool? SparseOf(MapFeature feature) => First(feature, ["sparse", "gles"]) switch
    {
        "true" or "1" => true,
        "false" or "0" => false,
        _ => null,
    };

    private static string? Own(MapFeature feature, string property) =>
        property.Length == 0 ? null : First(feature, [AreaName.Folded(property).Replace(" ", "", StringComparison.Ordinal)]);

    private static string? First(MapFeature feature, string[] names) => names
        .Select(name => feature.Properties.GetValueOrDefault(name))
        .FirstOrDefault(value => !string.IsNullOrEmpty(value));

    private static string? Whole(string? value)
    {
        var point = value?.IndexOfAny(['.', ',']) ?? -1;
        return point > 0 && point < value!.Length - 1
            && value.AsSpan(0, point).ContainsAnyExceptInRange('0', '9') is false
            && value.AsSpan(point + 1).ContainsAnyExcept('0') is false
            ? value[..point]
            : value;
    }

    // Spreadsheets drop the zero of 0139.
    private static string? FourDigits(string? said) =>
        Whole(said) is var value && value is { Length: 3 or 4 } && int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out _)
            ? value.PadLeft(4, '0')
            : value;
}
