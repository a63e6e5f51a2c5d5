using System.Reflection;

namespace TrygghetHub.Forms;

/// <summary>HTML that is safe to stand in a page.</summary>
/// <remarks>
/// There are two ways to make one: a literal of this program, in whose holes every text is encoded unless it is markup
/// itself (<see cref="Of"/>), and a file of this program (<see cref="Embedded"/>). What a partner has written can
/// therefore never become a tag, an attribute or a style, wherever it is put. Immutable and thread-safe.
/// </remarks>
public readonly record struct Markup
{
    private readonly string? html;

    private Markup(string html) => this.html = html;

    /// <summary>Nothing.</summary>
    public static Markup None => default;

    /// <summary>Markup of a literal; attributes are to stand in quotation marks.</summary>
    public static Markup Of(MarkupText text) => new(text.Written());

    /// <summary>A file that is compiled into this assembly.</summary>
    public static Markup Embedded(string file)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(file)
            ?? throw new FileNotFoundException($"{file} is not compiled into the program.", file);
        using var reader = new StreamReader(stream);
        return new Markup(reader.ReadToEnd());
    }

    /// <summary>The HTML.</summary>
    public override string ToString() => html ?? "";
}
