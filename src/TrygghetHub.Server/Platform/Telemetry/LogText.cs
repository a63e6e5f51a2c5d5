using System.Buffers;
using System.Globalization;
using System.Text.RegularExpressions;

namespace TrygghetHub.Server.Platform.Telemetry;

/// <summary>Text as it may stand in the log: short, on one line, everything in it visible, and without secrets. Pure.</summary>
internal static partial class LogText
{
    /// <summary>The longest value of a field, in characters.</summary>
    public const int LongestValue = 1_000;

    /// <summary>The longest message, in characters.</summary>
    public const int LongestMessage = 4_000;

    /// <summary>The longest text of an exception with its stack trace, in characters.</summary>
    public const int LongestFault = 32_000;

    // Exceptions in an exception whose messages are looked at; what is deeper is beyond the longest text.
    private const int MostInner = 100;

    private static readonly SearchValues<string> Signs =
        SearchValues.Create(["eyJ", "thj1_", "bearer", "PRIVATE KEY"], StringComparison.OrdinalIgnoreCase);

    public static string Value(string text) => Of(text, LongestValue, keepLines: false);

    public static string Message(string text) => Of(text, LongestMessage, keepLines: false);

    /// <summary>A stack trace keeps its lines; what a message in it holds does not begin one.</summary>
    public static string Fault(Exception fault)
    {
        var text = fault.ToString();
        foreach (var each in WithInner(fault).Take(MostInner))
        {
            var visible = VisibleText.Of(each.Message);
            if (visible != each.Message)
            {
                text = text.Replace(each.Message, visible, StringComparison.Ordinal);
            }
        }

        return Of(text, LongestFault, keepLines: true);
    }

    private static IEnumerable<Exception> WithInner(Exception fault) =>
        (fault is AggregateException many ? many.InnerExceptions.AsEnumerable() : fault.InnerException is { } inner ? [inner] : [])
            .SelectMany(WithInner).Prepend(fault);

    private static string Of(string text, int longest, bool keepLines)
    {
        // Cut first, but not so that half a secret is left which the patterns do not know.
        if (text.Length > longest * 4)
        {
            text = text[..(longest * 4)];
        }

        var safe = VisibleText.Of(text.AsSpan().ContainsAny(Signs) ? WithoutSecrets(text) : text, keepLines);
        return safe.Length <= longest
            ? safe
            : string.Create(CultureInfo.InvariantCulture, $"{safe.AsSpan(0, longest)}… ({safe.Length - longest} more characters)");
    }

    private static string WithoutSecrets(string text) =>
        PrivateKey().Replace(BearerToken().Replace(EnrolmentCode().Replace(Jwt().Replace(text, "[token]"), "[code]"), "Bearer [token]"), "[private key]");

    // Whole or in part: header and payload without the signature say who may do what, and a header alone begins one.
    [GeneratedRegex(@"eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)*", RegexOptions.CultureInvariant)]
    private static partial Regex Jwt();

    [GeneratedRegex("thj1_[A-Za-z0-9_=-]+", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex EnrolmentCode();

    [GeneratedRegex(@"Bearer\s+(?!\[)[^\s'"",;]{8,}", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex BearerToken();

    [GeneratedRegex("-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex PrivateKey();
}
