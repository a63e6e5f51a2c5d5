using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Time.Testing;
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
    }

    [Theory]
    [InlineData("stale")]
    [InlineData("without its key")]
    [InlineData("with a key in OpenSSL's old form")]
    public async Task OperatorsIdentity_InUseElsewhere_StaysOverAStartWithWhateverIsInTheFolder(string how)
    {
        var directory = Directory.CreateTempSubdirectory("trygghethub-test-").FullName;
        var elsewhere = Path.Combine(directory, "elsewhere");
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var options = new HubOptions { DataDirectory = Path.Combine(directory, "hub"), Url = new Uri("https://127.0.0.1:0"), Time = time };
        string folder;
        await using (var first = await Hub.StartAsync(options, Token))
        {
            folder = first.OperatorFolder;
            Directory.CreateDirectory(elsewhere);
            foreach (var file in Directory.GetFiles(folder))
            {
                File.Copy(file, Path.Combine(elsewhere, Path.GetFileName(file)));
            }

            if (how == "stale")
            {
                using var identity = IdentityFolder.Load(elsewhere);
                using var client = HubClient.Connect(identity);
                await client.RenewAsync(Token);
                time.Advance(TimeSpan.FromDays(30));
            }
        }

        var key = Path.Combine(folder, "client.key");
        if (how == "without its key")
        {
            File.Delete(key);
        }
        else if (how != "stale")
        {
            await File.WriteAllTextAsync(
                key, "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAAAA\n-----END EC PRIVATE KEY-----\n", Token);
        }

        await using (var second = await Hub.StartAsync(options, Token))
        {
            await ListAsync(second, elsewhere);
        }

        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task EncryptedKeyOfTheOperator_InTheLastDaysOfItsCertificateAndAfter_IsNotReplaced()
    {
        var directory = Directory.CreateTempSubdirectory("trygghethub-test-").FullName;
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var options = new HubOptions { DataDirectory = directory, Url = new Uri("https://127.0.0.1:0"), Time = time };
        string key;
        DateTimeOffset end;
        await using (var first = await Hub.StartAsync(options, Token))
        {
            key = Path.Combine(first.OperatorFolder, "client.key");
            using var plain = ECDsa.Create();
            plain.ImportFromPem(await File.ReadAllTextAsync(key, Token));
            await File.WriteAllTextAsync(key, plain.ExportEncryptedPkcs8PrivateKeyPem(
                "right", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1_000)), Token);
            using var certificate = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(first.OperatorFolder, "client.crt"));
            end = certificate.NotAfter.ToUniversalTime();
        }

        var before = await File.ReadAllTextAsync(key, Token);
        time.SetUtcNow(end.AddDays(-29));
        await using (var second = await Hub.StartAsync(options, Token))
        {
            Assert.Equal(OperatorFolderState.Expiring, second.OperatorFolderState);
            Assert.Equal(before, await File.ReadAllTextAsync(key, Token));
        }

        time.SetUtcNow(end.AddDays(1));
        await using (var third = await Hub.StartAsync(options, Token))
        {
            Assert.Equal(OperatorFolderState.NotAccepted, third.OperatorFolderState);
            Assert.Equal(before, await File.ReadAllTextAsync(key, Token));
        }

        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task NewOperator_ThatCannotBeWritten_LeavesTheOneBefore()
    {
        var directory = Directory.CreateTempSubdirectory("trygghethub-test-").FullName;
        var elsewhere = Path.Combine(directory, "elsewhere");
        var options = new HubOptions { DataDirectory = Path.Combine(directory, "hub"), Url = new Uri("https://127.0.0.1:0") };
        string folder;
        await using (var first = await Hub.StartAsync(options, Token))
        {
            folder = first.OperatorFolder;
            Directory.Move(folder, elsewhere);
        }

        await File.WriteAllTextAsync(folder, "in the way", Token);
        await Assert.ThrowsAnyAsync<IOException>(() => Hub.StartAsync(options with { NewOperator = true }, Token));
        File.Delete(folder);

        await using (var second = await Hub.StartAsync(options, Token))
        {
            await ListAsync(second, elsewhere);
        }

        Directory.Delete(directory, recursive: true);
    }

    [Theory]
    [InlineData("client.crt")]
    [InlineData("client.crt", "ca.crt", "hub.json")]
    public async Task OperatorsIdentity_ThatAStartLeftHalfWritten_IsFinishedByTheNext(params string[] missing)
    {
        var directory = Directory.CreateTempSubdirectory("trygghethub-test-").FullName;
        var options = new HubOptions { DataDirectory = directory, Url = new Uri("https://127.0.0.1:0") };
        string certificate;
        await using (var first = await Hub.StartAsync(options, Token))
        {
            var folder = first.OperatorFolder;
            certificate = await File.ReadAllTextAsync(Path.Combine(folder, "client.crt"), Token);
            File.Move(Path.Combine(folder, "client.key"), Path.Combine(folder, "client.key.next"));
            foreach (var file in missing)
            {
                File.Delete(Path.Combine(folder, file));
            }
        }

        await using (var second = await Hub.StartAsync(options, Token))
        {
            Assert.Equal(certificate, await File.ReadAllTextAsync(Path.Combine(second.OperatorFolder, "client.crt"), Token));
            await ListAsync(second, second.OperatorFolder);
        }

        Directory.Delete(directory, recursive: true);
    }

    private static async Task ListAsync(Hub hub, string folder)
    {
        using var identity = IdentityFolder.Load(folder).MovedTo(hub.Url);
        using var client = HubClient.Connect(identity);
        await client.Partners.ListPartnersAsync(new ListPartnersRequest(), cancellationToken: Token);
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
