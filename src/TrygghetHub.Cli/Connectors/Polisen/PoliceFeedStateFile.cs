using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TrygghetHub.Cli.Connectors.Polisen;

/// <summary>Keeps a <see cref="PoliceFeedState"/> in a file, so that limits hold from run to run.</summary>
/// <remarks>
/// The file is replaced by a rename after the new one has reached the disk. A missing one means that nothing is known
/// of earlier calls. A damaged one means that a call was made just now: what cannot be read must not free anyone from the limits.
/// While the file is read and written a lock beside it keeps other processes out.
/// </remarks>
internal sealed class PoliceFeedStateFile(string path)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    // Of 1,440 calls; whatever is much larger is another file.
    private const int LargestBytes = 256 * 1024;

    /// <summary>Where it is.</summary>
    public string Path => path;

    /// <summary>Keeps other processes out until it is disposed.</summary>
    /// <exception cref="SourceException">Another one is at it.</exception>
    public IDisposable Lock()
    {
        try
        {
            return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (exception is not DirectoryNotFoundException)
        {
            throw new SourceException(
                $"{path} is in use by another thub.", "Let one at a time ask the feed; run this one later.")
            {
                IsTransient = true,
            };
        }
    }

    /// <summary>Reads it.</summary>
    /// <param name="now">When a call is taken to have been made where the file is damaged.</param>
    /// <param name="note">What to tell about it; null where there is nothing to tell.</param>
    public PoliceFeedState Load(DateTimeOffset now, out string? note)
    {
        note = null;
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > LargestBytes })
            {
                throw new JsonException();
            }

            var kept = JsonNode.Parse(File.ReadAllBytes(path))?.AsObject() ?? throw new JsonException();
            return new PoliceFeedState
            {
                Calls = [.. (kept["calls"] ?? throw new JsonException()).AsArray().Select(Time)],
                NotBefore = kept["notBefore"] is { } until ? Time(until) : DateTimeOffset.MinValue,
                ValidFor = Text(kept["validFor"]),
                ETag = Text(kept["etag"]),
                LastModified = Text(kept["lastModified"]),
            };
        }
        catch (FileNotFoundException)
        {
            note = $"{path} is not there yet: nothing is known of earlier calls to the feed.";
            return new();
        }
        catch (Exception exception) when (
            exception is JsonException or FormatException or InvalidOperationException or ArgumentException)
        {
            note = $"{path} is damaged: the feed is taken to have been asked just now.";
            return new() { Calls = [now] };
        }
    }

    /// <summary>Writes it.</summary>
    public void Save(PoliceFeedState state)
    {
        var kept = new JsonObject
        {
            ["calls"] = new JsonArray([.. state.Calls.Select(c => (JsonNode)Text(c))]),
            ["notBefore"] = state.NotBefore > DateTimeOffset.MinValue ? Text(state.NotBefore) : null,
            ["validFor"] = state.ValidFor,
            ["etag"] = state.ETag,
            ["lastModified"] = state.LastModified,
        };
        // Always the same name: what a crash has left there is written over.
        var temporary = path + ".tmp";
        using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write))
        {
            stream.Write(System.Text.Encoding.UTF8.GetBytes(kept.ToJsonString(Json) + "\n"));
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    private static string Text(JsonNode? node) =>
        (string?)node is { Length: <= 2048 } text && !text.Any(char.IsControl) ? text : "";

    private static DateTimeOffset Time(JsonNode? node) => DateTimeOffset.ParseExact(
        (string?)node ?? "", "O", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
