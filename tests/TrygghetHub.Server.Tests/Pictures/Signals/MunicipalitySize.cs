namespace TrygghetHub.Server.Tests.Pictures.Signals;

/// <summary>How much there is of a municipality.</summary>
/// <param name="Name">Of the size.</param>
/// <param name="Areas">How many areas it is counted in.</param>
/// <param name="Reports">Partners' reports a week.</param>
/// <param name="Published">The police's published events a week.</param>
/// <param name="Places">Places that have reports now and then.</param>
/// <param name="PlaceReports">Reports a week that name one.</param>
internal sealed record MunicipalitySize(string Name, int Areas, double Reports, double Published, int Places, double PlaceReports)
{
    public static readonly MunicipalitySize Small = new("small, 1 area", 1, 10, 3, 15, 5);
    public static readonly MunicipalitySize UpplandsBro = new("Upplands-Bro, 4 areas", 4, 70, 10, 80, 30);
    public static readonly MunicipalitySize Large = new("large, 12 areas", 12, 700, 60, 500, 250);
}
