using System.Globalization;
using Grpc.Core;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Access;
using Wire = TrygghetHub.Pictures.V1;

namespace TrygghetHub.Server.Pictures.Reviews;

/// <summary>What partners have been sent.</summary>
internal sealed class DeliveryService(Deliveries deliveries, PageTokens pages) : Wire.DeliveryService.DeliveryServiceBase
{
    public override Task<ListDeliveriesResponse> ListDeliveries(ListDeliveriesRequest request, ServerCallContext context)
    {
        var caller = Caller(context);
        var scope = $"deliveries/{caller}/{request.Sent}";
        var position = pages.Open(scope, request.PageToken);
        var size = PageTokens.SizeOf(request.PageSize);
        var before = position.Length == 0 ? long.MaxValue : long.Parse(position, CultureInfo.InvariantCulture);
        var found = deliveries.List(caller, request.Sent, before, size + 1);
        var response = new ListDeliveriesResponse { Deliveries = { found.Take(size).Select(d => d.ToWire()) } };
        if (found.Count > size)
        {
            response.NextPageToken = pages.Seal(scope, found[size - 1].Seq.ToString(CultureInfo.InvariantCulture));
        }

        return Task.FromResult(response);
    }

    public override async Task<GetDeliveryResponse> GetDelivery(GetDeliveryRequest request, ServerCallContext context)
    {
        var caller = Caller(context);
        if (deliveries.Require(caller, request.Name) is var known && known.Recipient != caller)
        {
            return new GetDeliveryResponse { Delivery = known.ToWire() };
        }

        var (row, content) = await deliveries.ReadAsync(caller, request.Name, context.CancellationToken);
        var delivery = row.ToWire();
        (delivery.Content, delivery.Seal) = (content.Content, content.Seal);
        return new GetDeliveryResponse { Delivery = delivery };
    }

    public override async Task<AcknowledgeDeliveryResponse> AcknowledgeDelivery(
        AcknowledgeDeliveryRequest request, ServerCallContext context) => new()
        {
            Delivery = (await deliveries.AcknowledgeAsync(
                Caller(context), request.Name, context.Caller().Uri, context.CancellationToken)).ToWire(),
        };

    private static PartnerId Caller(ServerCallContext context) => new(context.Caller().Id);
}
