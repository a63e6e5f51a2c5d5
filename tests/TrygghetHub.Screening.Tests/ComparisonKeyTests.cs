using System.Text;
using CsCheck;

namespace TrygghetHub.Screening.Tests;

/// <summary>The spellings of one word have one key, and different words have different ones.</summary>
public sealed class ComparisonKeyTests
{
    private static readonly string[] Words =
    [
        "Försvunnen person", "Våldtäkt, försök", "Upplands-Bro", "Kungsängen", "Ärendenr", "Café Åsgård", "Rån övrigt", "Dals-Ed",
    ];

    // What a system may do to a word without changing it for a reader.
    private static readonly Func<string, Random, string>[] Respellings =
    [
        (w, r) => string.Concat(w.Select(c => r.Next(2) == 0 ? char.ToUpperInvariant(c) : char.ToLowerInvariant(c))),
        (w, _) => string.Concat(w.Select(Decomposed)),
        (w, r) => w.Replace(" ", Pick(r, "\u00A0", "  ", "\u2009", "\u3000", "\t", "\u202F \u2003", "\u2800", "\r\n", "\u3164"), StringComparison.Ordinal),
        (w, r) => w.Replace("-", Pick(r, "\u2010", "\u2011", "\u2012", "\u2013", "\u2014", "\u2212", "\uFE63", "\uFF0D"), StringComparison.Ordinal),
        (w, r) => Pick(r, " ", "\u00A0", "\u200B", "\uFEFF") + w + Pick(r, "  ", "\u2028", "\u3000", "\u200D"),
        (w, r) => w.Insert(Gap(w, r), Pick(r, "\u00AD", "\u200B", "\u2060", "\U000E0041", "\u034F", "\uFE0F", "\U000E0100", "\u0007")),
        (w, _) => string.Concat(w.Select(c => c is > ' ' and <= '~' ? (char)(c + 0xFEE0) : c)),
    ];

    [Fact]
    public void Of_AnySpellingOfAWord_IsTheSameKey() =>
        Gen.Select(Gen.Int[0, Words.Length - 1].Select(i => Words[i]), Gen.Int[0, Respellings.Length - 1].Array[1, 4], Gen.Int).Sample((word, steps, seed) =>
        {
            var random = new Random(seed);
            var spelled = steps.Aggregate(word, (w, step) => Respellings[step](w, random));
            Assert.Equal(ComparisonKey.Of(word), ComparisonKey.Of(spelled));
            Assert.True(ComparisonKey.AreSame(word, spelled));
            Assert.Contains(spelled, new HashSet<string>([word], ComparisonKey.Comparer));
        });

    [Fact]
    public void Of_AKey_IsItself() =>
        Gen.Char.Array[0, 12].Select(c => new string(c)).Sample(text =>
            Assert.Equal(ComparisonKey.Of(text), ComparisonKey.Of(ComparisonKey.Of(text))));

    [Fact]
    public void Of_EveryCodePoint_HasAKeyThatIsItsOwn()
    {
        for (var code = 0; code <= 0x10FFFF; code++)
        {
            if (Rune.IsValid(code))
            {
                // Beside a letter and alone, since marks and blanks mean something beside letters only.
                foreach (var text in new[] { new Rune(code).ToString(), $"a{new Rune(code)}b" })
                {
                    var key = ComparisonKey.Of(text);
                    Assert.True(key == ComparisonKey.Of(key), $"U+{code:X4}");
                }
            }
        }
    }

    [Theory]
    [InlineData("FÖRSVUNNEN  PERSON ", "försvunnen person")]
    [InlineData("Fo\u0308rsvunnen\u00A0person", "försvunnen person")]
    [InlineData("Vald\u00ADtäkt", "valdtäkt")]
    [InlineData("ÅÄÖÉ", "åäöé")]
    [InlineData("A\u030AÄ\u212B", "åäå")]
    [InlineData("Upplands\u2011Bro", "upplands-bro")]
    [InlineData("ＲÅＮ １", "rån 1")]
    [InlineData("ﬁske", "fiske")]
    [InlineData("١٢", "12")]
    [InlineData("\u200B \u00A0", "")]
    public void Of_AWord_IsWhatItsSpellingsShare(string text, string key) => Assert.Equal(key, ComparisonKey.Of(text));

    [Theory]
    [InlineData("Nguye\u0302\u0303n", "Nguy\u1EC5n")]
    [InlineData("e\u0302\u0323", "e\u0323\u0302")]
    [InlineData("\u1EC7", "e\u0302\u0323")]
    [InlineData("\u0439", "\u0438\u0306")]
    [InlineData("\u03AC", "\u03B1\u0301")]
    [InlineData("\u03A3", "\u03C2")]
    [InlineData("x\u0340", "x\u0300")]
    public void AreSame_TheSameLettersEncodedOtherwise_AreSame(string one, string other) =>
        Assert.True(ComparisonKey.AreSame(one, other));

    [Theory]
    [InlineData("Rån", "Ran")]
    [InlineData("Upplands-Bro", "Upplands Bro")]
    [InlineData("Upplands-Bro", "UpplandsBro")]
    [InlineData("Malung", "Malung-Sälen")]
    [InlineData("Mord/dråp", "Mord dråp")]
    [InlineData("Bro", "\u0412ro")]
    [InlineData("øre", "öre")]
    public void AreSame_DifferentWords_AreNot(string one, string other) => Assert.False(ComparisonKey.AreSame(one, other));

    private static string Decomposed(char c) => c switch
    {
        'å' => "a\u030A",
        'ä' => "a\u0308",
        'ö' => "o\u0308",
        'é' => "e\u0301",
        'Å' => "A\u030A",
        'Ä' => "A\u0308",
        'Ö' => "O\u0308",
        'É' => "E\u0301",
        _ => c.ToString(),
    };

    private static int Gap(string word, Random random) =>
        random.Next(word.Length + 1) is var at && at < word.Length && char.IsLowSurrogate(word[at]) ? at + 1 : at;

    private static string Pick(Random random, params string[] of) => of[random.Next(of.Length)];
}
