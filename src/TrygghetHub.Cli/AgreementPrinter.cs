using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Cli.Commands;

namespace TrygghetHub.Cli;

/// <summary>Agreements as people read them.</summary>
internal static class AgreementPrinter
{
    private const int Width = 98;

    /// <summary>A version: where it stands, who has signed, and its terms in full.</summary>
    public static void Print(Screen screen, AgreementVersion version)
    {
        var agreement = version.Agreement;
        screen.Line($"{Plain(agreement.Title)}  ({agreement.Id}, version {version.Version})");
        Field(screen, "State", State(version));
        foreach (var suspension in version.Suspensions)
        {
            Field(screen, "Suspended", $"by {suspension.By} since {Words.Time(suspension.SuspendTime)}: {suspension.Reason}");
        }

        Field(screen, "Valid", $"{Words.Day(agreement.ValidFrom)} to {Words.Day(agreement.ValidTo)}"
            + (agreement.ReviewTime is null ? "" : $", reviewed by {Words.Day(agreement.ReviewTime)}")
            + (agreement.NoticeDays == 0 ? "" : $", {agreement.NoticeDays} days of notice"));
        if (agreement.RegistrationNumber.Length > 0)
        {
            Field(screen, "Registered", agreement.RegistrationNumber);
        }

        Field(screen, "Drafted", $"{Words.Time(version.DraftTime)} by {version.Drafter}"
            + (version.ProposeTime is null ? "" : $", proposed {Words.Time(version.ProposeTime)}"));
        screen.Line($"SHA-256:    {version.DocumentSha256}");
        Terms(screen, agreement);
        screen.Line();
        screen.Line("SIGNATURES");
        if (version.Signatures.Count == 0 && version.UnsignedParties.Count == 0)
        {
            screen.Line("  None: it was applied on a development hub.");
        }

        foreach (var signature in version.Signatures)
        {
            screen.Line($"  {signature.Partner}  signed {Words.Time(signature.SignTime)}");
        }

        foreach (var party in version.UnsignedParties)
        {
            screen.Line($"  {party}  has not signed");
        }
    }

    /// <summary>What was agreed on.</summary>
    public static void Terms(Screen screen, CooperationAgreement agreement)
    {
        var terms = agreement.SharingTerms ?? new SharingTerms();
        Field(screen, "Purposes", terms.Purposes.Count == 0 ? "none: nobody may read" : List(terms.Purposes.Select(Words.Of)));
        Field(screen, "Secrecy", List(terms.SecrecyGrounds.Select(g =>
            (g.GroundCase == SecrecyGround.GroundOneofCase.OverrideRule ? g.OverrideRule : "says nothing about individuals")
            + Between(g.ValidFrom, g.ValidTo))));
        screen.Line();
        screen.Line("PARTIES");
        foreach (var party in agreement.Parties)
        {
            screen.Line($"  {Plain(party.Partner)}: {Plain(party.Controller)}; {RoleOf(party.Role)}; {LawOf(party.Regime)}");
            Wrapped(screen, "    On ", string.Join("; ", party.LegalBases.Select(b =>
                Words.Of(b.Article6).Replace('-', ' ') + (b.Statute.Length == 0 ? "" : $" ({b.Statute})")
                + Between(b.ValidFrom, b.ValidTo))));
            if (party.Signatories.Count > 0)
            {
                Wrapped(screen, "    Signed for by ", List(party.Signatories));
            }

            if (party.DpiaReference.Length > 0)
            {
                Wrapped(screen, "    Impact assessment ", party.DpiaReference);
            }
        }

        if (agreement.Priorities.Count > 0)
        {
            screen.Line();
            screen.Line("PRIORITIES");
        }

        foreach (var priority in agreement.Priorities)
        {
            Wrapped(screen, "  - ", priority.Problem);
            Wrapped(screen, "    Causes: ", priority.Causes);
            Wrapped(screen, "    Goal: ", priority.Goal + (priority.Period.Length == 0 ? "" : $" ({priority.Period})"));
        }

        screen.Line();
        screen.Line("WHAT IS SHARED");
        foreach (var flow in terms.Flows)
        {
            screen.Line($"  {Plain(flow.Clause)}  {Route(flow)}: {Words.Of(flow.Form)}");
            Wrapped(screen, "      Areas:      ", List(flow.Areas, "nowhere"));
            Wrapped(screen, "      Categories: ", List(flow.Categories, "nothing"));
            Wrapped(screen, "      Values:     ", List(flow.Fields.Select(Words.Of), "none but family, area and week"));
            Wrapped(screen, "      Limits:     ", Limits(flow));
        }

        foreach (var ban in terms.Prohibitions)
        {
            screen.Line($"  {Plain(ban.Clause)}  {Plain(List(ban.From))} → {Plain(List(ban.To))}: PROHIBITED");
            Wrapped(screen, "      Areas:      ", List(ban.Areas));
            Wrapped(screen, "      Categories: ", List(ban.Categories));
        }

        screen.Line("  What no clause names is not shared.");
        Screening(screen, terms.Screening ?? new ScreeningTerms());
        if (terms.RecallAtEnd)
        {
            screen.Line($"  When it ends, recipients give up all they have received, within {(terms.RecallDays == 0 ? 14 : terms.RecallDays)} days.");
        }
    }

