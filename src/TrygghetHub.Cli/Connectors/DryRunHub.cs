using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Google.Protobuf;
using TrygghetHub.Areas.V1;
using TrygghetHub.Errors.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Screening;

namespace TrygghetHub.Cli.Connectors;

/// <summary>A hub that answers as the real one would, and to which nothing is sent.</summary>
/// <remarks>
/// What would be sent is judged by the real hub's preview, once for each shape (all of a report but its id, times
/// and count), and by the rules here that a preview of another report of the same shape cannot know: of times, and of what a text
/// must not hold. What it was told counts as held in what follows. Not thread-safe.
/// </remarks>
/// <param name="hub">Asked and previewed, never told.</param>
/// <param name="time">For the rule that times lie at most a day ahead.</param>
/// <param name="keepsEntries">Whether each report is kept, to be listed; else tallies alone.</param>
internal sealed class DryRunHub(IReportingHub hub, TimeProvider time, bool keepsEntries) : IReportingHub
{
    private const int PreviewedAtOnce = 500;
    private const int Callers = 8;

    private static readonly DateTimeOffset Earliest = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Ahead = TimeSpan.FromHours(24);

    private readonly Dictionary<string, List<HeldRevision>> told = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Refused?> judged = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> placesIn = new(StringComparer.Ordinal);
    private readonly List<DryRunEntry> entries = [];
    private readonly SortedDictionary<(string Category, string Area), int> tallies = [];
    private IReadOnlyList<string> placesEverywhere = [];

    /// <summary>What would be sent or withdrawn, in order; empty unless entries are kept.</summary>
    public IReadOnlyList<DryRunEntry> Entries => entries;

    /// <summary>How many reports would be taken, by category and area.</summary>
    public IReadOnlyDictionary<(string Category, string Area), int> Tallies => tallies;

    /// <inheritdoc/>
    public Task<IReadOnlyList<Area>> ListAreasAsync(CancellationToken cancellation) => hub.ListAreasAsync(cancellation);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Area>> ListAreasInAsync(string municipality, CancellationToken cancellation) =>
        hub.ListAreasInAsync(municipality, cancellation);

    /// <inheritdoc/>
    public Task<Refused?> PreviewAsync(TypedReport report, CancellationToken cancellation) =>
        hub.PreviewAsync(report, cancellation);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<HeldRevisions>> ListRevisionsAsync(
        IReadOnlyList<string> sourceRefs, CancellationToken cancellation)
    {
        var held = await hub.ListRevisionsAsync(sourceRefs, cancellation);
        foreach (var one in held)
        {
            if (told.TryGetValue(one.SourceRef, out var since))
            {
                one.Revisions.AddRange(since);
            }
        }

        return held;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ReportResult> SendAsync(
        IAsyncEnumerable<TypedReport> sent, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var together in sent.Chunk(PreviewedAtOnce).WithCancellation(cancellation))
        {
            // A time that is refused says nothing of the shape, and must not be what a shape is judged by.
            var shapes = together.Select(Shape).ToList();
            await Parallel.ForEachAsync(
                shapes.Zip(together).Where(s => CheckTimes(s.Second.Report.Occurred) is null && !judged.ContainsKey(s.First))
                    .DistinctBy(s => s.First),
                new ParallelOptions { MaxDegreeOfParallelism = Callers, CancellationToken = cancellation },
                async (one, stop) => judged[one.First] = await hub.PreviewAsync(one.Second, stop));
            for (var i = 0; i < together.Length; i++)
            {
                yield return await AnswerAsync(
                    together[i], CheckTimes(together[i].Report.Occurred) ?? judged[shapes[i]], cancellation);
            }
        }
    }

    /// <inheritdoc/>
    public async Task<string?> WithdrawAsync(Withdrawal withdrawal, CancellationToken cancellation)
    {
        var held = await ListRevisionsAsync([withdrawal.SourceRef], cancellation);
        if (held is not [{ Revisions.Count: > 0 }])
        {
            return GrpcReportingHub.NameOf(ErrorReason.NotFound);
        }

        Keep("withdrawal", withdrawal.SourceRef, withdrawal.Revision, withdrawal.SourceVersion, null, null, []);
        return null;
    }

