using System.Globalization;
using TrygghetHub.Pictures.V1;

namespace TrygghetHub.Forms;

/// <summary>One picture read in one language: what its forms ask of it again and again.</summary>
/// <remarks>Shows what the picture holds and counts nothing anew, except how many sources have answered. Immutable and thread-safe.</remarks>
internal sealed class Reading
{
    /// <summary>Characters of a name where room is short; the rest is an ellipsis.</summary>
    private const int LongestShortName = 40;

    private readonly Dictionary<string, string> areaNames;

    public Reading(SituationalPicture picture, PictureLanguage language)
    {
        Picture = picture;
        Language = language;
        Words = new PageWords(language);
        Notation = new Notation(language);
        Areas = [.. picture.Areas.OrderBy(a => IsWhole(a.Area))];
        areaNames = picture.Areas.Select(a => (a.Area, a.AreaName))
            .Concat(picture.Cells.Concat(picture.PublishedEvents).Select(c => (c.Area, c.AreaName)))
            .Where(a => a.Area.Length > 0)
            .GroupBy(a => a.Area, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.First().AreaName, StringComparer.Ordinal);
    }

    public SituationalPicture Picture { get; }

    public PictureLanguage Language { get; }

    public PageWords Words { get; }

    public Notation Notation { get; }

    /// <summary>The areas in the order of their codes; what is known by municipality only comes last.</summary>
    public IReadOnlyList<AreaTrend> Areas { get; }

    /// <summary>The steering group sees trend and measures, and nothing of single cells.</summary>
    public bool IsForSteering => Picture.Audience?.Kind == AudienceKind.Steering;

    /// <summary>What sums over everything are of: a partner is shown a part of the municipality's reports.</summary>
    public string All => Picture.Audience?.Kind == AudienceKind.Partner ? Words.AllThatYouMaySee : Words.All;

    /// <summary>A count from 1 to below this is not shown.</summary>
    public int SmallestCount => Picture.Audience?.SmallestCount ?? 1;

    /// <summary>
    /// The reader is the compiler, who sees the means that usual spans rest on: to others a mean beside a span would tell what
    /// the span does not.
    /// </summary>
    public bool IsForCompiler => Picture.Audience?.Kind == AudienceKind.Full;

    /// <summary>Whom the figures are for, for a program: <c>full</c>, <c>steering</c> or the partner's id.</summary>
    public string Reader => Picture.Audience?.Kind switch
    {
        AudienceKind.Full => "full",
        AudienceKind.Steering => "steering",
        AudienceKind.Partner => Picture.Audience.Partner,
        AudienceKind.Public => "public",
        _ => "",
    };

    /// <summary>How far the picture has come, for a program; the same in both languages.</summary>
    public string State => Picture.State switch
    {
        PictureState.Scheduled => "scheduled",
        PictureState.Collecting => "collecting",
        PictureState.Frozen => "frozen",
        PictureState.Compiled => "compiled",
        PictureState.InReview => "in-review",
        PictureState.Approved => "approved",
        PictureState.Distributed => "distributed",
        PictureState.Superseded => "superseded",
        _ => "",
    };

    /// <summary>What the mark of a figure that is not shown means, for a legend.</summary>
    public Markup HiddenLegend => Markup.Of($"""<li><b aria-hidden="true">‥</b> {Words.NotShownLegend(SmallestCount)}</li>""");

    /// <summary>An area's name; the municipality's own code stands for what is known by municipality only.</summary>
    public string AreaName(string code) => code.Length == 0 ? All
        : IsWhole(code) ? Words.MunicipalityOnly
        : areaNames.GetValueOrDefault(code) is { Length: > 0 } name ? name
        : code;

    /// <summary>The municipality's own code: what is known by it only.</summary>
    public bool IsWhole(string area) => area == Picture.Municipality;

    /// <summary>A family's name: English has the code with spaces for hyphens.</summary>
    public string FamilyName(string code, string name = "") => Named(
        code,
        name.Length > 0 ? name : CategoryNames.OfFamily(code));

    /// <summary>A category's name, likewise.</summary>
    public string CategoryName(string code, string name) => Named(code, name);

    /// <summary>A name that may be in any script and of any length: it never turns or breaks what stands around it.</summary>
    public static Markup Name(string name) => Markup.Of($"<bdi>{name}</bdi>");

