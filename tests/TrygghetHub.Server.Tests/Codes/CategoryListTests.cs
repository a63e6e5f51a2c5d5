using TrygghetHub.Server.Codes;

namespace TrygghetHub.Server.Tests.Codes;

public sealed class CategoryListTests
{
    private static readonly string[] Families = ["# Version 1.", "fire,Brand"];

    [Theory]
    [InlineData("", "fire,fire,Brand,yes,yes", "line 1: it must begin with its version")]
    [InlineData("# Version two.", "fire,fire,Brand,yes,yes", "line 1: it must begin with its version")]
    [InlineData("# Version 2.", "fire,fire,Brand,yes", "line 2: it must have 5 columns")]
    [InlineData("# Version 2.", "fire,fire,Brand,yes,", "line 2: it must have 5 columns")]
    [InlineData("# Version 2.", "fire,fire,Brand,yes,yes,yes", "line 2: it must have 5 columns")]
    [InlineData("# Version 2.", "fire,fire,Brand,Yes,yes", "line 2: taken is \"Yes\"; it must be yes or no")]
    [InlineData("# Version 2.", "fire,fire,Brand,yes,maybe", "line 2: concern is \"maybe\"; it must be yes or no")]
    [InlineData("# Version 2.", "fire,fires,Brand,yes,yes", "line 2: the family \"fires\" is not in families.csv")]
    public void Parse_OfALineThatCannotBeRead_SaysWhichAndWhatItMustBe(string head, string line, string said)
    {
        var refused = Assert.Throws<InvalidDataException>(() => CategoryList.Parse([head, line], Families));

        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_OfACodeThatStandsTwice_IsRefused()
    {
        var refused = Assert.Throws<InvalidDataException>(() => CategoryList.Parse(
            ["# Version 2.", "fire,fire,Brand,yes,yes", "# More.", "fire,fire,Eld,yes,yes"], Families));

        Assert.Contains("line 4: the category \"fire\" stands twice", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Embedded_Concerns_AreAllButCalmAndPlannedEvents()
    {
        var list = CategoryList.Embedded;

        Assert.Equal(["calm-observation", "planned-event"], list.Categories.Where(c => !c.IsConcern).Select(c => c.Code));
        Assert.False(list.IsConcern("planned-event"));
        Assert.True(list.IsConcern("fire"));
        // Where the family alone may be seen.
        Assert.True(list.IsConcern(""));
    }
}
