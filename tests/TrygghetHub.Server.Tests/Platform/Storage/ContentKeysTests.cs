using System.Text;
using TrygghetHub.Server.Platform.Identity;
using TrygghetHub.Server.Platform.Storage;

namespace TrygghetHub.Server.Tests.Platform.Storage;

public sealed class ContentKeysTests : IDisposable
{
    private static readonly DateOnly Monday = new(2026, 3, 23);
    private static readonly byte[] Text = Encoding.UTF8.GetBytes("Klotter på en vägg.");

    private readonly string path = Directory.CreateTempSubdirectory("trygghethub-test-").FullName;
    private readonly HubKeys hubKeys = HubKeys.ForTests(new byte[32]);
    private readonly DataDirectory directory;

    public ContentKeysTests() => directory = DataDirectory.Open(path);

    [Fact]
    public void Open_AfterItsKeyWasDestroyed_IsNothing()
    {
        using var keys = new ContentKeys(directory, hubKeys);
        var gone = keys.Seal("polisen", Monday, Text);
        var next = keys.Seal("polisen", Monday.AddDays(1), Text);

        keys.Destroy("polisen", Monday);

        Assert.Null(keys.Open("polisen", gone));
        Assert.Equal(Text, keys.Open("polisen", next));
    }

    [Fact]
    public void Open_AsSomebodyElse_FindsNothingOrFails()
    {
        using var keys = new ContentKeys(directory, hubKeys);
        var text = keys.Seal("polisen", Monday, Text);

        Assert.Null(keys.Open("skolan", text));
        keys.Seal("skolan", Monday, Text);
        Assert.Null(keys.Open("skolan", text));
    }

    [Fact]
    public void Open_OfWhatWasChangedAnywhere_IsNeverTheText()
    {
        using var keys = new ContentKeys(directory, hubKeys);
        var text = keys.Seal("polisen", Monday, Text);

        for (var at = 0; at < text.Length; at++)
        {
            var changed = text.ToArray();
            changed[at] ^= 1;
            try
            {
                // Another day has no key, and everything else does not authenticate.
                Assert.Null(keys.Open("polisen", changed));
            }
            catch (InvalidDataException)
            {
                // As it should.
            }
        }
    }

    [Fact]
    public void Open_AfterARestart_IsTheText()
    {
        byte[] text;
        using (var before = new ContentKeys(directory, hubKeys))
        {
            text = before.Seal("polisen", Monday, Text);
        }

        using var after = new ContentKeys(directory, hubKeys);
        Assert.Equal(Text, after.Open("polisen", text));
        Assert.Equal([Monday], after.DaysBefore("polisen", Monday.AddDays(1)));
        Assert.Empty(after.DaysBefore("polisen", Monday));
    }

    [Fact]
    public void Seal_OfADestroyedDay_UsesAnotherKey()
    {
        using var keys = new ContentKeys(directory, hubKeys);
        var gone = keys.Seal("polisen", Monday, Text);
        keys.Destroy("polisen", Monday);

        var late = keys.Seal("polisen", Monday, Text);

        Assert.Equal(Text, keys.Open("polisen", late));
        Assert.Null(keys.Open("polisen", gone));
    }

    [Fact]
    public void Keys_GoneWhileThereIsData_KeepTheHubFromStarting()
    {
        File.WriteAllBytes(directory.Combine("hub.db"), []);

        var refused = Assert.Throws<IOException>(() => new ContentKeys(directory, hubKeys));

        Assert.Contains("content-keys.db", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Seal_FromManyThreads_OpensAlike()
    {
        using var keys = new ContentKeys(directory, hubKeys);

        Parallel.For(0, 2_000, i =>
        {
            var day = Monday.AddDays(i % 100);
            Assert.Equal(Text, keys.Open("polisen", keys.Seal("polisen", day, Text)));
        });

        Assert.Equal(100, keys.DaysBefore("polisen", DateOnly.MaxValue).Count);
    }

    public void Dispose()
    {
        directory.Dispose();
        Directory.Delete(path, recursive: true);
    }
}
