using TrygghetHub.Pictures.V1;
using WireTlp = TrygghetHub.Reports.V1.Tlp;

namespace TrygghetHub.Forms;

/// <summary>Every word of the forms, in both languages side by side.</summary>
/// <remarks>Swedish is in klarspråk and comes first; what partners and people have written is never translated. Immutable and thread-safe.</remarks>
internal sealed class PageWords(PictureLanguage language)
{
    // Of the page.
    public string LanguageTag => language.In("sv", "en");
    public string Title => language.In("Veckolägesbild", "Weekly situational picture");
    public string ToContent => language.In("Gå till innehållet", "Skip to the content");
    public string Contents => language.In("Innehåll", "Contents");
    public string About => language.In("Om lägesbilden", "About the picture");
    public string ShowFigures => language.In("Visa siffrorna", "Show the figures");
    public string Sealed => language.In(
        "Förseglad av hubben. Filen kontrolleras med", "Sealed by the hub. The file is checked with");
    public string Footer => language.In(
        "Lägesbilden handlar om platser och händelser, aldrig om personer.",
        "The picture is about places and events, never about persons.");

    // Of the header.
    public string Revision => language.In("Revision", "Revision");
    public string CountedUpTo => language.In("Räknad till och med", "Counted up to");
    public string RegistrationNumber => language.In("Diarienummer", "Registration number");
    public string Approver => language.In("Fastställd av", "Approved by");
    public string NotApproved => language.In("Inte fastställd", "Not approved");
    public string NoneYet => language.In("Inget ännu", "None yet");
    public string MadeFor => language.In("Gjord för", "Made for");
    public string Meeting => language.In("Mötet", "The meeting");
    public string RevisionReason => language.In("Varför den gjordes om", "Why it was made anew");
    public string Handling => language.In("Hantering", "Handling");

    // Of the parts.
    public string Matters => language.In("Det viktigaste i veckan", "What matters this week");
    public string Measures => language.In("Uppföljning av åtgärder", "Follow-up of measures");
    public string Areas => language.In("Utvecklingen i områdena", "Trends in the areas");
    public string Table => language.In("Vad som har rapporterats", "What has been reported");
    public string When => language.In("När det händer", "When it happens");
    public string Where => language.In("Var det händer", "Where it happens");
    public string Published => language.In("Händelser som polisen har publicerat", "Events published by the police");
    public string Perceived => language.In("Upplevd trygghet", "Perceived safety");
    public string Next => language.In("Nästa vecka", "Next week");
    public string Promises => language.In("Medborgarlöften", "Citizen promises");
    public string Coverage => language.In("Källor och täckning", "Sources and coverage");
    public string Corrections => language.In("Rättelser av tidigare veckor", "Corrections to earlier weeks");
    public string Counted => language.In("Så har vi räknat", "How we count");

    // Of figures.
    public string ThisWeek => language.In("Denna vecka", "This week");
    public string LastWeek => language.In("Förra veckan", "Last week");
    public string LastYear => language.In("samma vecka förra året", "the same week last year");
    public string Last => language.In("förra", "last");
    public string Usual => language.In("Vanligt", "Usual");
    public string Judged => language.In("Bedömning", "Judgement");
    public string Area => language.In("Område", "Area");
    public string Place => language.In("Plats", "Place");
    public string What => language.In("Händelser", "Events");
    public string Week => language.In("Vecka", "Week");
    public string All => language.In("Hela kommunen", "All of the municipality");
    public string AllThatYouMaySee => language.In("Allt ni får se", "All that you may see");
    public string Total => language.In("Totalt", "Total");
    public string Reports => language.In("Rapporter", "Reports");
    public string Sources => language.In("Källor", "Sources");
    public string IndependentSources => language.In("Oberoende källor", "Independent sources");
    public string FourteenDays => language.In("14 dagar", "14 days");
    public string Early => language.In("för tidigt", "too early");
    public string Unsaid => language.In("ingen bedömning", "not judged");
    public string NotKnown => language.In("okänt", "not known");
    public string NotShown => language.In("visas inte", "not shown");
    public string NotShownSpoken => language.In("visas inte, för att inte röja ett litet tal", "not shown, so as not to give a small number away");
    public string NoReports => language.In("inga rapporter", "no reports");
    public string OnlyFamily => language.In("Bara familjen visas", "Only the family is shown");
    public string MunicipalityOnly => language.In("Bara kommunen är känd", "Known by municipality only");
    public string Weekday => language.In("Veckodag", "Weekday");
    public string NotCollected => language.In("Samlas inte in ännu.", "Not collected yet.");
    public string Nothing => language.In("Inget att redovisa.", "Nothing to report.");
    public string Decided => language.In("beslutat", "decided");
    public string Suggested => language.In("förslag", "suggested");
    public string SuggestionWas => language.In("Förslaget var", "The suggestion was");
    public string Rule => language.In("Regel", "Rule");
    public string Edited => language.In("ändrad av samordnaren", "changed by the coordinator");
    public string Struck => language.In("struken av samordnaren", "struck by the coordinator");

