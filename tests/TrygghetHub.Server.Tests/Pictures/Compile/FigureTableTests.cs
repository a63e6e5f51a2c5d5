using CsCheck;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Pictures.Compile;

namespace TrygghetHub.Server.Tests.Pictures.Compile;

/// <summary>What an audience is shown adds up, and gives nothing away that it is not shown.</summary>
public sealed class FigureTableTests
{
    private static readonly PartnerId Police = new("polisen");
    private static readonly PartnerId Housing = new("bostad");

    private static readonly CellKey[] Keys =
    [
        .. from area in (string[])["a", "b"]
           from category in (string[])["fire/fire", "fire/arson", "traffic/accident", "traffic/path"]
           from published in (bool[])[false, true]
           select new CellKey(published, area, category.Split('/')[0], category.Split('/')[1]),
    ];

    // One week's counts by cell and partner, small ones most often.
    private static readonly Gen<int[]> Counts =
        Gen.Frequency((4, Gen.Const(0)), (3, Gen.Int[1, 2]), (2, Gen.Int[3, 9])).Array[Keys.Length * 2];

    [Fact]
    public void Shown_ToTheCompiler_IsEveryFigure() =>
        Counts.Sample(counts => Assert.All(Table(counts, 1, null).Keys, k => Assert.NotNull(Table(counts, 1, null).Shown(k, 0))), iter: 5);

    [Fact]
    public void Shown_ToTheSteeringGroup_IsNoSmallFigureAndAddsUp() => Counts.Sample(
        counts =>
        {
            var table = Table(counts, 3, null);
            Assert.All(table.Keys, key => Assert.False(table.Shown(key, 0) is 1 or 2, $"{key} is shown."));
            Assert.All(table.Keys, key => Assert.True(table.Shown(key, 0) is null || table.Shown(key, 0) == table.Count(key, 0)));
            Assert.All(table.Keys.Where(k => table.Count(k, 0) == 0), key => Assert.Equal(0, table.Shown(key, 0)));
        },
        iter: 200);

    [Fact]
    public void Shown_ToAPartner_LeavesNoSmallPartOfOthers() => Counts.Sample(
        counts =>
        {
            var table = Table(counts, 3, Housing);
            Assert.All(table.Keys.Where(k => OthersIn(k, counts) is 1 or 2), key => Assert.Null(table.Shown(key, 0)));
        },
        iter: 200);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Hidden_ByWhatIsShown_FollowsFromNoEquation(bool isPartner) => Counts.Sample(
        counts =>
        {
            var table = Table(counts, 3, isPartner ? Housing : null);

            // The reader's equations: what it is shown, what it knows of its own, and that a nought is a nought everywhere in it.
            var known = new Equations(counts.Length);
            for (var i = 0; i < counts.Length; i++)
            {
                if (isPartner && PartnerOf(i) == Housing)
                {
                    known.Add([i]);
                }
            }

            foreach (var key in table.Keys.Where(k => table.Shown(k, 0) is not null))
            {
                known.Add(PartsOf(key));
                if (table.Count(key, 0) == 0)
                {
                    PartsOf(key).ToList().ForEach(part => known.Add([part]));
                }
            }

            var hidden = table.Keys.Where(k => table.Shown(k, 0) is null && (isPartner ? OthersIn(k, counts) : table.Count(k, 0)) is 1 or 2);
            Assert.All(hidden, key => Assert.False(known.Tells(PartsOf(key)), $"{key} can be told."));
        },
        iter: 200);

    [Fact]
    public void Judgement_OfAFallWithASilentPartner_SaysSo()
    {
        var cells = new Dictionary<(CellKey, PartnerId), int[]>
        {
            [(Keys[0], Police)] = [0, .. Enumerable.Repeat(10, 53)],
            [(Keys[0], Housing)] = [2, .. Enumerable.Repeat(2, 53)],
        };
        var key = new FigureKey(Keys[0].Published, Keys[0].Area, Keys[0].Family);

        var silent = new FigureTable(cells, (partner, age) => age > 0 || partner == Housing, 1, null);
        var answered = new FigureTable(cells, (_, _) => true, 1, null);

        Assert.Equal(Judgement.BelowSourcesSilent, silent.Judge(key));
        Assert.Equal((0, 4), (silent.Usual(key)!.Low, silent.Usual(key)!.High));
        Assert.Equal(Judgement.Below, answered.Judge(key));
    }

    private static FigureTable Table(int[] counts, int smallest, PartnerId? knows) => new(
        counts.Select((count, i) => (i, count)).Where(c => c.count > 0)
            .ToDictionary(c => (CellOf(c.i), PartnerOf(c.i)), c => new int[54].Select((_, age) => age == 0 ? c.count : 0).ToArray()),
        (_, _) => true, smallest, knows);

    private static CellKey CellOf(int index) => Keys[index / 2];

    private static PartnerId PartnerOf(int index) => index % 2 == 0 ? Police : Housing;

    private static IEnumerable<int> PartsOf(FigureKey key) =>
        Enumerable.Range(0, Keys.Length * 2).Where(i => FigureKey.Holding(CellOf(i), PartnerOf(i)).Contains(key));

    private static int OthersIn(FigureKey key, int[] counts) =>
        PartsOf(key).Where(i => PartnerOf(i) != Housing).Sum(i => counts[i]);

    /// <summary>Sums of unknowns that somebody knows; by Gauss' elimination, which other sums follow from them.</summary>
    private sealed class Equations(int unknowns)
    {
        private readonly List<double[]> reduced = [];

        public void Add(IEnumerable<int> parts)
        {
            var row = Reduce(parts);
            if (Lead(row) >= 0)
            {
                reduced.Add(row);
            }
        }

        public bool Tells(IEnumerable<int> parts) => Lead(Reduce(parts)) < 0;

        private double[] Reduce(IEnumerable<int> parts)
        {
            var row = new double[unknowns];
            foreach (var part in parts)
            {
                row[part] = 1;
            }

            foreach (var known in reduced)
            {
                var lead = Lead(known);
                var factor = row[lead] / known[lead];
                for (var i = 0; i < unknowns && factor != 0; i++)
                {
                    row[i] -= factor * known[i];
                }
            }

            return row;
        }

        private static int Lead(double[] row) => Array.FindIndex(row, value => Math.Abs(value) > 1e-9);
    }
}
