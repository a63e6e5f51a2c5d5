using System.Runtime.CompilerServices;
using TrygghetHub.Codes.V1;
using TrygghetHub.Errors.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Screening;

namespace TrygghetHub.Cli.Connectors.Polisen;

/// <summary>Brings files of the police's public feed to a hub.</summary>
/// <remarks>
/// A file goes in five steps: read, sort out what is never taken and group by event · ask the hub what it holds · plan what is left
/// (<see cref="RevisionPlan"/>) · stream it in waves · tell. Several files are several runs, one after
/// the other. A run that is cut off anywhere is taken up by running it again.
/// </remarks>
internal sealed class PoliceConnector(IReportingHub hub, bool withText)
{
    // ListRevisions takes at most so many.
    private const int AskedAtOnce = 1000;

    // Withdrawals are unary calls; together they share commits.
    private const int WithdrawalsAtOnce = 16;

    private const string PlaceUnknown = "PLACE_UNKNOWN";

    private static readonly EventType NeverTaken = new() { Treatment = EventTreatment.NeverTaken };

    private static readonly string NothingThere = GrpcReportingHub.NameOf(ErrorReason.NotFound);

    // Events of which a report stands in the hub, by id; true where this run has sent what stands.
    private readonly Dictionary<long, bool> standing = [];

    private EventTypeList? types;

    /// <summary>One version of an event, with where it came from and what it is in the hub's words.</summary>
    private sealed record Version(int Line, PoliceEvent Event, EventType? Type, Place? Place)
    {
        public bool IsNeverTaken => Type is { Treatment: EventTreatment.NeverTaken };
    }

    private sealed record Planned(Version Version, RevisionStep Step);

    /// <summary>Says how far it has come: what is being done, how many are done, of how many.</summary>
    public Action<string, int, int> Progress { get; init; } = (_, _, _) => { };

    /// <summary>Reads the names of places from the hub; the run needs them to place events.</summary>
    public async Task<PoliceAreas> ReadAreasAsync(CancellationToken cancellation)
    {
        var areas = new PoliceAreas(await hub.ListAreasAsync(cancellation));
        return areas.Count > 0
            ? areas
            : throw new InvalidDataException("The hub lists no counties and municipalities; nothing can be placed.");
    }

    /// <summary>Runs one file.</summary>
    public async Task RunAsync(
        string file, Stream content, PoliceAreas areas, PoliceRunSummary summary, CancellationToken cancellation)
    {
        summary.Files.Add(file);
        types ??= await hub.ListEventTypesAsync(cancellation);
        var events = Read(file, content, types, areas, summary);
        var waves = await PlanAsync(events, summary, cancellation);
        for (var i = 0; i < waves.Count; i++)
        {
            // A wave holds at most one step of any event, so that within it order does not matter, and all of it
            // is answered before the next.
            await StreamAsync(file, waves[i].Where(p => !p.Step.Withdraws).ToList(), summary, cancellation);
            await WithdrawAsync(file, waves[i].Where(p => p.Step.Withdraws).ToList(), summary, cancellation);
        }
    }

    // In the order in which the file first names each event.
    private List<List<Version>> Read(
        string file, Stream content, EventTypeList types, PoliceAreas areas, PoliceRunSummary summary)
    {
        var events = new List<List<Version>>();
        var byId = new Dictionary<long, List<Version>>();
        foreach (var line in PoliceFeedFile.Read(content))
        {
            summary.LinesRead++;
            if (line.Event is not { } police)
            {
                summary.Broken.Add(file, line.Number, line.Problem!);
                continue;
            }

            var type = types.IsNeverTaken(police.Type, police.Name, police.LocationName)
                ? NeverTaken
                : types.Find(police.Type);
            if (type is null)
            {
                var name = PlainText.Of(police.Type).Trim();
                summary.UnknownTypes[name] = summary.UnknownTypes.GetValueOrDefault(name) + 1;
            }

            var place = areas.Find(police.LocationName);
            if (place is null && type is not { Treatment: EventTreatment.NeverTaken })
            {
                summary.Refuse(
                    PlaceUnknown, file, line.Number, "`location.name` is no municipality or county that the hub knows");
                continue;
            }

            if (!byId.TryGetValue(police.Id, out var versions))
            {
                byId.Add(police.Id, versions = []);
                events.Add(versions);
            }

            if (versions.Count == 0 || versions[^1].Event.Version != police.Version)
            {
                versions.Add(new(line.Number, police, type, place));
            }
        }

        foreach (var versions in events)
        {
            summary.Events++;
            switch (versions[^1].Type?.Treatment)
            {
                case EventTreatment.NeverTaken: summary.NeverTaken++; break;
                case EventTreatment.Context: summary.Context++; break;
                case EventTreatment.Counted: summary.Counted++; break;
                default: summary.HeldBack++; break;
            }
        }

        Progress("read", summary.LinesRead, summary.LinesRead);
        return events;
    }

    private async Task<List<List<Planned>>> PlanAsync(
        List<List<Version>> events, PoliceRunSummary summary, CancellationToken cancellation)
    {
        var waves = new List<List<Planned>>();
        var asked = 0;
        foreach (var chunk in events.Chunk(AskedAtOnce))
        {
            var refs = chunk.Select(v => PoliceIncident.SourceRef(v[0].Event.Id)).ToList();
            var held = await hub.ListRevisionsAsync(refs, cancellation);
            if (held.Count != chunk.Length)
            {
                throw new InvalidDataException($"The hub answered {held.Count} of {chunk.Length} ids.");
            }

            for (var i = 0; i < chunk.Length; i++)
            {
                Plan(chunk[i], held[i], waves, summary);
            }

            asked += chunk.Length;
            Progress("asked", asked, events.Count);
        }

        return waves;
    }