    private static void Screening(Screen screen, ScreeningTerms terms)
    {
        var days = terms.QuarantineDays == 0 ? 14 : terms.QuarantineDays;
        var what = terms.OnFinding == OnFinding.Quarantine
            ? $"waits in its sender's quarantine for {days} days"
            : "is refused";
        Wrapped(screen, "  Screening:      ", $"A report with what points at a person {what}"
            + (terms.Blocking.Count > 0 ? $"; besides what always does, these block: {List(terms.Blocking.Select(k => Words.Of(k)))}" : "") + ".");
        if (terms.Confirmable.Count > 0)
        {
            Wrapped(screen, "                  ", $"Its sender may confirm as false alarms: {List(terms.Confirmable.Select(k => Words.Of(k)))}.");
        }
    }

    /// <summary>Clauses in a line each: who shows what to whom.</summary>
    public static void Brief(Screen screen, CooperationAgreement agreement)
    {
        var terms = agreement.SharingTerms ?? new SharingTerms();
        foreach (var flow in terms.Flows)
        {
            Wrapped(screen, $"  {Plain(flow.Clause)}  ", $"{Route(flow)}: {Words.Of(flow.Form)} of {Count(flow.Categories.Count, "category", "categories")} "
                + $"in {List(flow.Areas, "no area")}; {Limits(flow)}");
        }

        foreach (var ban in terms.Prohibitions)
        {
            Wrapped(screen, $"  {Plain(ban.Clause)}  ", $"{List(ban.From)} → {List(ban.To)}: prohibits "
                + $"{List(ban.Categories)} in {List(ban.Areas)}");
        }
    }

    /// <summary>Where a version stands, since when, and until when.</summary>
    public static string State(AgreementVersion version) => AgreementArguments.StateOf(version.State) + version.State switch
    {
        AgreementState.Draft => "",
        AgreementState.Proposed => $"; not signed by {List(version.UnsignedParties)}",
        AgreementState.Signed => $": in force from {Words.Time(version.EffectiveTime)}",
        AgreementState.Active or AgreementState.Suspended =>
            $", in force since {Words.Day(version.EffectiveTime)}, until {Words.Time(version.EndTime)}"
            + (version.TerminationReason.Length == 0 ? "" : $", when it ends: {Plain(version.TerminationReason)}"),
        _ when version.EndTime is null => "",
        _ => $" {Words.Time(version.EndTime)}"
            + (version.TerminationReason.Length == 0 ? "" : $": {Plain(version.TerminationReason)}"),
    };

