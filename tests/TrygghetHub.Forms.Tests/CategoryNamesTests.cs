using TrygghetHub.Pictures.V1;

namespace TrygghetHub.Forms.Tests;

public sealed class CategoryNamesTests
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

    [Fact]
    public void Kind_OfACodeThatANewerHubHasAdded_IsTheNameItCameWith()
    {
        Assert.Equal("fordonsbränder", Wording.Kind("vehicle-fire", "Fordonsbrand", PictureLanguage.Swedish));
        Assert.Equal("drönare", Wording.Kind("drone", "Drönare", PictureLanguage.Swedish));
        Assert.Equal("drone", Wording.Kind("drone", "Drönare", PictureLanguage.English));
    }
}
