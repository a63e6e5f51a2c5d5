using System.Globalization;
using TrygghetHub.Feed.V1;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Reports.V1;

namespace TrygghetHub.Cli;

/// <summary>Entries of the feed, one a line, in columns that stay where they are: lines come one by one, for days.</summary>
internal sealed class FeedPrinter(Screen screen, HubNames names)
{
    /// <summary>How many entries were printed.</summary>
    public int Entries { get; private set; }

    /// <summary>How many of them are to be answered.</summary>
    public int Recalls { get; private set; }

    /// <summary>Prints what stands over the columns.</summary>
    public void PrintHead() => screen.Line(
        Columns("TIME", "CHANGE", "WHAT", "AREA", "SEVERITY") + "FROM, AND BY WHICH AGREEMENT AND CLAUSE");

    /// <summary>Counts an entry that is printed elsewhere.</summary>
    public void Count(FeedEntry entry)
    {
        Entries++;
        Recalls += entry.Recall is null ? 0 : 1;
    }

    /// <summary>Prints an entry.</summary>
    public async Task PrintAsync(FeedEntry entry, CancellationToken cancellation)
    {
        Count(entry);
        switch (entry.SubjectCase)
        {
            case FeedEntry.SubjectOneofCase.Incident:
                await PrintAsync(entry, entry.Incident.Name, entry.Incident.Report, Origin(entry.Incident), cancellation);
                break;
            case FeedEntry.SubjectOneofCase.Observation:
                await PrintAsync(entry, entry.Observation.Name, entry.Observation.Report, "", cancellation);
                break;
            case FeedEntry.SubjectOneofCase.Recall:
                await PrintAsync(entry, entry.Recall, cancellation);
                break;
            case FeedEntry.SubjectOneofCase.Notice:
                screen.Line($"{Words.Minute(entry.Notice.Time),-22}  {Change(entry.Change),-9}  "
                    + TextCell.Printable(ConsentWords.Line(entry.Notice)));
                break;
            default:
                screen.Line(Columns("–", Change(entry.Change), "of a kind that this thub does not know", "", ""));
                break;
        }
    }

    private async Task PrintAsync(
        FeedEntry entry, string name, Report report, string origin, CancellationToken cancellation)
    {
        var marks = (report.Exercise ? ", EXERCISE" : "") + (report.ContextOnly ? ", context only" : "") + origin;
        screen.Line(
            Columns(ReportWords.When(report), Change(entry.Change), ReportWords.What(report),
                await names.AreaAsync(report.Place?.Area ?? "", cancellation), ReportWords.HowGrave(report))
            + $"{await names.PartnerAsync(HubNames.SenderOf(name), cancellation)}, {ReportWords.By(entry.Grounds)}{marks}");
    }

    private async Task PrintAsync(FeedEntry entry, Recall recall, CancellationToken cancellation)
    {
        screen.Line($"{Words.Minute(recall.OrderTime),-22}  {Change(entry.Change),-9}  "
            + $"{await RecallWords.WhatAsync(recall, names, cancellation)}: {RecallWords.Why(recall.Cause)}; "
            + $"{TextCell.Printable(recall.Name)}, answer by {Words.Minute(recall.DueTime)}");
    }

    private static string Origin(Incident incident) => incident.Origin == IncidentOrigin.Published ? ", published" : "";

    private static string Change(FeedChange change) => change switch
    {
        FeedChange.New => "NEW",
        FeedChange.Corrected => "CORRECTED",
        FeedChange.Withdrawn => "WITHDRAWN",
        FeedChange.Recalled => "RECALLED",
        FeedChange.Notice => "NOTICE",
        _ => "UNKNOWN",
    };

    private static string Columns(string time, string change, string what, string area, string severity) =>
        string.Create(CultureInfo.InvariantCulture, $"{time,-22}  {change,-9}  {what,-29}  {area,-20}  {severity,-8}  ");
}
