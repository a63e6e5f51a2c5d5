using TrygghetHub.Pictures.V1;
using TrygghetHub.Server.Pictures.Compile;

namespace TrygghetHub.Server.Pictures.Sentences;

/// <summary>The picture of a week: its figures, and the sentences that say what matters of them. Pure and thread-safe.</summary>
/// <remarks>The one way by which drafts, previews and deliveries are made.</remarks>
internal static class WeeklyPicture
{
    /// <summary>Makes it; the same inputs and audience give the same bytes.</summary>
    /// <param name="inputs">What there is.</param>
    /// <param name="audience">Whom it is for, and what it may hold for them.</param>
    public static SituationalPicture Of(PictureInputs inputs, PictureAudience audience)
    {
        var picture = PictureCompiler.Compile(inputs, audience);
        picture.Sentences.Add(WeekSentences.Of(picture));
        return picture;
    }
}
