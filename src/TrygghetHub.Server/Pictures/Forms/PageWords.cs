using TrygghetHub.Pictures.V1;
using TrygghetHub.Server.Pictures.Sentences;
using WireTlp = TrygghetHub.Reports.V1.Tlp;

namespace TrygghetHub.Server.Pictures.Forms;

/// <summary>Every word of the forms, in both languages side by side.</summary>
/// <remarks>Swedish is in klarspråk and comes first; what partners and people have written is never translated. Immutable and thread-safe.</remarks>
internal sealed class PageWords(Language language)
{
    // Of the page.
    public string LanguageTag => Say("sv", "en");
    public string Title => Say("Veckolägesbild", "Weekly situational picture");
    public string ToContent => Say("Gå till innehållet", "Skip to the content");
    public string Contents => Say("Innehåll", "Contents");
    public string About => Say("Om lägesbilden", "About the picture");
    public string ShowFigures => Say("Visa siffrorna", "Show the figures");
    public string Footer => Say(
        "Lägesbilden handlar om platser och händelser, aldrig om personer.",
        "The picture is about places and events, never about persons.");

    // Of the header.
    public string Revision => Say("Revision", "Revision");
    public string CountedUpTo => Say("Räknad till och med", "Counted up to");
    public string Compiled => Say("Sammanställd", "Compiled");
    public string RegistrationNumber => Say("Diarienummer", "Registration number");
    public string Approver => Say("Fastställd av", "Approved by");
    public string NotApproved => Say("Inte fastställd", "Not approved");
    public string NoneYet => Say("Inget ännu", "None yet");
    public string MadeFor => Say("Gjord för", "Made for");
    public string Meeting => Say("Mötet", "The meeting");
    public string RevisionReason => Say("Varför den gjordes om", "Why it was made anew");
    public string Handling => Say("Hantering", "Handling");

    // Of the parts.
    public string Matters => Say("Det viktigaste i veckan", "What matters this week");
    public string Measures => Say("Uppföljning av åtgärder", "Follow-up of measures");
    public string Areas => Say("Utvecklingen i områdena", "Trends in the areas");
    public string Table => Say("Vad som har rapporterats", "What has been reported");
    public string When => Say("När det händer", "When it happens");
    public string Where => Say("Var det händer", "Where it happens");
    public string Published => Say("Händelser som polisen har publicerat", "Events published by the police");
    public string Perceived => Say("Upplevd trygghet", "Perceived safety");
    public string Next => Say("Nästa vecka", "Next week");
    public string Promises => Say("Medborgarlöften", "Citizen promises");
    public string Coverage => Say("Källor och täckning", "Sources and coverage");
    public string Corrections => Say("Rättelser av tidigare veckor", "Corrections to earlier weeks");
    public string Counted => Say("Så har vi räknat", "How we count");

    // Of figures.
    public string ThisWeek => Say("Denna vecka", "This week");
    public string LastWeek => Say("Förra veckan", "Last week");
    public string Last => Say("förra", "last");
    public string Usual => Say("Vanligt", "Usual");
    public string Judged => Say("Bedömning", "Judgement");
    public string Area => Say("Område", "Area");
    public string Place => Say("Plats", "Place");
    public string What => Say("Händelser", "Events");
    public string Week => Say("Vecka", "Week");
    public string All => Say("Hela kommunen", "All of the municipality");
    public string Total => Say("Totalt", "Total");
    public string Reports => Say("Rapporter", "Reports");
    public string Sources => Say("Källor", "Sources");
    public string IndependentSources => Say("Oberoende källor", "Independent sources");
    public string FourteenDays => Say("14 dagar", "14 days");
    public string TooEarly => Say("för tidigt att säga", "too early to say");
    public string Early => Say("för tidigt", "too early");
    public string Unsaid => Say("ingen bedömning", "not judged");
    public string NotKnown => Say("okänt", "not known");
    public string NotShown => Say("visas inte", "not shown");
    public string NotShownSpoken => Say("visas inte, för att inte röja ett litet tal", "not shown, so as not to give a small number away");
    public string NoReports => Say("inga rapporter", "no reports");
    public string OnlyFamily => Say("Bara familjen visas", "Only the family is shown");
    public string MunicipalityOnly => Say("Bara kommunen är känd", "Known by municipality only");
    public string Level => Say("Läge", "Level");
    public string Weekday => Say("Veckodag", "Weekday");
    public string NotCollected => Say("Samlas inte in ännu.", "Not collected yet.");
    public string Nothing => Say("Inget att redovisa.", "Nothing to report.");
    public string Decided => Say("beslutat", "decided");
    public string Suggested => Say("förslag", "suggested");
    public string SuggestionWas => Say("Förslaget var", "The suggestion was");
    public string Rule => Say("Regel", "Rule");
    public string Edited => Say("ändrad av samordnaren", "changed by the coordinator");
    public string Struck => Say("struken av samordnaren", "struck by the coordinator");

