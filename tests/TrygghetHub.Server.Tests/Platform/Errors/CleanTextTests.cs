using TrygghetHub.Errors.V1;
using TrygghetHub.Server.Platform.Errors;

namespace TrygghetHub.Server.Tests.Platform.Errors;

public sealed class CleanTextTests
{
    /// <summary>Each way in, so that none of them is without the rule.</summary>
    private static readonly Action<string, string>[] Ways =
        [CleanText.Require, CleanText.RequireNobody, CleanText.RequirePerson, CleanText.RequireRegistrationNumber];

    [Theory]
    [InlineData(0x0000)]
    [InlineData(0x0009)]
    [InlineData(0x001B)]
    [InlineData(0x0085)]
    [InlineData(0x00AD)]
    [InlineData(0x200B)]
    [InlineData(0x200C)]
    [InlineData(0x200D)]
    [InlineData(0x200E)]
    [InlineData(0x200F)]
    [InlineData(0x2028)]
    [InlineData(0x2029)]
    [InlineData(0x202A)]
    [InlineData(0x202B)]
    [InlineData(0x202C)]
    [InlineData(0x202D)]
    [InlineData(0x202E)]
    [InlineData(0x2060)]
    [InlineData(0x2066)]
    [InlineData(0x2067)]
    [InlineData(0x2068)]
    [InlineData(0x2069)]
    [InlineData(0xFEFF)]
    [InlineData(0xE0041)]
    [InlineData(0x034F)]
    [InlineData(0x115F)]
    [InlineData(0x17B4)]
    [InlineData(0x180B)]
    [InlineData(0x2800)]
    [InlineData(0x3164)]
    [InlineData(0xFE0F)]
    [InlineData(0xFFA0)]
    [InlineData(0x1D173)]
    [InlineData(0xE0100)]
    public void Text_WithWhatIsNotSeen_IsRefusedEverywhere(int character)
    {
        foreach (var text in new[] { "Bro{0}parken", "{0}Broparken", "Broparken{0}" })
        {
            var written = text.Replace("{0}", char.ConvertFromUtf32(character), StringComparison.Ordinal);
            Assert.All(Ways, require =>
            {
                var refused = Assert.Throws<HubException>(() => require(written, "name")).Refusal;
                Assert.Equal((ErrorReason.FieldInvalid, "name"), (refused.Reason, refused.Field));
                Assert.Contains($"U+{character:X4}", refused.Rule, StringComparison.Ordinal);
            });
            Assert.Equal(ErrorReason.FieldInvalid, CleanText.Check(written, "name")?.Reason);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("Trygghetschefen")]
    [InlineData("Två rader\nav text.")]
    [InlineData("Åbygård – “Östra” 🌳")]
    public void Text_OfWhatIsSeen_IsTakenEverywhere(string text) => Assert.All(Ways, require => require(text, "name"));

    [Theory]
    [InlineData("121212-1212", false, false, false, false)]
    [InlineData("701063-2391", false, false, false, false)]
    [InlineData("070-123 45 67", false, false, false, true)]
    [InlineData("anna@example.se", false, false, false, true)]
    [InlineData("Kontakta Anna Svensson", true, false, true, false)]
    [InlineData("Kevins bror", true, false, false, true)]
    public void Text_ThatPointsAtAPerson_IsTakenWhereThatKindMayStand(
        string text, bool name, bool reason, bool person, bool number)
    {
        bool[] taken = [name, reason, person, number];
        for (var i = 0; i < Ways.Length; i++)
        {
            if (taken[i])
            {
                Ways[i](text, "field");
            }
            else
            {
                var refused = Assert.Throws<HubException>(() => Ways[i](text, "field")).Refusal;
                Assert.Equal((ErrorReason.RefusedPersonalData, "field"), (refused.Reason, refused.Field));
            }
        }
    }
}
