using CsCheck;
using TrygghetHub.Server.Pictures.Compile;

namespace TrygghetHub.Server.Tests.Pictures.Compile;

public sealed class SmallNumbersTests
{
    private const int Smallest = 3;

    [Fact]
    public void Hidden_WhereNothingIsSmall_IsNothing() =>
        Assert.Empty(SmallNumbers.Hidden(Table(new[,] { { 3, 0 }, { 0, 7 } }), Smallest));

    [Fact]
    public void Hidden_WithSmallestOne_IsNothing() =>
        Assert.Empty(SmallNumbers.Hidden(Table(new[,] { { 1, 2 }, { 1, 1 } }), smallest: 1));

    [Fact]
    public void Hidden_OfOneSmallCell_HoldsAnotherInItsRowAndItsColumn()
    {
        var hidden = SmallNumbers.Hidden(Table(new[,] { { 1, 9, 30 }, { 8, 7, 30 }, { 30, 30, 30 } }), Smallest);

        // The rectangle of the least: 1, 9 and 8 with the 7 that they share.
        Assert.Equal(["0,0", "0,1", "1,0", "1,1"], hidden.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Hidden_OfTheOnlyCellThatIsNotNought_HoldsItsSums()
    {
        var hidden = SmallNumbers.Hidden(Table(new[,] { { 2, 0 }, { 0, 0 } }), Smallest);

        Assert.Equal(["*,*", "*,0", "0,*", "0,0"], hidden.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Hidden_OfTwoOnesThatMakeTwo_AreNotBothTold()
    {
        // Both are at least one, so that a sum of two would tell them.
        var figures = Table(new[,] { { 1, 1, 5 }, { 4, 4, 5 } });
        Assert.All(SmallNumbers.Hidden(figures, Smallest), key => Assert.True(Possible(figures, SmallNumbers.Hidden(figures, Smallest), key) > 1));
    }

    [Fact]
    public void Hidden_InAnyTable_LeavesNoFigureThatFollowsFromWhatIsShown() =>
        Gen.Int[0, 4].Array2D[Gen.Int[1, 3], Gen.Int[1, 3]].Sample(
            cells =>
            {
                var figures = Table(cells);
                var hidden = SmallNumbers.Hidden(figures, Smallest);
                Assert.All(figures.Where(f => f.Count is > 0 and < Smallest), f => Assert.Contains(f.Key, hidden));
                Assert.All(hidden, key => Assert.True(Possible(figures, hidden, key) > 1, $"{key} can be told."));
                Assert.DoesNotContain(figures, f => f.Count == 0 && hidden.Contains(f.Key));
            },
            iter: 400);

    // How many values (2 tells enough) a hidden figure can have by what is shown: every cell is tried by the hundred.
    private static int Possible(IReadOnlyList<Figure<string>> figures, HashSet<string> hidden, string key)
    {
        var cells = figures.Where(f => !f.Key.Contains('*', StringComparison.Ordinal)).ToList();
        var open = cells.Where(c => hidden.Contains(c.Key)).ToList();
        var values = cells.ToDictionary(c => c.Key, c => c.Count);
        var shownSums = figures.Where(f => f.Key.Contains('*', StringComparison.Ordinal) && !hidden.Contains(f.Key)).ToList();
        var seen = new HashSet<int>();
        Try(0);
        return seen.Count;

        void Try(int at)
        {
            if (seen.Count > 1)
            {
                return;
            }

            if (at == open.Count)
            {
                if (shownSums.All(s => Sum(s.Key) == s.Count))
                {
                    seen.Add(key.Contains('*', StringComparison.Ordinal) ? Sum(key) : values[key]);
                }

                return;
            }

            var was = values[open[at].Key];
            for (var value = 1; value <= was + 2; value++)
            {
                values[open[at].Key] = value;
                Try(at + 1);
            }

            values[open[at].Key] = was;
        }

        int Sum(string sum)
        {
            var (row, column) = (sum.Split(',')[0], sum.Split(',')[1]);
            return values.Where(v => (row == "*" || v.Key.Split(',')[0] == row) && (column == "*" || v.Key.Split(',')[1] == column))
                .Sum(v => v.Value);
        }
    }

    // A table with its sums: from all to the row, from the row by the cell to the column, from the column to all.
    private static List<Figure<string>> Table(int[,] cells)
    {
        var figures = new List<Figure<string>>();
        var (rows, columns) = (cells.GetLength(0), cells.GetLength(1));
        for (var r = 0; r < rows; r++)
        {
            var sum = Enumerable.Range(0, columns).Sum(c => cells[r, c]);
            figures.Add(new Figure<string>("all", $"row{r}", $"{r},*", sum));
            figures.AddRange(Enumerable.Range(0, columns).Select(c => new Figure<string>($"row{r}", $"column{c}", $"{r},{c}", cells[r, c])));
        }

        figures.AddRange(Enumerable.Range(0, columns).Select(
            c => new Figure<string>($"column{c}", "end", $"*,{c}", Enumerable.Range(0, rows).Sum(r => cells[r, c]))));
        figures.Add(new Figure<string>("end", "all", "*,*", cells.Cast<int>().Sum()));
        return figures;
    }
}
