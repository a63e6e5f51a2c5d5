using System.Text;

namespace TrygghetHub.Partners;

/// <summary>
/// What a contact signs to object to a consent request: a text that can be written without the hub, from the number of the
/// request alone. Pure. Compiled into the hub too.
/// </summary>
/// <remarks>
/// Its first byte cannot begin a protobuf message, so a signature over it is never one over a <c>ConsentDocument</c>.
/// </remarks>
internal static class ObjectionText
{
    /// <summary>The text in UTF-8: three lines, each ended by a line feed.</summary>
    /// <param name="request">Resource name of the request.</param>
    /// <param name="reason">Why, without surrounding space.</param>
    public static byte[] Of(string request, string reason) =>
        Encoding.UTF8.GetBytes($"TrygghetHub objection 1\n{request}\n{reason}\n");
}