    // Of the charts.
    public string HollowWeek => Say("en källa svarade inte, det kan vara fler", "a source was silent, there may be more");
    public string UsualSpan => Say("vanligt spann", "usual span");
    public string ThisWeeksBar => Say("denna vecka", "this week");
    public string EarlierBar => Say("tidigare veckor", "earlier weeks");
    public string OwnScale => Say(
        "Varje område har sin egen skala. Jämför ett område med sig självt.",
        "Each area has a scale of its own. Compare an area with itself.");
    public string BeforeStart => Say("före den första rapporten", "before the first report");
    public string CircleLegend => Say("rapporter i hela området, inte på en punkt", "reports in all of the area, not at a point");
    public string SquareLegend => Say("ruta om 250 m med rapporter som har en känd punkt", "square of 250 m with reports whose point is known");
    public string North => Say("N", "N");
    public string NoOutline => Say(
        "Det finns ingen karta: navet har inga gränser för områdena.", "There is no map: the hub has no boundaries of the areas.");
    public string TopPlaces => Say("Platser att tala om", "Places to talk about");
    public string Squares => Say("Rutor", "Squares");

    // Of next week.
    public string Holidays => Say("Helgdagar", "Holidays");
    public string NoHolidays => Say("Inga helgdagar.", "No holidays.");
    public string Events => Say("Planerade evenemang", "Planned events");
    public string NoEvents => Say("Inga planerade evenemang är kända.", "No planned events are known.");
    public string Walks => Say("Planerade vandringar", "Planned walks");
    public string NoWalks => Say("Inga vandringar är planerade.", "No walks are planned.");
    public string DayNotShown => Say("någon dag i veckan", "some day of the week");
    public string ReportedBy => Say("enligt", "by");

    // Of measures and promises.
    public string Measure => Say("Åtgärd", "Measure");
    public string Owner => Say("Ansvarig", "Owner");
    public string Due => Say("Klar senast", "Due");
    public string Standing => Say("Hur det står till", "How it stands");
    public string Outcome => Say("Vad det gav", "What came of it");
    public string Promise => Say("Löfte", "Promise");
    public string Done => Say("Gjort", "Done");
    public string Promised => Say("Lovat", "Promised");

    // Of sources.
    public string Partner => Say("Källa", "Source");
    public string Answer => Say("Svar", "Answer");
    public string None => Say("inget", "none");
    public string Unknown => Say("vet inte", "don’t know");
    public string NotShared => Say("delas inte", "not shared");
    public string Late => Say("kom efter räkningen", "came after the count");
    public string NotCompared => Say("jämförs inte ännu", "not compared yet");

    // Of corrections and differences.
    public string Added => Say("Tillkomna", "Added");
    public string Corrected => Say("Rättade", "Corrected");
    public string Withdrawn => Say("Återkallade", "Withdrawn");
    public string Figure => Say("Tal", "Figure");
    public string Before => Say("Före", "Before");
    public string After => Say("Efter", "After");

    // Of how it was counted.
    public string Agreement => Say("Överenskommelse", "Agreement");
    public string Version => Say("Version", "Version");
    public string Clauses => Say("Punkter", "Clauses");
    public string CategoryList => Say("Kategorilista", "Category list");
    public string Ceilings => Say("Tak över överenskommelserna", "Ceilings above the agreements");
    public string AreaList => Say("Områdeslista", "List of areas");
    public string InputsHash => Say("Kontrollsumma för underlaget (SHA-256)", "Checksum of the inputs (SHA-256)");
    public string ContentHash => Say("Kontrollsumma för innehållet (SHA-256)", "Checksum of the content (SHA-256)");
    public string Inputs => Say("Rapporter som kan läsas en och en", "Reports that can be read one by one");
    public string Definitions => Say("Vad orden betyder", "What the words mean");

