using Google.Protobuf.WellKnownTypes;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Pictures.Compile;
using TrygghetHub.Server.Platform.Calendar;
using TrygghetHub.Server.Platform.Storage;

namespace TrygghetHub.Server.Pictures.Reviews;

/// <summary>Pictures as they are kept, with their reviews. Stateless.</summary>
internal static class KeptPictures
{
    /// <summary>The highest revision of a week's picture, or the one asked for; null when there is none.</summary>
    public static PictureRow? Last(
        HubDbContext context, PartnerId compiler, string municipality, IsoWeek week, int? revision = null) =>
        context.Set<PictureRow>()
            .Where(p => p.Compiler == compiler.Value && p.Municipality == municipality && p.Week == week.Key
                && (revision == null || p.Revision == revision))
            .OrderByDescending(p => p.Revision).FirstOrDefault();

    /// <summary>The row of a picture; null when there is none of this name.</summary>
    public static PictureRow? Row(SqliteConnection connection, PictureName name)
    {
        using var context = HubDatabase.Over(connection);
        context.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
        return Last(context, name.Compiler, name.Municipality, name.Week, name.Revision);
    }

    /// <summary>A picture with its header and its review, as they are or were at an entry.</summary>
    public static SituationalPicture Open(SqliteConnection connection, PictureRow row, long upTo = long.MaxValue)
    {
        var picture = WithHeader(JournalReader.Content(connection, row.Seq)!, row);
        var state = ReviewSteps.StateOf(connection, row, upTo);
        (picture.State, picture.Etag) = (state.State, state.Etag);
        // Not set while nobody has decided anything.
        picture.Review = state.Review.CalculateSize() == 0 ? null : state.Review.Clone();
        return picture;
    }

    private static SituationalPicture WithHeader(byte[] content, PictureRow row)
    {
        var picture = SituationalPicture.Parser.ParseFrom(content);
        var week = IsoWeek.FromKey(row.Week);
        picture.Name = $"partners/{row.Compiler}/pictures/{row.Municipality}-{week}-r{row.Revision}";
        picture.Revision = row.Revision;
        picture.FreezeTime = JournalTime.FromMicros(row.FrozenAt).ToTimestamp();
        picture.CompileTime = JournalTime.FromMicros(row.CompiledAt).ToTimestamp();
        picture.ContentSha256 = Convert.ToHexStringLower(row.Hash);
        return picture;
    }
}
