namespace TrygghetHub.Client.Tests;

public sealed class FileCursorStoreTests : IDisposable
{
    private const string Scope = "purpose WeeklyPicture; areas 0139";
    private static readonly byte[] Cursor = [1, 2, 3, 250];

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("cursor-tests-");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string CursorFile => Path.Combine(folder.FullName, "feed.cursor");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task Load_NothingKept_IsNone()
    {
        Assert.Equal(FeedPosition.None, await new FileCursorStore(CursorFile).LoadAsync(Scope, Stop));
    }

    [Fact]
    public async Task Load_AfterSave_IsTheLastAndLeavesNoOtherFile()
    {
        var store = new FileCursorStore(CursorFile);
        await store.SaveAsync(Scope, new byte[] { 9 }, Stop);
        await store.SaveAsync(Scope, Cursor, Stop);

        var position = await new FileCursorStore(CursorFile).LoadAsync(Scope, Stop);

        Assert.True(position.IsKept);
        Assert.Equal(Cursor, position.Cursor!.Value.ToArray());
        Assert.Equal([CursorFile], Directory.GetFiles(folder.FullName));
    }

    [Fact]
    public async Task Save_CrashBeforeTheRename_LeavesTheOneBeforeAndIsWrittenOver()
    {
        var store = new FileCursorStore(CursorFile);
        await store.SaveAsync(Scope, Cursor, Stop);
        // What a crash in the middle of writing leaves behind.
        await File.WriteAllTextAsync(CursorFile + ".tmp", """{"subscription": "purp""", Stop);

        Assert.Equal(Cursor, (await store.LoadAsync(Scope, Stop)).Cursor!.Value.ToArray());
        await store.SaveAsync(Scope, new byte[] { 7 }, Stop);
        Assert.Equal([7], (await store.LoadAsync(Scope, Stop)).Cursor!.Value.ToArray());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"subscription\": \"purpose WeeklyPicture; areas 0139\", \"curs")]
    [InlineData("{\"subscription\": \"purpose WeeklyPicture; areas 0139\", \"cursor\": \"not base64!\"}")]
    [InlineData("{\"subscription\": \"purpose WeeklyPicture; areas 0139\", \"cursor\": \"\"}")]
    [InlineData("{\"subscription\": \"purpose WeeklyPicture; areas 0139\", \"cursor\": 5}")]
    [InlineData("{\"subscription\": [], \"cursor\": \"AQ==\"}")]
    [InlineData("{\"cursor\": \"AQ==\"}")]
    [InlineData("[1, 2]")]
    [InlineData("null")]
    [InlineData("{\"cursor\": \"AQ==\", \"cursor\": \"AQ==\"}")]
    public async Task Load_DamagedFile_SaysWhichAndWhatToDoAndLeavesIt(string text)
    {
        await File.WriteAllTextAsync(CursorFile, text, Stop);

        var exception = await Assert.ThrowsAsync<CursorStoreException>(
            () => new FileCursorStore(CursorFile).LoadAsync(Scope, Stop));

        Assert.StartsWith(CursorFile + " holds no cursor", exception.Message, StringComparison.Ordinal);
        Assert.Contains("delete it", exception.Remedy, StringComparison.Ordinal);
        Assert.Equal(text, await File.ReadAllTextAsync(CursorFile, Stop));
    }

    [Fact]
    public async Task Load_CursorOfAnotherSubscription_SaysOfWhich()
    {
        await new FileCursorStore(CursorFile).SaveAsync("purpose Evaluation", Cursor, Stop);

        var exception = await Assert.ThrowsAsync<CursorStoreException>(
            () => new FileCursorStore(CursorFile).LoadAsync(Scope, Stop));

        Assert.Contains("of another subscription: purpose Evaluation. This one is: " + Scope, exception.Message, StringComparison.Ordinal);
        Assert.Contains("another file", exception.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Save_FolderAbsent_SaysThatItCannotBeWritten()
    {
        var store = new FileCursorStore(Path.Combine(folder.FullName, "absent", "feed.cursor"));

        var exception = await Assert.ThrowsAsync<CursorStoreException>(() => store.SaveAsync(Scope, Cursor, Stop));

        Assert.Contains("cannot be written", exception.Message, StringComparison.Ordinal);
    }
}
