using System.Security.Cryptography;
using System.Text;
using TrygghetHub.Server.Platform.Identity;
using TrygghetHub.Server.Platform.Storage;

namespace TrygghetHub.Server.Tests.Platform.Identity;

public sealed class SecretsTests : IDisposable
{
    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);
    private static readonly byte[] OtherKey = RandomNumberGenerator.GetBytes(32);
    private static readonly byte[] Content = Encoding.UTF8.GetBytes("nobody else's business");

    private readonly DataDirectory directory =
        DataDirectory.Open(Directory.CreateTempSubdirectory("trygghethub-test-").FullName);

    private string Path => directory.Combine("keys", "some.key");

    [Fact]
    public void SealedFile_WithoutAMasterKey_IsNotReadAndTheErrorSaysWhatToGive()
    {
        new Secrets(directory, Key).Write(Path, Content);

        var refused = Assert.Throws<IOException>(() => new Secrets(directory, null).Read(Path));

        Assert.Contains(Path, refused.Message, StringComparison.Ordinal);
        Assert.Contains("TRYGGHETHUB_KEY", refused.Message, StringComparison.Ordinal);
        Assert.Contains("--key-file", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SealedFile_WithAnotherMasterKey_IsNotReadAndTheErrorSaysWhatToGive()
    {
        new Secrets(directory, Key).Write(Path, Content);

        var refused = Assert.Throws<InvalidDataException>(() => new Secrets(directory, OtherKey).Read(Path));

        Assert.Contains(Path, refused.Message, StringComparison.Ordinal);
        Assert.Contains("TRYGGHETHUB_KEY", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SealedFile_PutInThePlaceOfAnother_IsNotRead()
    {
        var secrets = new Secrets(directory, Key);
        secrets.Write(Path, Content);
        File.Copy(Path, directory.Combine("keys", "other.key"));

        Assert.Throws<InvalidDataException>(() => secrets.Read(directory.Combine("keys", "other.key")));
    }

    [Fact]
    public void SealedFile_ChangedOrCutAnywhere_IsNotReadAsSomethingElse()
    {
        var secrets = new Secrets(directory, Key);
        secrets.Write(Path, Content);
        var whole = File.ReadAllBytes(Path);
        for (var i = "TRYGGHETHUB-SEALED-1\n".Length; i < whole.Length; i++)
        {
            var changed = (byte[])whole.Clone();
            changed[i] ^= 1;
            File.WriteAllBytes(Path, changed);
            Assert.Throws<InvalidDataException>(() => secrets.Read(Path));
            File.WriteAllBytes(Path, whole[..i]);
            Assert.Throws<InvalidDataException>(() => secrets.Read(Path));
        }
    }

    [Fact]
    public void MasterKey_OfAnotherLength_IsRefused() =>
        Assert.Throws<ArgumentException>(() => new Secrets(directory, new byte[31]));

    [Theory]
    [InlineData("")]
    [InlineData("not base64 at all")]
    [InlineData("AAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void KeyText_ThatIsNot32BytesInBase64_IsRefusedAndTheSourceNamed(string text)
    {
        var refused = Assert.Throws<InvalidDataException>(() => HubOptions.ReadMasterKey(text, "TRYGGHETHUB_KEY"));

        Assert.StartsWith("TRYGGHETHUB_KEY ", refused.Message, StringComparison.Ordinal);
        Assert.Contains("openssl rand -base64 32", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void KeyText_WithALineEnd_IsTaken() =>
        Assert.Equal(Key, HubOptions.ReadMasterKey(Convert.ToBase64String(Key) + "\n", "a file").ToArray());

    [Fact]
    public void File_WithoutAMasterKey_HoldsItsContent()
    {
        new Secrets(directory, null).Write(Path, Content);

        Assert.Equal(Content, File.ReadAllBytes(Path));
        Assert.Equal(Content, new Secrets(directory, null).Read(Path));
    }

    [Fact]
    public void ClearFile_UnderAMasterKey_IsLeftAloneByReadingAndSealedOnDemand()
    {
        new Secrets(directory, null).Write(Path, Content);
        var secrets = new Secrets(directory, Key);

        Assert.Equal(Content, secrets.Read(Path));
        Assert.Equal(Content, File.ReadAllBytes(Path));
        secrets.Seal(Path);
        secrets.Seal(Path);

        Assert.StartsWith("TRYGGHETHUB-SEALED-1\n", File.ReadAllText(Path), StringComparison.Ordinal);
        Assert.True(File.ReadAllBytes(Path).AsSpan().IndexOf(Content) < 0);
        Assert.Equal(Content, secrets.Read(Path));
    }

    [Fact]
    public async Task Hub_GivenAMasterKey_SealsEveryKeyAndStartsAgainWithItAlone()
    {
        var options = new HubOptions
        {
            DataDirectory = directory.Combine("hub"),
            Url = new Uri("https://127.0.0.1:0"),
        };
        var token = TestContext.Current.CancellationToken;
        await (await Hub.StartAsync(options, token)).DisposeAsync();
        var sealing = options with { MasterKey = Key };
        await (await Hub.StartAsync(sealing, token)).DisposeAsync();

        string[] keys = ["keys/hub.key", "authority/root.key", "authority/issuing.key", "authority/server.key"];
        Assert.All(keys, key => Assert.StartsWith(
            "TRYGGHETHUB-SEALED-1\n", File.ReadAllText(directory.Combine("hub", key)), StringComparison.Ordinal));
        await Assert.ThrowsAsync<IOException>(() => Hub.StartAsync(options, token));
        await Assert.ThrowsAsync<InvalidDataException>(() => Hub.StartAsync(options with { MasterKey = OtherKey }, token));
        await (await Hub.StartAsync(sealing, token)).DisposeAsync();
    }

    public void Dispose()
    {
        directory.Dispose();
        Directory.Delete(directory.Path, recursive: true);
    }
}