    // Of the charts.
    public string HollowWeek => language.In("en källa svarade inte, det kan vara fler", "a source was silent, there may be more");
    public string UsualSpan => language.In("vanligt spann", "usual span");
    public string ThisWeeksBar => language.In("denna vecka", "this week");
    public string EarlierBar => language.In("tidigare veckor", "earlier weeks");
    public string OwnScale => language.In(
        "Varje område har sin egen skala. Jämför ett område med sig självt. Spannet gäller de källor som kan jämföras; staplarna har alla.",
        "Each area has a scale of its own. Compare an area with itself. The span is of the sources that can be compared; the bars hold all.");
    public string NoSignalAlone => language.In(
        "▲ ensamt är ingen signal: omkring var femte ruta hamnar utanför sitt spann av en slump. Signalerna står först på sidan.",
        "▲ alone is no signal: about every fifth cell falls outside its span by chance. Signals stand first on the page.");
    public string BeforeStart => language.In("före den första rapporten", "before the first report");
    public string CircleLegend => language.In("rapporter i hela området, inte på en punkt", "reports in all of the area, not at a point");
    public string SquareLegend => language.In("ruta om 250 m med rapporter som har en känd punkt", "square of 250 m with reports whose point is known");
    public string North => language.In("N", "N");
    public string NoOutline => language.In(
        "Det finns ingen karta: navet har inga gränser för områdena.", "There is no map: the hub has no boundaries of the areas.");
    public string TopPlaces => language.In("Platser att tala om", "Places to talk about");
    public string ReportsByArea => language.In("Rapporter per område", "Reports by area");
    public string Squares => language.In("Rutor", "Squares");

    // Of next week.
    public string Holidays => language.In("Helgdagar", "Holidays");
    public string NoHolidays => language.In("Inga helgdagar.", "No holidays.");
    public string Events => language.In("Planerade evenemang", "Planned events");
    public string NoEvents => language.In("Inga planerade evenemang är kända.", "No planned events are known.");
    public string Walks => language.In("Planerade vandringar", "Planned walks");
    public string NoWalks => language.In("Inga vandringar är planerade.", "No walks are planned.");
    public string DayNotShown => language.In("någon dag i veckan", "some day of the week");
    public string ReportedBy => language.In("enligt", "by");

    // Of measures and promises.
    public string Measure => language.In("Åtgärd", "Measure");
    public string Owner => language.In("Ansvarig", "Owner");
    public string Due => language.In("Klar senast", "Due");
    public string Standing => language.In("Hur det står till", "How it stands");
    public string Outcome => language.In("Vad det gav", "What came of it");
    public string Promise => language.In("Löfte", "Promise");
    public string Done => language.In("Gjort", "Done");
    public string Promised => language.In("Lovat", "Promised");

