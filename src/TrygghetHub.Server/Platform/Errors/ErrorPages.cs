using System.Collections.Frozen;
using System.Net;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using TrygghetHub.Errors.V1;
using TrygghetHub.Server.Platform.Identity;

namespace TrygghetHub.Server.Platform.Errors;

/// <summary>
/// One page for each reason: <c>docs/errors</c> as HTML, at <c>GET /errors/REASON</c> of the open endpoint. Thread-safe.
/// </summary>
/// <param name="addresses">Under which the pages are linked to.</param>
internal sealed partial class ErrorPages(HubAddresses addresses)
{
    private const string Folder = "errors/";

    private static readonly FrozenDictionary<string, string> Pages = Assembly.GetExecutingAssembly().GetManifestResourceNames()
        .Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
        .ToFrozenDictionary(name => Path.GetFileNameWithoutExtension(name), name => ToHtml(Read(name)), StringComparer.Ordinal);

    /// <summary>Where the page of a reason is; null for the moment in which the hub does not know its own address yet.</summary>
    public Uri? LinkTo(ErrorReason reason) =>
        addresses.AreKnown ? new Uri(addresses.Open, Folder + ErrorStatus.NameOf(reason)) : null;

    /// <summary>The page of a reason as HTML; null for what is no name of a reason.</summary>
    public static string? Find(string reason) => Pages.GetValueOrDefault(reason);

    /// <summary>Maps the pages. Anything but the name of a reason is answered by 404 without a body.</summary>
    public static void Map(WebApplication app) => app.MapGet("/" + Folder + "{reason}", (string reason, HttpContext context) =>
    {
        if (Find(reason) is not { } page)
        {
            return Results.NotFound();
        }

        // A page changes with the version of the hub alone. Nothing in it loads or runs anything.
        context.Response.Headers.CacheControl = "public, max-age=3600";
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return Results.Text(page, "text/html; charset=utf-8");
    });

    private static string Read(string name)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    // As much of Markdown as the pages use: one heading, then paragraphs with bold words and code.
    private static string ToHtml(string markdown)
    {
        var blocks = markdown.Split("\n\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var heading = WebUtility.HtmlEncode(blocks[0].TrimStart('#', ' '));
        var paragraphs = blocks.Skip(1).Select(block => $"<p>{Inline(WebUtility.HtmlEncode(block))}</p>\n");
        return "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\">"
            + $"<meta name=\"viewport\" content=\"width=device-width\"><title>{heading}</title></head>\n"
            + $"<body>\n<h1>{heading}</h1>\n{string.Concat(paragraphs)}</body>\n</html>\n";
    }

    private static string Inline(string text) => Code().Replace(Bold().Replace(text, "<strong>$1</strong>"), "<code>$1</code>");

    [GeneratedRegex(@"\*\*([^*]+)\*\*")]
    private static partial Regex Bold();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();
}
