using System.Text;
using Google.Protobuf;
using TrygghetHub.Pictures.V1;

namespace TrygghetHub.Forms;

/// <summary>The files that each form of a picture consists of. Pure; PDF is printed from the page elsewhere.</summary>
public static class PictureFiles
{
    private static readonly JsonFormatter Json = new(JsonFormatter.Settings.Default.WithIndentation());

    /// <summary>The files.</summary>
    /// <param name="picture">As its reader may see it.</param>
    /// <param name="bytes">The same, as it is kept.</param>
    /// <param name="form">Any but PDF.</param>
    /// <param name="sheet">Week or weekend; only a page has the second.</param>
    /// <param name="language">Of the form's own words.</param>
    /// <param name="isSealed">A page will hold the hub's seal.</param>
    /// <exception cref="ArgumentOutOfRangeException">The form is not one of these.</exception>
    public static IReadOnlyList<FormFile> Of(
        SituationalPicture picture, byte[] bytes, PictureForm form, PictureSheet sheet, PictureLanguage language, bool isSealed)
    {
        var name = picture.Name.Split('/')[^1] + (sheet == PictureSheet.Weekend ? "-helg" : "");
        return form switch
        {
            PictureForm.Protobuf => [new FormFile($"{name}.picture", "application/x-protobuf", bytes)],
            PictureForm.Json => [new FormFile($"{name}.json", "application/json", Encoding.UTF8.GetBytes(Json.Format(picture) + "\n"))],
            PictureForm.Html => [new FormFile($"{name}.html", "text/html; charset=utf-8", Page(picture, sheet, language, isSealed))],
            PictureForm.Csv =>
            [
                .. PictureCsv.Files(picture, language)
                    .Select(t => new FormFile($"{name}-{t.Name}", "text/csv; charset=utf-8", t.Content)),
            ],
            PictureForm.Geojson => [new FormFile($"{name}.geojson", "application/geo+json", PictureGeoJson.Write(picture, language))],
            _ => throw new ArgumentOutOfRangeException(nameof(form), form, "It is printed elsewhere, or no form."),
        };
    }

    private static byte[] Page(SituationalPicture picture, PictureSheet sheet, PictureLanguage language, bool isSealed) => Encoding.UTF8.GetBytes(
        sheet == PictureSheet.Weekend ? WeekendSheet.Render(picture, language, isSealed) : PicturePage.Render(picture, language, isSealed));
}

/// <summary>A file of a form.</summary>
/// <param name="Name">Without a folder.</param>
/// <param name="MediaType">Its media type.</param>
/// <param name="Content">Its bytes.</param>
public sealed record FormFile(string Name, string MediaType, byte[] Content);