    // Of the weekend sheet.
    public string Weekend => Say("Helgblad", "Weekend sheet");
    public string SinceCount => Say("Ändrat sedan räkningen", "Changed since the count");
    public string NothingSinceCount => Say("Inget har ändrats sedan räkningen.", "Nothing has changed since the count.");
    public string LaterNotTold => Say(
        "Vad som har kommit efter räkningen berättas inte här.", "What has come after the count is not told here.");
    public string WhoIsOut => Say("Vilka är ute när", "Who is out when");
    public string ThreePlaces => Say("Tre platser", "Three places");
    public string Levels => Say("Läget i områdena", "Levels of the areas");
    public string Coming => Say("Evenemang och helgdagar", "Events and holidays");

    public string More(int count) => Say($"och {count} till", $"and {count} more");

    // Why a figure is not shown, which does not say that it is small: it may be one that would tell of another.
    public string NotShownLegend(int count) => count > 1
        ? Say($"Under {count}, eller skulle röja ett sådant tal – visas inte", $"Under {count}, or would give such a number away – not shown")
        : Say("Visas inte: en överenskommelse visar inte så små tal", "Not shown: an agreement does not show numbers as small as this");

    public string NotShownMeans(int count) => count > 1
        ? Say(
            $"Ett tal under {count} visas inte, och inte heller ett tal som skulle avslöja det.",
            $"A number under {count} is not shown, and neither is one that would give it away.")
        : Say(
            "En överenskommelse visar inte så små tal.",
            "An agreement does not show numbers as small as this.");

    public string SupersededBy(int revision) => revision > 0
        ? Say($"Ersatt. Revision {revision} gäller i stället.", $"Superseded. Revision {revision} holds instead.")
        : Say("Ersatt av en senare revision.", "Superseded by a later revision.");

    public string State(PictureState state) => state switch
    {
        PictureState.Scheduled or PictureState.Collecting or PictureState.Frozen => Say("Preliminär", "Preliminary"),
        PictureState.Compiled or PictureState.InReview => Say("Utkast", "Draft"),
        PictureState.Approved or PictureState.Distributed => Say("Fastställd", "Approved"),
        PictureState.Superseded => Say("Ersatt", "Superseded"),
        _ => Say("Okänt läge", "State not known"),
    };

    public string StateMeans(PictureState state) => state switch
    {
        PictureState.Scheduled or PictureState.Collecting or PictureState.Frozen => Say(
            "Veckan är inte färdigräknad. Talen kan ändras.", "The week is not counted to its end. The figures may change."),
        PictureState.Compiled or PictureState.InReview => Say(
            "Talen är räknade. Ingen har fastställt lägesbilden ännu.", "The figures are counted. Nobody has approved the picture yet."),
        _ => "",
    };

    public string Audience(AudienceKind kind) => kind switch
    {
        AudienceKind.Full => Say("hela bilden", "the whole picture"),
        AudienceKind.Partner => Say("det som överenskommelserna visar", "what the agreements show"),
        AudienceKind.Steering => Say("styrgruppen", "the steering group"),
        AudienceKind.Public => Say("allmänheten", "the public"),
        _ => Say("okänd läsare", "reader not known"),
    };

    public static string Tlp(WireTlp tlp) => tlp switch
    {
        WireTlp.Clear => "TLP:CLEAR",
        WireTlp.Green => "TLP:GREEN",
        WireTlp.AmberStrict => "TLP:AMBER+STRICT",
        WireTlp.Red => "TLP:RED",
        _ => "TLP:AMBER",
    };

