using TrygghetHub.Screening.Detectors;

namespace TrygghetHub.Screening;

/// <summary>
/// Finds in a text what points at a person: the same in the hub and in the SDK, so that a sender sees first what the hub
/// will say. Pure and thread-safe; costs microseconds for a text of a few sentences, and time in proportion for longer ones.
/// </summary>
/// <remarks>
/// Detectors see the text as a reader does (<see cref="TextReading"/>): escapes decoded to any depth, NFKC, without what does not
/// show; spans are those of the text as given. Screening finds forms, not people: what describes somebody without any form of these is
/// for a reader to see.
/// </remarks>
public sealed class Screener
{
    /// <summary>Which detectors these are: higher whenever one of them finds something else than before.</summary>
    public const int Version = 3;

    private readonly IDetector[] inTexts;
    private readonly IDetector[] inPlaces;
    private readonly IDetector[] inReferences;

    /// <summary>A screener for a hub or a municipality; keep it, as making one costs more than screening.</summary>
    /// <param name="knownPlaces">Names of places that are not taken for names of people.</param>
    public Screener(IEnumerable<string> knownPlaces)
    {
        var places = new KnownPlaces(knownPlaces);
        var identity = new IdentityNumberDetector();
        var email = new EmailAddressDetector();
        inPlaces =
        [
            identity, new PhoneNumberDetector(inReferences: false), email, new RegistrationPlateDetector(),
            new PoliceCaseNumberDetector(), new DwellingDetector(), new PersonDescriptionDetector(), new SocialMediaHandleDetector(),
            new BankAccountDetector(), new PaymentCardDetector(), new IdentityDocumentDetector(),
        ];
        inTexts = [.. inPlaces, new NameDetector(places), new RelationDetector(places)];
        inReferences = [identity, new PhoneNumberDetector(inReferences: true), email];
    }

    /// <summary>What is found, in the order of the text; the same empty list for every clean one.</summary>
    /// <param name="text">Of any length; need not be valid UTF-16.</param>
    public IReadOnlyList<TextFinding> Screen(string text) => Screen(text, inTexts);

    /// <summary>The same for the name of a place, which may well be a name of a person.</summary>
    internal IReadOnlyList<TextFinding> ScreenPlace(string text) => Screen(text, inPlaces);

    /// <summary>
    /// The same for a reference: identity numbers, phone numbers that cannot be running numbers, e-mail; none of them inside a
    /// digest, whose digits are chance.
    /// </summary>
    internal IReadOnlyList<TextFinding> ScreenReference(string text)
    {
        var found = Screen(text, inReferences);
        return found.Count == 0 ? found : [.. found.Where(f => !Digest.Holds(text, f.Start))];
    }

    private static IReadOnlyList<TextFinding> Screen(string text, IDetector[] detectors)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length == 0)
        {
            // Most fields of most reports.
            return Found.Nothing;
        }

        using var read = new ScreenedText(text);
        var found = Find(read, detectors);
        return read.HasEscapes || read.Hidden is not null ? WithOtherReadings(text, read, found, detectors) : found;
    }

    private static IReadOnlyList<TextFinding> WithOtherReadings(
        string text, ScreenedText read, IReadOnlyList<TextFinding> found, IDetector[] detectors)
    {
        List<TextFinding> all = [.. found];
        if (read.HasEscapes)
        {
            // What looks like an escape may be none: the sign in "850412%2386" parts a number.
            using var written = new ScreenedText(text, readsEscapes: false);
            all.AddRange(Find(written, detectors));
        }

        if (read.Hidden is { } hidden)
        {
            // What no reader sees points at a person all the same: all of it is the span, unless what it is was found in its place.
            var (start, end) = read.HiddenSpan;
            var kinds = Screen(hidden, detectors).Select(f => f.Kind).Distinct();
            foreach (var kind in kinds.Where(kind => !all.Exists(f => f.Kind == kind && f.Start >= start && f.Start < end)).ToList())
            {
                all.Add(new TextFinding(kind, start, end - start));
            }
        }

        return all.Count == 0 ? Found.Nothing : Found.WithoutOverlaps(all, text.Length);
    }

    private static IReadOnlyList<TextFinding> Find(ScreenedText text, IDetector[] detectors)
    {
        var found = new Found();
        foreach (var detector in detectors)
        {
            detector.Find(text, found);
        }

        return found.In(text);
    }
}
