using Google.Protobuf.WellKnownTypes;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Cli;
using TrygghetHub.Reports.V1;
using TrygghetHub.Testing;

namespace TrygghetHub.EndToEnd.Tests.CommandLine;

public sealed class AgreementDiffTests
{
    private readonly CooperationAgreement before = Examples.Agreement("est", "polisen", "upplands-bro");

    [Fact]
    public void Lines_OfTheSame_AreNone() => Assert.Empty(AgreementDiff.Lines(before, before.Clone()));

    [Fact]
    public void Lines_OfEachKindOfChange_AreInWords()
    {
        before.SharingTerms.Flows[0].Categories.Clear();
        before.SharingTerms.Flows[0].Categories.Add(["graffiti", "littering"]);
        var after = before.Clone();
        after.Title = "Another";
        after.NoticeDays = 30;
        after.ReviewTime = Timestamp.FromDateTimeOffset(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.FromHours(1)));
        after.Parties.RemoveAt(1);
        after.Parties.Add(Examples.Party("bostad-bro"));
        after.Parties[0].LegalBases[0].Statute = "Polislagen (1984:387) 2 §";
        var flow = after.SharingTerms.Flows[0];
        flow.Categories.Remove("littering");
        flow.Categories.Add("fire");
        flow.FinestPrecision = Precision.District;
        flow.Delay = Duration.FromTimeSpan(TimeSpan.FromDays(1));
        after.SharingTerms.Prohibitions.Add(new Prohibition
        {
            Clause = "§9",
            From = { "polisen" },
            To = { "bostad-bro" },
            Areas = { "0139" },
            Categories = { "weapon" },
        });

        Assert.Equal(
            [
                "title: An example → Another",
                "review time: not set → 2026-01-01 00:00 CET",
                "notice days: 0 → 30",
                "party upplands-bro: removed",
                "party polisen: changed",
                "  legal bases: +public-task, Polislagen (1984:387) 2 §  −public-task, Lag (2023:196)",
                "party bostad-bro: added",
                "  partner: bostad-bro",
                "  controller: Controller of bostad-bro",
                "  role: own",
                "  regime: gdpr",
                "  legal bases: public-task, Lag (2023:196)",
                "§1: changed",
                "  categories: +fire  −littering",
                "  finest precision: point → district",
                "  delay: not set → 86400 s",
                "prohibition §9: added",
                "  clause: §9",
                "  from: polisen",
                "  to: bostad-bro",
                "  areas: 0139",
                "  categories: weapon",
            ],
            AgreementDiff.Lines(before, after));
    }

    // The first flow that permits is used.
    [Fact]
    public void Lines_FlowsInAnotherOrder_AreADifference()
    {
        before.SharingTerms.Flows.Add(Examples.Flow("§2", "polisen", "upplands-bro"));
        var after = before.Clone();
        after.SharingTerms.Flows.Clear();
        after.SharingTerms.Flows.Add(before.SharingTerms.Flows.Reverse().Select(f => f.Clone()));

        Assert.Equal(["flows: order §1, §2 → §2, §1"], AgreementDiff.Lines(before, after));
    }

    [Theory]
    [InlineData("2026-11-23", "2026-11-22T23:00:00Z")]
    [InlineData("2026-06-01T08:00", "2026-06-01T06:00:00Z")]
    [InlineData("2026-06-01T08:00Z", "2026-06-01T08:00:00Z")]
    [InlineData("2026-06-01T08:00:30+02:00", "2026-06-01T06:00:30Z")]
    public void TimeArgument_OfEachForm_IsOnSwedishClocksUnlessItSaysOtherwise(string text, string instant) =>
        Assert.Equal(Timestamp.FromDateTimeOffset(DateTimeOffset.Parse(instant, System.Globalization.CultureInfo.InvariantCulture)), TimeArgument.Read(text, "--at"));

    [Theory]
    [InlineData("")]
    [InlineData("tomorrow")]
    [InlineData("2026-02-30")]
    [InlineData("0001-01-01")]
    [InlineData("23/11/2026")]
    public void TimeArgument_OfAnythingElse_IsRefused(string text) => Assert.StartsWith(
        "--at: ", Assert.Throws<UsageException>(() => TimeArgument.Read(text, "--at")).Message, StringComparison.Ordinal);
}