    public string TlpMeans(WireTlp tlp) => tlp switch
    {
        WireTlp.Clear => Say("får spridas fritt", "may be spread freely"),
        WireTlp.Green => Say("får spridas inom samverkan", "may be spread within the cooperation"),
        WireTlp.AmberStrict => Say("bara inom den egna organisationen", "within one’s own organisation only"),
        WireTlp.Red => Say("bara för den som har fått den", "for its recipient in person only"),
        _ => Say("den egna organisationen och dess uppdragsgivare", "one’s own organisation and those it works for"),
    };

    public static string Mark(Judgement judgement) => judgement switch
    {
        Judgement.Usual => "●",
        Judgement.Above => "▲",
        Judgement.Below => "▼",
        Judgement.BelowSourcesSilent => "▽",
        _ => "",
    };

    public string Judge(Judgement judgement) => judgement switch
    {
        Judgement.Usual => Say("som vanligt", "as usual"),
        Judgement.Above => Say("över det vanliga", "above the usual"),
        Judgement.Below => Say("under det vanliga", "below the usual"),
        Judgement.BelowSourcesSilent => Say("under, men en källa är tyst", "below, but a source is silent"),
        _ => Unsaid,
    };

    public static string LevelMark(AreaLevel level) => level switch
    {
        AreaLevel.Normal => "○",
        AreaLevel.Deviation => "◆",
        AreaLevel.JointEffort => "■",
        _ => "",
    };

    public string LevelName(AreaLevel level) => level switch
    {
        AreaLevel.Normal => Say("Normalläge", "Normal"),
        AreaLevel.Deviation => Say("Avvikelse", "Deviation"),
        AreaLevel.JointEffort => Say("Gemensam insats", "Joint effort"),
        _ => Say("Läge inte satt", "Level not set"),
    };

    public string Stands(MeasureStanding standing) => standing switch
    {
        MeasureStanding.New => Say("Ny", "New"),
        MeasureStanding.Started => Say("Pågår", "Under way"),
        MeasureStanding.Overdue => Say("Försenad", "Overdue"),
        MeasureStanding.AwaitingFollowUp => Say("Gjord, väntar på uppföljning", "Done, awaiting follow-up"),
        MeasureStanding.FollowedUp => Say("Uppföljd", "Followed up"),
        _ => NotKnown,
    };

    public string Answers(CoverageStatus status) => status switch
    {
        CoverageStatus.Complete => Say("allt är rapporterat", "all is reported"),
        CoverageStatus.NothingToReport => Say("inget att rapportera", "nothing to report"),
        CoverageStatus.Reported => Say("har rapporterat, kan komma mer", "has reported, may be more"),
        CoverageStatus.Missing => Say("har inte svarat – vi vet inte", "has not answered – we don’t know"),
        _ => NotKnown,
    };

    public static string AnswerMark(CoverageStatus status) => status switch
    {
        CoverageStatus.Complete or CoverageStatus.NothingToReport => "✓",
        CoverageStatus.Reported => "…",
        _ => "?",
    };

    public string Rules(SignalRule rule) => rule switch
    {
        SignalRule.Deviation => Say("fler än slumpen förklarar", "more than chance explains"),
        SignalRule.NewPlace => Say("ny plats", "new place"),
        SignalRule.RepeatPlace => Say("platsen återkommer", "the place comes back"),
        SignalRule.TimeCluster => Say("samlat i tid", "gathered in time"),
        _ => NotKnown,
    };

    /// <summary>A family's name where a column is narrow; a code that is not known stands as it is.</summary>
    public string ShortFamily(string family) => family switch
    {
        "damage-and-litter" => Say("Skade\u00ADgörelse, skräp", "Damage, litter"),
        "order-and-disturbance" => Say("Ordning, störning", "Order, distur\u00ADbance"),
        "drugs-and-alcohol" => Say("Droger, alkohol", "Drugs, alcohol"),
        "violence-and-threats" => Say("Våld, hot", "Violence, threats"),
        "theft-and-burglary" => Say("Stöld, inbrott", "Theft, burglary"),
        "traffic" => Say("Trafik", "Traffic"),
        "fire" => Say("Brand", "Fire"),
        "environment-and-perceived-safety" => Say("Miljö, trygghet", "Environ\u00ADment, safety"),
        _ => family,
    };

