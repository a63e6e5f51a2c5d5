using TrygghetHub.Reports.V1;

namespace TrygghetHub.Screening.Tests.Detectors;

public sealed class DocumentAndCardTests
{
    [Theory]
    [InlineData("OCR 4539148803436467 till bg 123-4567")]
    [InlineData("Kort nr 4539148803436468")]
    [InlineData("EAN 4006381333931, ISBN 978-91-7000-150-4")]
    [InlineData("IMEI 356938035643809")]
    [InlineData("Passet 2024-05-12 var lugnt, pass 123456, pass 20240512")]
    [InlineData("Pass 08:00-16:00, 3 personer")]
    [InlineData("Staden betalade ut 150 000 kr, ryckte ut 20240512 och larmades ut 240512-1430")]
    [InlineData("Körkort återkallat 240512, körkort återkallat 20240512-1430")]
    [InlineData("Legitimation begärd 240512 1430, uppehållstillstånd kostar 150 000 kronor")]
    [InlineData("Körkort saknas, 2 böter à 1500 kr")]
    [InlineData("Ärende 91274406 och 50-281776")]
    [InlineData("Id 91274406, vykort 12345678")]
    public void Find_LookAlike_Passes(string text) => Assert.Empty(Spans.Blocking(text));

    [Theory]
    [InlineData("Kort 4539 1488 0343 6467 borta", FindingKind.PaymentCard, "4539 1488 0343 6467")]
    [InlineData("5425-2334-3010-9903", FindingKind.PaymentCard, "5425-2334-3010-9903")]
    [InlineData("Amex 3782 822463 10005", FindingKind.PaymentCard, "3782 822463 10005")]
    [InlineData("Pass nr 91274406", FindingKind.IdentityDocument, "91274406")]
    [InlineData("nationellt id-kort 12345678", FindingKind.IdentityDocument, "12345678")]
    [InlineData("ID kort nr 12345678", FindingKind.IdentityDocument, "12345678")]
    [InlineData("id-handling 12345678", FindingKind.IdentityDocument, "12345678")]
    [InlineData("identitetskort: 12345678", FindingKind.IdentityDocument, "12345678")]
    [InlineData("kör-kort 12345678", FindingKind.IdentityDocument, "12345678")]
    [InlineData("pass-nr 91274406", FindingKind.IdentityDocument, "91274406")]
    [InlineData("pass AB1234567", FindingKind.IdentityDocument, "AB1234567")]
    [InlineData("Körkort 991334-1234", FindingKind.IdentityDocument, "991334-1234")]
    [InlineData("LMA-kort nr 50-281776", FindingKind.IdentityDocument, "50-281776")]
    public void Find_Number_SpanIsTheNumber(string text, FindingKind kind, string number) => Assert.Equal([(kind, number)], Spans.Blocking(text));
}
