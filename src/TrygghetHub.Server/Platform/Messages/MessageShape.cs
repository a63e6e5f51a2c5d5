using Google.Protobuf.Reflection;

namespace TrygghetHub.Server.Platform.Messages;

/// <summary>
/// What the fields of a message type cost in memory once they are read, by field number: what <see cref="MessageScan"/>
/// needs to know of a type. Immutable.
/// </summary>
/// <remarks>
/// Costs are upper estimates for the generated C# classes on a 64-bit runtime: an object has a header of 16 bytes, a list
/// grows by doubling, a text takes two bytes a character. A field that a type does not have is kept as an unknown field,
/// which costs the most.
/// </remarks>
internal sealed class MessageShape
{
    // A reference in a list that grew by doubling, with the copies that were left behind.
    private const int ListSlot = 24;
    private const int ObjectHeader = 16;
    private const int FieldBytes = 8;
    private const int ListBytes = 40;
    private const int MapBytes = 256;
    private const int BoxBytes = 24;
    private const int TextBytes = 32;

    // Higher numbers are read as unknown, which errs on the safe side; no message of the hub has one.
    private const int HighestNumber = 255;

    private Field[] fields = [];

    private MessageShape(int ownBytes) => OwnBytes = ownBytes;

    /// <summary>What an empty message of the type takes, in bytes.</summary>
    public int OwnBytes { get; }

    /// <summary>The shape of a message type, and with it of all that it holds.</summary>
    public static MessageShape Of(MessageDescriptor type) => Make(type, []);

    /// <summary>What a field costs; one that the type does not have costs as an unknown field.</summary>
    public Field this[int number] => number < fields.Length ? fields[number] : default;

    private static MessageShape Make(MessageDescriptor type, Dictionary<MessageDescriptor, MessageShape> building)
    {
        // Types may refer to themselves: a shape is there before its fields are.
        if (building.TryGetValue(type, out var known))
        {
            return known;
        }

        var declared = type.Fields.InDeclarationOrder();
        var shape = new MessageShape(ObjectHeader + FieldBytes + declared.Sum(f =>
            f.IsMap ? MapBytes : f.IsRepeated ? ListBytes + FieldBytes : FieldBytes));
        building.Add(type, shape);
        var numbered = declared.Where(f => f.FieldNumber <= HighestNumber).ToList();
        var fields = new Field[numbered.Count == 0 ? 0 : numbered.Max(f => f.FieldNumber) + 1];
        foreach (var field in numbered)
        {
            fields[field.FieldNumber] = FieldOf(field, building);
        }

        shape.fields = fields;
        return shape;
    }

    private static Field FieldOf(FieldDescriptor field, Dictionary<MessageDescriptor, MessageShape> building)
    {
        var slot = field.IsRepeated ? ListSlot : 0;
        switch (field.FieldType)
        {
            case FieldType.Message:
                var shape = Make(field.MessageType, building);
                // An entry of a map is a node of a list and a slot of a table beside its key and value.
                return new Field(Wire.Length, field.IsMap ? MapBytes : shape.OwnBytes + slot, 0, IsRepeated: false, shape);
            case FieldType.String:
                return new Field(Wire.Length, TextBytes + slot, 2, IsRepeated: false, null);
            case FieldType.Bytes:
                return new Field(Wire.Length, TextBytes + ListSlot + slot, 1, IsRepeated: false, null);
            case FieldType.Group:
                return default;
            default:
                var wire = WireOf(field.FieldType);
                // A packed list holds one element in each byte at worst; each is eight bytes in a list.
                return new Field(
                    wire, field.IsRepeated ? ListSlot : field.ContainingOneof is null ? 0 : BoxBytes,
                    wire == Wire.Varint ? ListSlot : ListSlot / 4, field.IsRepeated, null);
        }
    }

    private static Wire WireOf(FieldType type) => type switch
    {
        FieldType.Double or FieldType.Fixed64 or FieldType.SFixed64 => Wire.Eight,
        FieldType.Float or FieldType.Fixed32 or FieldType.SFixed32 => Wire.Four,
        _ => Wire.Varint,
    };

    /// <summary>How a value stands on the wire; each is the wire type's number plus one, so that zero is no field.</summary>
    internal enum Wire : byte
    {
        None = 0,
        Varint = 1,
        Eight = 2,
        Length = 3,
        Four = 6,
    }

    /// <summary>What one field costs.</summary>
    /// <param name="Wire">How its values stand on the wire; <see cref="Wire.None"/> is no field of the type.</param>
    /// <param name="Bytes">Of memory, for each time that it occurs.</param>
    /// <param name="BytesAByte">Of memory, for each byte of a value that has a length.</param>
    /// <param name="IsRepeated">A list of numbers, which may also come packed.</param>
    /// <param name="Shape">Of the message that it holds; null for other types.</param>
    internal readonly record struct Field(Wire Wire, int Bytes, int BytesAByte, bool IsRepeated, MessageShape? Shape);
}
