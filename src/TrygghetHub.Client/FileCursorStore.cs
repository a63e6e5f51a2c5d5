using System.Text.Json;
using System.Text.Json.Nodes;

namespace TrygghetHub.Client;

/// <summary>Keeps the cursor of one subscription in a file.</summary>
/// <remarks>
/// <para>
/// The file is JSON with what is subscribed to, the cursor in base64, and when it was kept. It is replaced by a rename,
/// after the new one has reached the disk: a crash leaves the old or the new one. A rename that the disk forgets leaves
/// the old one, after which entries come again and none is lost.
/// </para>
/// <para>One file belongs to one subscription of one caller. Not thread-safe.</para>
/// </remarks>
public sealed class FileCursorStore : ICursorStore
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        // The words of the scope are there to be read.
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly string file;
    private readonly TimeProvider time;

    /// <summary>Keeps the cursor in <paramref name="file"/>; it is made with the first one, in a folder that is there.</summary>
    /// <param name="file">Path of the file; a file beside it, with <c>.tmp</c> after its name, is written first.</param>
    /// <param name="time">Tells when a cursor was kept; null for the machine's clock.</param>
    public FileCursorStore(string file, TimeProvider? time = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(file);
        this.file = Path.GetFullPath(file);
        this.time = time ?? TimeProvider.System;
    }

    /// <inheritdoc/>
    public string Place => $"the file {file}";

    /// <inheritdoc/>
    public Task<FeedPosition> LoadAsync(string scope, CancellationToken cancellation)
    {
        string text;
        try
        {
            text = File.ReadAllText(file);
        }
        catch (FileNotFoundException)
        {
            return Task.FromResult(FeedPosition.None);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Fault("cannot be read: " + exception.Message, "Check the path, and who may read it.", exception);
        }
        return Task.FromResult(FeedPosition.After(Read(text, scope)));
    }

    /// <inheritdoc/>
    public Task SaveAsync(string scope, ReadOnlyMemory<byte> cursor, CancellationToken cancellation)
    {
        var kept = new JsonObject
        {
            ["subscription"] = scope,
            ["cursor"] = Convert.ToBase64String(cursor.Span),
            ["kept"] = time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture),
        };
        try
        {
            // Always the same name: what a crash has left there is written over.
            var temporary = file + ".tmp";
            using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write))
            {
                stream.Write(System.Text.Encoding.UTF8.GetBytes(kept.ToJsonString(Json) + "\n"));
                // The rename that follows must not reach the disk before what it names.
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, file, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Fault("cannot be written: " + exception.Message,
                "Make room or give leave to write there; what came since the last cursor comes again.", exception);
        }
        return Task.CompletedTask;
    }

    private ReadOnlyMemory<byte> Read(string text, string scope)
    {
        const string remedy = "Put back a copy, or delete it: the subscription then starts over, and entries come again.";
        string? of = null;
        var cursor = Array.Empty<byte>();
        try
        {
            var kept = JsonNode.Parse(text) as JsonObject;
            of = (string?)kept?["subscription"];
            cursor = Convert.FromBase64String((string?)kept?["cursor"] ?? "");
        }
        catch (Exception exception) when (exception is JsonException or FormatException or InvalidOperationException or ArgumentException)
        {
            throw Fault("holds no cursor that can be read: it is damaged, or another file.", remedy, exception);
        }

        if (of is null || cursor.Length == 0)
        {
            throw Fault("holds no cursor: it is damaged, or another file.", remedy);
        }

        return of == scope
            ? cursor
            : throw Fault($"holds the cursor of another subscription: {of}. This one is: {scope}.",
                "Name another file for this subscription, or subscribe to the same as before.");
    }

    private CursorStoreException Fault(string what, string remedy, Exception? inner = null) =>
        new($"{file} {what}", remedy, inner);
}