    /// <summary>Data on one line, without what a terminal would take for a command.</summary>
    public static string Plain(string text) => TextCell.Printable(text).Replace('\n', ' ');

    /// <summary>Items with commas; <paramref name="none"/> where there are none.</summary>
    public static string List(IEnumerable<string> items, string none = "none") =>
        string.Join(", ", items) is { Length: > 0 } text ? text : none;

    /// <summary>What a flow cuts: place, time, text, marking, what comes after.</summary>
    public static string Limits(Flow flow)
    {
        var limits = new List<string> { $"{Words.Of(flow.FinestPrecision)} at finest" };
        if (flow.Form != SharingForm.Counts)
        {
            limits.Add($"times by the {Words.Of(flow.FinestTime).Replace('-', ' ')}");
        }

        if (flow.Delay is { } delay && delay.ToTimeSpan() is { Ticks: > 0 } held)
        {
            limits.Add($"held back {Duration(held)}");
        }

        if (flow.SmallestCell > 1)
        {
            limits.Add($"no cell under {flow.SmallestCell}");
        }

        if (flow.Form != SharingForm.Counts)
        {
            limits.Add(flow.FreeText == FreeText.None ? "no free text" : $"free text {Words.Of(flow.FreeText)}");
        }

        limits.Add($"TLP {Words.Of(flow.StrictestTlp)} at strictest");
        limits.Add(Onward(flow.OnwardSharing));
        if (flow.RetentionDays > 0)
        {
            limits.Add($"kept {flow.RetentionDays} days at most");
        }

        return string.Join(", ", limits);
    }

    /// <summary>What recipients may do with it.</summary>
    public static string Onward(OnwardSharing onward) => onward switch
    {
        OnwardSharing.None => "stays in the unit",
        OnwardSharing.Organisation => "stays in the organisation",
        OnwardSharing.WithConsent => "passed on with consent",
        OnwardSharing.Free => "may be passed on",
        _ => "onward sharing not set",
    };

    /// <summary>Writes text with a label, and goes on under it where the line is full.</summary>
    public static void Wrapped(Screen screen, string label, string text)
    {
        var line = label;
        if (text.Length == 0)
        {
            return;
        }

        foreach (var word in Plain(text).Split(' '))
        {
            if (line.Length + word.Length > Width && line.Trim().Length > 0 && line.Length > label.Length)
            {
                screen.Line(line.TrimEnd());
                line = new string(' ', label.Length);
            }

            line += word + " ";
        }

        screen.Line(line.TrimEnd());
    }

    /// <summary>How many of what.</summary>
    public static string Count(int number, string one, string many) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {(number == 1 ? one : many)}");

    private static string Route(Flow flow) => Plain($"{flow.From} → {List(flow.To, "nobody")}");

    private static void Field(Screen screen, string name, string text) => Wrapped(screen, (name + ":").PadRight(12), text);

    private static string RoleOf(ControllerRole role) => role switch
    {
        ControllerRole.Own => "controller",
        ControllerRole.Joint => "joint controller",
        ControllerRole.Processor => "processor",
        _ => "role not set",
    };

    private static string LawOf(Regime regime) => regime switch
    {
        Regime.Gdpr => "GDPR",
        Regime.CriminalDataAct => "criminal data act",
        _ => "law not set",
    };

    private static string Between(Timestamp? from, Timestamp? to) =>
        (from is null ? "" : $" from {Words.Day(from)}") + (to is null ? "" : $" until {Words.Day(to)}");

    private static string Duration(TimeSpan span) => span.Ticks % TimeSpan.TicksPerDay == 0
        ? Count((int)span.TotalDays, "day", "days")
        : span.Ticks % TimeSpan.TicksPerHour == 0 ? Count((int)span.TotalHours, "hour", "hours")
        : Count((int)span.TotalSeconds, "second", "seconds");
}
