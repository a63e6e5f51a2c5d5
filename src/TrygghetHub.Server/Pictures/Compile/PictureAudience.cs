using TrygghetHub.Pictures.V1;
using TrygghetHub.Server.Partners;

namespace TrygghetHub.Server.Pictures.Compile;

/// <summary>Parts of a picture that not every audience is shown.</summary>
[Flags]
internal enum PictureParts
{
    None = 0,

    /// <summary>Counts by category, and sums of a family over areas.</summary>
    Categories = 1 << 0,

    /// <summary>When it happens, by weekday and hour.</summary>
    TimePattern = 1 << 1,

    /// <summary>Squares, places, and the signals of single places.</summary>
    Places = 1 << 2,

    /// <summary>What has changed of earlier weeks.</summary>
    Corrections = 1 << 3,

    /// <summary>What is planned for the next week, event by event.</summary>
    PlannedEvents = 1 << 4,

    /// <summary>What each partner has answered, family by family.</summary>
    AnswersByFamily = 1 << 5,

    /// <summary>The levels that the rules suggest, with their reasons.</summary>
    SuggestedLevels = 1 << 6,

    /// <summary>How many reports are context only or doubles: others take their own part away from it.</summary>
    Bookkeeping = 1 << 7,

    /// <summary>Each report that was counted, by its id.</summary>
    ReportIds = 1 << 8,

    /// <summary>The counts before and after a measure, which are of the reports that the compiler may see.</summary>
    MeasureEffects = 1 << 9,
}

/// <summary>
/// Whom a picture is made for, and all that it may hold for them beside totals, areas and what stands out. Immutable.
/// </summary>
/// <remarks>One allow-list for each audience: a part that the list does not name is not made, and a new part is for nobody.</remarks>
internal sealed record PictureAudience
{
    private PictureAudience(AudienceKind kind, PartnerId reader, PartnerId compiler, int smallestCount, PictureParts parts) =>
        (Kind, Reader, Compiler, SmallestCount, Parts) = (kind, reader, compiler, smallestCount, parts);

    /// <summary>What kind of reader.</summary>
    public AudienceKind Kind { get; }

    /// <summary>The partner by whose agreements it is decided what is counted; for the steering group the picture's compiler.</summary>
    public PartnerId Reader { get; }

    /// <summary>
    /// Whose picture it is. It answers for what it sends: a reader's projection holds nothing that the compiler may not see as well.
    /// </summary>
    public PartnerId Compiler { get; }

    /// <summary>The smallest count that is shown; 1 shows every one.</summary>
    public int SmallestCount { get; }

    private PictureParts Parts { get; }

    /// <summary>The compiler, who works with the reports themselves.</summary>
    public static PictureAudience Full(PartnerId compiler) => new(
        AudienceKind.Full, compiler, compiler, 1,
        PictureParts.Categories | PictureParts.TimePattern | PictureParts.Places | PictureParts.Corrections
            | PictureParts.PlannedEvents | PictureParts.AnswersByFamily | PictureParts.SuggestedLevels | PictureParts.Bookkeeping
            | PictureParts.ReportIds | PictureParts.MeasureEffects);

    /// <summary>Another partner of the group, that is sent its own projection.</summary>
    /// <param name="partner">Which.</param>
    /// <param name="compiler">Whose picture it is.</param>
    public static PictureAudience Partner(PartnerId partner, PartnerId compiler) => new(
        AudienceKind.Partner, partner, compiler, 3,
        PictureParts.Categories | PictureParts.TimePattern | PictureParts.Places | PictureParts.Corrections
            | PictureParts.PlannedEvents | PictureParts.AnswersByFamily);

    /// <summary>The steering group, which decides by trends and measures; single places and categories are the operative group's.</summary>
    public static PictureAudience Steering(PartnerId compiler) => new(
        AudienceKind.Steering, compiler, compiler, 3, PictureParts.MeasureEffects);

    /// <summary>Whether a part may be made.</summary>
    public bool Has(PictureParts part) => (Parts & part) == part && part != PictureParts.None;
}