    private void Plan(
        List<Version> versions, HeldRevisions held, List<List<Planned>> waves, PoliceRunSummary summary)
    {
        var file = versions
            .Select(v => new FileVersion(v.Event.Version, !v.IsNeverTaken))
            .ToList();
        var steps = RevisionPlan.For(file, held.Revisions);
        if (held.Revisions is [.., { Withdrawn: false }])
        {
            standing[versions[0].Event.Id] = false;
        }
        else
        {
            standing.Remove(versions[0].Event.Id);
        }

        // Versions passed over because they are never taken are not held either.
        if (held.Revisions.Count > 0)
        {
            summary.AlreadyHeld += versions.Count - steps.Count;
        }

        for (var i = 0; i < steps.Count; i++)
        {
            if (waves.Count == i)
            {
                waves.Add([]);
            }

            waves[i].Add(new(versions[steps[i].Version], steps[i]));
        }
    }

    private async Task StreamAsync(
        string file, List<Planned> wave, PoliceRunSummary summary, CancellationToken cancellation)
    {
        if (wave.Count == 0)
        {
            return;
        }

        var outdated = new List<Planned>();
        var tooLong = new HashSet<(string, int)>();
        var ofIndividuals = new HashSet<(string, int)>();
        var unanswered = wave.ToDictionary(p => (PoliceIncident.SourceRef(p.Version.Event.Id), p.Step.Revision));
        await foreach (var result in hub.SendAsync(Incidents(wave, tooLong, ofIndividuals, cancellation), cancellation))
        {
            if (!unanswered.Remove((result.SourceRef, result.Revision), out var planned))
            {
                continue;
            }

            if (!summary.Tell(result, file, planned.Version.Line))
            {
                if (result.Refused is { } refused && NeverStands(refused.Reason)
                    && standing.TryGetValue(planned.Version.Event.Id, out var sentNow)
                    && (sentNow || planned.Step.Replaces))
                {
                    outdated.Add(planned);
                }
            }
            else
            {
                standing[planned.Version.Event.Id] = true;
                if (planned.Step.Revision > 1)
                {
                    summary.Corrected++;
                }
                else
                {
                    summary.Sent++;
                }

                summary.TextsLeftOut += tooLong.Contains((result.SourceRef, result.Revision)) ? 1 : 0;
                summary.TextsOfIndividuals += ofIndividuals.Contains((result.SourceRef, result.Revision)) ? 1 : 0;
            }

            Progress("streamed", wave.Count - unanswered.Count, wave.Count);
        }

        if (unanswered.Count > 0)
        {
            throw new InvalidDataException(
                $"The stream ended with {unanswered.Count} incidents unanswered; run it again to go on.");
        }

        // The latest version decides: when it may not be sent, the one before must not stand for it.
        await WithdrawAsync(file, outdated, summary, cancellation);
    }

    // What the event is now may not be sent, whatever it was before.
    private static bool NeverStands(ErrorReason reason) => reason is ErrorReason.AreaNotAgreed or ErrorReason.CategoryNotAgreed
        or ErrorReason.CategoryNotAccepted or ErrorReason.SourceTypeUnknown;

    private async IAsyncEnumerable<TypedReport> Incidents(
        List<Planned> wave, HashSet<(string SourceRef, int Revision)> tooLong, HashSet<(string SourceRef, int Revision)> ofIndividuals,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        await ValueTask.CompletedTask;
        foreach (var (version, step) in wave)
        {
            cancellation.ThrowIfCancellationRequested();
            // The hub would not keep it, and so it does not leave this machine.
            var isOfIndividual = withText && version.Type is not null && types!.HoldsNeverTakenWord(version.Event.Summary);
            var incident = PoliceIncident.Of(
                version.Event, version.Type, version.Place!.Clone(), step.Revision, step.SourceVersion, withText && !isOfIndividual,
                out var isTooLong);
            if (isTooLong)
            {
                tooLong.Add((incident.Report.SourceRef, step.Revision));
            }

            if (isOfIndividual)
            {
                ofIndividuals.Add((incident.Report.SourceRef, step.Revision));
            }

            yield return new(incident);
        }
    }

    private async Task WithdrawAsync(
        string file, List<Planned> wave, PoliceRunSummary summary, CancellationToken cancellation)
    {
        foreach (var together in wave.Chunk(WithdrawalsAtOnce))
        {
            var answers = await Task.WhenAll(together.Select(p => hub.WithdrawAsync(
                new Withdrawal(
                    PoliceIncident.SourceRef(p.Version.Event.Id), p.Step.Revision, p.Step.SourceVersion,
                    WithdrawalReason.NotShareable),
                cancellation)));
            for (var i = 0; i < answers.Length; i++)
            {
                if (answers[i] is null)
                {
                    standing.Remove(together[i].Version.Event.Id);
                    summary.Withdrawn++;
                }
                else if (answers[i] != NothingThere)
                {
                    // Not found is well: all that came before it was refused, so that nothing stands there.
                    summary.Refuse(
                        answers[i]!, file, together[i].Version.Line,
                        "its latest version is never taken, held back or not agreed, and the hub did not withdraw what stands");
                }
            }
        }
    }
}
