using Microsoft.Playwright;

namespace TrygghetHub.Forms.Tests;

/// <summary>A page in the browser, and what it asked the network for.</summary>
internal sealed class ShownPage : IAsyncDisposable
{
    public ShownPage(IPage page)
    {
        Page = page;
        page.Request += (_, request) => Requests.Add(request.Url);
    }

    public IPage Page { get; }

    /// <summary>Addresses; a page that stands by itself asks for none.</summary>
    public List<string> Requests { get; } = [];

    /// <summary>What lies outside the page, is cut or covers other text; empty where all is well.</summary>
    public Task<string[]> LayoutFaultsAsync() => Page.EvaluateAsync<string[]>(LayoutScripts.Faults);

    public async ValueTask DisposeAsync() => await Page.CloseAsync();
}
