using CsCheck;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Server.Pictures.Reviews;

namespace TrygghetHub.Server.Tests.Pictures.Reviews;

public sealed class PictureDiffsTests
{
    private static readonly string[] Areas = ["0139-bro", "0139-brunna"];
    private static readonly string[] Categories = ["graffiti", "littering", ""];

    // A count, none, one that may not be shown, or no line at all.
    private static readonly Gen<int?> Count = Gen.OneOf(Gen.Int[0, 5].Select(c => (int?)c), Gen.Const((int?)null));
    private static readonly Gen<SituationalPicture> Picture =
        from cells in Gen.Select(Gen.Bool, Count).Array[Areas.Length * Categories.Length * 2]
        from sums in Gen.Select(Gen.Bool, Count).Array[Areas.Length + 1]
        from signals in Gen.Int[0, 3].Array[0, 3]
        from inputs in Gen.Select(Gen.Int[0, 4], Gen.Int[1, 2]).Array[0, 4]
        from small in Gen.Int[0, 1]
        select Make(cells, sums, signals, inputs, small);

    [Fact]
    public void Diff_OfAPictureWithItself_IsEmpty() => Picture.Sample(picture =>
        Assert.Equal(new PictureDiff { FromRevision = picture.Revision }, PictureDiffs.Between(picture, picture.Clone())));

    /// <summary>What one side does not show stands in neither place of the diff but as not set, on its own side.</summary>
    [Fact]
    public void Figure_ThatOneSideDoesNotShow_IsNotSetOnThatSide() => Gen.Select(Picture, Picture).Sample((before, after) =>
    {
        foreach (var change in PictureDiffs.Between(before, after).Figures)
        {
            Assert.Equal(Shown(before, change.Cell), change.HasBefore ? change.Before : null);
            Assert.Equal(Shown(after, change.Cell), change.HasAfter ? change.After : null);
            Assert.NotEqual(Shown(before, change.Cell), Shown(after, change.Cell));
        }
    });

    [Fact]
    public void Figures_ThatDiffer_AreAllThere() => Gen.Select(Picture, Picture).Sample((before, after) =>
    {
        var told = PictureDiffs.Between(before, after).Figures.Select(f => f.Cell).ToHashSet();
        foreach (var cell in Refs(before).Concat(Refs(after)).Where(c => Shown(before, c) != Shown(after, c)))
        {
            Assert.Contains(cell, told);
        }
    });

    [Fact]
    public void Signals_AndReports_AreToldByWhatIsGoneAndNew()
    {
        var before = new SituationalPicture
        {
            Revision = 1,
            Signals = { new Signal { Id = "gone" }, new Signal { Id = "stays" } },
            Basis = new Basis { Inputs = { Input("a", 1), Input("b", 1), Input("c", 1) } },
        };
        var after = new SituationalPicture
        {
            Revision = 2,
            Signals = { new Signal { Id = "stays" }, new Signal { Id = "new" } },
            Basis = new Basis { Inputs = { Input("b", 2), Input("c", 1), Input("d", 1), Input("e", 1) } },
        };

        Assert.Equal(
            new PictureDiff
            {
                FromRevision = 1,
                SignalsGone = { "gone" },
                SignalsNew = { "new" },
                Reports = new LateChanges { Added = 2, Corrected = 1, Withdrawn = 1 },
            },
            PictureDiffs.Between(before, after));
    }

    [Fact]
    public void Figure_ThatIsNotListed_IsNoneOnlyWhereNothingIsHidden()
    {
        var after = new SituationalPicture { Cells = { Cell("0139-bro", "graffiti", 4) } };
        var open = PictureDiffs.Between(new SituationalPicture(), after).Figures.Single();
        var hiding = PictureDiffs.Between(new SituationalPicture { Totals = new Totals { SmallCells = 1 } }, after).Figures.Single();

        Assert.Equal((true, 0, 4), (open.HasBefore, open.Before, open.After));
        Assert.Equal((false, 4), (hiding.HasBefore, hiding.After));
        Assert.Equal("Bro, Klotter", open.Label);
    }

    // By the words of the contract, apart from the code: the sum where there is one, else the cell, else none or not known.
    private static int? Shown(SituationalPicture picture, CellRef cell)
    {
        var sums = cell.Published ? picture.PublishedSums : picture.Sums;
        if (sums.LastOrDefault(s => s.Area == cell.Area && s.Family == cell.Family && s.Category == cell.Category) is { } sum)
        {
            return sum.HasThisWeek ? sum.ThisWeek : null;
        }

        var cells = cell.Published ? picture.PublishedEvents : picture.Cells;
        if (cells.LastOrDefault(c => c.Area == cell.Area && c.Family == cell.Family && c.Category == cell.Category) is { } found)
        {
            return found.HasThisWeek ? found.ThisWeek : null;
        }

        var hides = picture.Totals?.SmallCells > 0
            || picture.Cells.Any(c => !c.HasThisWeek && !HasSum(picture.Sums, c))
            || picture.PublishedEvents.Any(c => !c.HasThisWeek && !HasSum(picture.PublishedSums, c))
            || picture.Sums.Any(s => !s.HasThisWeek);
        return hides ? null : 0;
    }

    private static bool HasSum(IEnumerable<Sum> sums, Cell cell) =>
        sums.Any(s => s.Area == cell.Area && s.Family == cell.Family && s.Category == cell.Category);

    private static IEnumerable<CellRef> Refs(SituationalPicture picture) =>
        picture.Cells.Select(c => new CellRef { Area = c.Area, Family = c.Family, Category = c.Category })
            .Concat(picture.PublishedEvents.Select(
                c => new CellRef { Area = c.Area, Family = c.Family, Category = c.Category, Published = true }))
            .Concat(picture.Sums.Select(s => new CellRef { Area = s.Area, Family = s.Family, Category = s.Category }));

    private static SituationalPicture Make(
        (bool Listed, int? Count)[] cells, (bool Listed, int? Count)[] sums, int[] signals, (int Report, int Revision)[] inputs, int small)
    {
        var picture = new SituationalPicture { Revision = 1, Totals = new Totals { SmallCells = small }, Basis = new Basis() };
        for (var i = 0; i < cells.Length; i++)
        {
            if (cells[i].Listed)
            {
                var list = i % 2 == 0 ? picture.Cells : picture.PublishedEvents;
                list.Add(Cell(Areas[i / 2 % Areas.Length], Categories[i / 2 / Areas.Length], cells[i].Count));
            }
        }

        for (var i = 0; i < sums.Length; i++)
        {
            if (sums[i].Listed)
            {
                var sum = new Sum { Area = i < Areas.Length ? Areas[i] : "", Family = "damage-and-litter", FamilyName = "Skadegörelse" };
                if (sums[i].Count is { } count)
                {
                    sum.ThisWeek = count;
                }

                picture.Sums.Add(sum);
            }
        }

        picture.Signals.Add(signals.Distinct().Select(s => new Signal { Id = $"signal-{s}" }));
        picture.Basis.Inputs.Add(inputs.DistinctBy(i => i.Report).Select(i => Input($"report-{i.Report}", i.Revision)));
        return picture;
    }

    private static Cell Cell(string area, string category, int? count)
    {
        var cell = new Cell
        {
            Area = area,
            AreaName = "Bro",
            Family = "damage-and-litter",
            Category = category,
            CategoryName = "Klotter",
        };
        if (count is { } shown)
        {
            cell.ThisWeek = shown;
        }

        return cell;
    }

    private static PictureInput Input(string report, int revision) => new() { Report = report, Revision = revision };
}
