using System.Diagnostics.Metrics;
using CsCheck;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using TrygghetHub.Operations.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Server.Operations;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Operations;

public sealed class ExpiryNoticesTests
{
    private static readonly DateTimeOffset End = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Due_OverTime_RisesThroughEachThresholdOnce()
    {
        Assert.Null(ExpiryNotices.Due(End, End.AddDays(-61)));
        Assert.Equal(60, ExpiryNotices.Due(End, End.AddDays(-60)));
        Assert.Equal(30, ExpiryNotices.Due(End, End.AddDays(-29.9)));
        Assert.Equal(14, ExpiryNotices.Due(End, End.AddDays(-14)));
        Assert.Equal(3, ExpiryNotices.Due(End, End.AddHours(-1)));
        Assert.Equal(0, ExpiryNotices.Due(End, End.AddSeconds(1)));
        Gen.Select(Gen.Double[-100, 100], Gen.Double[0, 100]).Sample((days, later) =>
        {
            var first = ExpiryNotices.Due(End, End.AddDays(days)) ?? int.MaxValue;
            return (ExpiryNotices.Due(End, End.AddDays(days + later)) ?? int.MaxValue) <= first;
        });
    }

    [Fact]
    public async Task Look_AsTimeGoesOn_LogsEachNoticeOnceWithWhatToDo()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var hub = await TestHub.StartAsync(
            time, settings: new HubSettings { Certificates = new CertificateSettings { ClientDays = 20 } });
        await hub.PartnerAsync("polisen", PartnerKind.Police);
        var notices = hub.Hub.Services.GetRequiredService<ExpiryNotices>();
        IEnumerable<string> Told() => hub.Log.Where(l => l.Contains("Certificate polisen", StringComparison.Ordinal));

        notices.Look();
        notices.Look();
        Assert.Single(Told(), l => l.Contains("ends in 20 days", StringComparison.Ordinal) && l.Contains("thub cert renew", StringComparison.Ordinal));
        time.Advance(TimeSpan.FromDays(18));
        notices.Look();
        notices.Look();
        Assert.Equal(2, Told().Count());
        time.Advance(TimeSpan.FromDays(3));
        notices.Look();

        Assert.Contains(Told(), l => l.StartsWith("Error", StringComparison.Ordinal) && l.Contains("is over", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Metric_OfExpiry_TellsDaysForEachSubject()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.PartnerAsync("polisen", PartnerKind.Police);
        var days = new Dictionary<string, double>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, on) =>
            {
                if (instrument.Meter.Name == "TrygghetHub" && instrument.Name == "trygghethub.expiry.days")
                {
                    on.EnableMeasurementEvents(instrument);
                }
            },
        };

        // Other hubs of this process have a meter of the same name; a partner's name tells which is meant.
        listener.SetMeasurementEventCallback<double>((_, value, tags, _) =>
            days[(string)tags[0].Value!] = value);
        listener.Start();
        listener.RecordObservableInstruments();

        Assert.InRange(days["Certificate polisen"], 1, 366);
        Assert.InRange(days["Certificate of the hub"], 1, 91);
    }

    [Fact]
    public async Task Status_OfAHubWithTroubles_TellsTheWorstFirstAndWhatToDo()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.PartnerAsync("polisen", PartnerKind.Police);
        await hub.Operator.Partners.CreatePartnerAsync(new CreatePartnerRequest
        {
            Partner = new Partner { Id = "invited", DisplayName = "Invited", Kind = PartnerKind.School },
        }, cancellationToken: Token);
        await hub.Operator.Partners.SuspendPartnerAsync(
            new SuspendPartnerRequest { Name = "partners/polisen", Reason = "A lost laptop." }, cancellationToken: Token);
        var broken = Directory.CreateDirectory(Path.Combine(hub.DataDirectory, "authority", "outside", "siths"));
        await File.WriteAllTextAsync(Path.Combine(broken.FullName, "ca.crt"), "nothing", Token);
        hub.Hub.Services.GetRequiredService<Server.Platform.Identity.OutsideAuthorities>().Reload();

        var status = await hub.Operator.Operations.GetStatusAsync(new GetStatusRequest(), cancellationToken: Token);

        Assert.Equal(status.Items.Select(i => i.Level).OrderDescending(), status.Items.Select(i => i.Level));
        Assert.Equal(StatusLevel.Failure, status.Items.Single(i => i.Subject == "Outside authority siths").Level);
        Assert.Contains("A lost laptop.", status.Items.Single(i => i.Subject == "Partner polisen").Text, StringComparison.Ordinal);
        Assert.Equal("has not joined", status.Items.Single(i => i.Subject == "Partner invited").Text);
        Assert.Contains("thub partner code invited", status.Items.Single(i => i.Subject == "Partner invited").Remedy, StringComparison.Ordinal);
        Assert.Equal(StatusLevel.Ok, status.Items.Single(i => i.Subject == "Store").Level);
        Assert.Equal("production", status.Environment);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;
}
