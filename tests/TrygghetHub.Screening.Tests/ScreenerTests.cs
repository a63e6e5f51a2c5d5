using TrygghetHub.Reports.V1;

namespace TrygghetHub.Screening.Tests;

public sealed class ScreenerTests
{
    [Fact]
    public void Screen_Null_Throws() => Assert.Throws<ArgumentNullException>(() => new Screener([]).Screen(null!));

    [Fact]
    public void Screen_CleanText_FindsNothing() =>
        Assert.Empty(new Screener([]).Screen("Krossad ruta vid stationen."));

    [Fact]
    public void Screen_EmptyText_AllocatesNothing()
    {
        var screener = new Screener([]);
        screener.Screen("");
        var before = GC.GetAllocatedBytesForCurrentThread();

        screener.Screen("");

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Screen_CleanTexts_ShareOneEmptyList()
    {
        var screener = new Screener([]);

        Assert.Same(screener.Screen(""), screener.Screen("Klotter på gångtunnelns norra vägg, 12 kvadratmeter."));
    }

    [Fact]
    public void Kinds_BelowTwenty_BlockAlways() => Assert.All(
        Enum.GetValues<FindingKind>(), kind => Assert.Equal((int)kind is > 0 and < 20, kind.AlwaysBlocks()));

    [Fact]
    public void Screen_ManyFindings_AreInOrderAndNeverOverlap()
    {
        var found = Spans.Screener.Screen(
            "Anna Svensson, 19121212-1212, tel 070-123 45 67, anna.svensson@example.se, bil ABC 123, K123456-24, Kevins bror.");

        Assert.Equal(
            [
                FindingKind.Name, FindingKind.PersonalIdentityNumber, FindingKind.PhoneNumber, FindingKind.EmailAddress,
                FindingKind.RegistrationPlate, FindingKind.PoliceCaseNumber, FindingKind.Relation,
            ],
            found.Select(f => f.Kind));
        Assert.All(found.Zip(found.Skip(1)), pair => Assert.True(pair.First.Start + pair.First.Length <= pair.Second.Start));
    }

    [Theory]
    // What may be two things is the more specific one, once.
    [InlineData("Ring 0701234567 nu", FindingKind.PhoneNumber)]
    [InlineData("anna.svensson@example.se", FindingKind.EmailAddress)]
    [InlineData("5000-K0701234-24", FindingKind.PoliceCaseNumber)]
    [InlineData("konto 5000-701063-2391", FindingKind.CoordinationNumber)]
    public void Screen_WhatMayBeTwoThings_IsOne(string text, FindingKind kind) => Assert.Equal([kind], Spans.Of(text).Select(f => f.Kind));

    [Theory]
    [InlineData("Sagt av 990807\u200B-\u00AD2391 nu", "990807\u200B-\u00AD2391")]
    [InlineData("a\u0308 990807-2391", "990807-2391")]
    [InlineData("\u200B\uFF19\uFF19\uFF10\uFF18\uFF10\uFF17\uFF0D\uFF12\uFF13\uFF19\uFF11.", "\uFF19\uFF19\uFF10\uFF18\uFF10\uFF17\uFF0D\uFF12\uFF13\uFF19\uFF11")]
    [InlineData("\uD83D\uDE00 990807-2391 \uD83D\uDE00", "990807-2391")]
    [InlineData("\uFDFA 990807-2391", "990807-2391")]
    [InlineData("\u2026 990807-2391", "990807-2391")]
    public void Screen_NormalisedText_SpansAreOfTheTextAsGiven(string text, string value) =>
        Assert.Equal([(FindingKind.PersonalIdentityNumber, value)], Spans.Of(text));

    [Fact]
    public void Screen_NamesWithMarksApart_AreFound() => Assert.Equal(["Go\u0308sta Sjo\u0308berg"], Spans.Of("Det var Go\u0308sta Sjo\u0308berg där", FindingKind.Name));
}
