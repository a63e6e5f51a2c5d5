using TrygghetHub.Pictures.V1;
namespace TrygghetHub.Server.Pictures.Signals;
internal static class WeekSignals { public static IReadOnlyList<Signal> Of(SignalInputs inputs, Func<string, string> area, Func<string, string> family) => []; }
