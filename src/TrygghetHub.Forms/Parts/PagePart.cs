namespace TrygghetHub.Forms;

/// <summary>One part of the page under its own heading.</summary>
/// <param name="Id">By which the contents refer to it.</param>
/// <param name="Heading">Of the part.</param>
/// <param name="Content">What stands under it.</param>
internal sealed record PagePart(string Id, string Heading, Markup Content)
{
    /// <summary>The part as a section.</summary>
    /// <param name="number">Its number on the page.</param>
    public Markup Render(int number) => Markup.Of($"""
        <section id="{Id}" aria-labelledby="{Id}-heading">
        <h2 id="{Id}-heading"><span class="number">{number}</span> {Heading}</h2>
        {Content}
        </section>

        """);
}
