using System.Net;
using System.Net.Sockets;

namespace TrygghetHub.Server.Tests;

public sealed class AddressInUseTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Hub_WhoseAddressIsInUse_SaysWhichAndStartsNothing(bool openEndpoint)
    {
        var directory = Directory.CreateTempSubdirectory("trygghethub-test-").FullName;
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var taken = new Uri($"https://127.0.0.1:{((IPEndPoint)other.LocalEndpoint).Port}");
        var free = new Uri("https://127.0.0.1:0");

        var refused = await Assert.ThrowsAsync<IOException>(() => Hub.StartAsync(
            new HubOptions { DataDirectory = directory, Url = openEndpoint ? free : taken, OpenUrl = openEndpoint ? taken : free },
            TestContext.Current.CancellationToken));

        Assert.StartsWith($"https://127.0.0.1:{taken.Port} is in use by another program,", refused.Message, StringComparison.Ordinal);
        Assert.Equal(["hub.lock"], Directory.EnumerateFileSystemEntries(directory).Select(Path.GetFileName));
        Directory.Delete(directory, recursive: true);
    }
}
