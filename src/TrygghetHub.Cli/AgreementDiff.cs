using System.Collections;
using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using TrygghetHub.Agreements.V1;

namespace TrygghetHub.Cli;

/// <summary>What differs between two agreements, in words.</summary>
/// <remarks>
/// Goes by the messages' descriptors, so that a term that is added to the contract is compared without a change here.
/// Parties are told apart by partner, clauses by their names; what has no name is the same only as a whole. Pure.
/// </remarks>
internal static class AgreementDiff
{
    // By list: what an element is called by, and which of its fields is its name.
    private static readonly Dictionary<string, (string Word, string Field)> Named = new(StringComparer.Ordinal)
    {
        ["parties"] = ("party ", "partner"),
        ["flows"] = ("", "clause"),
        ["prohibitions"] = ("prohibition ", "clause"),
        ["priorities"] = ("priority ", "problem"),
    };

    /// <summary>The differences, one a line, parts of a clause indented under it; empty where there is none.</summary>
    public static IReadOnlyList<string> Lines(CooperationAgreement before, CooperationAgreement after)
    {
        var lines = new List<string>();
        Compare(before, after, "", lines);
        if (lines.Count == 0 && !before.Equals(after))
        {
            lines.Add("They differ in terms that this thub does not know.");
        }

        return lines;
    }

    private static void Compare(IMessage before, IMessage after, string indent, List<string> lines)
    {
        foreach (var field in before.Descriptor.Fields.InDeclarationOrder())
        {
            var label = indent + Label(field);
            var (one, other) = (field.Accessor.GetValue(before), field.Accessor.GetValue(after));
            if (field.IsRepeated)
            {
                var (from, to) = ((IList)one, (IList)other);
                if (Named.TryGetValue(field.Name, out var name))
                {
                    CompareNamed(Items(from, name.Field), Items(to, name.Field), name.Word, label, indent, lines);
                }
                else
                {
                    CompareValues(Texts(field, from), Texts(field, to), label, lines);
                }
            }
            else if (IsOurs(field) && one is not null && other is not null)
            {
                // The terms are the agreement's own: their parts stand beside its others.
                Compare((IMessage)one, (IMessage)other, indent, lines);
            }
            else if (!Equals(one, other))
            {
                lines.Add($"{label}: {Text(field, one)} → {Text(field, other)}");
            }
        }
    }

    private static void CompareNamed(
        List<(string Name, IMessage Item)> before, List<(string Name, IMessage Item)> after, string word, string label,
        string indent, List<string> lines)
    {
        foreach (var (name, item) in before.Where(b => after.All(a => a.Name != b.Name)))
        {
            lines.Add($"{indent}{word}{name}: removed");
        }

        foreach (var (name, item) in after)
        {
            var same = before.Where(b => b.Name == name).Select(b => b.Item).FirstOrDefault();
            if (same is null)
            {
                lines.Add($"{indent}{word}{name}: added");
                lines.AddRange(Contents(item, indent + "  "));
            }
            else if (!same.Equals(item))
            {
                lines.Add($"{indent}{word}{name}: changed");
                Compare(same, item, indent + "  ", lines);
            }
        }

        // Of several flows that show as much, the first is used: their order is a term too.
        var kept = before.Select(b => b.Name).Where(n => after.Any(a => a.Name == n)).ToList();
        var now = after.Select(a => a.Name).Where(kept.Contains).ToList();
        if (!kept.SequenceEqual(now, StringComparer.Ordinal))
        {
            lines.Add($"{label}: order {string.Join(", ", kept)} → {string.Join(", ", now)}");
        }
    }

    private static void CompareValues(List<string> before, List<string> after, string label, List<string> lines)
    {
        var changes = after.Where(a => !before.Contains(a)).Select(a => "+" + a)
            .Concat(before.Where(b => !after.Contains(b)).Select(b => "−" + b)).ToList();
        if (changes.Count > 0)
        {
            lines.Add($"{label}: {string.Join("  ", changes)}");
        }
        else if (!before.SequenceEqual(after, StringComparer.Ordinal))
        {
            lines.Add($"{label}: the same, in another order or repeated");
        }
    }

    private static IEnumerable<string> Contents(IMessage item, string indent)
    {
        foreach (var field in item.Descriptor.Fields.InDeclarationOrder())
        {
            var value = field.Accessor.GetValue(item);
            var text = field.IsRepeated ? string.Join(", ", Texts(field, (IList)value)) : IsSet(field, value) ? Text(field, value) : "";
            if (text.Length > 0)
            {
                yield return $"{indent}{Label(field)}: {text}";
            }
        }
    }

    private static List<(string Name, IMessage Item)> Items(IList list, string nameField) =>
    [
        .. list.Cast<IMessage>().Select(item => (
            AgreementPrinter.Plain((string)item.Descriptor.FindFieldByName(nameField).Accessor.GetValue(item)), item)),
    ];

    private static List<string> Texts(FieldDescriptor field, IList list) =>
        [.. list.Cast<object>().Select(item => Text(field, item))];

    private static string Text(FieldDescriptor field, object? value) => value switch
    {
        null => "not set",
        Timestamp time => time.Nanos == 0 && time.Seconds % 60 == 0 ? Words.Minute(time) : JsonFormatter.ToDiagnosticString(time).Trim('"'),
        Duration delay => $"{delay.Seconds} s",
        string text => text.Length == 0 ? "empty" : AgreementPrinter.Plain(text),
        bool yes => yes ? "yes" : "no",
        IMessage message => string.Join(", ", message.Descriptor.Fields.InDeclarationOrder()
            .Where(f => IsSet(f, f.Accessor.GetValue(message)))
            .Select(f => f.FieldType is FieldType.String or FieldType.Enum
                ? Text(f, f.Accessor.GetValue(message))
                : f.FieldType == FieldType.Bool ? Label(f)
                : $"{Label(f)} {Text(f, f.Accessor.GetValue(message))}")),
        IList list => string.Join(", ", Texts(field, list)),
        _ when field.FieldType == FieldType.Enum =>
            field.EnumType.FindValueByNumber(Convert.ToInt32(value, CultureInfo.InvariantCulture)) is { } named
                ? Words.Of(named.Name, field.EnumType.Name)
                : Convert.ToInt32(value, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    private static bool IsSet(FieldDescriptor field, object? value) => value switch
    {
        null or "" or false or 0 => false,
        IList list => list.Count > 0,
        System.Enum kind => Convert.ToInt32(kind, CultureInfo.InvariantCulture) != 0,
        _ => true,
    };

    private static bool IsOurs(FieldDescriptor field) => field.FieldType == FieldType.Message
        && !field.MessageType.File.Package.StartsWith("google.", StringComparison.Ordinal);

    private static string Label(FieldDescriptor field) => field.Name.Replace('_', ' ');
}
