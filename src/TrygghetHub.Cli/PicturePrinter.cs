using System.Globalization;
using Spectre.Console;
using TrygghetHub.Pictures.V1;

namespace TrygghetHub.Cli;

/// <summary>A weekly picture as a page of text, at most 100 columns wide.</summary>
/// <remarks>Nothing is told by colour: every judgement is a word.</remarks>
internal static class PicturePrinter
{
    // From empty to full; a zero has a mark of its own, for it must not look like a small number.
    private const string Blocks = "▁▂▃▄▅▆▇█";
    private const char Zero = '·';

    /// <summary>Prints the whole picture.</summary>
    public static void Print(Screen screen, SituationalPicture picture)
    {
        Header(screen, picture);
        if (picture.LateChanges is { } late)
        {
            screen.Line($"SINCE IT WAS COUNTED  {late.Added} reports added, {late.Corrected} corrected, {late.Withdrawn} withdrawn, {late.Answered} sources answered: not in this "
                + "picture. Compile the week again for the next revision.");
            screen.Line();
        }

        if (picture.EndedAgreements.Count > 0)
        {
            screen.Line($"RESTS ON WHAT HAS ENDED  {string.Join(", ", picture.EndedAgreements)}: the picture stays, and nothing new is read by it.");
            screen.Line();
        }

        Matters(screen, picture);
        Coverage(screen, picture);
        Totals(screen, picture);
        screen.Line();
        if (picture.Audience?.Kind == AudienceKind.Steering)
        {
            screen.Line("Counts by category are the operative group's; this is trend and measures.");
            screen.Line();
        }
        else if (picture.Cells.Count == 0)
        {
            Empty(screen, picture);
        }
        else
        {
            screen.Line("WHAT PARTNERS REPORTED");
            Cells(screen, picture.Cells, picture);
        }
        if (picture.PublishedEvents.Count > 0)
        {
            screen.Line("EVENTS PUBLISHED BY THE POLICE, apart from the reports above");
            Cells(screen, picture.PublishedEvents, picture);
        }
        Basis(screen, picture);
    }

    /// <summary>Prints what differs between two revisions.</summary>
    public static void Diff(Screen screen, PictureDiff diff)
    {
        foreach (var figure in diff.Figures)
        {
            screen.Line($"  {TextCell.Printable(figure.Label)}: {Either(figure.HasBefore, figure.Before)} → {Either(figure.HasAfter, figure.After)}");
        }

        foreach (var level in diff.Levels)
        {
            screen.Line($"  {TextCell.Printable(level.AreaName)}: {ReviewPrinter.Of(level.Old)} → {ReviewPrinter.Of(level.New)}");
        }

        if (diff is { Figures.Count: 0, Levels.Count: 0 })
        {
            screen.Line("  No figure that you may see, and no level.");
        }

        static string Either(bool isShown, int figure) => isShown ? Screen.Figure(figure) : "not shown";
    }

    /// <summary>Whether it may still change, in words.</summary>
    public static string State(SituationalPicture picture) => picture.State switch
    {
        PictureState.Collecting => "preliminary",
        PictureState.Compiled => "compiled",
        PictureState.InReview => "in review",
        PictureState.Approved => "approved",
        PictureState.Distributed => "distributed",
        PictureState.Superseded => $"superseded by revision {picture.Review?.SupersededBy ?? 0}",
        _ => "of unknown state",
    };

    /// <summary>Draws one block per figure, the highest as a full one.</summary>
    public static string Blocked(IReadOnlyCollection<int> figures)
    {
        var highest = figures.DefaultIfEmpty().Max();
        return string.Concat(figures.Select(f => f <= 0
            ? Zero
            : Blocks[(int)Math.Ceiling((double)f / highest * Blocks.Length) - 1]));
    }

    private static void Header(Screen screen, SituationalPicture picture)
    {
        var week = Week.Of(picture.Week);
        var sunday = week.Monday.AddDays(6);
        screen.Line();
        screen.Show(new Rule { Style = Style.Plain });
        screen.Show(TextCell.Bold($"{picture.MunicipalityName} ({picture.Municipality})  ·  week {week}  ·  "
            + string.Create(CultureInfo.InvariantCulture, $"Mon {week.Monday:d MMM} – Sun {sunday:d MMM yyyy}")));
        screen.Line();
        var at = Words.Time(picture.FreezeTime);
        var made = picture.State == PictureState.Collecting ? $"preliminary: what was there {at}"
            : picture.Review?.ApproveTime is { } approved ? $"{State(picture)}: counted up to {at}, approved {Words.Time(approved)}"
            : $"{State(picture)}: counted up to {at}";
        screen.Line($"Revision {picture.Revision}, {made}. Made for {picture.Compiler}.");
        screen.Show(new Rule { Style = Style.Plain });
        screen.Line();
    }

