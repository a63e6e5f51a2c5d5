using System.Text.Json;
using TrygghetHub.Reports.V1;
using TrygghetHub.Screening;

namespace TrygghetHub.Cli;

/// <summary>What screening finds in the texts of a file of JSON objects, line by line, and how much. Not thread-safe.</summary>
/// <param name="screener">Finds.</param>
/// <param name="fields">Fields to screen, nested ones with dots; empty means every text.</param>
/// <param name="kinds">Kinds to look at; empty means all.</param>
internal sealed class ScreenedFile(Screener screener, IReadOnlyCollection<string> fields, IReadOnlyCollection<FindingKind> kinds)
{
    /// <summary>Something found.</summary>
    /// <param name="Line">From 1.</param>
    /// <param name="Field">Nested with dots; elements of a list share its name.</param>
    /// <param name="Text">The whole text.</param>
    /// <param name="Finding">What, and where in it.</param>
    public sealed record Hit(int Line, string Field, string Text, TextFinding Finding);

    private string? damage;

    /// <summary>How many there are of each kind.</summary>
    public SortedDictionary<FindingKind, (int Findings, int Texts)> Counts { get; } = [];

    /// <summary>Texts screened.</summary>
    public int Texts { get; private set; }

    /// <summary>Texts with a finding that blocks.</summary>
    public int Blocked { get; private set; }

    /// <summary>Texts with findings of which none blocks.</summary>
    public int Warned { get; private set; }

    /// <summary>Lines that cannot be read, or have a text that is damaged.</summary>
    public int Broken { get; private set; }

    /// <summary>Screens one line; tells what is wrong with one that cannot be read, null otherwise.</summary>
    public string? Read(TextLine line, Action<Hit>? show)
    {
        if (line.Fault is { } unreadable)
        {
            Broken++;
            return $"{unreadable.InLine}: {unreadable.What}. Skipped. {unreadable.Remedy}";
        }

        try
        {
            using var json = JsonDocument.Parse(line.Utf8);
            if (json.RootElement.ValueKind == JsonValueKind.Object)
            {
                damage = null;
                Walk(json.RootElement, "", line.Number, show);
                Broken += damage is null ? 0 : 1;
                return damage;
            }
        }
        catch (JsonException)
        {
            // What the parser says may quote the line.
        }

        Broken++;
        return "Not a JSON object. Skipped. Each line is to hold one object, or the file one text a line.";
    }

    private void Walk(JsonElement element, string field, int number, Action<Hit>? show)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject())
                {
                    Walk(property.Value, field.Length == 0 ? property.Name : $"{field}.{property.Name}", number, show);
                }

                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                {
                    Walk(item, field, number, show);
                }

                break;
            case JsonValueKind.String when fields.Count == 0 || fields.Contains(field):
                Screen(Text(element), field, number, show);
                break;
        }
    }

    /// <summary>An escaped half of a surrogate pair is JSON, but no text to .NET: it is left as it was written.</summary>
    private static string Text(JsonElement element)
    {
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return element.GetRawText()[1..^1];
        }
    }

    private void Screen(string text, string field, int number, Action<Hit>? show)
    {
        // It is screened all the same: what is left of it may point at a person.
        if (TextDamage.Find(text) is { } fault)
        {
            damage ??= $"{field}: {fault.What}, and the screening may miss what was lost. {fault.Remedy}";
        }

        Texts++;
        var found = screener.Screen(text).Where(f => kinds.Count == 0 || kinds.Contains(f.Kind)).ToList();
        foreach (var finding in found)
        {
            show?.Invoke(new Hit(number, field, text, finding));
        }

        foreach (var kind in found.GroupBy(f => f.Kind))
        {
            var (findings, texts) = Counts.GetValueOrDefault(kind.Key);
            Counts[kind.Key] = (findings + kind.Count(), texts + 1);
        }

        var blocks = found.Exists(f => f.Kind.AlwaysBlocks());
        Blocked += blocks ? 1 : 0;
        Warned += !blocks && found.Count > 0 ? 1 : 0;
    }
}
