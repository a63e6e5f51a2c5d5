using TrygghetHub.Pictures.V1;

namespace TrygghetHub.Forms;

/// <summary>What matters this week: at most three sentences, and the four figures of the whole.</summary>
/// <remarks>A sentence that a person has changed says so, with the reason; one that was struck stands struck before the compiler alone.</remarks>
internal static class MattersPart
{
    // On a first screen; each area has its level by its chart too.
    private const int MostLevels = 6;

    public static Markup Render(Reading reading)
    {
        var told = reading.Picture.Sentences.Select(s => s.Signal).Where(s => s.Length > 0).ToHashSet(StringComparer.Ordinal);
        var untold = reading.Picture.Signals.Where(s => !told.Contains(s.Id)).ToList();
        var shown = reading.Picture.Sentences.Select(s => Sentence(reading, s)).Where(s => s != Markup.None).ToList();
        var sentences = reading.Picture.Sentences.Count == 0
            ? Markup.Of($"""<p class="empty">{EmptyWeek.Text(reading.Picture, reading.Language)}</p>""")
            : shown.Count == 0 ? Markup.None
            : Markup.Of($"""
                <ol class="matters">
                {shown}</ol>
                """);
        return Markup.Of($"""
            {sentences}
            {(untold.Count == 0 ? Markup.None : Markup.Of($"<ul class=\"signals\">{untold.Select(s => Markup.Of($"<li>{Signal(reading, s)}</li>"))}</ul>"))}
            {Whole(reading)}
            {LevelList.Render(reading, MostLevels, longestReason: 0)}
            """);
    }

    private static Markup Sentence(Reading reading, Sentence sentence)
    {
        var edit = reading.Picture.Review?.Edits.LastOrDefault(e => e.Sentence == sentence.Id);
        var signal = reading.Picture.Signals.FirstOrDefault(s => s.Id == sentence.Signal && s.Id.Length > 0);
        var rule = signal is null ? Markup.None : Markup.Of($"""<p class="rule">{Signal(reading, signal)}</p>""");
        if (edit is null)
        {
            return Markup.Of($"""<li><p class="sentence">{In(reading, sentence.Text, sentence.TextEn)}</p>{rule}</li>{"\n"}""");
        }

        var struck = edit.Text.Length == 0;
        if (struck && !reading.IsForCompiler)
        {
            return Markup.None;
        }

        // The reason rests on what the compiler sees: others are not given it.
        var reason = edit.Reason.Length == 0 ? Markup.None : Markup.Of($": {reading.Written(edit.Reason)}");
        var text = struck
            ? Markup.Of($"""<p class="sentence"><del>{In(reading, sentence.Text, sentence.TextEn)}</del></p>""")
            : Markup.Of($"""<p class="sentence">{In(reading, edit.Text, edit.TextEn)}</p>""");
        return Markup.Of($"""
            <li>{text}<p class="edited"><span aria-hidden="true">✎</span> {(struck ? reading.Words.Struck : reading.Words.Edited)}{reason}</p>{rule}</li>

            """);
    }

    /// <summary>Which rule raised a signal, and by which figures.</summary>
    public static Markup Signal(Reading reading, Signal signal)
    {
        var (words, notation) = (reading.Words, reading.Notation);
        var where = signal.Place.Length > 0 ? signal.Place : signal.AreaName;
        var family = signal.Category.Length > 0 ? reading.CategoryName(signal.Category, signal.CategoryName) + ", "
            : signal.Family.Length > 0 ? reading.FamilyName(signal.Family, signal.FamilyName) + ", "
            : "";
        var weeks = notation.Number(signal.UsualWeeks);
        var usual = reading.IsForCompiler ? words.WeeksBehind(weeks, notation.Mean(signal.UsualMean)) : words.WeeksBehind(weeks);
        return Markup.Of($"""
            {words.Rule}: {words.Rules(signal.Rule)}. {family}{Reading.ShortName(where)}: {notation.Number(signal.Observed)}; {usual}.
            """);
    }

    private static Markup Whole(Reading reading)
    {
        var (picture, words, notation) = (reading.Picture, reading.Words, reading.Notation);
        var totals = picture.Totals ?? new Totals();
        var whole = picture.Sums.FirstOrDefault(s => s is { Area.Length: 0, Family.Length: 0, Category.Length: 0 });
        var confirmed = picture.Coverage.Count(Reading.IsConfirmed);
        var judged = whole is null ? Markup.None : reading.Judged(whole.Judgement, inWords: true);
        var partnerReports = whole is { HasThisWeek: true } ? whole.ThisWeek : totals.HasPartnerReports ? totals.PartnerReports : (int?)null;

        // Without sums there is nothing to compare with, which is not the same as a figure that may not be shown.
        var compared = whole is null ? Markup.None : Markup.Of($"""
            <div><dt>{words.LastWeek.ToLowerInvariant()}</dt><dd><b>{reading.Figure(whole.HasLastWeek ? whole.LastWeek : null)}</b></dd></div>
            <div><dt>{words.UsualSpan}</dt><dd><b>{reading.Span(whole.Usual)}</b></dd></div>
            {(whole.HasLastYear ? Markup.Of($"""<div><dt>{words.LastYear}</dt><dd><b>{notation.Number(whole.LastYear)}</b></dd></div>{"\n"}""") : Markup.None)}
            """);
        return Markup.Of($"""
            <dl class="whole">
            <div><dt>{words.ReportsThisWeek} {judged}</dt><dd><b>{reading.Figure(partnerReports)}</b></dd></div>
            {compared}<div><dt>{words.HaveAnswered}</dt><dd><b>{words.Answered(notation.Number(confirmed), notation.Number(picture.Coverage.Count))}</b></dd></div>
            </dl>
            {NotCompared(reading)}
            """);
    }

    // The span rests on the sources that can be compared, and the figure beside it on all.
    private static Markup NotCompared(Reading reading)
    {
        var without = reading.Picture.Coverage.Where(c => !c.Compared).Select(c => Reading.Shortened(reading.PartnerName(c.Partner), 40)).ToList();
        return without.Count == 0 || reading.Picture.Sums.All(s => s.Usual is null)
            ? Markup.None
            : Markup.Of($"""<p class="note">{reading.Words.ComparedWithout(Wording.Among(without, reading.Language))}</p>""");
    }

    // Where the coordinator gave no English, the Swedish stands there too.
    private static Markup In(Reading reading, string swedish, string english) =>
        reading.Language == PictureLanguage.English && english.Length > 0 ? Reading.Name(english) : reading.Written(swedish);
}