    // Of sources.
    public string Partner => language.In("Källa", "Source");
    public string None => language.In("inget", "none");
    public string Unknown => language.In("vet inte", "don’t know");
    public string NoneMeans => language.In("källan har bekräftat att den inte har något", "the source has confirmed that it has none");
    public string UnknownMeans => language.In("källan har inte bekräftat veckan", "the source has not confirmed the week");
    public string NotShared => language.In("delas inte", "not shared");
    public string Late => language.In("kom efter räkningen", "came after the count");
    public string NotCompared => language.In("jämförs inte den här veckan", "not compared this week");

    // Of corrections and differences.
    public string Added => language.In("Tillkomna", "Added");
    public string Corrected => language.In("Rättade", "Corrected");
    public string Withdrawn => language.In("Återkallade", "Withdrawn");
    public string LateAnswersHead => language.In("Svar som kom sent", "Late answers");
    public string SignalsNew => language.In("Nya signaler", "New signals");
    public string SignalsGone => language.In("Signaler som inte längre finns", "Signals that are no more");
    public string LevelsChanged => language.In("Ändrat läge", "Levels that have changed");
    public string Figure => language.In("Tal", "Figure");
    public string Before => language.In("Före", "Before");
    public string After => language.In("Efter", "After");

    // Of how it was counted.
    public string SmallCells => language.In("Tal som ingen överenskommelse låter visas", "Figures that no agreement lets be shown");
    public string Context => language.In("Rapporter som är bakgrund, inte räknade", "Reports that are context, not counted");
    public string ConfirmedDoubles => language.In(
        "Rapporter om samma händelse som en annan, inte räknade", "Reports of the same event as another, not counted");
    public string Agreement => language.In("Överenskommelse", "Agreement");
    public string Version => language.In("Version", "Version");
    public string Clauses => language.In("Punkter", "Clauses");
    public string CategoryList => language.In("Kategorilista", "Category list");
    public string Ceilings => language.In("Tak över överenskommelserna", "Ceilings above the agreements");
    public string AreaList => language.In("Områdeslista", "List of areas");
    public string InputsHash => language.In("Kontrollsumma för underlaget (SHA-256)", "Checksum of the inputs (SHA-256)");
    public string ContentHash => language.In("Kontrollsumma för innehållet (SHA-256)", "Checksum of the content (SHA-256)");
    public string Inputs => language.In("Rapporter som kan läsas en och en", "Reports that can be read one by one");
    public string Definitions => language.In("Vad orden betyder", "What the words mean");

    // Of the weekend sheet.
    public string Weekend => language.In("Helgblad", "Weekend sheet");
    public string TheWeekend => language.In("Helgen", "Weekend of");
    public string Signals => language.In("Det som sticker ut", "What stands out");
    public string WeekendHours => language.In("Rapporter fredag till söndag, fyra veckor", "Reports Friday to Sunday, four weeks");
    public string WeekendHoursPublished => language.In(
        "Händelser som polisen har publicerat, fredag till söndag, fyra veckor", "Events published by the police, Friday to Sunday, four weeks");
    public string SinceCount => language.In("Ändrat sedan räkningen", "Changed since the count");
    public string NothingSinceCount => language.In("Inget har ändrats sedan räkningen.", "Nothing has changed since the count.");
    public string LaterNotTold => language.In(
        "Vad som har kommit efter räkningen berättas inte här.", "What has come after the count is not told here.");
    public string WhoIsOut => language.In("Vilka är ute när", "Who is out when");
    public string ThreePlaces => language.In("Tre platser", "Three places");
    public string Levels => language.In("Läget i områdena", "Levels of the areas");
    public string Coming => language.In("Evenemang och helgdagar", "Events and holidays");

    public string Another(string kind) => language.In($"Annan {kind.ToLowerInvariant()}", $"Other {kind.ToLowerInvariant()}");

    public string ComparedWithout(string sources) => language.In(
        $"Det vanliga spannet är jämfört utan {sources}.", $"The usual span is compared without {sources}.");

    public string More(int count) => language.In($"och {count} till", $"and {count} more");

