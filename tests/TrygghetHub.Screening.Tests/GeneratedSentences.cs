using TrygghetHub.Reports.V1;

namespace TrygghetHub.Screening.Tests;

/// <summary>A sentence and the value in it.</summary>
/// <param name="Kind">What the value is.</param>
/// <param name="Text">The sentence.</param>
/// <param name="Start">Where the value begins, in UTF-16 code units, with the words of its written form ("pnr").</param>
/// <param name="Length">How long it is.</param>
internal sealed record GeneratedSentence(FindingKind Kind, string Text, int Start, int Length)
{
    /// <summary>A word for vehicles or for registration stands in the sentence.</summary>
    public bool HasPlateCue
    {
        get
        {
            using var text = new ScreenedText(Text);
            return (text.Kinds & (WordKinds.Vehicle | WordKinds.Registration)) != 0;
        }
    }

    /// <summary>A finding of the value's kind overlaps the value.</summary>
    public bool IsFoundBy(IEnumerable<TextFinding> findings) => findings.Any(f =>
        (f.Kind == Kind || (Kind == FindingKind.PersonalIdentityNumber && f.Kind == FindingKind.CoordinationNumber))
        && f.Start < Start + Length && Start < f.Start + f.Length);
}

/// <summary>Sentences that each hold one value: every written form of every kind in every frame. The same on every run.</summary>
internal static class GeneratedSentences
{
    private const int Seed = 20261201;

    // Values are drawn: one of each would leave the figures to chance.
    private const int Draws = 5;

    // Fixed, as the figures of the document are.
    private static readonly DateOnly Today = new(2026, 12, 1);

    private static readonly string[] Frames =
    [
        "{0}", "Uppgift {0} i ärendet.", "Mannen ({0}) stod vid torget kl 22.15.", "Enligt väktare: {0}, två personer på plats.",
        "Klotter på skolan; se {0}!", "Rad ett.\n{0}\nRad tre, 12 maj 2024.", "\"{0}\" stod på lappen i port 3.", "Det gäller {0} och inget mer",
    ];

    private static readonly string[] PhoneFrames =
        ["Ring {0} efter 17.", "Nås på {0}.", "tel: {0}", "Hennes mobil är {0} enligt sonen.", "Swisha {0} så ordnar det sig"];

    private static readonly string[] VehicleFrames =
        ["En bil, {0}, stod kvar.", "Regnr {0} körde mot centrum", "Fordonet {0} felparkerat på Ringvägen.", "vit Volvo {0} utanför skolan"];

    private static readonly string[] Names = ["anna", "kalle", "info.jourhavande", "e"];
    private static readonly string[] Domains = ["exempel", "brevo", "foretag-ab", "min.post"];
    private static readonly string[] Tops = ["se", "com", "nu", "org"];
    private static readonly int[] Mobiles = [70, 72, 73, 76, 79];

    /// <summary>
    /// Letters that no Swedish plate has, as far as a source names them: Transportstyrelsen's press release of 21 October 2010
    /// ("DYR, GUB, REA &amp; USH – tillbaka i cirkulation") and the English Wikipedia's "Vehicle registration plates of Sweden".
    /// </summary>
    /// <remarks>The authority's list is longer, and was not at hand; so some letters are drawn here that no plate has.</remarks>
    private static readonly HashSet<string> NeverGiven =
    [
        .. "BSS DUM ETA FEM FUL GHB KKK LAT LEM LSD NYP RAP SJU TRE XTC".Split(' '),
        .. "APA ARG FAN FEG FEL GAY HOT NRP OND SEX SUP TOA UFO USA XXL".Split(' '),
    ];

