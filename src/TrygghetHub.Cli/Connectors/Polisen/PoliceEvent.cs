using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace TrygghetHub.Cli.Connectors.Polisen;

/// <summary>One line of the police's public event feed: one version of one event.</summary>
/// <remarks>
/// The texts stand as in the feed, untrimmed and with the feed's encodings, because <see cref="Version"/> is made over
/// them. Immutable.
/// </remarks>
internal sealed record PoliceEvent
{
    // `H` takes 9 and 09 alike; the feed writes the hour without a leading zero.
    private const string DatetimeFormat = "yyyy-MM-dd H:mm:ss zzz";

    /// <summary>The feed's own id of the event; the same for all its versions.</summary>
    public required long Id { get; init; }

    /// <summary>The type, such as <c>Trafikolycka, vilt</c>; some end in a space.</summary>
    public required string Type { get; init; }

    /// <summary>When the feed published it, as written there.</summary>
    public required string Datetime { get; init; }

    /// <summary>The instant of <see cref="Datetime"/>, with the feed's offset.</summary>
    public required DateTimeOffset Published { get; init; }

    /// <summary>Headline, which begins with when it happened: <c>01 maj 09.48, Brand, Luleå</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Name of a municipality or a county.</summary>
    public required string LocationName { get; init; }

    /// <summary>Midpoint of that municipality or county: no position of the event.</summary>
    public required string LocationGps { get; init; }

    /// <summary>The feed's free text.</summary>
    public required string Summary { get; init; }

    /// <summary>
    /// Digest of what makes a version: type, datetime, name, location and summary as they stand in the feed.
    /// 32 hexadecimal digits.
    /// </summary>
    /// <remarks>
    /// The feed's <c>url</c> is left out: an event that returns with another address alone is no correction.
    /// 128 bits are plenty to tell the few versions of one event apart, and leave room in the 64 characters
    /// of <c>source_version</c> for what <see cref="RevisionPlan"/> adds.
    /// </remarks>
    public string Version => version ??= Digest(Type, Datetime, Name, LocationName, LocationGps, Summary);

    private string? version;

    /// <summary>Reads one line of the feed.</summary>
    /// <param name="line">UTF-8, without the line break.</param>
    /// <param name="police">The event, when the line is whole.</param>
    /// <param name="problem">What is wrong with the line, otherwise; never repeats its content.</param>
    public static bool TryParse(
        ReadOnlyMemory<byte> line,
        [NotNullWhen(true)] out PoliceEvent? police,
        [NotNullWhen(false)] out string? problem)
    {
        police = null;
        try
        {
            using var document = JsonDocument.Parse(line);
            problem = Read(document.RootElement, out police);
        }
        catch (JsonException e)
        {
            problem = string.Create(
                CultureInfo.InvariantCulture, $"not a JSON object: it breaks at byte {e.BytePositionInLine + 1}");
        }
        catch (InvalidOperationException)
        {
            // The reader defers the decoding of strings until they are asked for.
            problem = "a text in it is not valid UTF-8";
        }

        return problem is null;
    }

    private static string? Read(JsonElement root, out PoliceEvent? police)
    {
        police = null;
        if (root.ValueKind != JsonValueKind.Object)
        {
            return "not a JSON object";
        }

        if (!root.TryGetProperty("id", out var idElement))
        {
            return "`id` is missing";
        }

        if (idElement.ValueKind != JsonValueKind.Number || !idElement.TryGetInt64(out var id) || id <= 0)
        {
            return "`id` is not a whole number above 0";
        }

        if (Text(root, "", "type", required: true, out var type) is { } typeProblem)
        {
            return typeProblem;
        }

        if (Text(root, "", "datetime", required: true, out var datetime) is { } datetimeProblem)
        {
            return datetimeProblem;
        }

        if (!DateTimeOffset.TryParseExact(
                datetime, DatetimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var published))
        {
            return "`datetime` is not of the form 2024-05-01 9:48:12 +02:00";
        }

        if (Text(root, "", "name", required: false, out var name) is { } nameProblem)
        {
            return nameProblem;
        }

        if (Text(root, "", "summary", required: false, out var summary) is { } summaryProblem)
        {
            return summaryProblem;
        }

        if (!root.TryGetProperty("location", out var location) || location.ValueKind != JsonValueKind.Object)
        {
            return "`location` is missing or not an object";
        }

        if (Text(location, "location.", "name", required: true, out var locationName) is { } locationProblem)
        {
            return locationProblem;
        }

        if (Text(location, "location.", "gps", required: false, out var gps) is { } gpsProblem)
        {
            return gpsProblem;
        }

        police = new PoliceEvent
        {
            Id = id,
            Type = type,
            Datetime = datetime,
            Published = published,
            Name = name,
            LocationName = locationName,
            LocationGps = gps,
            Summary = summary,
        };
        return null;
    }

    // `required` texts must say something; the others must be there, empty or null, since a field that the feed has dropped
    // would otherwise pass for a correction of every event.
    private static string? Text(JsonElement element, string path, string field, bool required, out string text)
    {
        text = "";
        if (!element.TryGetProperty(field, out var value))
        {
            return $"`{path}{field}` is missing";
        }

        if (value.ValueKind == JsonValueKind.Null && !required)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            return $"`{path}{field}` is not a text";
        }

        text = value.GetString()!;
        if (TextDamage.Find(text) is { } fault)
        {
            return $"`{path}{field}`: {fault.What}";
        }

        return required && string.IsNullOrWhiteSpace(text) ? $"`{path}{field}` is empty" : null;
    }

    private static string Digest(params ReadOnlySpan<string> texts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (var text in texts)
        {
            // The length goes first, so that no two different lists of texts give the same bytes.
            var bytes = Encoding.UTF8.GetBytes(text);
            BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
            hash.AppendData(length);
            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, RevisionPlan.DigestLength / 2));
    }
}
