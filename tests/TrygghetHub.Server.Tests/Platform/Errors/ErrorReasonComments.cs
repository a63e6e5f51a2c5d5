using System.Globalization;
using System.Text.RegularExpressions;
using TrygghetHub.Errors.V1;

namespace TrygghetHub.Server.Tests.Platform.Errors;

/// <summary>The comments of the reasons, which are in the proto and in nothing that is compiled from it.</summary>
internal static partial class ErrorReasonComments
{
    /// <summary>Each reason with its comment on one line: its meaning, and the gRPC code as the last word.</summary>
    /// <param name="proto">Path of <c>error_reason.proto</c>.</param>
    public static IReadOnlyDictionary<ErrorReason, string> Read(string proto)
    {
        var comments = new Dictionary<ErrorReason, string>();
        var comment = new List<string>();
        foreach (var line in File.ReadLines(proto).Select(l => l.Trim()))
        {
            if (line.StartsWith("//", StringComparison.Ordinal))
            {
                comment.Add(line[2..].Trim());
                continue;
            }

            if (Value().Match(line) is { Success: true } value)
            {
                comments.Add((ErrorReason)int.Parse(value.Groups[1].ValueSpan, CultureInfo.InvariantCulture), string.Join(' ', comment));
            }

            comment.Clear();
        }

        comments.Remove(ErrorReason.Unspecified);
        return comments;
    }

    [GeneratedRegex(@"^ERROR_REASON_\w+ = (\d+)\b")]
    private static partial Regex Value();
}
