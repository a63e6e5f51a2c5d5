using TrygghetHub.Pictures.V1;
using TrygghetHub.Server.Platform.Calendar;
namespace TrygghetHub.Server.Pictures.Weeks;
internal static class SwedishHolidays { public static IEnumerable<Holiday> In(IsoWeek week) => []; }
