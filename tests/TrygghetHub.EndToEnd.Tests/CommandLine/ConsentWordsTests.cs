using Google.Protobuf.WellKnownTypes;
using TrygghetHub.Cli;
using TrygghetHub.Partners.V1;

namespace TrygghetHub.EndToEnd.Tests.CommandLine;

// Notices as people read them in whoami, cert notices and the feed.
public sealed class ConsentWordsTests
{
    private static readonly Timestamp Asked = Timestamp.FromDateTimeOffset(new DateTimeOffset(2026, 12, 1, 9, 0, 0, TimeSpan.Zero));

    [Fact]
    public void Line_OfAnotherPartnersRequest_SaysFromWhenItReadsAndWhyOneIsNotified() => Assert.Equal(
        "2026-12-01 10:00 CET  polisen: consent is asked for to a further certificate; it reads from Fri 4 Dec 2026 10:00 CET, "
            + "unless polisen objects, request abcdefghij, certificate 0123456789ABCDEF…. "
            + "You are notified because you have an agreement with polisen.",
        ConsentWords.Line(new PartnerNotice
        {
            Kind = NoticeKind.ConsentAsked,
            Partner = "polisen",
            Time = Asked,
            GrantTime = Timestamp.FromDateTimeOffset(Asked.ToDateTimeOffset().AddHours(72)),
            CertificateSha256 = "0123456789ABCDEF0123",
            ConsentRequest = "partners/polisen/consentRequests/abcdefghij",
        }));

    [Fact]
    public void Line_OfAContactsObjection_NamesTheContactAndTheReason() => Assert.Equal(
        "2026-12-01 10:00 CET  polisen: an objection refused wider roles (auditor) for good, request abcdefghij, "
            + "by the contact Vakthavande IT, certificate AB: Vi har inte bett om detta.",
        ConsentWords.Line(new PartnerNotice
        {
            Kind = NoticeKind.ConsentObjected,
            Partner = "polisen",
            Time = Asked,
            By = "contact:Vakthavande IT, certificate AB",
            Roles = { PartnerRole.Auditor },
            ConsentRequest = "partners/polisen/consentRequests/abcdefghij",
            Reason = "Vi har inte bett om detta.",
        }));

    [Theory]
    [InlineData("hub", "the hub")]
    [InlineData("code", "the use of an enrolment code")]
    [InlineData("urn:trygghet:operator:operator, with an enrolment code", "the operator, with an enrolment code")]
    [InlineData("urn:trygghet:partner:polisen", "polisen")]
    [InlineData("contact:IT, natt", "the contact IT, natt")]
    public void By_OfEveryKind_IsInWords(string by, string words) => Assert.Equal(words, ConsentWords.By(by));

    [Fact]
    public void Line_OfEveryKindOfNotice_IsASentenceOfItsOwn()
    {
        var kinds = System.Enum.GetValues<NoticeKind>().Where(k => k != NoticeKind.Unspecified).ToList();

        var lines = kinds.Select(kind => ConsentWords.Line(
            new PartnerNotice { Kind = kind, Partner = "polisen", Time = Asked, By = "hub" })).ToList();

        Assert.All(kinds.Zip(lines), p => Assert.DoesNotContain(
            ": " + Words.Of(p.First).Replace('-', ' ') + ",", p.Second, StringComparison.Ordinal));
    }
}