    private static void Matters(Screen screen, SituationalPicture picture)
    {
        if (picture.Sentences.Count == 0)
        {
            return;
        }

        screen.Line("WHAT MATTERS");
        foreach (var sentence in picture.Sentences)
        {
            // The last edit of a sentence holds; where it holds no text, the sentence was struck.
            var edit = picture.Review?.Edits.LastOrDefault(e => e.Sentence == sentence.Id);
            if (edit is not { Text.Length: 0 })
            {
                var text = edit is null ? sentence.TextEn : edit.TextEn.Length > 0 ? edit.TextEn : edit.Text;
                AgreementPrinter.Wrapped(screen, "  ", $"{text}{(edit is null ? "" : " (changed by the coordinator)")}");
            }
        }

        screen.Line();
    }

    // What may not be shown is no nought.
    private static string Figure(bool isShown, int figure) => isShown ? Screen.Figure(figure) : "–";

    private static void Coverage(Screen screen, SituationalPicture picture)
    {
        screen.Line("WHO HAS ANSWERED");
        if (picture.Coverage.Count == 0)
        {
            screen.Line("  No agreement lets anyone report here.");
            screen.Line();
            return;
        }
        var table = Screen.Table("Partner", "Reports>", "The week is", "Said");
        foreach (var partner in picture.Coverage)
        {
            table.AddRow(
                TextCell.Of(partner.PartnerName.Length == 0 ? partner.Partner : $"{partner.PartnerName} ({partner.Partner})"),
                TextCell.Of(partner.Status == CoverageStatus.Missing ? "?" : Figure(partner.HasReports, partner.Reports)),
                TextCell.Of(Say(partner.Status) + (partner.Late ? ", late" : "")), TextCell.Of(Words.Moment(partner.ConfirmTime)));
        }

        screen.Show(table);
    }

    private static string Say(CoverageStatus status) => status switch
    {
        CoverageStatus.Complete => "complete",
        CoverageStatus.NothingToReport => "nothing to report",
        CoverageStatus.Reported => "reported, not confirmed",
        CoverageStatus.Missing => "silent – we do not know",
        _ => "unknown",
    };

    private static void Totals(Screen screen, SituationalPicture picture)
    {
        var totals = picture.Totals ?? new Totals();
        screen.Line("IN ALL");
        screen.Line($"  {Figure(totals.HasReports, totals.Reports)} {(totals is { HasReports: true, Reports: 1 } ? "report" : "reports")}: {Figure(totals.HasPartnerReports, totals.PartnerReports)} from partners, "
            + $"{Figure(totals.HasPublishedEvents, totals.PublishedEvents)} published by the police. "
            + $"The week before: {Figure(totals.HasLastWeek, totals.LastWeek)}."
            + (totals.Context > 0 ? $" Kept as context and not counted: {Screen.Figure(totals.Context)}." : ""));
        if (totals.ConfirmedDoubles > 0)
        {
            screen.Line($"  {Screen.Figure(totals.ConfirmedDoubles)} more of events that are counted already: confirmed by your coordinator.");
        }

        if (picture.Audience is { SmallestCount: > 1 } audience)
        {
            screen.Line($"  – is not shown: under {audience.SmallestCount}, or it would tell such a figure.");
        }

        var silent = picture.Coverage.Where(c => c.Status == CoverageStatus.Missing).Select(c => c.Partner).ToList();
        if (silent.Count > 0)
        {
            screen.Line($"  Silent: {string.Join(", ", silent)}. Fewer reports than usual may only mean that.");
        }

        // A line with gaps reads as one with noughts.
        if (picture.Trend.Count < 2 || picture.Trend.Any(w => !w.HasReports || !w.HasPublishedEvents))
        {
            return;
        }

        var span = $"{Week.Of(picture.Trend[0].Week)} to {Week.Of(picture.Trend[^1].Week)}";
        screen.Line();
        Trend(screen, "Partners' reports", [.. picture.Trend.Select(w => w.Reports - w.PublishedEvents)], span);
        if (picture.Trend.Any(w => w.PublishedEvents > 0))
        {
            Trend(screen, "Published events", [.. picture.Trend.Select(w => w.PublishedEvents)], span);
        }
    }

    private static void Trend(Screen screen, string what, int[] figures, string span) =>
        screen.Line($"  {what,-18} {Blocked(figures)}  {span}: {figures.Min()}–{figures.Max()} a week, now {figures[^1]}");

