using Google.Protobuf;
using Grpc.Core;
using TrygghetHub.Areas.V1;

namespace TrygghetHub.Client;

/// <summary>One run of <see cref="HubClient.ImportAreasAsync"/>.</summary>
internal static class AreaUpload
{
    private const int ChunkBytes = 256 * 1024;

    /// <summary>Sends what is imported, then the file, and gives the hub's answer.</summary>
    public static async Task<ImportAreasResponse> RunAsync(
        AreaService.AreaServiceClient service, AreaImport import, Stream geoJson, CancellationToken cancellation)
    {
        using var call = service.ImportAreas(cancellationToken: cancellation);
        try
        {
            await call.RequestStream.WriteAsync(new ImportAreasRequest { Import = import }, cancellation).ConfigureAwait(false);
            var buffer = new byte[ChunkBytes];
            int read;
            while ((read = await geoJson.ReadAtLeastAsync(buffer, ChunkBytes, throwOnEndOfStream: false, cancellation).ConfigureAwait(false)) > 0)
            {
                await call.RequestStream.WriteAsync(
                    new ImportAreasRequest { Chunk = ByteString.CopyFrom(buffer.AsSpan(0, read)) }, cancellation).ConfigureAwait(false);
            }

            await call.RequestStream.CompleteAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (
            e is HubException or RpcException or InvalidOperationException && !cancellation.IsCancellationRequested)
        {
            // Whatever stops the writing has also ended the call, and the answer below carries the reason.
        }

        return await call.ResponseAsync.ConfigureAwait(false);
    }
}
