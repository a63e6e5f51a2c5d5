using System.Globalization;
using System.Text;
using System.Text.Json;
using CsCheck;
using TrygghetHub.Server.Platform.Telemetry;

namespace TrygghetHub.Server.Tests.Platform.Telemetry;

public sealed class VisibleTextTests
{
    [Theory]
    [InlineData("Polisen, Järfälla – 30 % “ja”", "Polisen, Järfälla – 30 % “ja”")]
    [InlineData("\u001b[31mred", "\\u001B[31mred")]
    [InlineData("a\r\nb", "a\\u000D\\u000Ab")]
    [InlineData("a\0b\u007fc\u0085d", "a\\u0000b\\u007Fc\\u0085d")]
    [InlineData("\u202egnp.exe", "\\u202Egnp.exe")]
    [InlineData("a\u2028b\u2029c", "a\\u2028b\\u2029c")]
    [InlineData("a\u200bb\u00adc\ufeffd", "a\\u200Bb\\u00ADc\\uFEFFd")]
    [InlineData("\u3164\u2800\u115f\ufe0f", "\\u3164\\u2800\\u115F\\uFE0F")]
    [InlineData("\U000E0041", "\\uDB40\\uDC41")]
    [InlineData("🚓", "🚓")]
    public void Of_EachText_ShowsWhatIsNotSeen(string text, string shown) => Assert.Equal(shown, VisibleText.Of(text));

    [Fact]
    public void Of_HalfACharacter_ShowsItsNumber() => Assert.Equal("\\uD800x\\uDC00", VisibleText.Of("\ud800x\udc00"));

    [Fact]
    public void Of_LinesOfTheProgram_KeepsThemAndNothingElse() =>
        Assert.Equal("a\nb\\u000Dc", VisibleText.Of("a\nb\rc", keepLines: true));

    [Fact]
    public void Of_AnyText_HoldsNothingUnseenAndReadsBackAsJson() => Gen.String.Sample(text =>
    {
        var shown = VisibleText.Of(text);
        Assert.All(shown.EnumerateRunes(), rune => Assert.False(
            Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate));
        if (!text.AsSpan().ContainsAny('\\', '"') && IsWellFormed(text))
        {
            Assert.Equal(text, JsonSerializer.Deserialize<string>($"\"{shown}\""));
        }
    });

    private static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && !(i + 1 < text.Length && char.IsSurrogatePair(text[i], text[++i])))
            {
                return false;
            }
        }

        return true;
    }
}