    private static void Empty(Screen screen, SituationalPicture picture)
    {
        if (picture.PublishedEvents.Any(c => c.ThisWeek > 0))
        {
            screen.Line("No reports from the partners' own systems.");
            screen.Line();
            return;
        }

        var open = picture.Coverage.Count(c => c.Status is CoverageStatus.Missing or CoverageStatus.Reported);
        screen.Line(open == 0 && picture.Coverage.Count > 0
            ? $"No reports. All {picture.Coverage.Count} partners have answered: nothing happened that they know of."
            : $"No reports, but {open} of {picture.Coverage.Count} have not confirmed the week: we do not know.");
        screen.Line();
    }

    private static void Cells(Screen screen, IReadOnlyCollection<Cell> cells, SituationalPicture picture)
    {
        var table = Screen.Table("Area, category", "This week>", "Last week>", "Usual>", "Judged");
        table.Columns[0].Width(44);
        foreach (var area in cells.GroupBy(c => c.Area))
        {
            var first = area.First();
            var name = first.Area == picture.Municipality ? first.AreaName + ", no closer place known" : first.AreaName;
            if (table.Rows.Count > 0)
            {
                table.AddEmptyRow();
            }

            table.AddRow(TextCell.Bold(name), TextCell.Bold(SumOf(picture, first, cells, s => Figure(s.HasThisWeek, s.ThisWeek))),
                TextCell.Bold(SumOf(picture, first, cells, s => Figure(s.HasLastWeek, s.LastWeek))), TextCell.Of(""), TextCell.Of(""));
            var quiet = 0;
            foreach (var cell in area)
            {
                // A row of noughts where noughts are usual says nothing; together they are one line.
                if (cell is { HasThisWeek: true, ThisWeek: 0, HasLastWeek: true, LastWeek: 0 } && (cell.Usual?.Low ?? 0) == 0)
                {
                    quiet++;
                    continue;
                }
                table.AddRow(TextCell.Of("  " + Name(cell)), TextCell.Of(Figure(cell.HasThisWeek, cell.ThisWeek)),
                    TextCell.Of(Figure(cell.HasLastWeek, cell.LastWeek)), TextCell.Of(Usual(cell)), TextCell.Of(Judge(cell.Judgement)));
            }
            if (quiet > 0)
            {
                table.AddRow(TextCell.Of($"  {quiet} other, none either week"), TextCell.Of("0"), TextCell.Of("0"), TextCell.Of(""), TextCell.Of(""));
            }
        }
        screen.Show(table);
    }

    private static string Name(Cell cell) =>
        cell.CategoryName.Length > 0 ? cell.CategoryName : cell.Category.Length > 0 ? cell.Category : cell.Family;

    private static string Usual(Cell cell) => cell.Usual switch
    {
        null => "too early",
        { Low: var low, High: var high } when low == high => Screen.Figure(low),
        { Low: var low, High: var high } => $"{low}–{high}",
    };

    private static string Judge(Judgement judgement) => judgement switch
    {
        Judgement.Above => "▲ above usual",
        Judgement.Below => "▼ below usual",
        Judgement.BelowSourcesSilent => "? below, a source is silent",
        Judgement.Usual => "as usual",
        _ => "",
    };

    // The picture's own sum: what is not shown cannot be added up.
    private static string SumOf(
        SituationalPicture picture, Cell cell, IReadOnlyCollection<Cell> cells, Func<Sum, string> figure) =>
        (ReferenceEquals(cells, picture.Cells) ? picture.Sums : picture.PublishedSums)
            .FirstOrDefault(s => s.Area == cell.Area && s.Family.Length == 0) is { } sum ? figure(sum) : "";

    private static void Basis(Screen screen, SituationalPicture picture)
    {
        if (picture.Basis is not { } basis)
        {
            return;
        }

        screen.Line("HOW IT WAS COUNTED");
        foreach (var agreement in basis.Agreements)
        {
            screen.Line($"  Agreement {agreement.Agreement}, version {agreement.Version}: {string.Join(", ", agreement.Clauses)}.");
        }

        screen.Line($"  Category list {basis.CategoryListVersion}, ceilings {basis.CeilingsVersion}. Reports that you may see "
            + $"one by one: {Screen.Figure(basis.Inputs.Count)}.");
        screen.Line($"  Usual: where four weeks of five fall, from the 26 to 52 weeks before; \"too early\" with fewer.");
        screen.Line($"  SHA-256 of all inputs {basis.InputsSha256}");
        screen.Line($"  SHA-256 of the content {picture.ContentSha256}");
    }
}
