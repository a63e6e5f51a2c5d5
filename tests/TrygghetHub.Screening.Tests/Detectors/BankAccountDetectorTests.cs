using TrygghetHub.Reports.V1;

namespace TrygghetHub.Screening.Tests.Detectors;

public sealed class BankAccountDetectorTests
{
    [Theory]
    [InlineData("Betala till bankgiro 5050-1055 eller plusgiro 1234567-8")]
    [InlineData("Konto: bankgiro 5050-1055")]
    [InlineData("Kommunens konto belastas med 5000 kr")]
    [InlineData("SE45 5000 0000 0583 9825 7467")]
    [InlineData("Lampa SE 12 3456")]
    [InlineData("Kontot spärrat 2024")]
    public void Find_NoAccount_Passes(string text) => Assert.Empty(Spans.Of(text, FindingKind.BankAccount));

    [Theory]
    [InlineData("Pengar till SE45 5000 0000 0583 9825 7466.", "SE45 5000 0000 0583 9825 7466")]
    [InlineData("SE4550000000058398257466", "SE4550000000058398257466")]
    [InlineData("NO93 8601 1117 947", "NO93 8601 1117 947")]
    [InlineData("konto 5000-58398257466", "5000-58398257466")]
    [InlineData("Clearingnr 8327-9, konto 123 456 789-0", "123 456 789-0")]
    [InlineData("kontonummer: 3300 000699 5124", "3300 000699 5124")]
    public void Find_Account_SpanIsTheAccount(string text, string account) =>
        Assert.Equal([account], Spans.Of(text, FindingKind.BankAccount));
}
