
namespace TrygghetHub.Forms.Tests;

public sealed class MarkupTests
{
    [Theory]
    [InlineData("<b>", "&lt;b&gt;")]
    [InlineData("a & b", "a &amp; b")]
    [InlineData("\"'", "&quot;&#x27;")]
    [InlineData("\0", "\uFFFD")]
    [InlineData("Å–ö", "Å–ö")]
    public void Hole_WithAText_IsEncoded(string text, string expected) =>
        Assert.Equal($"<p>{expected}</p>", Markup.Of($"<p>{text}</p>").ToString());

    [Fact]
    public void Hole_WithMarkup_StandsAsItIs()
    {
        var inner = Markup.Of($"<i>{"<"}</i>");

        Assert.Equal("<p><i>&lt;</i><i>&lt;</i></p>", Markup.Of($"<p>{inner}{new[] { inner }.AsEnumerable()}</p>").ToString());
    }

    [Theory]
    [InlineData(0.1 + 0.2, "0.3")]
    [InlineData(-0.001, "0")]
    [InlineData(1234.5, "1234.5")]
    public void Hole_WithALength_HasAPointAndTwoDecimalsAtMost(double length, string expected) =>
        Assert.Equal(expected, Markup.Of($"{length}").ToString());

    [Fact]
    public void EmbeddedFile_ThatIsNotThere_IsNamed() =>
        Assert.Equal("none.css", Assert.Throws<FileNotFoundException>(() => Markup.Embedded("none.css")).FileName);
}
