namespace TrygghetHub.Client.Tests;

public sealed class IdentityFolderTests : IDisposable
{
    private static readonly Uri Url = new("https://127.0.0.1:5443");

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("client-tests-");
    private readonly FakeAuthority authority = new();

    private string Folder => Path.Combine(directory.FullName, "polisen");

    public void Dispose()
    {
        authority.Dispose();
        directory.Delete(recursive: true);
    }

    [Fact]
    public void Load_WhatWasCompleted_GivesAllOfIt()
    {
        authority.Enrol(Folder, Url).Dispose();

        using var identity = IdentityFolder.Load(Folder);

        Assert.Equal(Url, identity.Url);
        Assert.Equal("urn:trygghet:partner:polisen", identity.Id);
        Assert.True(identity.Certificate.HasPrivateKey);
        Assert.Single(identity.Issuers);
        Assert.Equal(authority.Root.Thumbprint, Assert.Single(identity.Roots).Thumbprint);
    }

    [Fact]
    public void PrepareKey_NewFolder_ClosesTheKeyToOthers()
    {
        IdentityFolder.PrepareKey(Folder).Dispose();

        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no such mode; the folder inherits its owner's access.");
        }
        else
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite,
                File.GetUnixFileMode(Path.Combine(Folder, "client.key")));
        }
    }

    [Fact]
    public void PrepareKey_EnrolmentBrokeOff_GivesTheSameKey()
    {
        using var first = IdentityFolder.PrepareKey(Folder);
        using var second = IdentityFolder.PrepareKey(Folder);

        Assert.Equal(first.ExportSubjectPublicKeyInfo(), second.ExportSubjectPublicKeyInfo());
    }

    [Fact]
    public void PrepareKey_FolderHoldsAnIdentity_Refuses()
    {
        authority.Enrol(Folder, Url).Dispose();
        var key = File.ReadAllText(Path.Combine(Folder, "client.key"));

        var exception = Assert.Throws<IdentityFolderException>(() => IdentityFolder.PrepareKey(Folder));

        Assert.Contains("nothing is overwritten", exception.Message, StringComparison.Ordinal);
        Assert.Equal(key, File.ReadAllText(Path.Combine(Folder, "client.key")));
    }

    [Fact]
    public void Abandon_AfterRefusal_LeavesNothing()
    {
        IdentityFolder.PrepareKey(Folder).Dispose();

        IdentityFolder.Abandon(Folder);

        Assert.False(Directory.Exists(Folder));
    }

    [Fact]
    public void Load_NoFolder_SaysWhichAndHowToMakeOne()
    {
        var exception = Assert.Throws<IdentityFolderException>(() => IdentityFolder.Load(Folder));

        Assert.Contains(Folder, exception.Message, StringComparison.Ordinal);
        Assert.Contains("thub join", exception.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("client.crt")]
    [InlineData("client.key")]
    [InlineData("ca.crt")]
    [InlineData("hub.json")]
    public void Load_FileMissing_NamesIt(string name)
    {
        authority.Enrol(Folder, Url).Dispose();
        File.Delete(Path.Combine(Folder, name));

        var exception = Assert.Throws<IdentityFolderException>(() => IdentityFolder.Load(Folder));

        Assert.Equal(Path.Combine(Folder, name), exception.Path);
        Assert.EndsWith("is missing.", exception.Message, StringComparison.Ordinal);
        Assert.NotEmpty(exception.Remedy);
    }

    [Theory]
    [InlineData("client.crt")]
    [InlineData("client.key")]
    [InlineData("ca.crt")]
    [InlineData("hub.json")]
    public void Load_FileHoldsSomethingElse_NamesIt(string name)
    {
        authority.Enrol(Folder, Url).Dispose();
        File.WriteAllText(Path.Combine(Folder, name), "something else");

        Assert.Equal(Path.Combine(Folder, name),
            Assert.Throws<IdentityFolderException>(() => IdentityFolder.Load(Folder)).Path);
    }

    [Fact]
    public void Load_KeyOfAnother_SaysThatItDoesNotFit()
    {
        authority.Enrol(Folder, Url).Dispose();
        var other = Path.Combine(directory.FullName, "other");
        authority.Enrol(other, Url).Dispose();
        File.Copy(Path.Combine(other, "client.key"), Path.Combine(Folder, "client.key"), overwrite: true);

        Assert.Contains("fits client.crt",
            Assert.Throws<IdentityFolderException>(() => IdentityFolder.Load(Folder)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"url": "http://127.0.0.1:5443", "id": "urn:trygghet:partner:polisen"}""")]
    [InlineData("""{"url": "https://127.0.0.1:5443"}""")]
    [InlineData("""[]""")]
    public void Load_HubFileIncomplete_ShowsWhatItShouldHold(string text)
    {
        authority.Enrol(Folder, Url).Dispose();
        File.WriteAllText(Path.Combine(Folder, "hub.json"), text);

        Assert.Contains("https://HOST:PORT",
            Assert.Throws<IdentityFolderException>(() => IdentityFolder.Load(Folder)).Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void MovedTo_AnotherAddress_IsKept()
    {
        using var identity = authority.Enrol(Folder, Url);
        identity.MovedTo(new Uri("https://127.0.0.1:6000")).Dispose();

        using var moved = IdentityFolder.Load(Folder);
        Assert.Equal(new Uri("https://127.0.0.1:6000"), moved.Url);
        Assert.Equal(identity.Id, moved.Id);
    }
}
