using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml;

namespace TrygghetHub.Cli.Connectors.Open311;

/// <summary>Reads a list of service requests, JSON or XML; which of them is seen by the first character.</summary>
/// <remarks>
/// What comes from elsewhere is bounded: 20 MiB, sixteen levels, texts of 64 KiB. XML has no document type, hence no
/// entities of its own, and nothing is fetched for it (XXE, billion laughs). Pure and thread-safe.
/// </remarks>
internal static partial class Open311Document
{
    private const int Deepest = 16;
    private const int LongestText = 64 * 1024;
    private const string Remedy = "Is it the list of service requests of GeoReport v2, /requests.json or /requests.xml?";

    // Elements of the XML form that JSON made from it keeps as names.
    private static readonly string[] Wrappers = ["service_requests", "requests", "request", "service_request"];
    private static readonly string[] Marks = ["service_request_id", "service_code", "requested_datetime", "token"];
    private static readonly string[] ErrorMarks = ["errors", "error", "code"];
    private static readonly string[] TextNames = ["#text", "$t", "$", "_", "_text", "__text", "#cdata-section", "__cdata", "_cdata"];

    // The encoding that XML declares in its first line, which is ASCII.
    private const int LongestDeclaration = 256;

    /// <summary>The requests, in order.</summary>
    /// <param name="content">The list.</param>
    /// <param name="charset">What its content type declares; empty where nothing does.</param>
    /// <exception cref="SourceException">It is no such list, or its server's word that something is wrong.</exception>
    public static IReadOnlyList<Open311Request> Read(ReadOnlyMemory<byte> content, string charset = "")
    {
        if (content.Length > SourceHttp.LargestBytes)
        {
            throw new SourceException("The list is larger than 20 MiB, and is not read.", "Split it, or ask for less at a time.");
        }

        return Begin(content.Span) switch
        {
            '<' => ReadXml(content, charset),
            '[' or '{' => ReadJson(SourceAnswer.Json(content, SourceAnswer.EncodingOf(charset))),
            '\0' => throw Nothing("The answer is empty where a list was expected."),
            'n' when content.Span.Trim(" \t\r\n"u8).SequenceEqual("null"u8) => throw Nothing("The answer is null where a list was expected."),
            _ => throw new SourceException("The list is neither JSON nor XML.", Remedy),
        };
    }

    private static char Begin(ReadOnlySpan<byte> content)
    {
        // UTF-16 begins with its mark, or has a zero beside each sign of ASCII; XML may be written in it.
        ReadOnlySpan<byte> passed = [0xEF, 0xBB, 0xBF, 0xFF, 0xFE, 0, (byte)' ', (byte)'\t', (byte)'\r', (byte)'\n'];
        content = content.TrimStart(passed);
        return content.IsEmpty ? '\0' : (char)content[0];
    }

    private static List<Open311Request> ReadJson(ReadOnlyMemory<byte> content)
    {
        try
        {
            using var document = JsonDocument.Parse(content, new() { MaxDepth = Deepest });
            var requests = new List<Open311Request>();
            foreach (var element in RequestsIn(document.RootElement, isListed: false))
            {
                if (requests.Count == 0 && IsError(element))
                {
                    throw ServerSaysNo();
                }

                var request = Open311Request.Of(requests.Count + 1, FieldsOf(element, out var fault));
                requests.Add(request with { Fault = fault });
            }

            return requests;
        }
        catch (JsonException exception)
        {
            throw new SourceException(
                $"The list is not JSON: it breaks at line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}.", Remedy);
        }
    }

