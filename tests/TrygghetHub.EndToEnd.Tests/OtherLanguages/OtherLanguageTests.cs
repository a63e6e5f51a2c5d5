using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using TrygghetHub.Calendar.V1;
using TrygghetHub.EndToEnd.Tests.Processes;
using TrygghetHub.Partners.V1;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Testing;

namespace TrygghetHub.EndToEnd.Tests.OtherLanguages;

// Whoever has the protos and an identity folder can be a partner: clients that hold nothing of ours, against a real hub.
public sealed class OtherLanguageTests
{
    private const int Incidents = 500;

    [Theory]
    [InlineData("node")]
    [InlineData("python")]
    public async Task Client_FromProtosAlone_SendsReadsAndIsToldWhyItIsRefused(string language)
    {
        await using var hub = await ServedHub.StartAsync();
        var (sender, reader) = await AgreedFoldersAsync(hub);

        var line = await ExampleClient.RunAsync(language, sender, reader, Incidents);

        var seen = JsonNode.Parse(line)!.AsObject();
        Assert.Matches("^[0-9a-f]{64}$", TakeText(seen, "receipts_sha256"));
        Assert.Matches("^[0-9a-f]{64}$", TakeText(seen["picture"]!.AsObject(), "content_sha256"));
        var expected = JsonNode.Parse($$"""
            {
              "accepted": {{Incidents}},
              "refused": [
                {
                  "source_ref": "client-refused",
                  "reason": "ERROR_REASON_CATEGORY_UNKNOWN",
                  "field": "report.category"
                }
              ],
              "picture": {
                "name": "partners/upplands-bro/pictures/0139-2024-W20-r1",
                "state": "PICTURE_STATE_COMPILED",
                "reports": {{Incidents}},
                "partner_reports": {{Incidents}},
                "cells": [ { "area": "0139-bro", "category": "graffiti", "this_week": {{Incidents}} } ]
              },
              "without_token": { "code": "UNAUTHENTICATED", "reason": "TOKEN_REQUIRED", "domain": "trygghethub" }
            }
            """);
        Assert.True(JsonNode.DeepEquals(expected, seen), line);
    }

    [Fact]
    public async Task Clients_OfThreeLanguages_SendTheSameAndGetTheSameReceiptsAndPicture()
    {
        await using var hub = await ServedHub.StartAsync();
        var (sender, reader) = await AgreedFoldersAsync(hub);

        var node = await ExampleClient.RunAsync("node", sender, reader, Incidents);
        var python = await ExampleClient.RunAsync("python", sender, reader, Incidents);

        Assert.Equal(node, python);
        var seen = JsonNode.Parse(node)!;
        Assert.Equal(await ReceiptsAsync(sender), (string?)seen["receipts_sha256"]);
        using var municipality = ServedHub.Connect(reader);
        var answer = await municipality.Pictures.GetPictureAsync(new GetPictureRequest
        {
            Municipality = "0139",
            Week = new IsoWeek { Year = 2024, Week = 20 },
        }, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(answer.Picture.ContentSha256, (string?)seen["picture"]!["content_sha256"]);
    }

    private static async Task<(string Sender, string Reader)> AgreedFoldersAsync(ServedHub hub)
    {
        var sender = await hub.EnrolAsync("polisen", PartnerKind.Police);
        var reader = await hub.EnrolAsync("upplands-bro", PartnerKind.MunicipalUnit);
        await hub.AgreeAsync(Examples.Agreement("est", "polisen", "upplands-bro"));
        return (sender, reader);
    }

    /// <summary>Sends from C# what the examples send, and makes their digest of the receipts.</summary>
    private static async Task<string> ReceiptsAsync(string sender)
    {
        using var client = ServedHub.Connect(sender);
        var lines = new List<string>();
        await foreach (var result in client.StreamIncidentsAsync(
            Examples.Stream(Examples.Incidents("client-", Incidents)), null, TestContext.Current.CancellationToken))
        {
            lines.Add($"{result.SourceRef} {Convert.ToHexStringLower(result.Accepted.Receipt.Span)}\n");
        }

        lines.Sort(StringComparer.Ordinal);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines))));
    }

    /// <summary>A property that differs from run to run; what is left is compared whole.</summary>
    private static string TakeText(JsonObject of, string property)
    {
        var text = (string?)of[property];
        of.Remove(property);
        return Assert.IsType<string>(text);
    }
}
