using TrygghetHub.Reports.V1;

namespace TrygghetHub.Screening.Detectors;

/// <summary>Handles in social media: <c>@name</c>, a profile's address, or a name after that of the medium.</summary>
/// <remarks>
/// After the medium's name a word counts when a colon or "@" stands before it or it could be no word: it holds a digit, an
/// underscore or a dot. E-mail addresses are not handles.
/// </remarks>
internal sealed class SocialMediaHandleDetector : IDetector
{
    private const int Longest = 30;

    private static readonly string[] ShortHosts =
        ["t.me/", "telegram.me/", "wa.me/", "snapchat.com/add/", "fb.com/", "fb.me/", "m.me/", "discord.gg/", "x.com/", "youtu.be/", "linkedin.com/in/"];

    /// <inheritdoc />
    public void Find(ScreenedText text, Found found)
    {
        if (text.HasAt)
        {
            for (var at = 0; at < text.Chars.Length && text.Chars[at..].IndexOf('@') is >= 0 and var next; at++)
            {
                at += next;
                var end = HandleEnd(text, at + 1, out _);
                if (!text.IsWordAt(at - 1) && end - at > 2 && text.At(end) != '@')
                {
                    found.Add(FindingKind.SocialMediaHandle, at, end);
                }
            }
        }

        if (text.Chars.Contains('/'))
        {
            FindAddresses(text, found);
        }

        if ((text.Kinds & WordKinds.Network) == 0)
        {
            return;
        }

        for (var i = 0; i < text.Words.Length; i++)
        {
            if (text.Words[i].Is(WordKinds.Network) && After(text, text.Words[i].End) is { } handle)
            {
                found.Add(FindingKind.SocialMediaHandle, text.Words[i].Start, handle);
            }
        }
    }

    /// <summary>Short addresses of profiles, whose hosts are no words: "t.me/rattan".</summary>
    private static void FindAddresses(ScreenedText text, Found found)
    {
        foreach (var host in ShortHosts)
        {
            for (var at = 0; at < text.Folded.Length && text.Folded[at..].IndexOf(host, StringComparison.Ordinal) is >= 0 and var next; at++)
            {
                at += next;
                var start = at + host.Length + (text.At(at + host.Length) is '@' or '+' ? 1 : 0);
                var end = start;
                while (end - start < Longest && (text.IsWordAt(end) || text.At(end) is '_' or '-'))
                {
                    end++;
                }

                if (!text.IsWordAt(at - 1) && end - start > 2)
                {
                    found.Add(FindingKind.SocialMediaHandle, at, end);
                }
            }
        }
    }

    /// <summary>The end of the handle after the medium's name; null where none follows.</summary>
    private static int? After(ScreenedText text, int at)
    {
        var folded = text.Folded[at..];
        var isAddress = folded.StartsWith(".com/", StringComparison.Ordinal) || folded.StartsWith(".me/", StringComparison.Ordinal);
        var start = isAddress ? at + folded.IndexOf('/') + 1 : at;
        var isMarked = isAddress;
        while (start - at < 8 && text.At(start) is ' ' or ':' or '@' or '"' && start < text.Chars.Length)
        {
            isMarked |= text.At(start) is ':' or '@' or '"';
            start++;
        }

        var end = HandleEnd(text, start, out var isNoWord);
        return start > at && end - start > 2 && (isMarked || isNoWord) ? end : null;
    }

    private static int HandleEnd(ScreenedText text, int start, out bool isNoWord)
    {
        var end = start;
        isNoWord = false;
        var hasLetter = false;
        while (end - start < Longest && (text.IsWordAt(end) || text.At(end) == '_' || (text.At(end) == '.' && text.IsWordAt(end + 1))))
        {
            isNoWord |= !char.IsLetter(text.At(end));
            hasLetter |= char.IsLetter(text.At(end));
            end++;
        }

        isNoWord &= hasLetter;
        return hasLetter ? end : start;
    }
}
