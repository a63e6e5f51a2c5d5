using TrygghetHub.Server.Areas;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Areas;

public class AreaBookTests
{
    private const string Heading = "# version 7\ncode,name,flags\n";

    private static readonly AreaBook book = AreaBook.LoadEmbedded();

    [Fact]
    public void LoadEmbedded_Always_HoldsTheCountiesAndMunicipalitiesOfSweden()
    {
        Assert.Equal(1, book.Version);
        var counties = book.Children(null);
        Assert.Equal(21, counties.Count);
        Assert.Equal(
            "01 03 04 05 06 07 08 09 10 12 13 14 17 18 19 20 21 22 23 24 25",
            string.Join(' ', counties.Select(county => county.Code)));
        Assert.All(counties, county => Assert.Equal(AreaLevel.County, county.Level));
        Assert.All(counties, county => Assert.Null(county.Parent));

        var municipalities = counties.SelectMany(county => book.Municipalities(county.Code)).ToArray();
        Assert.Equal(290, municipalities.Length);
        Assert.Equal(290, municipalities.Distinct().Count());
        Assert.Equal(26, book.Municipalities("01").Count);
        Assert.Equal(49, book.Municipalities("14").Count);
        Assert.Equal(["0980"], book.Municipalities("09"));
    }

    [Fact]
    public void LoadEmbedded_BesideTheOfficialTable_HasItsCodesAndNames()
    {
        var file = SharedData.Path("geo", "municipalities.csv");
        if (SharedData.SkipReason(file) is { } reason)
        {
            Assert.Skip(reason);
        }

        var official = File.ReadLines(file).Skip(1)
            .Select(line => line.Split(','))
            .Select(cells => (Code: cells[0], Name: cells[2], County: (string?)cells[3]));
        var ours = book.Children(null)
            .SelectMany(county => book.Children(county.Code))
            .Select(municipality => (municipality.Code, Name: municipality.DisplayName, County: municipality.Parent));
        Assert.Equal(official.Order(), ours.Order());
    }

    [Fact]
    public void Districts_OfUpplandsBro_AreTheThreeAndTheRest()
    {
        var districts = book.Children("0139");
        Assert.Equal(
            [
                ("0139-bro", "Bro", false),
                ("0139-brunna", "Brunna", false),
                ("0139-kungsangen", "Kungsängen", false),
                ("0139-ovriga", "Övriga kommunen", true),
            ],
            districts.Select(district => (district.Code, district.DisplayName, district.Sparse)));
        Assert.All(districts, district => Assert.Equal(AreaLevel.District, district.Level));
        Assert.All(districts, district => Assert.Equal("0139", district.Parent));
        Assert.All(districts, district => Assert.False(district.Illustrative));
    }

    [Fact]
    public void Places_InTheEmbeddedBook_AreAllMarkedAsInvented()
    {
        var places = book.Children("0139").SelectMany(district => book.Children(district.Code)).ToArray();
        Assert.InRange(places.Length, 5, 8);
        Assert.All(places, place => Assert.True(place.Illustrative));
        Assert.All(places, place => Assert.Equal(AreaLevel.Place, place.Level));
    }

    [Theory]
    [InlineData("01", "01", null, null, null)]
    [InlineData("0139", "01", "0139", null, null)]
    [InlineData("0139-bro", "01", "0139", "0139-bro", null)]
    [InlineData("0139-bro-exempeltorget", "01", "0139", "0139-bro", "0139-bro-exempeltorget")]
    public void TryResolve_KnownCode_NamesEveryAreaThatHoldsIt(
        string code, string county, string? municipality, string? district, string? place)
    {
        Assert.True(book.TryResolve(code, out var chain));
        Assert.Equal(new AreaChain(county, municipality, district, place), chain);
        Assert.Equal(code, chain.Finest);
        Assert.True(book.TryGet(code, out var area));
        Assert.Equal(code, area.Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("02")]
    [InlineData("0199")]
    [InlineData("139")]
    [InlineData("0139 ")]
    [InlineData("0139-BRO")]
    [InlineData("0139-bro-")]
    [InlineData("0139-bro-finnsinte")]
    [InlineData("areas/0139")]
    public void TryResolve_UnknownCode_IsRefused(string code)
    {
        Assert.False(book.TryResolve(code, out var chain));
        Assert.Equal(default, chain);
        Assert.False(book.TryGet(code, out var area));
        Assert.Null(area);
        Assert.Empty(book.Children(code));
        Assert.Empty(book.Municipalities(code));
    }

    [Theory]
    [InlineData("0139")]
    [InlineData("0139-bro")]
    [InlineData("0139-bro-exempeltorget")]
    public void Municipalities_OfAMunicipalityOrBelow_IsTheOne(string code) =>
        Assert.Equal(["0139"], book.Municipalities(code));

    [Theory]
    [InlineData("", "Line 1")]
    [InlineData("code,name,flags\n", "Line 1")]
    [InlineData("# version 1\n01,Stockholms län,\n", "Line 2")]
    [InlineData(Heading + "01,Stockholms län\n", "Line 3")]
    [InlineData(Heading + "01,Stockholms län,\n\n", "Line 4")]
    [InlineData(Heading + "01,Stockholms län,big\n", "Line 3")]
    [InlineData(Heading + "01, Stockholms län,\n", "Line 3")]
    [InlineData(Heading + "01,,\n", "Line 3")]
    [InlineData(Heading + "1,Stockholms län,\n", "Line 3")]
    [InlineData(Heading + "01-bro,Bro,\n", "Line 3")]
    [InlineData(Heading + "0139-Bro,Bro,\n", "Line 3")]
    [InlineData(Heading + "0139-a-b-c,Bro,\n", "Line 3")]
    [InlineData(Heading + "0139,Upplands-Bro,\n", "Area 0139")] // its county is missing
    [InlineData(Heading + "01,Stockholms län,\n01,Uppsala län,\n", "Area 01")]
    [InlineData(Heading + "01,Stockholms län,\n03,stockholms län,\n", "Area 03")]
    public void Read_BrokenFile_SaysWhere(string file, string where)
    {
        var failure = Assert.Throws<InvalidDataException>(() => AreaBook.Read(new StringReader(file)));
        Assert.StartsWith(where, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_LinesInAnyOrder_MakesTheBook()
    {
        var read = AreaBook.Read(new StringReader(
            Heading + "0139-bro,Bro,sparse illustrative\n0139,Upplands-Bro,\n01,Stockholms län,\n"));
        Assert.Equal(7, read.Version);
        Assert.Equal([new Area("0139-bro", "Bro", AreaLevel.District, "0139", true, true)], read.Children("0139"));
    }

    [Fact]
    public void Make_LevelThatTheCodeContradicts_Throws() =>
        Assert.Throws<InvalidDataException>(() =>
            new AreaBook(1, [new Area("01", "Stockholms län", AreaLevel.Municipality, null, false, false)]));
}