    private static readonly (FindingKind Kind, string[] Frames, Func<Random, string>[] Forms)[] Grid =
    [
        (FindingKind.PersonalIdentityNumber, Frames,
        [
            .. new[]
            {
                "{0}{1}{2}{3}{4}", "{1}{2}{3}{4}", "{0}{1}{2}{3}-{4}", "{1}{2}{3}-{4}", "{1}{2}{3}+{4}", "{1}{2}{3} {4}", "{1}{2}{3}  {4}", "{1} {2} {3} {4}",
                "{1}-{2}-{3}-{4}", "{0}{1}-{2}-{3}-{4}", "{0}{1}-{2}-{3} {4}", "{0}{1}.{2}.{3}.{4}", "{0} {1}{2}{3} {4}", "{1}{2}{3},{4}", "{1}{2}{3}, {4}", "{1}{2}{3};{4}",
                "{1}{2}{3}|{4}", "{1}{2}{3}\\{4}", "{1}{2}{3}/{4}", "{1}{2}{3}={4}", "{1}{2}{3}~{4}", "{1}{2}{3}*{4}", "{1}{2}{3}·{4}", "{1}{2}{3} • {4}",
                "({1}{2}{3}){4}", "{1}{2}{3} ({4})", "[{1}{2}{3}][{4}]", "{1}{2}{3}_{4}", "{1}{2}{3}:{4}", "'{1}{2}{3}' '{4}'", "{1}{2}{3}\u201D{4}",
                "{1}{2}{3}&#45;{4}", "{1}{2}{3}&#x2D;{4}", "{1}{2}{3}&ndash;{4}", "{1}{2}{3}&nbsp;{4}", "{1}{2}{3}&amp;#45;{4}", "{1}{2}{3}&shy{4}",
                "{1}{2}{3}%2D{4}", "{1}{2}{3}%252D{4}", "{1}{2}{3}%E2%80%93{4}", "{1}{2}{3}\\u002D{4}", "{1}{2}{3}\u2013{4}", "{1}{2}{3}\u2212{4}", "pnr {1}{2}{3}{4}",
                "född {1}{2}{3}, sista fyra {4}", "född {0}{1}-{2}-{3} med slutsiffror {4}",
                "{1}{2}-{3}{4}", "{0}{1}{2}-{3}{4}", "{1} {2}{3} {4}", "{1}-{2}{3}-{4}", "pers.nr {1}{2}-{3}{4}", "person nr {1}{2}{3} {4}", "p-nr: {1}{2}{3}{4}",
                "född {3}/{2} {0}{1}, fyra sista {4}", "född {3}.{2}.{1}, slutsiffror {4}", "sista fyra {4}, född {0}{1}-{2}-{3}",
                "{1}{2}{3}&amp;amp;#x2D;{4}", "{1}{2}{3}%25252D{4}", "{1}{2}{3}%26%2345%3B{4}", "{1}{2}{3}\\u005Cu002D{4}", "{1}{2}{3}<b>-</b>{4}",
            }.Select(form => (Func<Random, string>)(random => Identity(random, form))),
            .. Disguises.Select(disguise => (Func<Random, string>)(random => disguise(Identity(random, "{1}{2}{3}-{4}")))),
            .. Disguises.Select(disguise => (Func<Random, string>)(random => disguise(Identity(random, "{0}{1}{2}{3}{4}")))),
        ]),
        (FindingKind.PhoneNumber, [.. Frames, .. PhoneFrames],
        [
            .. new[]
            {
                "0{0}{1}{2}{3}", "0{0}-{1}{2}{3}", "0{0}-{1} {2} {3}", "0{0} {1} {2} {3}", "0{0}.{1}.{2}.{3}", "0{0}-{1}-{2}-{3}", "0{0}/{1}{2}{3}", "0{0}_{1}{2}{3}",
                "0{0}, {1} {2} {3}", "0{0} - {1} {2} {3}", "(0{0}) {1} {2} {3}", "+46{0}{1}{2}{3}", "+46 {0} {1} {2} {3}", "+46 (0){0}-{1} {2} {3}", "+46-{0}-{1}{2}{3}",
                "0046{0}{1}{2}{3}", "0046 {0} {1} {2} {3}", "46{0}{1}{2}{3}", "0{0}*{1}*{2}*{3}", "0{0}&nbsp;{1}&nbsp;{2}&nbsp;{3}", "0{0}%20{1}%20{2}%20{3}", "tel:+46{0}{1}{2}{3}", "ring {0}{1}{2}{3}",
                "0 {0} {1} {2} {3}", "0 {0}-{1} {2} {3}", "0-{0}-{1}-{2}-{3}", "(0){0}-{1} {2} {3}", "0{0}%2520{1}%2520{2}%2520{3}",
            }.Select(form => (Func<Random, string>)(random => Mobile(random, form))),
            .. new[] { "08-{0} {1} {2}", "08 {0} {1} {2}", "(08) {0} {1} {2}", "08/{0}{1}{2}", "+46 8 {0} {1} {2}", "08{0}{1}{2}" }
                .Select(form => (Func<Random, string>)(random => string.Format(
                    null, form, random.Next(400, 800), random.Next(10, 100), random.Next(10, 100)))),
            .. Disguises.Select(disguise => (Func<Random, string>)(random => disguise(Mobile(random, "0{0}-{1} {2} {3}")))),
            random => string.Join(' ', Mobile(random, "0{0}{1}{2}{3}").AsEnumerable()),
            random => Mobile(random, "0{0}-{1} {2} {3}").Replace('0', 'O'),
        ]),
        (FindingKind.EmailAddress, Frames,
        [
            .. new[]
            {
                "{0}@{1}.{2}", "{0}.berg@{1}.{2}", "{0}_99@{1}.{2}", "{0}+bro@mail.{1}.{2}", "{0} @ {1}.{2}", "{0}@ {1}.{2}", "{0}(at){1}.{2}", "{0} (at) {1}.{2}", "{0}[at]{1}.{2}", "{0} [at] {1} [dot] {2}",
                "{0} (at) {1} punkt {2}", "{0} snabel-a {1} punkt {2}", "{0} snabela {1}.{2}", "{0}(snabel-a){1}.{2}", "{0} at {1} dot {2}", "{0}@{1}\u3002{2}", "{0}\uFF20{1}\uFF0E{2}", "{0}&#64;{1}.{2}", "{0}&commat;{1}&period;{2}",
                "{0}%40{1}.{2}", "{0}@{1} . {2}", "{0}@{1}[.]{2}", "{0}@{1} punkt {2}", "mailto:{0}@{1}.{2}", "<{0}@{1}.{2}>", "{0}@gmail", "{0}{{at}}{1}.{2}", "{0}\u200B@{1}.\u2060{2}", "{0}-at-{1}.{2}",
                "{0}@{1},{2}", "{0}@{1};{2}", "{0}@{1}_{2}", "{0}(at){1},{2}", "{0}&amp;#64;{1}.{2}", "{0}%2540{1}%252E{2}",
            }.Select(form => (Func<Random, string>)(random => Mail(random, form))),
            random => Mail(random, "{0}@{1}.{2}").Replace('a', '\u0430').Replace('e', '\u0435').Replace('o', '\u043E'),
            random => Mail(random, "{0}@{1}.{2}").ToUpperInvariant(),
        ]),
        (FindingKind.RegistrationPlate, [.. Frames, .. VehicleFrames],
        [
            .. new[]
            {
                "{0}{1}", "{0} {1}", "{0}-{1}", "{0}_{1}", "{0}  {1}", "{0}\n{1}", "{0}\u00A0{1}", "{0}&nbsp;{1}", "{0}%20{1}", "SE {0} {1}", "regnr {0}{1}", "reg.nr: {0} {1}", "skylt {0}.{1}", "bil {0} {1}",
            }.Select(form => (Func<Random, string>)(random => Plate(random, form))),
            random => Plate(random, "{0}{1}").ToLowerInvariant() is var plate && char.IsLetter(plate[^1]) ? plate : "bil " + plate,
            random => "bil " + Plate(random, "{0} {1}").ToLowerInvariant(),
            random => string.Join(' ', Plate(random, "{0}{1}").AsEnumerable()),
            random => $"{string.Join(' ', Letters(random).AsEnumerable())} {random.Next(1, 1000):000}",
            random => $"{Letters(random)} {string.Join(' ', $"{random.Next(1, 1000):000}".AsEnumerable())}",
            random => Plate(random, "{0}%2520{1}"),
            random => $"tyskreg. B-{Letters(random)[..2]} {random.Next(1000, 10_000)}",
            random => $"norskregistrerad bil {Letters(random)[..2]} {random.Next(10_000, 100_000)}",
            random => $"skylten löd {Letters(random)}{Letters(random)}",
            random => Plate(random, "{0}{1}").Replace('A', '\u0410').Replace('B', '\u0392').Replace('E', '\u0415').Replace('H', '\u041D').Replace('K', '\u039A').Replace('P', '\u0420'),
            random => string.Concat(Plate(random, "{0} {1}").Select(c => c > ' ' ? (char)(c + 0xFEE0) : c)),
            random => string.Join('\u200B', Plate(random, "{0}{1}").AsEnumerable()),
            random => $"taxi {Letters(random)}{random.Next(10, 1000):000}T",
            random => $"{Letters(random)}{random.Next(10, 1000):000}T",
        ]),
    ];