    public string Timed(string? timed, string? untimed, string weeks, bool published)
    {
        var reports = published ? Say("händelser som polisen har publicerat", "events published by the police") : Say("rapporter", "reports");
        return (timed is null
            ? Say($"Diagrammet visar {reports} med känd tid på {weeks} veckor. Hur många de är visas inte. ", $"The chart shows {reports} with a known time in {weeks} weeks. How many they are is not shown. ")
            : Say($"{timed} {reports} med känd tid på {weeks} veckor. ", $"{timed} {reports} with a known time in {weeks} weeks. "))
            + (untimed is null
                ? Say("De utan känd tid är inte med, och hur många de är visas inte.", "Those without one are left out, and how many they are is not shown.")
                : Say($"{untimed} utan känd tid är inte med.", $"{untimed} without one are left out."));
    }

    public string MunicipalityReports(string count) => Say(
        $"Rapporter där bara kommunen är känd: {count}. De syns inte på kartan.",
        $"Reports of which the municipality alone is known: {count}. They are not on the map.");

    public string LateChanges(string added, string corrected, string withdrawn) => Say(
        $"Sedan räkningen: {added} tillkomna, {corrected} rättade och {withdrawn} återkallade rapporter. De är inte med.",
        $"Since the count: {added} reports added, {corrected} corrected and {withdrawn} withdrawn. They are not in it.");

    public string DiffersFrom(int revision) => Say($"Ändrat sedan revision {revision}", $"Changed since revision {revision}");

    public string WeeksBehind(string weeks, string mean) => Say(
        $"medel {mean} av {weeks} veckor", $"mean {mean} of {weeks} weeks");

    public string WeeksBehind(string weeks) => Say($"jämfört med {weeks} veckor", $"compared with {weeks} weeks");

    public string EndedAgreements(string ids, bool several) => Say(
        several ? $"Bygger på överenskommelser som inte längre gäller: {ids}." : $"Bygger på en överenskommelse som inte längre gäller: {ids}.",
        several ? $"Rests on agreements that are in force no more: {ids}." : $"Rests on an agreement that is in force no more: {ids}.");

    public string Answered(string answered, string asked) => Say($"{answered} av {asked}", $"{answered} of {asked}");

    public string HaveAnswered => Say("källor har bekräftat veckan", "sources have confirmed the week");

    public string ReportsThisWeek => Say("rapporter i veckan", "reports this week");

    public string PublishedThisWeek => Say("publicerade av polisen", "published by the police");

    public IEnumerable<(string Term, string Meaning)> Meanings(int smallestCount)
    {
        yield return (Say("Vecka", "Week"), Say(
            "Måndag klockan 00.00 till nästa måndag, svensk tid.", "Monday 00:00 to the next Monday, Swedish time."));
        yield return (Usual, Say(
            "Det spann som fyra veckor av fem hamnar i när inget har ändrats, räknat på 26 till 52 tidigare veckor och på de källor som svarade "
            + "både då och nu. Färre veckor än så: för tidigt att säga.",
            "The span in which four weeks of five fall when nothing has changed, from 26 to 52 earlier weeks and the sources that answered "
            + "both then and now. With fewer weeks: too early to say."));
        yield return (Judged, Say(
            "▲ över spannet, ● i spannet, ▼ under spannet, ▽ under spannet men en källa är tyst, så nedgången kan vara tystnad.",
            "▲ above the span, ● within it, ▼ below it, ▽ below it but a source is silent, so that the fall may be silence."));
        yield return (Say("Inget och vet inte", "None and don’t know"), Say(
            "Inget betyder att källan har bekräftat veckan. Vet inte betyder att den inte har gjort det.",
            "None means that the source has confirmed the week. Don’t know means that it has not."));
        yield return (Say("Läge", "Level"), Say(
            "○ normalläge, ◆ avvikelse, ■ gemensam insats. Förslaget räknas fram, en människa beslutar.",
            "○ normal, ◆ deviation, ■ joint effort. The suggestion is counted, a person decides."));
        if (smallestCount > 1)
        {
            yield return (Say("Små tal", "Small numbers"), NotShownMeans(smallestCount));
        }
    }

    private string Say(string swedish, string english) => language == Language.Swedish ? swedish : english;
}
