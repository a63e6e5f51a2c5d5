using Microsoft.Extensions.DependencyInjection;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Server.Pictures;
using TrygghetHub.Server.Platform.Calendar;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Pictures.Compile;

/// <summary>A week is compared with the weeks before as they were counted, whatever has become of their reports.</summary>
public sealed class WeekCellsTests
{
    private static readonly IsoWeek Week = new(2024, 20);

    [Fact]
    public async Task LastWeek_WhoseReportsWereWithdrawnLate_IsWhatWasCountedAndTheChangeIsTold()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        await police.StreamAsync(Examples.Incidents("now", 2));
        await police.SubmitAsync(Examples.Incident("kept", Examples.InWeek20.AddDays(-7)));
        await police.SubmitAsync(Examples.Incident("gone", Examples.InWeek20.AddDays(-7)));
        await hub.Hub.Services.GetRequiredService<PictureArchive>()
            .FreezeOnceAsync("0139", Week.Plus(-1), TestContext.Current.CancellationToken);
        await police.WithdrawIncidentAsync("gone");

        var picture = (await municipality.CompileAsync(2024, 20)).Picture;

        Assert.Equal(2, picture.Totals.LastWeek);
        var correction = Assert.Single(picture.Corrections);
        Assert.Equal((19, new LateChanges { Withdrawn = 1 }), (correction.Week.Week, correction.Changes));

        // Counted again up to now, after its first picture, the week before is without it, and so is what is compared with it.
        Assert.Equal(2, (await municipality.CompileAsync(2024, 19)).Picture.Totals.Reports);
        Assert.Equal(1, (await municipality.CompileAsync(2024, 19)).Picture.Totals.Reports);
        Assert.Equal(1, (await municipality.CompileAsync(2024, 20)).Picture.Totals.LastWeek);
    }

    [Fact]
    public async Task Picture_WithKeptCellsOfTheWeeksBefore_IsTheOneWithout()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        var housing = await hub.PartnerAsync("bostad", PartnerKind.HousingCompany);
        var counted = Examples.Agreement("housing", "bostad", "upplands-bro");
        (counted.SharingTerms.Flows[0].Form, counted.SharingTerms.Flows[0].SmallestCell) = (SharingForm.Counts, 2);
        await hub.AgreeAsync(counted);
        var random = new Random(20);
        for (var age = 0; age < 40; age++)
        {
            foreach (var (partner, most) in new[] { (police, 5), (housing, 4) })
            {
                await partner.StreamAsync(Enumerable.Range(0, random.Next(1, most)).Select(i =>
                {
                    var incident = Examples.Incident($"{age}/{i}", Examples.InWeek20.AddDays(-7 * age));
                    incident.Report.Category = Examples.Categories[random.Next(4)];
                    incident.Report.Place.Area = random.Next(2) == 0 ? "0139-bro" : "0139-brunna";
                    return incident;
                }));
            }
        }

        var live = (await municipality.CompileAsync(2024, 20)).Picture;
        for (var age = 39; age > 0; age--)
        {
            var week = Week.Plus(-age);
            await municipality.CompileAsync(week.Year, week.Week);
        }

        var again = await municipality.CompileAsync(2024, 20);
        Assert.False(again.Compiled, "The picture differs when earlier weeks have been counted.");
        Assert.Equal(live.ContentSha256, again.Picture.ContentSha256);
        Assert.Contains(live.Sums, s => s.Usual is not null);
    }
}
