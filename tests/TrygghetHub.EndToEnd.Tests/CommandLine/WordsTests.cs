using TrygghetHub.Cli;
using TrygghetHub.Partners.V1;

namespace TrygghetHub.EndToEnd.Tests.CommandLine;

public sealed class WordsTests
{
    [Theory]
    [InlineData("municipal-unit", PartnerKind.MunicipalUnit)]
    [InlineData("MUNICIPAL_COMPANY", PartnerKind.MunicipalCompany)]
    [InlineData("PARTNER_KIND_RESCUE_SERVICE", PartnerKind.RescueService)]
    [InlineData("Police", PartnerKind.Police)]
    public void PartnerKindOf_AnyUsualSpelling_IsUnderstood(string text, PartnerKind kind) =>
        Assert.Equal(kind, Words.PartnerKindOf(text));

    [Theory]
    [InlineData("polis")]
    [InlineData("unspecified")]
    [InlineData("")]
    public void PartnerKindOf_Unknown_ListsTheChoices(string text) => Assert.Contains(
        "municipal-unit, municipal-company, housing-company, police, rescue-service, guard-company, association, school",
        Assert.Throws<UsageException>(() => Words.PartnerKindOf(text)).Remedy, StringComparison.Ordinal);

    [Fact]
    public void Blocked_ZeroAndSmallAndHighest_LookDifferent() =>
        Assert.Equal("·▁▄█", PicturePrinter.Blocked([0, 1, 40, 80]));
}
