using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using TrygghetHub.Screening;

namespace TrygghetHub.Benchmarks;

/// <summary>What the screening of one text costs, beside one pass of a regular expression over it.</summary>
internal static partial class ScreeningBenchmark
{
    private const int Rounds = 9;
    private const int TextsPerRound = 20_000;

    // 200 characters each, as a summary may be; clean, as nearly all are.
    private static readonly (string What, string Text)[] Texts =
    [
        ("no digits", Of("Klotter på gångtunnelns norra vägg vid stationen i Brunna. Flera papperskorgar vända upp och ned, krossat glas vid "
            + "lekplatsen och trasig belysning längs gångvägen mot skolan. Boende har sett ungdomsgäng.")),
        ("some digit runs", Of("Klotter på vägg vid stationen den 12 maj kl 22.15, cirka 15 kvadratmeter. Buss 557 försenad 20 minuter; 3 rutor "
            + "krossade för 12 500 kr, trasig lampa nr 4711. Väktare på plats 23.40-01.10, org.nr 212000-0100.")),
        ("of other kinds", Of("Man i 30-årsåldern misstänks för skadegörelse på Birger Jarlsgatan 12. Kevin Andersson, tel 070-123 45 67, "
            + "regnr ABC 123, hänvisar till 5000-K123456-24. Kevins bror såg det från lgh 1101 på Storgatan 5.")),
    ];

    public static int Run()
    {
        var screener = new Screener(["Brunna", "Bro", "Kungsängen"]);
        foreach (var (what, text) in Texts)
        {
            var screening = Measure(() => screener.Screen(text).Count);
            var expression = Measure(() => Numbers().Count(text));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{what,-18} {text.Length} characters  screening {screening,8:N0} ns   one regular expression {expression,7:N0} ns   ratio {screening / expression,5:0.0}"));
        }

        return 0;
    }

    /// <summary>The median of the rounds, in nanoseconds a text, after one that warms up.</summary>
    private static double Measure(Func<int> work)
    {
        var rounds = new List<double>();
        for (var round = -2; round < Rounds; round++)
        {
            var begin = Stopwatch.GetTimestamp();
            for (var i = 0; i < TextsPerRound; i++)
            {
                work();
            }

            if (round >= 0)
            {
                rounds.Add(Stopwatch.GetElapsedTime(begin).TotalNanoseconds / TextsPerRound);
            }
        }

        rounds.Sort();
        return rounds[Rounds / 2];
    }

    private static string Of(string text) => text.Length >= 200 ? text[..200] : text.PadRight(200, '.');

    // What a first attempt would be: one expression for identity numbers.
    [GeneratedRegex(@"\b(?:\d{2})?\d{6}[-+ ]?\d{4}\b", RegexOptions.CultureInvariant)]
    private static partial Regex Numbers();
}
