using TrygghetHub.Pictures.V1;

namespace TrygghetHub.Server.Pictures.Reviews;

/// <summary>What differs between two revisions of a picture, by what one reader may see of both. Pure.</summary>
internal static class PictureDiffs
{
    /// <summary>
    /// The differences. Both pictures are of one reader, municipality and week. A figure that one of them does not show is
    /// not set on that side, whatever the other shows; one that neither shows is not told of.
    /// </summary>
    public static PictureDiff Between(SituationalPicture before, SituationalPicture after)
    {
        var old = new Figures(before);
        var fresh = new Figures(after);
        var signalsBefore = before.Signals.Select(s => s.Id).ToList();
        var signalsAfter = after.Signals.Select(s => s.Id).ToList();
        return new PictureDiff
        {
            FromRevision = before.Revision,
            Figures =
            {
                // Those that are no more stand last: nothing in the later picture tells where.
                fresh.Refs.Union(old.Refs)
                    .Select(key => Change(key, old, fresh)).OfType<FigureChange>(),
            },
            SignalsGone = { signalsBefore.Except(signalsAfter) },
            SignalsNew = { signalsAfter.Except(signalsBefore) },
            Reports = Reports(before, after),
            Levels = { Levels(before, after) },
        };
    }

    private static IEnumerable<LevelChange> Levels(SituationalPicture before, SituationalPicture after)
    {
        var (old, fresh) = (Decided(before), Decided(after));
        return after.Areas.Concat(before.Areas).Select(a => (Code: a.Area, Name: a.AreaName))
            .Append((Code: after.Municipality, Name: after.MunicipalityName))
            .DistinctBy(a => a.Code)
            .Select(a => new LevelChange
            {
                Area = a.Code,
                AreaName = a.Name,
                Old = old.GetValueOrDefault(a.Code),
                New = fresh.GetValueOrDefault(a.Code),
            })
            .Where(c => c.Old != c.New);

        static Dictionary<string, AreaLevel> Decided(SituationalPicture picture) =>
            (picture.Review?.Levels ?? []).ToDictionary(l => l.Area, l => l.Level);
    }

    private static FigureChange? Change(FigureKey key, Figures before, Figures after)
    {
        var (old, fresh) = (before.Of(key), after.Of(key));
        if (old == fresh)
        {
            return null;
        }

        var change = new FigureChange
        {
            Cell = new CellRef
            {
                Area = key.Area,
                Family = key.Family,
                Category = key.Category,
                Published = key.Published,
                CategoryWithheld = key.Withheld,
            },
            Label = after.LabelOf(key) ?? before.LabelOf(key)!,
        };
        if (old is { } was)
        {
            change.Before = was;
        }

        if (fresh is { } isNow)
        {
            change.After = isNow;
        }

        return change;
    }

    // Of those that the reader may see one by one; others are in the figures alone. Not set where there are none.
    private static LateChanges? Reports(SituationalPicture before, SituationalPicture after)
    {
        var old = Inputs(before);
        var fresh = Inputs(after);
        var changes = new LateChanges
        {
            Added = fresh.Keys.Except(old.Keys).Count(),
            Corrected = fresh.Count(r => old.TryGetValue(r.Key, out var revision) && revision != r.Value),
            Withdrawn = old.Keys.Except(fresh.Keys).Count(),
        };
        return changes is { Added: 0, Corrected: 0, Withdrawn: 0 } ? null : changes;
    }

    private static Dictionary<string, int> Inputs(SituationalPicture picture) =>
        (picture.Basis?.Inputs ?? []).GroupBy(i => i.Report).ToDictionary(g => g.Key, g => g.Max(i => i.Revision));

    /// <summary>The figures of the week of one picture, by what they count.</summary>
    private sealed class Figures
    {
        private readonly Dictionary<FigureKey, (int? Count, string Label)> figures = [];
        private readonly bool hidesSome;

        public Figures(SituationalPicture picture)
        {
            // A sum comes in the place of a cell that counts the same: one whose category may not be seen is its family's.
            AddCells(picture.Cells, published: false);
            AddSums(picture.Sums, published: false);
            AddCells(picture.PublishedEvents, published: true);
            AddSums(picture.PublishedSums, published: true);
            hidesSome = picture.Totals is { SmallCells: > 0 } || picture.Audience is { SmallestCount: > 1 }
                || figures.Values.Any(f => f.Count is null);
        }

        public IEnumerable<FigureKey> Refs => figures.Keys;

        /// <summary>
        /// Null where it is not shown. What is not listed is none, except where the picture hides some: then it may be one of
        /// those.
        /// </summary>
        public int? Of(FigureKey key) => figures.TryGetValue(key, out var figure) ? figure.Count : hidesSome ? null : 0;

        public string? LabelOf(FigureKey key) => figures.TryGetValue(key, out var figure) ? figure.Label : null;

        private void AddCells(IEnumerable<Cell> cells, bool published)
        {
            foreach (var cell in cells)
            {
                figures[new FigureKey(published, cell.Area, cell.Family, cell.Category, cell.CategoryWithheld)] =
                    (cell.HasThisWeek ? cell.ThisWeek : null, Label(cell.AreaName, cell.CategoryName));
            }
        }

        private void AddSums(IEnumerable<Sum> sums, bool published)
        {
            foreach (var sum in sums)
            {
                figures[new FigureKey(published, sum.Area, sum.Family, sum.Category, sum.CategoryWithheld)] =
                    (sum.HasThisWeek ? sum.ThisWeek : null,
                        Label(sum.AreaName, sum.CategoryName.Length > 0 ? sum.CategoryName : sum.FamilyName));
            }
        }

        private static string Label(string area, string what) => (area.Length, what.Length) switch
        {
            (0, 0) => "Hela kommunen",
            (0, _) => what,
            (_, 0) => area,
            _ => $"{area}, {what}",
        };
    }

    private readonly record struct FigureKey(bool Published, string Area, string Family, string Category, bool Withheld);
}
