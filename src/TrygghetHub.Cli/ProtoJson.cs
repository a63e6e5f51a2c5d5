using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace TrygghetHub.Cli;

/// <summary>A file of protobuf JSON whose faults are told by line and path.</summary>
/// <remarks>
/// The protobuf parser knows what is wrong but not where. It reads everything; only when it refuses is the file
/// walked beside the message's descriptor to find the place.
/// </remarks>
internal sealed class ProtoJson
{
    private static readonly JsonParser Parser = new(JsonParser.Settings.Default);

    private readonly string name;
    private readonly byte[] text;

    private ProtoJson(string name, byte[] text)
    {
        this.name = name;
        this.text = text;
    }

    /// <summary>Reads a file and checks that it is JSON at all.</summary>
    /// <exception cref="UsageException">It is missing, unreadable or not JSON.</exception>
    public static ProtoJson Open(string path) => Checked(new(Path.GetFileName(path), TextFile.Read(path)));

    /// <summary>The same of text that is at hand.</summary>
    public static ProtoJson Of(string name, byte[] utf8) => Checked(new(name, TextFile.Read(name, utf8)));

    /// <summary>Reads the whole file as one message.</summary>
    /// <exception cref="UsageException">It is no such message; says where and why.</exception>
    public T Message<T>() where T : IMessage<T>, new() => Message<T>(new Element(0, text.Length, ""), "");