    // Why a figure is not shown, which does not say that it is small: it may be one that would tell of another.
    public string NotShownLegend(int count) => count > 1
        ? language.In($"Under {count}, eller skulle röja ett sådant tal – visas inte", $"Under {count}, or would give such a number away – not shown")
        : language.In("Visas inte: en överenskommelse visar inte så små tal", "Not shown: an agreement does not show numbers as small as this");

    public string NotShownMeans(int count) => count > 1
        ? language.In(
            $"Ett tal under {count} visas inte, och inte heller ett tal som skulle avslöja det.",
            $"A number under {count} is not shown, and neither is one that would give it away.")
        : language.In(
            "En överenskommelse visar inte så små tal.",
            "An agreement does not show numbers as small as this.");

    public string SupersededBy(int revision) => revision > 0
        ? language.In($"Ersatt. Revision {revision} gäller i stället.", $"Superseded. Revision {revision} holds instead.")
        : language.In("Ersatt av en senare revision.", "Superseded by a later revision.");

    public string State(PictureState state) => state switch
    {
        PictureState.Scheduled or PictureState.Collecting or PictureState.Frozen => language.In("Preliminär", "Preliminary"),
        PictureState.Compiled or PictureState.InReview => language.In("Utkast", "Draft"),
        PictureState.Approved or PictureState.Distributed => language.In("Fastställd", "Approved"),
        PictureState.Superseded => language.In("Ersatt", "Superseded"),
        _ => language.In("Okänt läge", "State not known"),
    };

    public string StateMeans(PictureState state) => state switch
    {
        PictureState.Scheduled or PictureState.Collecting or PictureState.Frozen => language.In(
            "Veckan är inte färdigräknad. Talen kan ändras.", "The week is not counted to its end. The figures may change."),
        PictureState.Compiled or PictureState.InReview => language.In(
            "Talen är räknade. Ingen har fastställt lägesbilden ännu.", "The figures are counted. Nobody has approved the picture yet."),
        _ => "",
    };

    public string Audience(AudienceKind kind) => kind switch
    {
        AudienceKind.Full => language.In("hela bilden", "the whole picture"),
        AudienceKind.Partner => language.In("det som överenskommelserna visar", "what the agreements show"),
        AudienceKind.Steering => language.In("styrgruppen", "the steering group"),
        AudienceKind.Public => language.In("allmänheten", "the public"),
        _ => language.In("okänd läsare", "reader not known"),
    };

    /// <summary>The mark of the protocol; a draft has none, for nobody has said yet how it is to be handled.</summary>
    public string Tlp(WireTlp tlp) => tlp switch
    {
        WireTlp.Amber => "TLP:AMBER",
        WireTlp.Clear => "TLP:CLEAR",
        WireTlp.Green => "TLP:GREEN",
        WireTlp.AmberStrict => "TLP:AMBER+STRICT",
        WireTlp.Red => "TLP:RED",
        _ => language.In("TLP inte satt", "TLP not set"),
    };

    public string TlpMeans(WireTlp tlp) => tlp switch
    {
        WireTlp.Amber => language.In("den egna organisationen och dess uppdragsgivare", "one’s own organisation and those it works for"),
        WireTlp.Clear => language.In("får spridas fritt", "may be spread freely"),
        WireTlp.Green => language.In("får spridas inom samverkan", "may be spread within the cooperation"),
        WireTlp.AmberStrict => language.In("bara inom den egna organisationen", "within one’s own organisation only"),
        WireTlp.Red => language.In("bara för den som har fått den", "for its recipient in person only"),
        _ => language.In("sätts när lägesbilden fastställs", "set when the picture is approved"),
    };

    public string OfWhichCompared(string number) => language.In($"varav {number} kan jämföras", $"of which {number} can be compared");

    public static string Mark(Judgement judgement) => judgement switch
    {
        Judgement.Usual => "●",
        Judgement.Above => "▲",
        Judgement.Below => "▼",
        Judgement.BelowSourcesSilent => "▽",
        Judgement.SourcesMissing => "?",
        _ => "",
    };

