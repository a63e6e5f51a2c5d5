using TrygghetHub.Reports.V1;

namespace TrygghetHub.Screening.Tests.Detectors;

public sealed class SocialMediaHandleDetectorTests
{
    [Theory]
    [InlineData("Filmat och lagt ut på Instagram och Snapchat")]
    [InlineData("Hot på snap i går kväll")]
    [InlineData("anna@example.se")]
    [InlineData("5 @ 10 kr")]
    [InlineData("@ torget")]
    [InlineData("Facebook 2024")]
    public void Find_NoHandle_Passes(string text) => Assert.Empty(Spans.Of(text, FindingKind.SocialMediaHandle));

    [Theory]
    [InlineData("Skrivet av @rattan_bro i går", "@rattan_bro")]
    [InlineData("Insta: rattanbro", "Insta: rattanbro")]
    [InlineData("snap rattan_99", "snap rattan_99")]
    [InlineData("tiktok.com/@rattan", "tiktok.com/@rattan")]
    [InlineData("instagram.com/rattanbro", "instagram.com/rattanbro")]
    public void Find_Handle_SpanIsTheHandle(string text, string handle) =>
        Assert.Equal([handle], Spans.Of(text, FindingKind.SocialMediaHandle));
}