    /// <summary>What a person or a rule has written in Swedish; a page in English says that it is.</summary>
    public Markup Written(string text) => Language == PictureLanguage.English
        ? Markup.Of($"""<bdi lang="sv">{text}</bdi>""")
        : Name(text);

    /// <summary>Why a level is suggested, in the page's language.</summary>
    public string Suggested(AreaTrend area) => Language.In(area.SuggestedReason, area.SuggestedReasonEn);

    /// <summary>A name, short.</summary>
    public static Markup ShortName(string name) => Markup.Of($"<bdi>{Shortened(name, LongestShortName)}</bdi>");

    /// <summary>At most so many characters, the last of them an ellipsis where some are left out; never half of one.</summary>
    public static string Shortened(string name, int longest)
    {
        var starts = StringInfo.ParseCombiningCharacters(name);
        return starts.Length <= longest ? name : name[..starts[longest - 1]].TrimEnd() + "…";
    }

    /// <summary>A count, or the mark of one that is not shown with its words for a screen reader.</summary>
    public Markup Figure(int? count) => count is { } shown
        ? Markup.Of($"{Notation.Number(shown)}")
        : Markup.Of($"""<span class="hidden-figure"><span aria-hidden="true">‥</span><span class="spoken">{Words.NotShownSpoken}</span></span>""");

    /// <summary>A count in running text.</summary>
    public string FigureText(int? count) => count is { } shown ? Notation.Number(shown) : Words.NotShown;

    /// <summary>A usual span in running text.</summary>
    /// <remarks>Where small numbers are hidden, one that is not set may be hidden too: then nothing is said of why.</remarks>
    public string Span(UsualSpan? usual) => usual switch
    {
        null => SmallestCount > 1 ? "–" : Words.Early,
        { } span => Wording.Span(span, Language),
    };

    /// <summary>A judgement: its mark and, spoken or written out, its words.</summary>
    public Markup Judged(Judgement judgement, bool inWords) => judgement == Judgement.Unspecified
        ? Markup.None
        : inWords
            ? Markup.Of($"""<span class="judged {Tone(judgement)}"><span aria-hidden="true">{PageWords.Mark(judgement)}</span> {Words.Judge(judgement)}</span>""")
            : Markup.Of($"""<span class="judged {Tone(judgement)}"><span aria-hidden="true">{PageWords.Mark(judgement)}</span><span class="spoken"> {Words.Judge(judgement)}</span></span>""");

    /// <summary>A partner's name, or its id where the picture has none.</summary>
    public string PartnerName(string partner) =>
        Picture.Coverage.FirstOrDefault(c => c.Partner == partner)?.PartnerName is { Length: > 0 } name ? name : partner;

    /// <summary>It has said that the week is complete, or that there was nothing.</summary>
    public static bool IsConfirmed(Coverage coverage) =>
        coverage.Status is CoverageStatus.Complete or CoverageStatus.NothingToReport;

    /// <summary>The level of an area that holds: the one that a person has decided, or else the suggestion.</summary>
    public (AreaLevel Level, AreaLevelDecision? Decision) LevelOf(AreaTrend area)
    {
        var decision = DecisionOn(area.Area);
        return (decision?.Level ?? area.SuggestedLevel, decision);
    }

    /// <summary>The level that a person has decided for the municipality itself; what is suggested is of areas.</summary>
    public AreaLevelDecision? MunicipalityLevel => DecisionOn(Picture.Municipality);

    /// <summary>A level's badge, and whether a person has decided it.</summary>
    public Markup Badge(AreaLevel level, bool isDecided)
    {
        var standing = level == AreaLevel.Unspecified ? Markup.None
            : Markup.Of($""" <span class="standing">({(isDecided ? Words.Decided : Words.Suggested)})</span>""");
        return Markup.Of($"""
            <span class="badge level-{(int)level}"><span aria-hidden="true">{PageWords.LevelMark(level)}</span> {Words.LevelName(level)}</span>{standing}
            """);
    }

    private AreaLevelDecision? DecisionOn(string area) => Picture.Review?.Levels.LastOrDefault(l => l.Area == area);

    private static string Tone(Judgement judgement) => judgement switch
    {
        Judgement.Above => "above",
        Judgement.Usual => "usual",
        Judgement.SourcesMissing => "unknown",
        _ => "below",
    };

    private string Named(string code, string name) =>
        Language == PictureLanguage.English && code.Length > 0 ? char.ToUpperInvariant(code[0]) + code[1..].Replace('-', ' ')
        : name.Length > 0 ? name
        : code;
}