    public string Judge(Judgement judgement) => judgement switch
    {
        Judgement.Usual => language.In("som vanligt", "as usual"),
        Judgement.Above => language.In("över det vanliga", "above the usual"),
        Judgement.Below => language.In("under det vanliga", "below the usual"),
        Judgement.BelowSourcesSilent => language.In("under, men en källa har inte rapporterat", "below, but a source has not reported"),
        Judgement.SourcesMissing => language.In("kan inte bedömas, källor har inte rapporterat", "cannot be judged, sources have not reported"),
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
        AreaLevel.Normal => language.In("Normalläge", "Normal"),
        AreaLevel.Deviation => language.In("Avvikelse", "Deviation"),
        AreaLevel.JointEffort => language.In("Gemensam insats", "Joint effort"),
        _ => language.In("Läge inte satt", "Level not set"),
    };

    public string Stands(MeasureStanding standing) => standing switch
    {
        MeasureStanding.New => language.In("Ny", "New"),
        MeasureStanding.Started => language.In("Pågår", "Under way"),
        MeasureStanding.Due => language.In("Ska vara klar före nästa möte", "Due before the next meeting"),
        MeasureStanding.Overdue => language.In("Försenad", "Overdue"),
        MeasureStanding.AwaitingFollowUp => language.In("Gjord, väntar på uppföljning", "Done, awaiting follow-up"),
        MeasureStanding.FollowedUp => language.In("Uppföljd", "Followed up"),
        _ => NotKnown,
    };

    public string BeforeAndAfter(string before, string after, string weeks) => language.In(
        $"{before} rapporter på {weeks} veckor före, {after} på lika många efter.",
        $"{before} reports in {weeks} weeks before, {after} in as many after.");

    public string Answers(CoverageStatus status) => status switch
    {
        CoverageStatus.Complete => language.In("allt är rapporterat", "all is reported"),
        CoverageStatus.NothingToReport => language.In("inget att rapportera", "nothing to report"),
        CoverageStatus.Reported => language.In("har rapporterat, kan komma mer", "has reported, may be more"),
        CoverageStatus.Missing => language.In("har inte svarat – vi vet inte", "has not answered – we don’t know"),
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
        SignalRule.Deviation => language.In("fler än slumpen kan förklara", "more than chance can explain"),
        SignalRule.NewPlace => language.In("ny plats", "new place"),
        SignalRule.RepeatPlace => language.In("platsen återkommer", "the place comes back"),
        SignalRule.TimeCluster => language.In("samlat i tid", "gathered in time"),
        _ => NotKnown,
    };

    /// <summary>A family's name where a column is narrow; a code that is not known stands as it is.</summary>
    public string ShortFamily(string family) => family switch
    {
        "damage-and-litter" => language.In("Skade\u00ADgörelse, skräp", "Damage, litter"),
        "order-and-disturbance" => language.In("Ordning, störning", "Order, distur\u00ADbance"),
        "drugs-and-alcohol" => language.In("Droger, alkohol", "Drugs, alcohol"),
        "violence-and-threats" => language.In("Våld, hot", "Violence, threats"),
        "theft-and-burglary" => language.In("Stöld, inbrott", "Theft, burglary"),
        "traffic" => language.In("Trafik", "Traffic"),
        "fire" => language.In("Brand", "Fire"),
        "environment-and-perceived-safety" => language.In("Miljö, trygghet", "Environ\u00ADment, safety"),
        _ => family,
    };

    public string Timed(string? timed, string? untimed, string weeks, bool published)
    {
        var reports = published ? language.In("händelser som polisen har publicerat", "events published by the police") : language.In("rapporter", "reports");
        return (timed is null
            ? language.In($"Diagrammet visar {reports} med känd tid på {weeks} veckor. Hur många de är visas inte. ", $"The chart shows {reports} with a known time in {weeks} weeks. How many they are is not shown. ")
            : language.In($"{timed} {reports} med känd tid på {weeks} veckor. ", $"{timed} {reports} with a known time in {weeks} weeks. "))
            + (untimed is null
                ? language.In("De utan känd tid är inte med, och hur många de är visas inte.", "Those without one are left out, and how many they are is not shown.")
                : language.In($"{untimed} utan känd tid är inte med.", $"{untimed} without one are left out."));
    }

