using TrygghetHub.Pictures.V1;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Pictures.Weeks;
using TrygghetHub.Server.Platform.Calendar;
using TrygghetHub.Server.Platform.Storage;

namespace TrygghetHub.Server.Pictures.Compile;

/// <summary>What other readers than its compiler may see of a picture. Thread-safe.</summary>
/// <remarks>
/// A projection is compiled anew from the same reports, those up to the entry at which the picture was counted, and decided by
/// the rules of now: what an agreement that has ended showed is not sent any more.
/// </remarks>
internal sealed class Projections(
    HubDatabase database, AgreementRegister agreements, WeeklyCycles cycles, TimeProvider time)
{
    /// <summary>The content for a reader; header fields and review are not set.</summary>
    /// <param name="row">The picture.</param>
    /// <param name="kind">What kind of reader.</param>
    /// <param name="partner">Which partner, where it is one.</param>
    /// <param name="shownTo">
    /// Who is shown the partner's projection, where it is not sent to the partner: nothing is in it that the two may not both count.
    /// </param>
    public SituationalPicture Of(PictureRow row, AudienceKind kind, PartnerId? partner, PartnerId? shownTo = null)
    {
        var viewer = kind == AudienceKind.Partner ? partner!.Value : new PartnerId(row.Compiler);
        var counted = new JournalPoint(row.CountedSeq, JournalTime.FromMicros(row.FrozenAt));
        return PictureCompiler.Compile(
            PictureInputs.Read(
                database, row.Municipality, IsoWeek.FromKey(row.Week), counted, agreements.Rules, time.GetUtcNow(), viewer,
                cycles.Of(row.Municipality)),
            viewer, kind, shownTo);
    }
}