    private async Task<ReportResult> AnswerAsync(TypedReport sent, Refused? refused, CancellationToken cancellation)
    {
        var report = sent.Report;
        var findings = await ScreenAsync(report, cancellation);
        refused ??= Blocked(findings);
        Keep(
            report.Revision == 1 ? "new" : "correction", report.SourceRef, report.Revision, report.SourceVersion, sent, refused,
            findings);
        var result = new ReportResult { SourceRef = report.SourceRef, Revision = report.Revision };
        if (refused is null)
        {
            result.Accepted = new Accepted();
            result.Warnings.AddRange(findings);
        }
        else
        {
            result.Refused = refused.Clone();
            if (result.Refused.Findings.Count == 0)
            {
                result.Refused.Findings.AddRange(findings);
            }
        }

        return result;
    }

    private void Keep(
        string what, string sourceRef, int revision, string sourceVersion, TypedReport? sent, Refused? refused,
        List<Finding> findings)
    {
        if (refused is null)
        {
            if (!told.TryGetValue(sourceRef, out var since))
            {
                told.Add(sourceRef, since = []);
            }

            since.Add(new() { Revision = revision, SourceVersion = sourceVersion, Withdrawn = sent is null });
            if (sent is not null)
            {
                var key = (sent.Report.Category, sent.Report.Place?.Area ?? "");
                tallies[key] = tallies.GetValueOrDefault(key) + 1;
            }
        }

        if (keepsEntries)
        {
            var shown = sent?.Copy();
            if (shown is not null)
            {
                // A dry run may be shown to others, and its text may be the very thing that is at fault.
                shown.Report.Summary = "";
            }

            entries.Add(new(what, sourceRef, revision, shown, refused, findings));
        }
    }

    private static string Shape(TypedReport sent)
    {
        var shape = sent.Copy();
        var report = shape.Report;
        (report.SourceRef, report.SourceVersion, report.Revision) = ("", "", 0);
        report.Count = report.Count is > 0 and <= 10_000 ? 1 : report.Count;
        report.ReportedTime = null;
        if (report.Occurred is { } occurred)
        {
            report.Occurred = new Occurrence { Certainty = occurred.Certainty };
        }

        return Convert.ToBase64String(
            SHA256.HashData(shape.Incident?.ToByteArray() ?? shape.Observation!.ToByteArray()));
    }

    // The hub's own rule (occurred): see report.proto. Its preview has judged another time of the same shape.
    private Refused? CheckTimes(Occurrence? occurred)
    {
        if (occurred?.From is null)
        {
            return null;
        }

        var (from, to) = (occurred.From.ToDateTimeOffset(), (occurred.To ?? occurred.From).ToDateTimeOffset());
        if (from < Earliest)
        {
            return OutOfRange("report.occurred.from", "The time is before 2000.", "Send a time from 2000-01-01 on.");
        }

        return to < from
            ? OutOfRange("report.occurred.to", "The end is not before the begin.", "Correct one of them.")
            : to > time.GetUtcNow() + Ahead
                ? OutOfRange(
                    "report.occurred", "The time is more than 24 hours ahead.", "Check the day, the year and the time zone.")
                : null;
    }

    private static Refused OutOfRange(string field, string rule, string remedy) =>
        new() { Reason = ErrorReason.TimeOutOfRange, Field = field, Rule = rule, Remedy = remedy };

    private static Refused? Blocked(List<Finding> findings) => findings.Exists(f => f.Blocking)
        ? new()
        {
            Reason = ErrorReason.RefusedPersonalData,
            Field = "report.summary",
            Rule = "The text holds what points at a person.",
            Remedy = "Describe the place and the situation, or send no text.",
            Findings = { findings },
        }
        : null;

    private async Task<List<Finding>> ScreenAsync(Report report, CancellationToken cancellation)
    {
        if (report.Summary.Length == 0)
        {
            return [];
        }

        var screener = new Screener(await PlacesAsync(report.Place?.Area ?? "", cancellation));
        return
        [
            .. screener.Screen(report.Summary).Select(f => new Finding
            {
                Kind = f.Kind,
                Field = "report.summary",
                Start = f.Start,
                Length = f.Length,
                Blocking = f.Kind.AlwaysBlocks(),
            }),
        ];
    }

    private async Task<List<string>> PlacesAsync(string area, CancellationToken cancellation)
    {
        const int municipalityDigits = 4;
        var municipality = area.Length < municipalityDigits ? "" : area[..municipalityDigits];
        if (!placesIn.TryGetValue(municipality, out var known))
        {
            if (placesEverywhere.Count == 0)
            {
                placesEverywhere = [.. (await hub.ListAreasAsync(cancellation)).Select(a => a.DisplayName)];
            }

            var inside = municipality.Length == 0 ? [] : await hub.ListAreasInAsync(municipality, cancellation);
            placesIn.Add(municipality, known = [.. inside.Select(a => a.DisplayName), .. placesEverywhere]);
        }

        return known;
    }
}