    /// <summary>Ways to write digits that a reader still sees as digits.</summary>
    private static Func<string, string>[] Disguises =>
    [
        v => string.Join(' ', v.AsEnumerable()),
        v => string.Join('.', v.Where(char.IsDigit)),
        v => string.Join('\u200B', v.AsEnumerable()),
        v => string.Join('\u3164', v.AsEnumerable()),
        v => string.Join('\u2800', v.AsEnumerable()),
        v => string.Join("\U000E0041", v.AsEnumerable()),
        v => string.Join('\uFE0F', v.AsEnumerable()),
        v => string.Join('\u034F', v.AsEnumerable()),
        v => string.Join('*', v.Where(char.IsDigit)),
        v => Digits(v, d => char.ConvertFromUtf32(0xFF10 + d)),
        v => Digits(v, d => char.ConvertFromUtf32(0x1D7CE + d)),
        v => Digits(v, d => char.ConvertFromUtf32(0x0660 + d)),
        v => Digits(v, d => char.ConvertFromUtf32(0x0966 + d)),
        v => Digits(v, d => d == 0 ? "\u24FF" : char.ConvertFromUtf32(0x2775 + d)),
        v => Digits(v, d => d == 0 ? "\u24EA" : char.ConvertFromUtf32(0x245F + d)),
        v => Digits(v, d => $"{d}\uFE0F\u20E3"),
        v => Digits(v, d => $"{d}\u0332"),
        v => Digits(v, d => $"&#{'0' + d};"),
        v => Digits(v, d => $"%3{d}"),
        v => Digits(v, d => $"%253{d}"),
        v => Digits(v, d => $"&amp;#{'0' + d};"),
        v => Digits(v, d => char.ConvertFromUtf32(d is 1 ? 0xB9 : d is 2 or 3 ? 0xB0 + d : 0x2070 + d)),
    ];

