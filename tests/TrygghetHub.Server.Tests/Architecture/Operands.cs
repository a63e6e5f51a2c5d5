using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Reflection;
using System.Reflection.Emit;

namespace TrygghetHub.Server.Tests.Architecture;

/// <summary>Finds the metadata tokens in a method's code (ECMA-335, partition III).</summary>
internal static class Operands
{
    private static readonly FrozenDictionary<int, OperandType> Codes = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (OpCode)f.GetValue(null)!)
        .ToFrozenDictionary(c => c.Value & 0xFFFF, c => c.OperandType);

    /// <summary>Tokens of fields, methods and types.</summary>
    public static IEnumerable<int> TokensIn(byte[] code) => In(code).Where(t => !t.IsString).Select(t => t.Token);

    /// <summary>Tokens of string literals.</summary>
    public static IEnumerable<int> StringsIn(byte[] code) => In(code).Where(t => t.IsString).Select(t => t.Token);

    private static IEnumerable<(bool IsString, int Token)> In(byte[] code)
    {
        for (var at = 0; at < code.Length;)
        {
            int value = code[at++];
            if (value == 0xFE)
            {
                value = 0xFE00 | code[at++];
            }

            switch (Codes[value])
            {
                case OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType
                    or OperandType.InlineString:
                    yield return (Codes[value] == OperandType.InlineString, BinaryPrimitives.ReadInt32LittleEndian(code.AsSpan(at)));
                    at += 4;
                    break;
                case OperandType.InlineSwitch:
                    at += 4 + (4 * BinaryPrimitives.ReadInt32LittleEndian(code.AsSpan(at)));
                    break;
                case OperandType.InlineNone:
                    break;
                case OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar:
                    at += 1;
                    break;
                case OperandType.InlineVar:
                    at += 2;
                    break;
                case OperandType.InlineI8 or OperandType.InlineR:
                    at += 8;
                    break;
                default:
                    at += 4;
                    break;
            }
        }
    }
}
