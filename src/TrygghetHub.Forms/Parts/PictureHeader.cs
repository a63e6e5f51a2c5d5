using TrygghetHub.Pictures.V1;

namespace TrygghetHub.Forms;

/// <summary>Whose week it is, how far it has come, and who answers for it; above all if another revision holds.</summary>
internal static class PictureHeader
{
    /// <summary>What must be known before anything is read: it is short, so that what matters stands on the first screen.</summary>
    public static Markup Render(Reading reading)
    {
        var (picture, words, notation) = (reading.Picture, reading.Words, reading.Notation);
        var review = picture.Review ?? new Review();
        return Markup.Of($"""
            <header>
            {Superseded(reading, review)}
            <div class="masthead">
            <h1><span class="kind">{words.Title}</span> <span class="municipality">{Reading.Name(picture.MunicipalityName)}</span> <span class="week">{notation.Week(picture.Week ?? new())}<span class="days">, {notation.DaysOf(picture.Week ?? new())}</span></span></h1>
            {State(reading)}
            </div>
            {MunicipalityLevel(reading)}
            {EndedAgreements(reading)}
            {LateChanges(reading)}
            {ErratumPart.Render(reading)}
            </header>
            """);
    }

    /// <summary>How far it has come, which revision it is and how it is to be handled; a figure that may change says so.</summary>
    public static Markup State(Reading reading)
    {
        var (picture, words) = (reading.Picture, reading.Words);
        return Markup.Of($"""
            <p class="state state-{StateClass(picture.State)}"><strong>{words.State(picture.State)}</strong> <span class="tlp">{words.Tlp(picture.Review?.Tlp ?? default)}</span> <span>{words.Revision} {picture.Revision}</span></p>
            {Sentence(words.StateMeans(picture.State))}
            """);
    }

    /// <summary>The level of the municipality itself, where a person has decided one.</summary>
    public static Markup MunicipalityLevel(Reading reading)
    {
        if (reading.MunicipalityLevel is not { } decision)
        {
            return Markup.None;
        }

        var reason = decision.Reason.Length == 0 ? Markup.None : Markup.Of($": {reading.Written(Reading.Shortened(decision.Reason, 100))}");
        return Markup.Of($"""<p class="level">{reading.Words.All}: {reading.Badge(decision.Level, isDecided: true)}{reason}</p>""");
    }

    /// <summary>What else is known of the picture, folded: who answers for it, whom it is for and how it is handled.</summary>
    public static Markup Facts(Reading reading)
    {
        var (picture, words, notation) = (reading.Picture, reading.Words, reading.Notation);
        var review = picture.Review ?? new Review();
        var facts = new List<(string Term, Markup Value)>();
        if (picture.FreezeTime is { } counted)
        {
            facts.Add((words.CountedUpTo, Markup.Of($"{notation.Moment(counted)}")));
        }

        facts.Add((words.Approver, review.Approver.Length == 0
            ? Markup.Of($"{words.NotApproved}")
            : Markup.Of($"{Reading.Name(review.Approver)}{Approved(reading, review)}")));
        facts.Add((words.RegistrationNumber, review.RegistrationNumber.Length == 0
            ? Markup.Of($"{words.NoneYet}")
            : Reading.Name(review.RegistrationNumber)));
        facts.Add((words.Handling, Markup.Of($"{words.Tlp(review.Tlp)}, {words.TlpMeans(review.Tlp)}")));
        facts.Add((words.MadeFor, picture.Audience?.Kind switch
        {
            AudienceKind.Full => Version(reading, picture.Compiler, AudienceKind.Full),
            AudienceKind.Partner => Version(reading, picture.Audience.Partner, AudienceKind.Partner),
            { } kind => Markup.Of($"{words.Audience(kind)}"),
            null => Markup.Of($"{words.NotKnown}"),
        }));
        if (picture.MeetingTime is { } meeting)
        {
            facts.Add((words.Meeting, Markup.Of($"{notation.Moment(meeting)}")));
        }

        return DataTable.Folded(words.About, Markup.Of($"""
            <dl class="facts">
            {facts.Select(f => Markup.Of($"<div><dt>{f.Term}</dt><dd>{f.Value}</dd></div>\n"))}</dl>
            """));
    }

    private static Markup Version(Reading reading, string partner, AudienceKind kind)
    {
        var name = reading.PartnerName(partner);
        return Markup.Of($"{Reading.Name(name)}{reading.Words.VersionOf(name)} ({reading.Words.Audience(kind)})");
    }

    private static Markup Approved(Reading reading, Review review) =>
        review.ApproveTime is { } time ? Markup.Of($", {reading.Notation.Date(time)}") : Markup.None;

    private static Markup Sentence(string text) => text.Length == 0 ? Markup.None : Markup.Of($"""<p class="lead">{text}</p>""");

    private static Markup Superseded(Reading reading, Review review) =>
        review.SupersededBy == 0 && reading.Picture.State != PictureState.Superseded
            ? Markup.None
            : Markup.Of($"""<p class="notice strong"><span aria-hidden="true">■</span> {reading.Words.SupersededBy(review.SupersededBy)}</p>""");

    private static Markup EndedAgreements(Reading reading)
    {
        var ended = reading.Picture.EndedAgreements;
        return ended.Count == 0
            ? Markup.None
            : Markup.Of($"""<p class="notice">{reading.Words.EndedAgreements(Wording.Among(ended, reading.Language), ended.Count > 1)}</p>""");
    }

    private static Markup LateChanges(Reading reading) => reading.Picture.LateChanges is not { } late
        ? Markup.None
        : Markup.Of($"""<p class="notice">{Told(reading, late)}</p>""");

    /// <summary>What has come since the count, as a sentence.</summary>
    public static string Told(Reading reading, LateChanges late)
    {
        var words = reading.Words;
        var reports = late is { Added: 0, Corrected: 0, Withdrawn: 0 } ? ""
            : words.LateReports(late.Added, late.Corrected, late.Withdrawn);
        var answers = late.Answered == 0 ? "" : words.LateAnswers(late.Answered);
        return $"{reports} {answers}".Trim();
    }

    private static string StateClass(PictureState state) => state switch
    {
        PictureState.Approved or PictureState.Distributed => "approved",
        PictureState.Superseded => "superseded",
        _ => "open",
    };
}