    // The specification has a bare array. JSON that was made from XML has its elements as wrappers, at any level, and one
    // element in place of an array of one.
    private static IEnumerable<JsonElement> RequestsIn(JsonElement element, bool isListed)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            return element.EnumerateArray().SelectMany(e => RequestsIn(e, isListed: true));
        }

        if (element.ValueKind != JsonValueKind.Object)
        {
            return [element];
        }

        if (HasAny(element, Marks))
        {
            return [element];
        }

        var wrapped = element.EnumerateObject().Where(p => Wrappers.Any(name => p.NameEquals(name))).ToList();
        if (wrapped.Count > 0)
        {
            // An empty element of XML is null or the empty text.
            return wrapped.Select(p => p.Value)
                .Where(v => v.ValueKind is JsonValueKind.Array or JsonValueKind.Object)
                .SelectMany(v => v.ValueKind == JsonValueKind.Object && !v.EnumerateObject().Any() ? [] : RequestsIn(v, isListed));
        }

        // In a list it is counted, and told.
        return isListed ? [element]
            : IsError(element) ? throw ServerSaysNo() : throw new SourceException("The JSON holds no list of requests.", Remedy);
    }

    private static bool IsError(JsonElement element) =>
        element.ValueKind == JsonValueKind.Object && HasAny(element, ErrorMarks) && !HasAny(element, Marks);

    private static bool HasAny(JsonElement element, string[] names) => names.Any(name => element.TryGetProperty(name, out _));

    // A text that is damaged refuses its request alone.
    private static Dictionary<string, string> FieldsOf(JsonElement element, out RowFault? fault)
    {
        fault = null;
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        if (element.ValueKind != JsonValueKind.Object)
        {
            return fields;
        }

        foreach (var property in element.EnumerateObject())
        {
            if (Open311Request.Fields.FirstOrDefault(known => property.NameEquals(known)) is not { } name)
            {
                continue;
            }

            try
            {
                fields[name] = Bounded(TextOf(property.Value));
                fault ??= FaultOf(name, TextDamage.Find(fields[name]));
            }
            catch (InvalidOperationException)
            {
                // The reader defers the decoding of strings until they are asked for.
                TextDamage.Find(JsonMarshal.GetRawUtf8Value(property.Value), out var at);
                fault ??= new(
                    name, $"The text is not UTF-8 from its byte {at} on.", "The fault is with the source: it should send UTF-8.");
            }
        }

        return fields;
    }

    // A text; or what programs make of an element of XML: an array of one, or an object with the text beside attributes.
    private static string TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.Array when value.GetArrayLength() == 1 => TextOf(value[0]),
        JsonValueKind.Object => value.EnumerateObject().Where(p => TextNames.Any(name => p.NameEquals(name)))
            .Select(p => TextOf(p.Value)).FirstOrDefault(""),
        _ => "",
    };

    private static RowFault? FaultOf(string field, TextFault? fault) => fault is null ? null : new(
        field, $"Damaged text: {fault.What}.", "The fault is with the source: it should send UTF-8.");

    // What the content type says goes before what the document says (RFC 7303, 3.2).
    private static List<Open311Request> ReadXml(ReadOnlyMemory<byte> content, string charset)
    {
        var declared = SourceAnswer.EncodingOf(charset.Length > 0 ? charset : DeclaredBy(content.Span));
        try
        {
            content = TextFile.Read("The list", content, declared);
        }
        catch (UsageException fault)
        {
            throw new SourceException(fault.Message, fault.Remedy);
        }

        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            MaxCharactersInDocument = SourceHttp.LargestBytes,
            MaxCharactersFromEntities = 1024,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
        };
        if (WebPage().IsMatch(Encoding.UTF8.GetString(content.Span[..Math.Min(content.Length, LongestDeclaration)])))
        {
            throw IsWebPage();
        }

        try
        {
            // Of characters, not bytes: the document's own declaration has had its say.
            using var text = new StreamReader(new MemoryStream(content.ToArray()), Encoding.UTF8);
            using var reader = XmlReader.Create(text, settings);
            return ReadXml(reader);
        }
        catch (XmlException exception)
        {
            // Its message may hold names from the document.
            throw new SourceException(
                exception.LineNumber == 0
                    ? "The XML has a document type, which is not taken, or is too large."
                    : $"The list is not XML: it breaks at line {exception.LineNumber}, position {exception.LinePosition}.",
                Remedy);
        }
    }

    private static string DeclaredBy(ReadOnlySpan<byte> xml)
    {
        var begin = Encoding.Latin1.GetString(xml[..Math.Min(xml.Length, LongestDeclaration)]).TrimStart('ï', '»', '¿', ' ', '\t', '\r', '\n');
        return begin.StartsWith("<?xml", StringComparison.Ordinal) && EncodingDeclaration().Match(begin) is { Success: true } match
            ? match.Groups[1].Value : "";
    }

    [GeneratedRegex("""^<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""", RegexOptions.CultureInvariant)]
    private static partial Regex EncodingDeclaration();

    [GeneratedRegex(@"^\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype\s+html|html|head|body)\b", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex WebPage();

    // service_requests (or requests) > request > fields, or one request alone; whatever lies deeper is passed over.
    private static List<Open311Request> ReadXml(XmlReader reader)
    {
        var requestDepth = 1;
        var requests = new List<Open311Request>();
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        string? field = null;
        while (reader.Read())
        {
            if (reader.Depth > Deepest)
            {
                throw new SourceException($"The XML is nested deeper than {Deepest} levels.", Remedy);
            }

            switch (reader.NodeType)
            {
                case XmlNodeType.Element when reader.Depth == 0:
                    requestDepth = reader.LocalName switch
                    {
                        "service_requests" or "requests" => 1,
                        "service_request" or "request" => 0,
                        "errors" or "error" => throw ServerSaysNo(),
                        _ => throw new SourceException("The XML holds no list of requests.", Remedy),
                    };
                    break;
                case XmlNodeType.Element when reader.Depth == requestDepth:
                    fields.Clear();
                    if (reader.IsEmptyElement)
                    {
                        requests.Add(new(requests.Count + 1));
                    }

                    break;
                case XmlNodeType.Element when reader.Depth == requestDepth + 1:
                    field = !reader.IsEmptyElement && Open311Request.Fields.Contains(reader.LocalName) ? reader.LocalName : null;
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace
                    when field is not null && reader.Depth == requestDepth + 2:
                    fields[field] = Bounded(fields.GetValueOrDefault(field, "") + Bounded(reader.Value));
                    break;
                case XmlNodeType.EndElement when reader.Depth == requestDepth + 1:
                    field = null;
                    break;
                case XmlNodeType.EndElement when reader.Depth == requestDepth:
                    requests.Add(Open311Request.Of(requests.Count + 1, fields));
                    break;
                default:
                    break;
            }
        }

        return requests;
    }

    // Longer than any field: it is cut where it can still be seen to be too long.
    private static string Bounded(string text) => text.Length <= LongestText ? text : text[..LongestText];

    private static SourceException Nothing(string what) => new(
        what, "Open the address in a browser: it may want a jurisdiction_id or an API key, or be another address.")
    {
        IsNothing = true,
    };

    private static SourceException IsWebPage() => new(
        "The answer is a web page (HTML) and no list of requests: a login page, perhaps, or an error page.",
        "Open the address in a browser: it may want a login, a jurisdiction_id or an API key, or be another address.");

    private static SourceException ServerSaysNo() => new(
        "The source answers with errors in place of a list.", "Open the address in a browser to read them; a jurisdiction_id or an API key may be wanted.")
    {
        IsRefusal = true,
    };
}
