using TrygghetHub.Reports.V1;

namespace TrygghetHub.Screening.Tests.Detectors;

public sealed class NameDetectorTests
{
    [Theory]
    // Words that are also names, places that are known, and streets and the like that bear names.
    [InlineData("Hans cykel stals. Per person tre flaskor.")]
    [InlineData("Brand vid sten och björk. Björn sågs i Berg. Stig på sidan.")]
    [InlineData("Olycka i Nora och Brunna, på Brunnas torg")]
    [InlineData("Klotter vid Upplands Väsby station")]
    [InlineData("Vid Sankta Annas plats är det mörkt")]
    [InlineData("Bråk på Karl Johans gata och Hjalmar Brantings plats")]
    [InlineData("Rån på Birger Jarlsgatan och Nils Ericsongatan")]
    [InlineData("Kontroll på Gustav Adolfs väg")]
    [InlineData("Kollision, Petrus Laestadius Väg")]
    [InlineData("Skadegörelse på Frida Hjertbergs gata")]
    [InlineData("Inbrott i Fredrika Brehmergymnasiet")]
    [InlineData("Kvarteret Elsa, kv. Oskar, hotell Erik, stormen Gudrun, S:t Olof")]
    [InlineData("Söderby-Karl")]
    [InlineData("Radio Rakel, Hemköp och Willys. Lucia firades, Operation Ivar, insats Ivar, projekt Elsa")]
    [InlineData("En dans och en max på polisens sida")]
    [InlineData("Ungdomar från Polisen, Räddningstjänsten och SOS")]
    public void Find_NoPerson_Passes(string text) => Assert.Empty(Spans.Of(text, FindingKind.Name));

    [Theory]
    [InlineData("Kevin var där", "Kevin")]
    [InlineData("Enligt Kevins vänner", "Kevins")]
    [InlineData("KEVIN VAR DÄR", "KEVIN")]
    [InlineData("det var kevin som", "kevin")]
    [InlineData("Ordet gick till Anna Svensson.", "Anna Svensson")]
    [InlineData("Ann-Marie Lindqvist ringde", "Ann-Marie Lindqvist")]
    [InlineData("familjen Andersson", "Andersson")]
    [InlineData("Mohammed Al", "Mohammed")]
    [InlineData("Björn Berg såg det", "Björn Berg")]
    [InlineData("Grannen Björn såg det", "Björn")]
    [InlineData("Sven-Göran Eriksson, public figur", "Sven-Göran Eriksson")]
    [InlineData("Kevin Xyzotti sprang", "Kevin Xyzotti")]
    [InlineData("En Brunkullasson greps", "Brunkullasson")]
    [InlineData("Anna Svensson Kungsgatan 5", "Anna Svensson")]
    [InlineData("Kevin Brunna", "Kevin")]
    [InlineData("Nora Andersson", "Nora Andersson")]
    [InlineData("Zoë och Elif", "Elif")]
    public void Find_Person_SpanIsTheName(string text, string name) => Assert.Equal([name], Spans.Of(text, FindingKind.Name));

    [Fact]
    public void Lists_NameTheirSourceAndLicence() => Assert.All(
        ["first-names.txt", "last-names.txt", "names-that-are-words.txt", "cue-words.txt", "compatibility.txt", "look-alikes.txt"], (string file) =>
        {
            using var reader = new StreamReader(typeof(Screener).Assembly.GetManifestResourceStream(file)!);
            var head = string.Concat(reader.ReadToEnd().Split('\n').TakeWhile(l => l.StartsWith('#')));

            Assert.True(head.Contains("MIT", StringComparison.Ordinal) || head.Contains("Unicode License", StringComparison.Ordinal)
                || head.Contains("for this project", StringComparison.Ordinal), file);
        });

    [Fact]
    public void Lists_WordsThatAreNames_AreAllInOneOfTheLists()
    {
        var names = DataFile.Lines("first-names.txt").Concat(DataFile.Lines("last-names.txt")).ToHashSet();

        Assert.All(DataFile.Lines("names-that-are-words.txt"), name => Assert.Contains(name, names));
    }
}
