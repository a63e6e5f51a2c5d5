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
        Counts.Sample(counts => Assert.All(Table(counts, 1, Housing).Keys, k => Assert.NotNull(Table(counts, 1, Housing).Shown(k, 0))), iter: 5);

    /// <summary>What nobody is named to read is shown to nobody: no list of readers opens anything.</summary>
    [Fact]
    public void Shown_WhereNoReaderIsNamed_IsNothingThatAPartnerHasReported() => Counts.Sample(
        counts => Assert.All(Table(counts, 3).Keys.Where(k => k.Published != true), key => Assert.Null(Table(counts, 3).Shown(key, 0))),
        iter: 5);

    [Fact]
    public void Shown_ToTheSteeringGroup_IsNoSmallFigureAndAddsUp() => Counts.Sample(
        counts =>
        {
            var table = Table(counts, 3, (PartnerId?)null);
            Assert.All(Reported(table), key => Assert.False(table.Shown(key, 0) is 1 or 2, $"{key} is shown."));
            Assert.All(table.Keys, key => Assert.True(table.Shown(key, 0) is null || table.Shown(key, 0) == table.Count(key, 0)));
            Assert.All(Reported(table).Where(k => table.Count(k, 0) == 0), key => Assert.Equal(0, table.Shown(key, 0)));
        },
        iter: 200);

    [Fact]
    public void Shown_ToAPartner_LeavesNoSmallPartOfOthers() => Counts.Sample(
        counts =>
        {
            var table = Table(counts, 3, Housing);
            Assert.All(Reported(table).Where(k => OthersIn(k, counts) is 1 or 2), key => Assert.Null(table.Shown(key, 0)));
        },
        iter: 200);

    /// <summary>What the police have published is known to all: it is shown, and nothing is hidden for its sake or behind it.</summary>
    [Fact]
    public void Published_InAnyTable_IsShownAndHidesNothing() => Counts.Sample(
        counts =>
        {
            var published = counts.Select((count, i) => CellOf(i).Published ? 0 : count).ToArray();
            var (with, without) = (Table(counts, 3, (PartnerId?)null), Table(published, 3, (PartnerId?)null));
            Assert.All(with.Keys.Where(k => k.Published == true), key => Assert.Equal(with.Count(key, 0), with.Shown(key, 0)));
            Assert.All(Reported(without), key => Assert.Equal(without.Shown(key, 0), with.Shown(key, 0)));
        },
        iter: 100);

    [Fact]
    public void PartnersPart_IsShownToNobodyButItself() => Counts.Sample(
        counts =>
        {
            var (steering, housing) = (OfAreas(counts), Table(counts, 3, Housing));
            Assert.All(steering.Keys.Where(k => k.Partner is not null), key => Assert.Null(steering.Shown(key, 0)));
            Assert.All(housing.Keys.Where(k => k.Partner is not null), key => Assert.Equal(key.Partner == Housing, housing.Shown(key, 0) is not null));
        },
        iter: 20);

    /// <summary>In the steering group: whoever sits there, and takes its own part away from all that is shown.</summary>
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Hidden_ByWhatIsShown_FollowsFromNoEquation(bool isPartner, bool isForSteering) => Counts.Sample(
        counts =>
        {
            var table = isForSteering ? OfAreas(counts) : Table(counts, 3, isPartner ? Housing : (PartnerId?)null);

            // The reader's equations: what it is shown, what it knows of its own, what is published, and that a nought is a nought
            // everywhere in it.
            var known = new Equations(counts.Length);
            for (var i = 0; i < counts.Length; i++)
            {
                if ((isPartner && PartnerOf(i) == Housing) || CellOf(i).Published)
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

            var hidden = Reported(table).Where(k => !isForSteering || k is { Category: null } and not { Area: null, Family: not null }).Where(
                k => table.Shown(k, 0) is null && (isPartner ? OthersIn(k, counts) : table.Count(k, 0)) is 1 or 2);
            Assert.All(hidden, key => Assert.False(known.Tells(PartsOf(key)), $"{key} can be told."));
        },
        iter: 200);

    /// <summary>Who usually reports more than a fifth of it and is silent leaves nothing to judge but a rise.</summary>
    [Theory]
    [InlineData(3, 0, true, Judgement.Below)]
    [InlineData(3, 0, false, Judgement.BelowSourcesSilent)]
    [InlineData(3, 16, false, Judgement.Usual)]
    [InlineData(6, 16, false, Judgement.SourcesMissing)]
    [InlineData(6, 0, false, Judgement.SourcesMissing)]
    [InlineData(6, 40, false, Judgement.Above)]
    public void Judgement_WhereAPartnerIsSilent_IsOfWhatTheOthersCanCarry(int silents, int others, bool hasAnswered, Judgement judgement)
    {
        var cells = new Dictionary<(CellKey, PartnerId), int[]>
        {
            [(Keys[0], Police)] = [0, .. Enumerable.Repeat(silents, 53)],
            [(Keys[0], Housing)] = [others, .. Enumerable.Repeat(16, 53)],
        };
        var key = new FigureKey(Keys[0].Published, Keys[0].Area, Keys[0].Family);

        var table = new FigureTable(
            cells, Answered((partner, age) => hasAnswered || age > 0 || partner == Housing), 1, isOfAreas: false, [null]);

        Assert.Equal(judgement, table.Judge(key));
    }

    /// <summary>To others than the compiler no partner's part is told, not even that it is a fifth.</summary>
    [Fact]
    public void Judgement_ForOthersWhereAPartnerIsSilent_IsNone()
    {
        var cells = new Dictionary<(CellKey, PartnerId), int[]>
        {
            [(Keys[0], Housing)] = [16, .. Enumerable.Repeat(16, 53)],
        };

        var table = new FigureTable(cells, Answered((partner, age) => age > 0 || partner == Housing), 3, isOfAreas: false, [null]);

        Assert.Equal(Judgement.SourcesMissing, table.Judge(new FigureKey(Keys[0].Published, Keys[0].Area, Keys[0].Family)));
    }

    /// <summary>A judgement and the span beside it are of the same count: the one that is printed.</summary>
    [Fact]
    public void Judgement_OfAnyFigure_AgreesWithItsSpan() => Gen.Select(
        Gen.Int[0, 12].Array[54], Gen.Int[0, 12].Array[54], Gen.Bool.Array[54], Gen.Bool.Array[54], Gen.Int[0, 1]).Sample(
        (police, housing, heard, alsoHeard, restricted) =>
        {
            var cells = new Dictionary<(CellKey, PartnerId), int[]>
            {
                [(Keys[0], Police)] = [.. police.Zip(heard, (count, isHeard) => isHeard ? count : 0)],
                [(Keys[0], Housing)] = [.. housing.Zip(alsoHeard, (count, isHeard) => isHeard ? count : 0)],
            };
            var table = new FigureTable(
                cells, Answered((partner, age) => partner == Police ? heard[age] : alsoHeard[age]), restricted == 0 ? 1 : 3, isOfAreas: false, [null]);
            foreach (var key in table.Keys.Where(k => k.Partner is null && table.Shown(k, 0) is not null))
            {
                var (count, usual) = (table.ComparedReports(key) ?? table.Count(key, 0), table.Usual(key));
                Assert.True(table.Judge(key) switch
                {
                    Judgement.Above => count > usual!.High,
                    Judgement.Usual => usual!.Low <= count && count <= usual.High,
                    Judgement.Below or Judgement.BelowSourcesSilent => count < usual!.Low,
                    _ => true,
                });
            }
        },
        iter: 2_000);

    /// <summary>Two tables of which the same is shown have the same usual spans, whatever is hidden in them.</summary>
    [Fact]
    public void Usual_OfWeeksThatAreHidden_IsOfWhatIsShownAlone() => Gen.Select(
        Gen.Int[0, 4].Array[52], Gen.Int[1, 2].Array[52]).Sample(
        (counts, others) =>
        {
            var one = Alone([5, .. counts]);
            var other = Alone([5, .. counts.Zip(others, (count, small) => count is 1 or 2 ? small : count)]);
            var key = new FigureKey(false, "a", "fire");

            Assert.Equal(Enumerable.Range(0, 53).Select(age => one.Shown(key, age)), Enumerable.Range(0, 53).Select(age => other.Shown(key, age)));
            Assert.Equal(one.Usual(key), other.Usual(key));
            Assert.Equal(one.Judge(key), other.Judge(key));
        },
        iter: 200);

    [Fact]
    public void Judgement_OfASumThatAPartnerJoins_TellsNoShare()
    {
        var guard = new PartnerId("vakt");
        var cells = new Dictionary<(CellKey, PartnerId), int[]>
        {
            [(Keys[0], Police)] = [1, .. Enumerable.Repeat(0, 53)],
            [(Keys[0], guard)] = [4, .. Enumerable.Repeat(0, 53)],
        };
        var key = new FigureKey(Keys[0].Published, Keys[0].Area, Keys[0].Family);

        Assert.Equal(Judgement.Unspecified, new FigureTable(cells, Answered((partner, age) => age == 0 || partner == Police), 3, isOfAreas: false, [Housing]).Judge(key));
        Assert.Equal(Judgement.Above, new FigureTable(cells, Answered((partner, age) => age == 0 || partner == Police), 1, isOfAreas: false, [null]).Judge(key));
    }

    private static FigureAnswers Everybody => Answered((_, _) => true);

    private static FigureAnswers Answered(Func<PartnerId, int, bool> hasAnswered) => new(
        (partner, _, age) => hasAnswered(partner, age), _ => !hasAnswered(Police, 0) || !hasAnswered(Housing, 0));

    private static IEnumerable<FigureKey> Reported(FigureTable table) =>
        table.Keys.Where(k => k is { Published: false, Partner: null });

    private static FigureTable Alone(int[] counts) => new(
        new Dictionary<(CellKey, PartnerId), int[]> { [(Keys[0], Police)] = [.. counts, 0] }, Everybody, 3, isOfAreas: false, [null]);

    private static FigureTable Table(int[] counts, int smallest, params PartnerId?[] readers) => new(
        Cells(counts), Everybody, smallest, isOfAreas: false, readers);

    // As the steering group has it.
    private static FigureTable OfAreas(int[] counts) => new(
        Cells(counts), Everybody, 3, isOfAreas: true, [null, Police, Housing]);

    private static Dictionary<(CellKey, PartnerId), int[]> Cells(int[] counts) =>
        counts.Select((count, i) => (i, count)).Where(c => c.count > 0)
            .ToDictionary(c => (CellOf(c.i), PartnerOf(c.i)), c => new int[54].Select((_, age) => age == 0 ? c.count : 0).ToArray());

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
