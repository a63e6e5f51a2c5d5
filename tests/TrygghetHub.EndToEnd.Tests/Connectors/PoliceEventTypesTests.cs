using TrygghetHub.Cli.Connectors.Polisen;
using TrygghetHub.Reports.V1;

namespace TrygghetHub.EndToEnd.Tests.Connectors;

public class PoliceEventTypesTests
{
    private static readonly string[] Categories =
    [
        "criminal-damage", "broken-window", "graffiti", "littering", "arson", "vehicle-fire", "fireworks",
        "open-drug-dealing", "robbery", "assault", "threat-against-staff", "harassment", "youth-gathering",
        "illegal-path-traffic", "disorder", "housing-disturbance", "burglary", "theft", "weapon",
        "shooting-or-explosion", "traffic-accident", "fire", "unsafe-place", "broken-lighting", "obscured-view",
        "rumours", "planned-event", "calm-observation", "other",
    ];

    [Theory]
    [InlineData("Försvunnen person")]
    [InlineData("Efterlyst person")]
    [InlineData("Anträffad död")]
    [InlineData("Sjukdom/olycksfall")]
    [InlineData("Våldtäkt")]
    [InlineData("Våldtäkt, försök ")]
    [InlineData("Sexualbrott")]
    [InlineData("sedlighetsbrott")]
    public void Type_AboutOneIndividualOrUnderACeiling_IsNeverTaken(string type) =>
        Assert.Equal(Treatment.NeverTaken, PoliceEventTypes.Of(type, out _).Treatment);

    [Theory]
    [InlineData("Sammanfattning natt")]
    [InlineData("Sammanfattning kväll och natt")]
    [InlineData("Sammanfattning av något nytt")]
    [InlineData("Trafikkontroll")]
    [InlineData("Kontroll")]
    [InlineData("Kontroll person/fordon")]
    [InlineData("Information")]
    [InlineData("Uppdatering")]
    [InlineData("Polisinsats/kommendering")]
    public void Type_ThatTellsOfNoEvent_IsContext(string type)
    {
        Assert.Equal(Treatment.Context, PoliceEventTypes.Of(type, out var known).Treatment);
        Assert.True(known);
    }

    [Theory]
    [InlineData("Misshandel, grov", "assault")]
    [InlineData("Skadegörelse", "criminal-damage")]
    [InlineData("Rån övrigt", "robbery")]
    [InlineData("Skottlossning, misstänkt", "shooting-or-explosion")]
    [InlineData("Trafikolycka, vilt", "traffic-accident")]
    [InlineData("Lagen om hundar och katter ", "other")]
    public void Type_ThatCounts_HasItsCategory(string type, string category)
    {
        var found = PoliceEventTypes.Of(type, out var known);

        Assert.Equal((Treatment.Counted, category, true), (found.Treatment, found.Category, known));
    }

    [Fact]
    public void Type_ThatTheTableDoesNotHold_CountsAsOtherAndIsSaidToBeUnknown()
    {
        var found = PoliceEventTypes.Of("Rymdfarkost", out var known);

        Assert.Equal((Treatment.Counted, "other", false), (found.Treatment, found.Category, known));
    }

    [Fact]
    public void Table_OfTypes_NamesTheHubsCategoriesAndLevelsOnly() => Assert.All(
        PoliceEventTypes.All.Values.Where(t => t.Treatment != Treatment.NeverTaken),
        t =>
        {
            Assert.Contains(t.Category, Categories);
            Assert.NotEqual(Severity.Unspecified, t.Severity);
            Assert.NotEqual(Confidence.Unspecified, t.Confidence);
        });
}
