namespace TrygghetHub.Forms.Tests;

/// <summary>Questions to a laid-out page, in the language of browsers.</summary>
internal static class LayoutScripts
{
    /// <summary>What lies outside the page, is cut or covers other text.</summary>
    /// <remarks>
    /// What scrolls in a region of its own may be wider than it. Texts in charts are compared by their boxes less a fifth of
    /// their height, which is the room above and below letters.
    /// </remarks>
    public const string Faults = """
        () => {
          const faults = [];
          const width = document.documentElement.clientWidth;
          if (document.documentElement.scrollWidth > width) faults.push(`the page is ${document.documentElement.scrollWidth} wide of ${width}`);
          const scrolls = e => { for (let p = e.parentElement; p; p = p.parentElement) if (getComputedStyle(p).overflowX === 'auto') return true; return false; };
          for (const e of document.body.querySelectorAll('*')) {
            if (e.closest('.spoken, .skip, caption, desc, title, svg') || scrolls(e)) continue;
            const box = e.getBoundingClientRect();
            if (box.width && (box.right > width + 1 || box.left < -1)) faults.push(`outside: ${e.tagName} ${e.className} ${e.textContent.slice(0, 40)} ${box.left}–${box.right}`);
            if (e.closest('table') && e.matches('th, td') && e.scrollWidth > e.clientWidth + 1) faults.push(`cut: ${e.tagName} ${e.textContent.slice(0, 40)}`);
          }
          for (const svg of document.querySelectorAll('svg')) {
            const frame = svg.getBoundingClientRect();
            const boxes = [...svg.querySelectorAll('text')].map(t => ({ text: t.textContent, box: t.getBoundingClientRect() })).filter(t => t.box.width);
            boxes.forEach((a, i) => {
              if (a.box.left < frame.left - 1 || a.box.right > frame.right + 1 || a.box.top < frame.top - 1 || a.box.bottom > frame.bottom + 1) faults.push(`outside its chart: ${a.text}`);
              for (const b of boxes.slice(i + 1)) {
                const slack = (a.box.height + b.box.height) / 10;
                if (a.box.left < b.box.right - 1 && b.box.left < a.box.right - 1 && a.box.top < b.box.bottom - slack && b.box.top < a.box.bottom - slack) faults.push(`overlap: ${a.text} | ${b.text}`);
              }
            });
          }
          return faults;
        }
        """;

    /// <summary>The least contrast of a digit in a chart and the shape that it stands on (WCAG 2.2, 1.4.3).</summary>
    public const string WeakestContrast = $$"""
        () => { {{Luminance}}
          const ratios = [...document.querySelectorAll('.heat g:not(.unknown), .municipality g:not(.north, .ruler)')].map(g => {
            const [a, b] = [luminance(g.querySelector('rect, circle')), luminance(g.querySelector('text'))];
            return (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
          });
          return Math.min(...ratios);
        }
        """;

    /// <summary>How light each shade of the heat map is, from none to most.</summary>
    public const string Shades = $$"""
        () => { {{Luminance}}
          return [0, 1, 2, 3, 4].map(s => luminance(document.querySelector(`.shade-${s} rect`)));
        }
        """;

    private const string Luminance = """
        const luminance = e => getComputedStyle(e).fill.match(/[\d.]+/g).slice(0, 3)
          .map(c => c / 255).map(c => c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4)
          .reduce((sum, c, i) => sum + c * [.2126, .7152, .0722][i], 0);
        """;
}
