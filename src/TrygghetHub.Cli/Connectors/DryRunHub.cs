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
/// What would be sent is judged by the real hub's preview, once for each shape (all of a report but its id, revision, times
/// and count), and row by row by the rules here that a preview of another report of the same shape cannot know: of times,
/// and of what no text, its id among them, may hold. What it was told counts as held in what follows. Not thread-safe.
/// </remarks>
/// <param name="hub">Asked and previewed, never told.</param>
/// <param name="time">For the rule that times lie at most a day ahead.</param>
/// <param name="keepsEntries">Whether each report is kept, to be listed; else tallies alone.</param>
internal sealed class DryRunHub(IReportingHub hub, TimeProvider time, bool keepsEntries) : IReportingHub
{
    private const int PreviewedAtOnce = 500;
    private const int Callers = 8;

    // Holds nothing that screening finds, and no agreement asks for an id of another form.
    private const string TypicalRef = "dry-run";

    private static readonly DateTimeOffset Earliest = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
    // What an agreement blocks besides is the preview's to tell.
    private static readonly HashSet<FindingKind> AlwaysBlocking = [];

    private static readonly TimeSpan Ahead = TimeSpan.FromHours(24);

    private readonly Dictionary<string, List<HeldRevision>> told = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Refused?> judged = new(StringComparer.Ordinal);
    private readonly ReportScreening withoutPlaces = new(new Screener([]));
    private readonly Dictionary<string, ReportScreening> screeningIn = new(StringComparer.Ordinal);
    private readonly List<DryRunEntry> entries = [];
    private readonly SortedDictionary<(string Category, string Area), int> tallies = [];
    private IReadOnlyList<string>? placesEverywhere;
    private EventTypeList? types;

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
    public Task<EventTypeList> ListEventTypesAsync(CancellationToken cancellation) => hub.ListEventTypesAsync(cancellation);

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
                async (one, stop) => judged[one.First] = await hub.PreviewAsync(Typical(one.Second), stop));
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
        // Places matter to texts alone; without one nothing need be asked for.
        var screening = report.Summary.Length == 0 ? withoutPlaces : await ScreeningAsync(report.Place?.Area ?? "", cancellation);
        var findings = screening.Screen(report, AlwaysBlocking);
        refused ??= Blocked(findings);
        if (refused is null && report.Category.Length == 0)
        {
            // The hub puts it in the category of its type.
            types ??= await hub.ListEventTypesAsync(cancellation);
        }

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
        IReadOnlyList<Finding> findings)
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
                var category = sent.Report.Category.Length > 0 ? sent.Report.Category
                    : types?.Find(sent.Report.SourceCategory)?.Category ?? "";
                var key = (category, sent.Report.Place?.Area ?? "");
                tallies[key] = tallies.GetValueOrDefault(key) + 1;
            }
        }

        if (keepsEntries)
        {
            var shown = sent is null ? null : Shown(sent, findings);
            entries.Add(new(what, shown?.Report.SourceRef ?? sourceRef, revision, shown, refused, findings));
        }
    }

    // A dry run may be shown to others: no text is, nor any field in which something was found.
    private static TypedReport Shown(TypedReport sent, IReadOnlyList<Finding> findings)
    {
        var shown = sent.Copy();
        var report = shown.Report;
        report.Summary = "";
        foreach (var field in findings.Select(f => f.Field))
        {
            switch (field)
            {
                case "report.source_ref":
                    report.SourceRef = "";
                    break;
                case "report.source_version":
                    report.SourceVersion = "";
                    break;
                case "report.source_category":
                    report.SourceCategory = "";
                    break;
                case "report.place.named":
                    report.Place.Named = "";
                    break;
                default:
                    break;
            }
        }

        return shown;
    }

    // What its shape is judged by: nothing in it is one row's own, or else one bad id would refuse all rows of its shape.
    private static TypedReport Typical(TypedReport sent)
    {
        var typical = sent.Copy();
        (typical.Report.SourceRef, typical.Report.SourceVersion, typical.Report.Revision) = (TypicalRef, "", 1);
        return typical;
    }

    private static string Shape(TypedReport sent)
    {
        var shape = Typical(sent);
        var report = shape.Report;
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

    // In the hub's words: see IntakeScreening there.
    private static Refused? Blocked(IReadOnlyList<Finding> findings)
    {
        var blocking = findings.Where(f => f.Blocking).ToList();
        return blocking.Count == 0
            ? null
            : new()
            {
                Reason = ErrorReason.RefusedPersonalData,
                Field = blocking[0].Field,
                Rule = $"A text holds what points at a person ({string.Join(", ", blocking.Select(f => f.Kind.Name()).Distinct())}); "
                    + "the hub takes nothing about individuals and has kept nothing of it.",
                Remedy = "Describe the place and the situation without it, and send again under the same revision.",
                Findings = { findings },
            };
    }

    private async Task<ReportScreening> ScreeningAsync(string area, CancellationToken cancellation)
    {
        const int municipalityDigits = 4;
        var municipality = area.Length < municipalityDigits ? "" : area[..municipalityDigits];
        if (!screeningIn.TryGetValue(municipality, out var known))
        {
            placesEverywhere ??= [.. (await hub.ListAreasAsync(cancellation)).Select(a => a.DisplayName)];
            var inside = municipality.Length == 0 ? [] : await hub.ListAreasInAsync(municipality, cancellation);
            known = new ReportScreening(new Screener([.. inside.Select(a => a.DisplayName), .. placesEverywhere]));
            screeningIn.Add(municipality, known);
        }

        return known;
    }
}
