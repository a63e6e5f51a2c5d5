using System.Globalization;
using System.Text.RegularExpressions;
using TrygghetHub.Errors.V1;
using TrygghetHub.Forms;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Server.Platform.Errors;

namespace TrygghetHub.Server.Pictures.Sentences;

/// <summary>What a person may write in the place of a sentence: other words, and the same figures. Pure.</summary>
/// <remarks>
/// A number in the text must be one that the sentence says already, or a figure that the picture shows of the cells or the signal
/// that it speaks of. Dates and numbers of its week, and of those beside it, may stand, and names that hold digits. A percentage
/// is never a figure of a picture. What words claim, a person answers for.
/// </remarks>
internal static partial class SentenceRules
{
    /// <summary>Why a text is not taken; null when it is.</summary>
    /// <param name="sentence">As the hub made it.</param>
    /// <param name="picture">Whose it is.</param>
    /// <param name="text">What is to stand instead; an empty one strikes the sentence.</param>
    /// <param name="field">The text's field in proto names.</param>
    public static Refusal? Check(Sentence sentence, SituationalPicture picture, string text, string field = "text")
    {
        var figures = Figures(sentence, picture);
        var rest = Dates(picture).Concat(Names(picture)).Aggregate(NumberWords.Plain(text), Without);
        return !Percentage().IsMatch(rest) && NumberWords.In(rest).All(figures.Contains) ? null : new Refusal(
            ErrorReason.SentenceFigures, field,
            "A number in the text is none of the figures that the sentence speaks of, nor of its week; a percentage never is one.",
            figures.Count == 0
                ? "Write it without numbers."
                : $"Use its figures ({string.Join(", ", figures.Order().Select(f => f.ToString(CultureInfo.InvariantCulture)))}) or no numbers.");
    }

    /// <summary>The figures that a sentence speaks of, and those that belong to it.</summary>
    internal static IReadOnlySet<double> Figures(Sentence sentence, SituationalPicture picture)
    {
        // What the hub wrote itself holds besides the figures the lengths of time that its rule names.
        var names = Names(picture).ToList();
        var figures = new HashSet<double>(
            NumberWords.In(names.Aggregate(NumberWords.Plain($"{sentence.Text} {sentence.TextEn}"), Without)).Where(double.IsFinite));
        foreach (var sum in sentence.Cells.Select(cell => Shown.Of(picture, cell)).OfType<Sum>())
        {
            figures.Add(sum.ThisWeek);
            AddIf(sum.HasLastWeek, sum.LastWeek);
            AddIf(sum.HasLastYear, sum.LastYear);
            AddIf(sum.HasComparedReports, sum.ComparedReports);
            if (sum.Usual is { } usual)
            {
                figures.UnionWith([usual.Low, usual.High, usual.Weeks]);
                AddMean(usual.Mean);
            }
        }

        if (sentence.Signal.Length > 0 && picture.Signals.FirstOrDefault(s => s.Id == sentence.Signal) is { } signal)
        {
            figures.UnionWith([signal.Observed, signal.UsualWeeks, signal.Sources]);
            AddMean(signal.UsualMean);
            if (signal.Rule == SignalRule.TimeCluster)
            {
                figures.UnionWith([signal.InWindow, signal.WindowStartHour, signal.WindowStartHour + 4]);
            }
        }

        return figures;

        void AddIf(bool isShown, int figure)
        {
            if (isShown)
            {
                figures.Add(figure);
            }
        }

        void AddMean(double mean) => figures.UnionWith(
            [Math.Round(mean, MidpointRounding.AwayFromZero), Math.Round(mean, 1, MidpointRounding.AwayFromZero)]);
    }

    // The ways in which people write the week, its days and its year. They are taken out as a whole: the 18th of a month is
    // no leave to write of 18 reports.
    private static IEnumerable<string> Dates(SituationalPicture picture)
    {
        if (picture.Week is not { Week: > 0 } week)
        {
            yield break;
        }

        var monday = ISOWeek.ToDateTime(week.Year, week.Week, DayOfWeek.Monday);
        foreach (var start in new[] { monday, monday.AddDays(-7), monday.AddDays(7) })
        {
            var (year, number) = (ISOWeek.GetYear(start), ISOWeek.GetWeekOfYear(start));
            foreach (var said in new[] { $"{year}-W{number:00}", $"vecka {number}", $"veckan {number}", $"v. {number}", $"v.{number}", $"v {number}", $"week {number}" })
            {
                yield return said;
            }
        }

        for (var day = monday.AddDays(-7); day < monday.AddDays(14); day = day.AddDays(1))
        {
            yield return day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            var (swedish, english) = (Wording.Month(day.Month, PictureLanguage.Swedish), Wording.Month(day.Month, PictureLanguage.English));
            foreach (var said in new[] { $"{day.Day} {swedish}", $"{day.Day}:e {swedish}", $"{day.Day}/{day.Month}", $"{day.Day} {english}", $"{english} {day.Day}" })
            {
                yield return $"{said} {day.Year}";
                yield return said;
            }
        }
    }

    private static IEnumerable<string> Names(SituationalPicture picture) =>
        picture.Areas.Select(a => a.AreaName)
            .Concat(picture.Sums.Select(s => s.AreaName))
            .Concat(picture.Signals.SelectMany(s => new[] { s.Place, s.AreaName }))
            .Concat(picture.Coverage.Select(c => c.PartnerName))
            .Where(name => name.Any(char.IsNumber)).Select(NumberWords.Plain)
            .Distinct(StringComparer.Ordinal).OrderByDescending(name => name.Length);

    // As a whole: "12 november" does not lie in "112 november".
    private static string Without(string text, string said) => text.Contains(said, StringComparison.OrdinalIgnoreCase)
        ? Regex.Replace(text, $@"(?<![\p{{L}}\p{{N}}]){Regex.Escape(said)}(?![\p{{L}}\p{{N}}])", " ", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)
        : text;

    [GeneratedRegex(@"[%‰]|\bprocent|\bpercent|\bper cent", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Percentage();
}
