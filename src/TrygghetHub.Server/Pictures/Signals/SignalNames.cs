namespace TrygghetHub.Server.Pictures.Signals;

/// <summary>What people call that which signals are about.</summary>
/// <param name="Area">Name of an area, by its code.</param>
/// <param name="Family">Name of a family in Swedish, by its code.</param>
/// <param name="Category">Name of a category in Swedish, by its code.</param>
internal sealed record SignalNames(Func<string, string> Area, Func<string, string> Family, Func<string, string> Category);
