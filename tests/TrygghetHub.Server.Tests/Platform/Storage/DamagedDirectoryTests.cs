using TrygghetHub.Client;
using TrygghetHub.Partners.V1;

namespace TrygghetHub.Server.Tests.Platform.Storage;

public sealed class DamagedDirectoryTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("keys", "hub.key")]
    [InlineData("authority", "issuing.key")]
    public async Task Hub_WithDataWhoseKeyIsGone_DoesNotStartAndSaysWhatToRestore(string folder, string file)
    {
        var directory = Directory.CreateTempSubdirectory("trygghethub-test-").FullName;
        var options = new HubOptions { DataDirectory = directory, Url = new Uri("https://127.0.0.1:0") };
        await (await Hub.StartAsync(options, Token)).DisposeAsync();
        File.Delete(Path.Combine(directory, folder, file));

        var refused = await Assert.ThrowsAsync<IOException>(() => Hub.StartAsync(options, Token));

        Assert.Contains(file, refused.Message, StringComparison.Ordinal);
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task Hub_OnADamagedDatabase_DoesNotStartAndSaysSo()
    {
        var directory = Directory.CreateTempSubdirectory("trygghethub-test-").FullName;
        var options = new HubOptions { DataDirectory = directory, Url = new Uri("https://127.0.0.1:0") };
        await (await Hub.StartAsync(options, Token)).DisposeAsync();
        await File.WriteAllTextAsync(Path.Combine(directory, "hub.db"), new string('x', 10_000), Token);

        var refused = await Assert.ThrowsAsync<IOException>(() => Hub.StartAsync(options, Token));

        Assert.Contains("damaged", refused.Message, StringComparison.Ordinal);
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task Hub_WhoseDatabaseIsGone_DoesNotStartAsAnEmptyOne()
    {
        var directory = Directory.CreateTempSubdirectory("trygghethub-test-").FullName;
        var options = new HubOptions { DataDirectory = directory, Url = new Uri("https://127.0.0.1:0") };
        await (await Hub.StartAsync(options, Token)).DisposeAsync();
        foreach (var file in Directory.GetFiles(directory, "hub.db*"))
        {
            File.Delete(file);
        }

        var refused = await Assert.ThrowsAsync<IOException>(() => Hub.StartAsync(options, Token));

        Assert.Contains("hub.db is gone", refused.Message, StringComparison.Ordinal);
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task OperatorsIdentity_KeptElsewhere_IsNotMadeAgainUnlessAskedForAndThenEndsTheOneBefore()
    {
        var directory = Directory.CreateTempSubdirectory("trygghethub-test-").FullName;
        var options = new HubOptions { DataDirectory = Path.Combine(directory, "hub"), Url = new Uri("https://127.0.0.1:0") };
        await using (var first = await Hub.StartAsync(options, Token))
        {
            Directory.Move(first.OperatorFolder, Path.Combine(directory, "elsewhere"));
        }

        await using (var second = await Hub.StartAsync(options, Token))
        {
            Assert.False(Directory.Exists(second.OperatorFolder));
            await ListAsync(second, Path.Combine(directory, "elsewhere"));
        }

        await using (var third = await Hub.StartAsync(options with { NewOperator = true }, Token))
        {
            await ListAsync(third, third.OperatorFolder);
            await Assert.ThrowsAsync<HubException>(() => ListAsync(third, Path.Combine(directory, "elsewhere")));
        }

        Directory.Delete(directory, recursive: true);

        static async Task ListAsync(Hub hub, string folder)
        {
            using var identity = IdentityFolder.Load(folder).MovedTo(hub.Url);
            using var client = HubClient.Connect(identity);
            await client.Partners.ListPartnersAsync(new ListPartnersRequest(), cancellationToken: Token);
        }
    }

    [Fact]
    public async Task Hub_OnADirectoryThatWasOpenToOthers_ClosesIt()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "File modes are Unix's.");
        var directory = Directory.CreateTempSubdirectory("trygghethub-test-").FullName;
#pragma warning disable CA1416 // skipped on Windows above
        File.SetUnixFileMode(directory, (UnixFileMode)0b111_101_101);

        await (await Hub.StartAsync(
            new HubOptions { DataDirectory = directory, Url = new Uri("https://127.0.0.1:0") }, Token)).DisposeAsync();

        Assert.Equal((UnixFileMode)0b111_000_000, File.GetUnixFileMode(directory));
#pragma warning restore CA1416
        Directory.Delete(directory, recursive: true);
    }
}
