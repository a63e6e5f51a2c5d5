using TrygghetHub.Agreements.V1;
using TrygghetHub.Calendar.V1;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests;

public sealed class FirstContactTests
{
    [Fact]
    public async Task Hub_FreshlyStarted_TakesAnIncidentAndCountsIt()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();

        var answer = await police.Incidents.SubmitIncidentAsync(
            new SubmitIncidentRequest { Incident = Examples.Incident("first") },
            cancellationToken: TestContext.Current.CancellationToken);
        var seen = await municipality.Incidents.GetIncidentAsync(
            new GetIncidentRequest { Name = answer.Accepted.Name, Purpose = Purpose.WeeklyPicture },
            cancellationToken: TestContext.Current.CancellationToken);
        var picture = await municipality.Pictures.CompilePictureAsync(
            new CompilePictureRequest { Municipality = "0139", Week = new IsoWeek { Year = 2024, Week = 20 } },
            cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal("graffiti", seen.Incident.Report.Category);
        Assert.Empty(seen.Incident.Report.SourceRef);
        Assert.Equal(1, picture.Picture.Totals.Reports);
    }
}
