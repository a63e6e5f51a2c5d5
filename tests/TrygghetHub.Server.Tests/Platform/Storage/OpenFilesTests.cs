using TrygghetHub.Client;
using TrygghetHub.Partners.V1;

namespace TrygghetHub.Server.Tests.Platform.Storage;

public sealed class OpenFilesTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Hub_ThatHasStopped_HoldsNoFileOfItsDirectoryOpen()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The open files of a process are listed as Linux lists them.");
        var directory = Directory.CreateTempSubdirectory("trygghethub-test-").FullName;
        try
        {
            var hub = await Hub.StartAsync(
                new HubOptions { DataDirectory = directory, Url = new Uri("https://127.0.0.1:0") }, Token);
            using (var identity = IdentityFolder.Load(hub.OperatorFolder))
            using (var client = HubClient.Connect(identity))
            {
                // Needs a token, and so the databases of tokens and of the register.
                await client.Partners.ListPartnersAsync(new ListPartnersRequest(), cancellationToken: Token);
                await hub.RunWeeklyPicturesAsync(cancellation: Token);
            }

            Assert.Contains(OpenIn(directory), file => file.EndsWith("jobs.db", StringComparison.Ordinal));
            Assert.Contains(OpenIn(directory), file => file.EndsWith("tokens.db", StringComparison.Ordinal));

            await hub.DisposeAsync();

            Assert.Empty(OpenIn(directory));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static List<string> OpenIn(string directory)
    {
        var open = new List<string>();
        foreach (var descriptor in Directory.GetFileSystemEntries("/proc/self/fd"))
        {
            try
            {
                if (File.ResolveLinkTarget(descriptor, returnFinalTarget: false) is { } target
                    && target.FullName.StartsWith(directory, StringComparison.Ordinal))
                {
                    open.Add(target.FullName);
                }
            }
            catch (IOException)
            {
                // Closed meanwhile, by this test's process: the one that listed the directory, or another test's.
            }
        }

        return open;
    }
}
