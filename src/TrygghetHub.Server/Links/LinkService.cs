using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Errors.V1;
using TrygghetHub.Links.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Incidents;
using TrygghetHub.Server.Observations;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Access;
using TrygghetHub.Server.Platform.Errors;
using TrygghetHub.Server.Reports;
using Wire = TrygghetHub.Links.V1;

namespace TrygghetHub.Server.Links;

/// <summary>Reports of different partners that are probably of one event, and what is decided about them.</summary>
internal sealed class LinkService(ReportQueries queries, LinkDecisions decisions, AgreementRegister agreements)
    : Wire.LinkService.LinkServiceBase
{
    private const int MostListed = 500;

    public override async Task<ListLinksResponse> ListLinks(ListLinksRequest request, ServerCallContext context)
    {
        if (!agreements.Rules.Areas.TryGet(request.Municipality, out var area) || area.Level != Areas.AreaLevel.Municipality)
        {
            throw new HubException(
                ErrorReason.AreaUnknown, "municipality", "The hub knows no municipality with this code.",
                "Send a code of four digits, such as 0139.");
        }

        var caller = Caller(context);
        var week = ReportQueries.RequireWeek(request.Week, "week");
        var decided = decisions.Of(caller);
        var response = new ListLinksResponse();
        await queries.ShowOfWeekAsync(
            request.Municipality, week, request.Purpose, caller,
            reports =>
            {
                var byName = reports.ToDictionary(r => r.Name, StringComparer.Ordinal);
                var byId = reports.ToDictionary(r => r.Stored.Id);
                var probable = LinkScore.Probables(reports.Select(See))
                    .Select(p => (One: byName[p.One.Name], Other: byName[p.Other.Name], p.Score)).ToList();
                // A pair that was decided about is there to be looked at again, whatever speaks for it now.
                var pairs = probable.Select(p => ReportPair.Of(p.One.Stored.Id, p.Other.Stored.Id)).ToHashSet();
                var others = decided.Keys
                    .Where(p => !pairs.Contains(p) && byId.ContainsKey(p.One) && byId.ContainsKey(p.Other))
                    .Select(p => (One: byId[p.One], Other: byId[p.Other], Score: ScoreOf(byId[p.One], byId[p.Other])));
                var links = probable.Concat(others)
                    .Where(p => p.One.Stored.Envelope.Week == week || p.Other.Stored.Envelope.Week == week)
                    .Select(p => ToWire(p.One.Name, p.Other.Name, p.Score, decided.GetValueOrDefault(ReportPair.Of(p.One.Stored.Id, p.Other.Stored.Id))))
                    .Where(l => l.Decision != LinkDecision.Unspecified || l.Score >= LinkScore.Probable)
                    .Where(l => l.Decision == LinkDecision.Unspecified || !request.UndecidedOnly)
                    .OrderByDescending(l => l.Score).ThenBy(l => l.Report, StringComparer.Ordinal).ThenBy(l => l.Other, StringComparer.Ordinal)
                    .Take(MostListed + 1).ToList();
                response = new ListLinksResponse { Links = { links.Take(MostListed) }, Truncated = links.Count > MostListed };
                return [.. response.Links.SelectMany(l => new[] { l.Report, l.Other }).Distinct().Select(name => byName[name])];
            },
            context.CancellationToken);
        return response;
    }

    public override async Task<DecideLinkResponse> DecideLink(DecideLinkRequest request, ServerCallContext context)
    {
        if (ReportRules.RequireKnown(request.Decision, LinkDecision.Unspecified, "decision") is { } refusal)
        {
            throw new HubException(refusal);
        }

        var caller = Caller(context);
        var one = await FindAsync(request.Report, "report", request.Purpose, caller, context.CancellationToken);
        var other = await FindAsync(request.Other, "other", request.Purpose, caller, context.CancellationToken);
        if (one.Stored.Envelope.Sender == other.Stored.Envelope.Sender)
        {
            throw new HubException(
                ErrorReason.LinkState, "other", "Both reports are of one sender, which corrects its own.",
                "Have the sender withdraw one of them, if it has reported one event twice.");
        }

        if (one.Stored.Envelope.Exercise || other.Stored.Envelope.Exercise)
        {
            throw new HubException(
                ErrorReason.LinkState, one.Stored.Envelope.Exercise ? "report" : "other", "It is of an exercise, and is not counted.",
                "Name two real reports.");
        }

        var decided = await decisions.DecideAsync(
            caller, ReportPair.Of(one.Stored.Id, other.Stored.Id), request.Decision, context.Caller().Uri, context.CancellationToken);
        var (first, second) = string.CompareOrdinal(one.Name, other.Name) <= 0 ? (one, other) : (other, one);
        return new DecideLinkResponse
        {
            Link = ToWire(first.Name, second.Name, ScoreOf(first, second), decided),
        };
    }

    private static LinkScore ScoreOf(DisclosedReport one, DisclosedReport other) =>
        LinkScore.Of(See(one), See(other)) ?? new LinkScore(0, "nothing that is seen speaks for it");

    private async Task<DisclosedReport> FindAsync(
        string name, string field, Purpose purpose, PartnerId caller, CancellationToken cancellation) =>
        ReportName.TryParse(name, out var type, out _, out _)
            ? await queries.GetAsync(type, name, caller, purpose, cancellation)
            : throw HubException.NotFound(field);

    private static SeenReport See(DisclosedReport report)
    {
        var seen = report.Stored.Type == ReportType.Incident
            ? IncidentMapping.ToWire(report).Report
            : ObservationMapping.ToWire(report).Report;
        return new SeenReport(
            report.Name, report.Stored.Envelope.Sender, seen.Family, seen.Category.Length == 0 ? null : seen.Category,
            seen.Occurred?.From.ToDateTimeOffset(), (seen.Occurred?.To ?? seen.Occurred?.From)?.ToDateTimeOffset(),
            seen.Occurred?.Certainty is TimeCertainty.Exact or TimeCertainty.Hour, report.Projection.Area, seen.Place.Position);
    }

    private static Link ToWire(string name, string otherName, LinkScore score, DecidedLink? decided)
    {
        var (first, second) = string.CompareOrdinal(name, otherName) <= 0 ? (name, otherName) : (otherName, name);
        var isDecided = decided is not null && decided.Decision != LinkDecision.Open;
        return new Link
        {
            Report = first,
            Other = second,
            Score = score.Score,
            Why = score.Why,
            Decision = isDecided ? decided!.Decision : LinkDecision.Unspecified,
            DecidedBy = isDecided ? decided!.By : "",
            DecideTime = isDecided ? decided!.At.ToTimestamp() : null,
        };
    }

    private static PartnerId Caller(ServerCallContext context) => new(context.Caller().Id);
}
