using TrygghetHub.Pictures.V1;

namespace TrygghetHub.Forms.Tests;

public sealed class WordingTests
{
    [Theory]
    [InlineData("categories.csv")]
    [InlineData("families.csv")]
    public void InSentence_EveryCodeOfTheList_HasAName(string file)
    {
        using var reader = new StreamReader(typeof(CategoryNames).Assembly.GetManifestResourceStream(file)!);
        var codes = reader.ReadToEnd().Split('\n').Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split(',')[0]).ToList();

        Assert.NotEmpty(codes);
        Assert.All(codes, code => Assert.False(string.IsNullOrWhiteSpace(CategoryNames.InSentence(code)), code));
    }

    [Theory]
    [InlineData("Stationstorget", "Bro", "Stationstorget i Bro")]
    [InlineData("Bro station", "Bro", "Bro station")]
    [InlineData("Brostigen", "Bro", "Brostigen i Bro")]
    [InlineData("Torget", "", "Torget")]
    public void PlaceIn_APlaceNamedAfterItsArea_NamesTheAreaOnce(string place, string area, string text) =>
        Assert.Equal(text, Wording.PlaceIn(place, area, PictureLanguage.Swedish));

    [Fact]
    public void Kind_OfACodeThatANewerHubHasAdded_IsTheNameItCameWith()
    {
        Assert.Equal("fordonsbränder", Wording.Kind("vehicle-fire", "Fordonsbrand", PictureLanguage.Swedish));
        Assert.Equal("drönare", Wording.Kind("drone", "Drönare", PictureLanguage.Swedish));
        Assert.Equal("drone", Wording.Kind("drone", "Drönare", PictureLanguage.English));
    }
}
