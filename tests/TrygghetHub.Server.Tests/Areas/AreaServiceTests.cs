using TrygghetHub.Errors.V1;
using TrygghetHub.Server.Areas;
using TrygghetHub.Server.Platform.Access;
using TrygghetHub.Server.Platform.Errors;
using TrygghetHub.Server.Platform.Identity;
using Wire = TrygghetHub.Areas.V1;

namespace TrygghetHub.Server.Tests.Areas;

public class AreaServiceTests
{
    // Imports need a journal, and are tested on a real hub.
    private static readonly AreaService service = new(
        new AreaRegister(AreaBook.LoadEmbedded()), null!, new PageTokens(HubKeys.ForTests(new byte[32])));

    [Fact]
    public async Task GetArea_KnownName_IsTheArea()
    {
        var answer = await service.GetArea(new Wire.GetAreaRequest { Name = "areas/0139-ovriga" }, null!);
        Assert.Equal(
            new Wire.Area
            {
                Name = "areas/0139-ovriga",
                Code = "0139-ovriga",
                DisplayName = "Övriga kommunen",
                Level = Wire.AreaLevel.District,
                Parent = "0139",
                Sparse = true,
            },
            answer.Area);
    }

    [Theory]
    [InlineData("", ErrorReason.FieldRequired)]
    [InlineData("0139", ErrorReason.FieldInvalid)]
    [InlineData("partners/0139", ErrorReason.FieldInvalid)]
    [InlineData("areas/", ErrorReason.NotFound)]
    [InlineData("areas/9999", ErrorReason.NotFound)]
    public async Task GetArea_BadOrUnknownName_IsRefused(string name, ErrorReason reason)
    {
        var refusal = await Assert.ThrowsAsync<HubException>(
            () => service.GetArea(new Wire.GetAreaRequest { Name = name }, null!));
        Assert.Equal((reason, "name"), (refusal.Refusal.Reason, refusal.Refusal.Field));
    }

    [Fact]
    public void ToWire_EveryLevel_KeepsItsName() =>
        Assert.All(Enum.GetValues<AreaLevel>(), level => Assert.Equal(
            level.ToString(), new Area("01", "Stockholms län", level, null, false, false).ToWire().Level.ToString()));

    [Fact]
    public async Task ListAreas_NoParent_ListsTheCounties()
    {
        var answer = await service.ListAreas(new Wire.ListAreasRequest(), null!);
        Assert.Equal(21, answer.Areas.Count);
        Assert.All(answer.Areas, area => Assert.Equal((Wire.AreaLevel.County, ""), (area.Level, area.Parent)));
        Assert.Empty(answer.NextPageToken);
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("", 20)]
    [InlineData("", 21)]
    [InlineData("14", 7)] // 49 is seven full pages: the last must not offer an empty one
    [InlineData("0139", 3)]
    [InlineData("0139-bro", 1_000_000)]
    [InlineData("0180", 10)] // nothing inside
    public async Task ListAreas_PageByPage_ListsEachOnceInOrder(string parent, int pageSize)
    {
        var codes = new List<string>();
        var request = new Wire.ListAreasRequest { Parent = parent, PageSize = pageSize };
        do
        {
            var page = await service.ListAreas(request, null!);
            Assert.True(page.Areas.Count <= pageSize);
            Assert.True(page.Areas.Count > 0 || codes.Count == 0);
            codes.AddRange(page.Areas.Select(area => area.Code));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        var expected = AreaBook.LoadEmbedded().Children(parent.Length == 0 ? null : parent);
        Assert.Equal(expected.Select(area => area.Code).Order(StringComparer.Ordinal), codes);
    }

    [Fact]
    public async Task ListAreas_TokenOfAnotherParent_IsRefused()
    {
        var page = await service.ListAreas(new Wire.ListAreasRequest { Parent = "14", PageSize = 5 }, null!);
        var refusal = await Assert.ThrowsAsync<HubException>(() => service.ListAreas(
            new Wire.ListAreasRequest { Parent = "01", PageSize = 5, PageToken = page.NextPageToken }, null!));
        Assert.Equal(ErrorReason.PageTokenInvalid, refusal.Refusal.Reason);
    }

    [Theory]
    [InlineData("9999", 0, "", ErrorReason.AreaUnknown, "parent")]
    [InlineData("areas/01", 0, "", ErrorReason.AreaUnknown, "parent")]
    [InlineData("01", -1, "", ErrorReason.FieldInvalid, "page_size")]
    [InlineData("01", 0, "0139", ErrorReason.PageTokenInvalid, "page_token")]
    [InlineData("01", 0, "åäö", ErrorReason.PageTokenInvalid, "page_token")]
    public async Task ListAreas_BadRequest_IsRefused(
        string parent, int pageSize, string pageToken, ErrorReason reason, string field)
    {
        var refusal = await Assert.ThrowsAsync<HubException>(() => service.ListAreas(
            new Wire.ListAreasRequest { Parent = parent, PageSize = pageSize, PageToken = pageToken }, null!));
        Assert.Equal((reason, field), (refusal.Refusal.Reason, refusal.Refusal.Field));
    }
}