    /// <summary>The file's elements: those of the array that it holds, or the one object that it is.</summary>
    public IReadOnlyList<Element> Elements()
    {
        var elements = new List<Element>();
        var reader = new Utf8JsonReader(text);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            var from = (int)reader.TokenStartIndex;
            reader.Skip();
            return [new Element(from, (int)reader.BytesConsumed, "")];
        }
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var from = (int)reader.TokenStartIndex;
            reader.Skip();
            elements.Add(new Element(from, (int)reader.BytesConsumed, $"[{elements.Count}]"));
        }
        return elements;
    }

    /// <summary>The properties of an element, each with its place.</summary>
    /// <exception cref="UsageException">The element is no object.</exception>
    public IReadOnlyList<(string Name, Element Value)> Properties(Element element)
    {
        var properties = new List<(string, Element)>();
        var reader = new Utf8JsonReader(text.AsSpan(element.From..element.To));
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw Fault(element.From, element.Path, "an object is wanted here.");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var property = reader.GetString()!;
            reader.Read();
            var from = element.From + (int)reader.TokenStartIndex;
            reader.Skip();
            properties.Add((property, new Element(from, element.From + (int)reader.BytesConsumed, Join(element.Path, property))));
        }
        return properties;
    }

    /// <summary>Reads an element as a message.</summary>
    /// <exception cref="UsageException">It is no such message; says where and why.</exception>
    public T Message<T>(Element element) where T : IMessage<T>, new() => Message<T>(element, element.Path);

    /// <summary>A fault at an element of this file.</summary>
    public UsageException Fault(Element element, string what) => Fault(element.From, element.Path, what);

    private static ProtoJson Checked(ProtoJson file)
    {
        try
        {
            var reader = new Utf8JsonReader(file.text);
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped)
                {
                    file.CheckEscapes(ref reader);
                }
            }
        }
        catch (JsonException exception)
        {
            if (file.text.AsSpan().IndexOfAnyExcept(" \t\r\n"u8) < 0)
            {
                throw new UsageException($"{file.name} is empty.", "Write a report into it, or an array of them; nothing was sent.");
            }

            if (file.HoldsSeveralValues())
            {
                throw new UsageException(
                    $"{file.name}, line {exception.LineNumber + 1}: a second JSON value begins here, as in a file of JSON lines (NDJSON).",
                    "Put all into one array, [ … , … ]; jq --slurp does it. Nothing was sent.");
            }

            throw new UsageException(
                $"{file.name}, line {exception.LineNumber + 1}, column {exception.BytePositionInLine + 1}: not JSON: {Cause(exception)}",
                "Correct the file; nothing was sent.");
        }
        return file;
    }

    private bool HoldsSeveralValues()
    {
        try
        {
            var reader = new Utf8JsonReader(text, new JsonReaderOptions { AllowMultipleValues = true });
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    // An escape can be a character that was lost before, or half of one.
    private void CheckEscapes(ref Utf8JsonReader reader)
    {
        TextFault? fault;
        try
        {
            fault = TextDamage.Find(reader.GetString()!);
        }
        catch (InvalidOperationException)
        {
            fault = new("an escape is half of a surrogate pair", "Write the character itself.");
        }

        if (fault is not null)
        {
            throw Fault((int)reader.TokenStartIndex, "", $"{fault.What}. {fault.Remedy}");
        }
    }

    private T Message<T>(Element element, string path) where T : IMessage<T>, new()
    {
        try
        {
            return Parser.Parse<T>(Text(element.From, element.To));
        }
        catch (Exception exception) when (exception is InvalidProtocolBufferException or InvalidJsonException)
        {
            var reader = new Utf8JsonReader(text.AsSpan(element.From..element.To));
            reader.Read();
            Walk(ref reader, new T().Descriptor, element.From, path);
            throw Fault(element.From, path, exception.Message);
        }
    }

    /// <summary>Goes through an object beside its descriptor and throws at the first thing that does not fit.</summary>
    private void Walk(ref Utf8JsonReader reader, MessageDescriptor message, int offset, string path)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw Fault(offset + (int)reader.TokenStartIndex, path, "an object is wanted here.");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var at = offset + (int)reader.TokenStartIndex;
            var property = reader.GetString()!;
            var here = Join(path, property);
            var field = message.Fields.InDeclarationOrder()
                .FirstOrDefault(f => f.JsonName == property || f.Name == property);
            if (field is null)
            {
                throw Fault(at, here, $"unknown field; {message.Name} has "
                    + string.Join(", ", message.Fields.InDeclarationOrder().Select(f => f.JsonName)) + ".");
            }

            reader.Read();
            if (reader.TokenType == JsonTokenType.Null)
            {
                continue;
            }

            if (!field.IsRepeated)
            {
                Value(ref reader, field, offset, here);
                continue;
            }
            if (reader.TokenType != JsonTokenType.StartArray)
            {
                throw Fault(offset + (int)reader.TokenStartIndex, here, "a list is wanted here.");
            }

            for (var i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
            {
                Value(ref reader, field, offset, $"{here}[{i}]");
            }
        }
    }

    private void Value(ref Utf8JsonReader reader, FieldDescriptor field, int offset, string path)
    {
        if (field.FieldType == FieldType.Message
            && !field.MessageType.File.Package.StartsWith("google.", StringComparison.Ordinal))
        {
            Walk(ref reader, field.MessageType, offset, path);
            return;
        }
        var from = offset + (int)reader.TokenStartIndex;
        reader.Skip();
        var value = Text(from, offset + (int)reader.BytesConsumed);
        if (field.IsRepeated)
        {
            value = $"[{value}]";
        }

        try
        {
            // The parser judges the value alone, inside an otherwise empty message.
            Parser.Parse($$"""{"{{field.JsonName}}": {{value}}}""", field.ContainingType);
        }
        catch (Exception exception) when (exception is InvalidProtocolBufferException or InvalidJsonException)
        {
            throw Fault(from, path, field.FieldType == FieldType.Enum
                ? $"unknown value; {field.EnumType.Name} is one of "
                  + string.Join(", ", field.EnumType.Values.Where(v => v.Number != 0).Select(v => v.Name)) + "."
                : exception.Message);
        }
    }

    private UsageException Fault(int at, string path, string what)
    {
        var line = 1 + text.AsSpan(0, Math.Min(at, text.Length)).Count((byte)'\n');
        var place = path.Length == 0 ? "" : path + ": ";
        return new UsageException($"{name}, line {line}, {place}{what}", "Correct the file; nothing was sent.");
    }

    private string Text(int from, int to) => Encoding.UTF8.GetString(text.AsSpan(from..to));

    private static string Join(string path, string property) => path.Length == 0 ? property : $"{path}.{property}";

    // The framework's message ends with the position, which is told already.
    private static string Cause(JsonException exception)
    {
        var end = exception.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return end < 0 ? exception.Message : exception.Message[..end];
    }

    /// <summary>A stretch of the file, and what to call it.</summary>
    public readonly record struct Element(int From, int To, string Path);
}