    /// <summary>All of them, with what each holds.</summary>
    public static IEnumerable<GeneratedSentence> All()
    {
        var random = new Random(Seed);
        foreach (var (kind, frames, forms) in Grid)
        {
            foreach (var frame in frames)
            {
                foreach (var form in forms.SelectMany(form => Enumerable.Repeat(form, Draws)))
                {
                    var value = form(random);
                    yield return new GeneratedSentence(
                        kind, frame.Replace("{0}", value, StringComparison.Ordinal), frame.IndexOf("{0}", StringComparison.Ordinal), value.Length);
                }
            }
        }
    }

    private static string Identity(Random random, string form)
    {
        var number = IdentityNumbers.Next(random, Today);
        return string.Format(null, form, number[..2], number[2..4], number[4..6], number[6..8], number[8..]);
    }

    private static string Mobile(Random random, string form) => string.Format(
        null, form, Mobiles[random.Next(Mobiles.Length)], random.Next(100, 1000), random.Next(10, 100), random.Next(10, 100));

    private static string Mail(Random random, string form) => string.Format(
        null, form, Names[random.Next(Names.Length)], Domains[random.Next(Domains.Length)], Tops[random.Next(Tops.Length)]);

    private static string Plate(Random random, string form) => string.Format(
        null, form, Letters(random), random.Next(2) == 0 ? $"{random.Next(1, 1000):000}" : $"{random.Next(1, 100):00}{"ABCDEFGHJKLMNPRSTUWXYZ"[random.Next(22)]}");

    private static string Letters(Random random)
    {
        while (true)
        {
            var letters = string.Concat(Enumerable.Range(0, 3).Select(_ => "ABCDEFGHJKLMNOPRSTUWXYZ"[random.Next(23)]));
            if (!NeverGiven.Contains(letters))
            {
                return letters;
            }
        }
    }

    private static string Digits(string value, Func<int, string> written) =>
        string.Concat(value.Select(c => char.IsAsciiDigit(c) ? written(c - '0') : c.ToString()));
}
