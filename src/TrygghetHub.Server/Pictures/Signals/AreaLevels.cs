using TrygghetHub.Pictures.V1;
namespace TrygghetHub.Server.Pictures.Signals;
internal static class AreaLevels { public static (AreaLevel Level, string Reason) Suggest(int severe, int repeatPlaces, int signals, int? openProblems) => (AreaLevel.Normal, ""); }