    public string MunicipalityReports(string count) => language.In(
        $"Rapporter där bara kommunen är känd: {count}. De syns inte på kartan.",
        $"Reports of which the municipality alone is known: {count}. They are not on the map.");

    public string LateReports(string added, string corrected, string withdrawn) => language.In(
        $"Sedan räkningen: {added} tillkomna, {corrected} rättade och {withdrawn} återkallade rapporter. De är inte med.",
        $"Since the count: {added} reports added, {corrected} corrected and {withdrawn} withdrawn. They are not in it.");

    public string LateAnswers(string answered, bool isOne) => language.In(
        $"{answered} {(isOne ? "källa" : "källor")} har svarat om veckan efter räkningen.",
        $"{answered} {(isOne ? "source has" : "sources have")} answered about the week after the count.");

    public string PublishedLastYear(string count) => language.In(
        $"Samma vecka förra året: {count}, för kännedom.", $"The same week last year: {count}, for information.");

    public string DiffersFrom(int revision) => language.In($"Ändrat sedan revision {revision}", $"Changed since revision {revision}");

    public string WeeksBehind(string weeks, string mean) => language.In(
        $"i medeltal {mean} i veckan under {weeks} veckor", $"a mean of {mean} a week over {weeks} weeks");

    public string WeeksBehind(string weeks) => language.In($"jämfört med {weeks} veckor", $"compared with {weeks} weeks");

    public string EndedAgreements(string ids, bool several) => language.In(
        several ? $"Bygger på överenskommelser som inte längre gäller: {ids}." : $"Bygger på en överenskommelse som inte längre gäller: {ids}.",
        several ? $"Rests on agreements that are in force no more: {ids}." : $"Rests on an agreement that is in force no more: {ids}.");

    public string Answered(string answered, string asked) => language.In($"{answered} av {asked}", $"{answered} of {asked}");

    public string HaveAnswered => language.In("källor är klara med veckan", "sources have completed the week");

    public string ReportsThisWeek => language.In("rapporter i veckan", "reports this week");

    public IEnumerable<(string Term, string Meaning)> Meanings(int smallestCount)
    {
        yield return (language.In("Vecka", "Week"), language.In(
            "Måndag klockan 00.00 till nästa måndag, svensk tid.", "Monday 00:00 to the next Monday, Swedish time."));
        yield return (Usual, language.In(
            "Det spann som fyra veckor av fem hamnar i när inget har ändrats, räknat på 26 till 52 tidigare veckor och på de källor som svarade "
            + "både då och nu. Färre veckor än så: för tidigt att säga.",
            "The span in which four weeks of five fall when nothing has changed, from 26 to 52 earlier weeks and the sources that answered "
            + "both then and now. With fewer weeks: too early to say."));
        yield return (Judged, language.In(
            "▲ över spannet, ● i spannet, ▼ under spannet, ▽ under spannet men en källa är tyst, så nedgången kan vara tystnad.",
            "▲ above the span, ● within it, ▼ below it, ▽ below it but a source is silent, so that the fall may be silence."));
        yield return (language.In("Inget och vet inte", "None and don’t know"), language.In(
            "Inget betyder att källan har bekräftat veckan. Vet inte betyder att den inte har gjort det.",
            "None means that the source has confirmed the week. Don’t know means that it has not."));
        yield return (language.In("Läge", "Level"), language.In(
            "○ normalläge, ◆ avvikelse, ■ gemensam insats. Förslaget räknas fram, en människa beslutar.",
            "○ normal, ◆ deviation, ■ joint effort. The suggestion is counted, a person decides."));
        if (smallestCount > 1)
        {
            yield return (language.In("Små tal", "Small numbers"), NotShownMeans(smallestCount));
        }
    }
}
