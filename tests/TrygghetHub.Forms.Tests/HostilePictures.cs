using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using TrygghetHub.Pictures.V1;

namespace TrygghetHub.Forms.Tests;

/// <summary>Pictures whose every name and text is written to do harm.</summary>
internal static class HostilePictures
{
    private static readonly string[] Ends =
        ["name", "text", "text_en", "reason", "title", "outcome", "approver", "number", "label", "source", "walkers", "place", "clauses", "name_en"];

    public static readonly string Long = string.Concat(Enumerable.Repeat("Åskvädersområdet", 13))[..200];

    /// <summary>What is written in their place.</summary>
    public static TheoryData<string> Texts =>
    [
        "<script>document.title='owned'</script>",
        "\"><img src=x onerror=\"document.title='owned'\">",
        "</style></title><svg onload=document.title='owned'>",
        "' style='position:fixed;inset:0' onclick='x",
        "=cmd|' /C calc'!A0",
        "\u202Etxet desrever",
        "nul\0, tab\t and bell\a",
        "&lt;b&gt; & {0} {{reading}}",
        Long,
    ];

    /// <summary>The picture with that text for every name.</summary>
    public static SituationalPicture With(SituationalPicture picture, string text)
    {
        var hostile = picture.Clone();
        Replace(hostile, text);
        return hostile;
    }

    private static void Replace(IMessage message, string text)
    {
        foreach (var field in message.Descriptor.Fields.InFieldNumberOrder())
        {
            var value = field.Accessor.GetValue(message);
            if (field.FieldType == FieldType.String && Ends.Any(e => field.Name.EndsWith(e, StringComparison.Ordinal)))
            {
                if (value is IList texts)
                {
                    for (var i = 0; i < texts.Count; i++)
                    {
                        texts[i] = text;
                    }
                }
                else
                {
                    field.Accessor.SetValue(message, text);
                }
            }
            else if (value is IMessage inner)
            {
                Replace(inner, text);
            }
            else if (value is IList list)
            {
                foreach (var item in list.OfType<IMessage>())
                {
                    Replace(item, text);
                }
            }
        }
    }
}
