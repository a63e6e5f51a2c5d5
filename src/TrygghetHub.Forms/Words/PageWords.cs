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
    public string ToContent => language.In("Hoppa till innehållet", "Skip to content");
    public string Contents => language.In("Innehåll", "Contents");
    public string About => language.In("Om lägesbilden", "About the picture");
    public string ShowFigures => language.In("Visa siffrorna", "Show the figures");
    public string Sealed => language.In("Filen är förseglad av hubben. Kontrollera den med", "The hub has sealed the file. Check it with");
    public string Footer => language.In(
        "Lägesbilden handlar om platser och händelser, aldrig om personer.",
        "The picture is about places and events, never about people.");

    // Of the header.
    public string Revision => language.In("Revision", "Revision");
    public string CountedUpTo => language.In("Uppgifter som kommit in senast", "Data received by");
    public string RegistrationNumber => language.In("Diarienummer", "Registration number");
    public string Approver => language.In("Fastställd av", "Approved by");
    public string NotApproved => language.In("Inte fastställd", "Not approved");
    public string NoneYet => language.In("Inget ännu", "None yet");
    public string MadeFor => language.In("Vems version", "Version");
    public string Meeting => language.In("Mötet", "The meeting");
    public string RevisionReason => language.In("Skäl till ändringen", "Reason for the change");
    public string Handling => language.In("Spridning", "Sharing");

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
    public string Last => language.In("förra veckan:", "last week:");
    public string Usual => language.In("Normalt", "Normal");
    public string Judged => language.In("Bedömning", "Judgement");
    public string Area => language.In("Område", "Area");
    public string Place => language.In("Plats", "Place");
    public string What => language.In("Händelser", "Events");
    public string Week => language.In("Vecka", "Week");
    public string All => language.In("Hela kommunen", "Whole municipality");
    public string AllThatYouMaySee => language.In("Allt ni får se", "Everything you may see");
    public string Total => language.In("Totalt", "Total");
    public string Reports => language.In("Rapporter", "Reports");
    public string Sources => language.In("Källor", "Sources");
    public string IndependentSources => language.In("Oberoende källor", "Independent sources");
    public string FourteenDays => language.In("14 dagar", "14 days");
    public string Early => language.In("för tidigt att säga", "too early to say");
    public string Unsaid => language.In("ingen bedömning", "not judged");
    public string NotKnown => language.In("okänt", "not known");
    public string NotShown => language.In("visas inte", "not shown");
    public string NotShownSpoken => language.In("visas inte, för att inte röja en liten siffra", "not shown, to avoid revealing a small number");
    public string NoReports => language.In("inga rapporter", "no reports");
    public string OnlyFamily => language.In("Bara huvudgruppen visas", "Only the family is shown");
    public string MunicipalityOnly => language.In("Bara kommunen är känd", "Only the municipality is known");
    public string Weekday => language.In("Veckodag", "Weekday");
    public string NotCollected => language.In("Samlas inte in ännu.", "Not collected yet.");
    public string Nothing => language.In("Inget att redovisa.", "Nothing to report.");
    public string Decided => language.In("beslutat", "decided");
    public string Suggested => language.In("förslag", "suggested");
    public string SuggestionWas => language.In("Förslaget var", "The suggestion was");
    public string Rule => language.In("Därför tas det upp", "Why it is listed");
    public string Edited => language.In("ändrad av samordnaren", "edited by the coordinator");
    public string Struck => language.In("struken av samordnaren", "struck by the coordinator");

    // Of the charts.
    public string HollowWeek => language.In("någon källa rapporterade inte, det kan vara fler", "a source did not report, there may be more");
    public string UsualSpan => language.In("normalt", "normal");
    public string ThisWeeksBar => language.In("denna vecka", "this week");
    public string EarlierBar => language.In("tidigare veckor", "earlier weeks");
    public string OwnScale => language.In(
        "Varje område har sin egen skala: jämför området med sig självt, inte med andra. Staplarna visar alla källor. Det normala gäller de källor som kan jämföras.",
        "Each area has its own scale: compare an area with itself, not with others. The bars show all sources. The normal span is of the sources that can be compared.");
    public string NoSignalAlone => language.In(
        "▲ betyder inte i sig att något har hänt: av ren slump hamnar ungefär var femte ruta utanför det normala. Det som bör tas upp står först på sidan.",
        "▲ does not in itself mean that something has happened: by chance, about one cell in five is outside the normal span. What should be discussed is at the top of the page.");
    public string BeforeStart => language.In("före den första rapporten", "before the first report");
    public string CircleLegend => language.In("rapporter i hela området, inte på en punkt", "reports in the whole area, not at a point");
    public string SquareLegend => language.In("ruta om 250 m med rapporter som har en känd punkt", "250 m square with reports that have a known point");
    public string North => language.In("N", "N");
    public string NoOutline => language.In(
        "Kartan kan inte ritas, för områdenas gränser finns inte i hubben.",
        "The map cannot be drawn because the hub has no area boundaries.");
    public string TopPlaces => language.In("Platser att ta upp", "Places to discuss");
    public string ReportsByArea => language.In("Rapporter per område", "Reports by area");
    public string Squares => language.In("Rutor", "Squares");

    // Of next week.
    public string Holidays => language.In("Helgdagar", "Holidays");
    public string NoHolidays => language.In("Inga helgdagar.", "No holidays.");
    public string Events => language.In("Planerade evenemang", "Planned events");
    public string NoEvents => language.In("Inga planerade evenemang är kända.", "No planned events are known.");
    public string Walks => language.In("Planerade nattvandringar", "Planned walks");
    public string NoWalks => language.In("Inga nattvandringar är planerade.", "No walks are planned.");
    public string DayNotShown => language.In("någon dag i veckan", "one day of the week");
    public string ReportedBy => language.In("enligt", "by");

    // Of measures and promises.
    public string Measure => language.In("Åtgärd", "Measure");
    public string Owner => language.In("Ansvarig", "Owner");
    public string Due => language.In("Klar senast", "Due");
    public string Standing => language.In("Läge", "Status");
    public string Outcome => language.In("Resultat", "Outcome");
    public string Promise => language.In("Löfte", "Promise");
    public string Done => language.In("Gjort", "Done");
    public string Promised => language.In("Lovat", "Promised");

    // Of sources.
    public string Partner => language.In("Källa", "Source");
    public string None => language.In("inget", "none");
    public string Unknown => language.In("vet inte", "don’t know");
    public string NoneMeans => language.In(
        "källan har bekräftat att den inte har något att rapportera",
        "the source has confirmed that it has nothing to report");
    public string UnknownMeans => language.In("källan har inte bekräftat veckan", "the source has not confirmed the week");
    public string NotShared => language.In("delas inte", "not shared");
    public string Late => language.In("kom in efter sammanställningen", "received after the compilation");
    public string NotCompared => language.In("ingår inte i det normala", "not part of the normal span");

    // Of corrections and differences.
    public string Added => language.In("Tillkomna", "Added");
    public string Corrected => language.In("Rättade", "Corrected");
    public string Withdrawn => language.In("Återkallade", "Withdrawn");
    public string LateAnswersHead => language.In("Sena svar", "Late answers");
    public string SignalsNew => language.In("Sticker ut nu", "Stands out now");
    public string SignalsGone => language.In("Sticker inte längre ut", "No longer stands out");
    public string LevelsChanged => language.In("Ändrade lägen", "Changed levels");
    public string Figure => language.In("Siffra", "Figure");
    public string Before => language.In("Före", "Before");
    public string After => language.In("Efter", "After");

    // Of how it was counted.
    public string Context => language.In("Bakgrundsrapporter (räknas inte)", "Context reports (not counted)");
    public string ConfirmedDoubles => language.In(
        "Dubbletter, samma händelse som i en annan rapport (räknas inte)",
        "Duplicates, the same event as in another report (not counted)");
    public string Agreement => language.In("Överenskommelse", "Agreement");
    public string Version => language.In("Version", "Version");
    public string Clauses => language.In("Punkter", "Clauses");
    public string CategoryList => language.In("Kategorilista", "Category list");
    public string Ceilings => language.In("Begränsningar utöver överenskommelserna", "Limits beyond the agreements");
    public string AreaList => language.In("Områdeslista", "List of areas");
    public string InputsHash => language.In("Kontrollsumma för underlaget (SHA-256)", "Checksum of the inputs (SHA-256)");
    public string ContentHash => language.In("Kontrollsumma för innehållet (SHA-256)", "Checksum of the content (SHA-256)");
    public string Inputs => language.In("Rapporter som kan läsas var för sig", "Reports that can be read individually");
    public string Definitions => language.In("Vad orden betyder", "What the words mean");

    // Of the weekend sheet.
    public string Weekend => language.In("Helgblad", "Weekend sheet");
    public string TheWeekend => language.In("Helgen", "Weekend of");
    public string Signals => language.In("Det som sticker ut", "What stands out");
    public string WeekendHours => language.In("Rapporter fredag till söndag, fyra veckor", "Reports Friday to Sunday, four weeks");
    public string WeekendHoursPublished => language.In(
        "Händelser som polisen har publicerat, fredag till söndag, fyra veckor", "Events published by the police, Friday to Sunday, four weeks");
    public string SinceCount => language.In("Nytt sedan sammanställningen", "New since the compilation");
    public string NothingSinceCount => language.In(
        "Inget nytt har kommit in sedan sammanställningen.",
        "Nothing new has been received since the compilation.");
    public string LaterNotTold => language.In(
        "Det som har kommit in efter sammanställningen visas inte här.",
        "What was received after the compilation is not shown here.");
    public string WhoIsOut => language.In("Vem är ute, och när", "Who is out, and when");
    public string ThreePlaces => language.In("Tre platser", "Three places");
    public string Levels => language.In("Läget i områdena", "Area levels");
    public string Coming => language.In("Evenemang och helgdagar", "Events and holidays");

    public string Another(string kind) => language.In($"Annan {kind.ToLowerInvariant()}", $"Other {kind.ToLowerInvariant()}");

    public string ComparedWithout(string sources, bool isOne) => language.In(
        $"{sources} ingår inte i det normala.", $"{sources} {(isOne ? "is" : "are")} not part of the normal span.");

    public string More(int count) => language.In($"och {count} till", $"and {count} more");

    // Why a figure is not shown, which does not say that it is small: it may be one that would tell of another.
    public string NotShownLegend(int count) => count > 1
        ? language.In($"visas inte: färre än {count}, eller skulle röja en sådan siffra", $"not shown: fewer than {count}, or would reveal such a number")
        : language.In("visas inte: en överenskommelse tillåter inte så små siffror", "not shown: an agreement does not allow numbers this small");

    public string NotShownMeans(int count) => count > 1
        ? language.In(
            $"En siffra under {count} visas inte, och inte heller en siffra som skulle avslöja den.",
            $"A number below {count} is not shown, and neither is one that would reveal it.")
        : language.In(
            "En överenskommelse tillåter inte att så små siffror visas.",
            "An agreement does not allow numbers this small to be shown.");

    public string SmallCells(int smallestCount) => smallestCount > 1
        ? language.In($"Siffror som inte visas (färre än {smallestCount})", $"Figures not shown (fewer than {smallestCount})")
        : language.In("Siffror som inte visas", "Figures not shown");

    public string SupersededBy(int revision) => revision > 0
        ? language.In($"Ersatt. Revision {revision} gäller i stället.", $"Superseded. Revision {revision} applies instead.")
        : language.In("Ersatt av en senare revision.", "Superseded by a later revision.");

    public string State(PictureState state) => state switch
    {
        PictureState.Scheduled or PictureState.Collecting or PictureState.Frozen => language.In("Preliminär", "Preliminary"),
        PictureState.Compiled or PictureState.InReview => language.In("Utkast", "Draft"),
        PictureState.Approved or PictureState.Distributed => language.In("Fastställd", "Approved"),
        PictureState.Superseded => language.In("Ersatt", "Superseded"),
        _ => language.In("Okänt läge", "Unknown state"),
    };

    public string StateMeans(PictureState state) => state switch
    {
        PictureState.Scheduled or PictureState.Collecting or PictureState.Frozen => language.In(
            "Sammanställningen är inte klar. Siffrorna kan ändras.", "The compilation is not complete. The figures may change."),
        PictureState.Compiled or PictureState.InReview => language.In(
            "Siffrorna är klara. Lägesbilden är inte fastställd.", "The figures are complete. The picture is not approved."),
        _ => "",
    };

    /// <summary>What follows a name where its version is meant: "s version", and in Swedish no second s.</summary>
    public string VersionOf(string name) => language.In(
        name.Length > 0 && "sSxXzZ".Contains(name[^1], StringComparison.Ordinal) ? " version" : "s version", "’s version");

    public string Audience(AudienceKind kind) => kind switch
    {
        AudienceKind.Full => language.In("allt den får se", "everything it may see"),
        AudienceKind.Partner => language.In("det som överenskommelserna låter den se", "what the agreements let it see"),
        AudienceKind.Steering => language.In("Styrgruppens version", "The steering group’s version"),
        AudienceKind.Public => language.In("Allmänhetens version", "The public’s version"),
        _ => language.In("Okänd läsare", "Unknown reader"),
    };

    /// <summary>The mark of the protocol; a draft has none, for nobody has said yet how it is to be handled.</summary>
    public string Tlp(WireTlp tlp) => tlp switch
    {
        WireTlp.Amber => "TLP:AMBER",
        WireTlp.Clear => "TLP:CLEAR",
        WireTlp.Green => "TLP:GREEN",
        WireTlp.AmberStrict => "TLP:AMBER+STRICT",
        WireTlp.Red => "TLP:RED",
        _ => language.In("TLP inte vald", "TLP not chosen"),
    };

    public string TlpMeans(WireTlp tlp) => tlp switch
    {
        WireTlp.Amber => language.In("bara inom den egna organisationen och till dess uppdragsgivare", "only within the recipient’s organisation and to those it works for"),
        WireTlp.Clear => language.In("får spridas fritt", "may be shared freely"),
        WireTlp.Green => language.In("får spridas inom samverkan", "may be shared within the cooperation"),
        WireTlp.AmberStrict => language.In("bara inom den egna organisationen", "only within the recipient’s organisation"),
        WireTlp.Red => language.In("bara för den som har fått den", "only for the named recipient"),
        _ => language.In("väljs när lägesbilden fastställs", "chosen when the picture is approved"),
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
        Judgement.Above => language.In("fler än vanligt", "more than usual"),
        Judgement.Below => language.In("färre än vanligt", "fewer than usual"),
        Judgement.BelowSourcesSilent => language.In("färre än vanligt, men någon källa har inte rapporterat", "fewer than usual, but a source has not reported"),
        Judgement.SourcesMissing => language.In("kan inte bedömas, någon källa har inte rapporterat", "cannot be assessed, a source has not reported"),
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
        _ => language.In("Läget är inte bedömt", "Level not assessed"),
    };

    public string Stands(MeasureStanding standing) => standing switch
    {
        MeasureStanding.New => language.In("Ny", "New"),
        MeasureStanding.Started => language.In("Pågår", "Under way"),
        MeasureStanding.Due => language.In("Ska vara klar före nästa möte", "Due before the next meeting"),
        MeasureStanding.Overdue => language.In("Försenad", "Overdue"),
        MeasureStanding.AwaitingFollowUp => language.In("Klar, väntar på uppföljning", "Done, awaiting follow-up"),
        MeasureStanding.FollowedUp => language.In("Uppföljd", "Followed up"),
        _ => NotKnown,
    };

    public string BeforeAndAfter(int before, int after, int weeks) => language.In(
        $"{Sentence(Wording.Reports(before, language))} på {Wording.Weeks(weeks, language)} före, {Wording.Number(after, language)} på lika lång tid efter.",
        $"{Sentence(Wording.Reports(before, language))} in {Wording.Weeks(weeks, language)} before, {Wording.Number(after, language)} in the same time after.");

    private static string Sentence(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    public string Answers(CoverageStatus status) => status switch
    {
        CoverageStatus.Complete => language.In("allt är rapporterat", "everything is reported"),
        CoverageStatus.NothingToReport => language.In("inget att rapportera", "nothing to report"),
        CoverageStatus.Reported => language.In("har rapporterat, mer kan komma", "has reported, may report more"),
        CoverageStatus.Missing => language.In("har inte rapporterat, vi vet inte", "has not reported, we don’t know"),
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
        SignalRule.Deviation => language.In("så många beror sällan på slumpen", "this many are rarely due to chance"),
        SignalRule.NewPlace => language.In("platsen är ny", "the place is new"),
        SignalRule.RepeatPlace => language.In("platsen har upprepade rapporter", "the place has repeated reports"),
        SignalRule.TimeCluster => language.In("en större andel än vanligt vid samma tid på dygnet", "a larger share than usual at the same time of day"),
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
        var reports = published
            ? language.In("publicerade händelser från polisen", "published police events")
            : language.In("rapporter", "reports");
        return (timed is null
            ? language.In(
                $"Diagrammet visar {reports} med känd tid under {weeks}. Antalet visas inte. ",
                $"The chart shows {reports} with a known time in {weeks}. Their number is not shown. ")
            : language.In(
                $"Diagrammet visar {timed} {reports} med känd tid under {weeks}. ",
                $"The chart shows {timed} {reports} with a known time in {weeks}. "))
            + (untimed is null
                ? language.In(
                    "De utan känd tid är inte med, och antalet visas inte.",
                    "Those without a known time are not included, and their number is not shown.")
                : language.In($"De utan känd tid är inte med: {untimed}.", $"Those without a known time are not included: {untimed}."));
    }

    public string MunicipalityReports(string count) => language.In(
        $"Rapporter där bara kommunen är känd: {count}. De är inte utritade på kartan.",
        $"Reports for which only the municipality is known: {count}. They are not on the map.");

    public string LateReports(int added, int corrected, int withdrawn)
    {
        List<string> changes = [];
        Add(added, language.In("kommit in", "received"));
        Add(corrected, language.In("rättats", "corrected"));
        Add(withdrawn, language.In("återkallats", "withdrawn"));
        return language.In(
            $"Sedan sammanställningen har {Wording.Among(changes, language)}. Det syns inte i siffrorna.",
            $"Since the compilation, {Wording.Among(changes, language)}. The figures do not include this.");

        // The first says of what; "1 rättats" after it needs no noun.
        void Add(int count, string change)
        {
            if (count > 0)
            {
                changes.Add(language.In(
                    $"{(changes.Count == 0 ? Wording.Reports(count, language) : Wording.Number(count, language))} {change}",
                    $"{(changes.Count == 0 ? Wording.Reports(count, language) : Wording.Number(count, language))} {(count == 1 ? "has" : "have")} been {change}"));
            }
        }
    }

    public string LateAnswers(int answered) => language.In(
        $"{Wording.Sources(answered, language)} har svarat för veckan efter sammanställningen.",
        $"{Wording.Sources(answered, language)} {(answered == 1 ? "has" : "have")} answered for the week after the compilation.");

    private string Number(int count) => Wording.Number(count, language);

    public string PublishedLastYear(string count) => language.In(
        $"Samma vecka förra året: {count}. Siffran är bara till kännedom.", $"The same week last year: {count}. For information only.");

    public string DiffersFrom(int revision) => language.In($"Ändrat sedan revision {revision}", $"Changed since revision {revision}");

    public string WeeksBehind(int weeks, string mean, bool isOfTwoWeeks) => language.In(
        $"i genomsnitt {mean} {(isOfTwoWeeks ? "på 14 dagar" : "i veckan")} under {Wording.Weeks(weeks, language)}",
        $"a mean of {mean} {(isOfTwoWeeks ? "in 14 days" : "a week")} over {Wording.Weeks(weeks, language)}");

    public string WeeksBehind(int weeks) => language.In(
        $"jämfört med {Wording.Weeks(weeks, language)} före", $"compared with the {Wording.Weeks(weeks, language)} before");

    public string EndedAgreements(string ids, bool several) => language.In(
        several ? $"Bygger på överenskommelser som inte längre gäller: {ids}." : $"Bygger på en överenskommelse som inte längre gäller: {ids}.",
        several ? $"Based on agreements that are no longer in force: {ids}." : $"Based on an agreement that is no longer in force: {ids}.");

    public string Answered(string answered, string asked) => language.In($"{answered} av {asked}", $"{answered} of {asked}");

    public string HaveAnswered => language.In("källor är klara med veckan", "sources have completed the week");

    public string ReportsThisWeek => language.In("rapporter denna vecka", "reports this week");

    public IEnumerable<(string Term, string Meaning)> Meanings(int smallestCount)
    {
        yield return (language.In("Vecka", "Week"), language.In(
            "Från måndag till och med söndag, svensk tid.", "From Monday to Sunday inclusive, Swedish time."));
        yield return (Usual, language.In(
            "Så många rapporter kommer det fyra veckor av fem när inget har ändrats. Det räknas på 26 till 52 tidigare veckor, och på de källor "
            + "som rapporterade både då och nu. Med färre veckor är det för tidigt att säga vad som är normalt.",
            "The number of reports in four weeks of five when nothing has changed. It is calculated from 26 to 52 earlier weeks and from the "
            + "sources that reported both then and now. With fewer weeks it is too early to say what is normal."));
        yield return (Judged, language.In(
            "▲ fler än normalt, ● normalt, ▼ färre än normalt, ▽ färre än normalt, men någon källa har inte rapporterat och det kan förklara minskningen. "
            + "? går inte att bedöma, eftersom någon källa inte har rapporterat.",
            "▲ more than normal, ● normal, ▼ fewer than normal, ▽ fewer than normal, but a source has not reported, which may explain the decrease. "
            + "? cannot be assessed because a source has not reported."));
        yield return (language.In("Inget och vet inte", "None and don’t know"), language.In(
            "Inget: källan har bekräftat veckan och hade inget att rapportera. Vet inte: källan har inte bekräftat veckan.",
            "None: the source has confirmed the week and had nothing to report. Don’t know: the source has not confirmed the week."));
        yield return (language.In("Läge", "Level"), language.In(
            "○ normalläge, ◆ avvikelse, ■ gemensam insats. Förslaget räknas fram. En människa beslutar.",
            "○ normal, ◆ deviation, ■ joint effort. The suggestion is calculated. A person decides."));
        if (smallestCount > 1)
        {
            yield return (language.In("Små siffror", "Small numbers"), NotShownMeans(smallestCount));
        }
    }
}
