using CsCheck;

namespace TrygghetHub.Screening.Tests.Detectors;

/// <summary>Sentences to hide a value in, and ways of writing that must not hide it.</summary>
internal static class SwedishSentences
{
    private static readonly string[] Frames =
    [
        "{0}", "Mannen ({0}) stod vid torget.", "Klotter på skolan, se {0}.", "Enligt väktare: {0}, kl 22.15.", "Pnr {0}",
        "pnr{0} lämnade platsen", "Två personer, {0} och en till, i parken.", "Ungdomsgäng vid Bro station; \"{0}\" nämns.",
        "Brand i container\n{0}\nSläckt.", "12 bilar, 3 krossade rutor, {0}", "id={0};", "Kl {0} noterades.", "Född:{0}, Brunna.",
        "Störning lgh över gården {0} 2 gånger.", "l {0} O", "nr 7 {0}", "🙂{0}🙂", "Ålder okänd – {0} – enligt uppgift.",
    ];

    /// <summary>One of these.</summary>
    public static Gen<string> Pick(params string[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    /// <summary>A value inside a sentence.</summary>
    public static Gen<string> Around(Gen<string> value) =>
        Gen.Select(Pick(Frames), value, (frame, v) => frame.Replace("{0}", v, StringComparison.Ordinal));

    /// <summary>One of the spaces that people and programs write.</summary>
    public static readonly Gen<string> Space = Pick(" ", "\u00A0", "\u2009", "\u202F", "  ");

    /// <summary>One of the dashes, minus among them.</summary>
    public static readonly Gen<string> Dash = Pick("-", "\u2013", "\u2014", "\u2212", "\u2011", "\uFF0D", " - ", " \u2013 ");

    /// <summary>The value with some digits written otherwise: full-width, O and l, mathematical, with what does not show between.</summary>
    public static Gen<string> Disguised(Gen<string> value) => Gen.Select(value, Gen.Int[0, 5], Gen.Int, (v, way, seed) => way switch
    {
        1 => string.Concat(v.Select(c => char.IsAsciiDigit(c) ? (char)(c - '0' + '\uFF10') : c)),
        2 => Some(v, seed, c => c switch { '0' => "O", '1' => "l", _ => c.ToString() }),
        3 => string.Join("\u200B", v.Select(c => c.ToString())),
        4 => Some(v, seed, c => c + "\u00AD"),
        5 => string.Concat(v.Select(c => char.IsAsciiDigit(c) ? char.ConvertFromUtf32(0x1D7CE + c - '0') : c.ToString())),
        _ => v,
    });

    private static string Some(string value, int seed, Func<char, string> otherwise) =>
        // The first of them and the last stay, as the letters of a sentence may stand beside them.
        string.Concat(value.Select((c, i) => i > 0 && i < value.Length - 1 && ((seed >> (i % 31)) & 1) == 1 ? otherwise(c) : c.ToString()));
}
