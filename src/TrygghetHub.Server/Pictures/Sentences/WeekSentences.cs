using TrygghetHub.Pictures.V1;
namespace TrygghetHub.Server.Pictures.Sentences;
internal static class WeekSentences { public static IReadOnlyList<Sentence> Of(SituationalPicture picture) => []; }
