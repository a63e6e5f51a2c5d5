using CsCheck;
using TrygghetHub.Reports.V1;

namespace TrygghetHub.Screening.Tests;

public sealed class ReportScreeningTests
{
    private static readonly ReportScreening Screening = new(Spans.Screener);
    private static readonly HashSet<FindingKind> None = [];

    [Fact]
    public void Screen_CleanReport_FindsNothing() => Assert.Empty(Screening.Screen(
        new Report { SourceRef = "20260412345", SourceVersion = "v2", Summary = "Klotter.", Place = new Place { Named = "Annas backe" } }, None));

    [Fact]
    public void Screen_ReportWithoutPlace_FindsNothing() => Assert.Empty(Screening.Screen(new Report(), None));

    [Theory]
    // Running numbers of many shapes; police case numbers, of which the hub keeps a hash; names in user ids.
    [InlineData("20260412345")]
    [InlineData("2026-0412-345")]
    [InlineData("5000-K123456-24")]
    [InlineData("08-123 456 78")]
    [InlineData("0812345678")]
    [InlineData("ABC123")]
    [InlineData("anna/17")]
    [InlineData("46701234567")]
    // A digest, in which any digits may come.
    [InlineData("9f9908072391c03e5ab1")]
    public void Screen_Reference_RunningNumberPasses(string reference) =>
        Assert.Empty(Screening.Screen(new Report { SourceRef = reference, SourceVersion = reference }, None));

    [Theory]
    [InlineData("pnr-990807-2391", FindingKind.PersonalIdentityNumber)]
    [InlineData("fab9908072391", FindingKind.PersonalIdentityNumber)]
    [InlineData("0701234567", FindingKind.PhoneNumber)]
    [InlineData("+46 8 123 456 78", FindingKind.PhoneNumber)]
    [InlineData("anna@example.se", FindingKind.EmailAddress)]
    public void Screen_Reference_PersonalValueBlocks(string reference, FindingKind kind)
    {
        var findings = Screening.Screen(new Report { SourceRef = reference, SourceVersion = reference }, None);

        Assert.Equal([("report.source_ref", kind, true), ("report.source_version", kind, true)], findings.Select(f => (f.Field, f.Kind, f.Blocking)));
    }

    /// <summary>Connectors mark versions by digests; two of the police's in a thousand were once refused.</summary>
    [Fact]
    public void Screen_Digests_Pass() => Gen.Byte.Array[16, 32].Sample(bytes =>
        Assert.Empty(Screening.Screen(new Report { SourceRef = "x", SourceVersion = Convert.ToHexStringLower(bytes) }, None)));

    [Fact]
    public void Screen_PlaceName_NumbersBlockAndNamesPass()
    {
        var findings = Screening.Screen(new Report { Place = new Place { Named = "Kevins brors backe 070-123 45 67" } }, None);

        Assert.Equal([("report.place.named", FindingKind.PhoneNumber, 19, 13)], findings.Select(f => (f.Field, f.Kind, f.Start, f.Length)));
    }

    [Fact]
    public void Screen_Name_BlocksOnlyWhereTheAgreementSaysSo()
    {
        var report = new Report { Summary = "Kevin var där." };

        Assert.False(Assert.Single(Screening.Screen(report, None)).Blocking);
        Assert.True(Assert.Single(Screening.Screen(report, new HashSet<FindingKind> { FindingKind.Name })).Blocking);
    }

    [Fact]
    public void Screen_Findings_NeverHoldTheValue()
    {
        var finding = Assert.Single(Screening.Screen(new Report { Summary = "Pnr 990807-2391" }, None));

        Assert.DoesNotContain("2391", finding.ToString(), StringComparison.Ordinal);
        Assert.Equal(("report.summary", 4, 11), (finding.Field, finding.Start, finding.Length));
    }
}
