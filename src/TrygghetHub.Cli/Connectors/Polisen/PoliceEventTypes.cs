using System.Collections.Frozen;
using TrygghetHub.Reports.V1;

namespace TrygghetHub.Cli.Connectors.Polisen;

/// <summary>What becomes of the events of one type.</summary>
internal enum Treatment
{
    /// <summary>Never leaves the connector: about one individual, or under a ceiling.</summary>
    NeverTaken,

    /// <summary>Sent and kept as context, never counted.</summary>
    Context,

    /// <summary>Sent and counted.</summary>
    Counted,
}

/// <summary>How one type of the police's feed is taken.</summary>
/// <param name="Treatment">Never taken, context or counted.</param>
/// <param name="Category">Code from the hub's category list.</param>
/// <param name="Severity">How grave events of the type are as a rule; the feed does not say.</param>
/// <param name="Confidence">How the police know.</param>
internal sealed record PoliceEventType(Treatment Treatment, string Category, Severity Severity, Confidence Confidence);

/// <summary>The closed table of the feed's types and what each is to the hub.</summary>
/// <remarks>
/// A type is compared trimmed and in any capitals: one of those that are never taken must not slip through on a
/// capital. What the table does not know is counted under <c>other</c>, and the caller lists it.
/// <para>
/// Confidence is second-hand, since a published event is as a rule what somebody has told the police; where the
/// type itself says that it is a suspicion or an alarm, it is suspected. Where no category says what a type
/// says it is <c>other</c>: drunken driving is no accident, fraud is no theft, and a wrong category is worse in a
/// picture than an honest other. Murder and manslaughter stand under <c>assault</c>, the list's only category
/// for violence against a person that is not a robbery.
/// </para>
/// Thread-safe.
/// </remarks>
internal static class PoliceEventTypes
{
    /// <summary>The category of what fits no other.</summary>
    public const string Other = "other";

    // Every kind of summary: of a night, an evening and night, a day, a week.
    private const string SummaryPrefix = "Sammanfattning";

    private static readonly PoliceEventType NeverTaken =
        new(Treatment.NeverTaken, "", Severity.Unspecified, Confidence.Unspecified);

    private static readonly PoliceEventType Context = new(Treatment.Context, Other, Severity.Minor, Confidence.SecondHand);

    private static readonly PoliceEventType Unknown = Counted(Other, Severity.Minor);

    private static readonly FrozenDictionary<string, PoliceEventType> Table = new Dictionary<string, PoliceEventType>
    {
        ["Anträffad död"] = NeverTaken,
        ["Efterlyst person"] = NeverTaken,
        ["Försvunnen person"] = NeverTaken,
        ["Sedlighetsbrott"] = NeverTaken,
        ["Sexualbrott"] = NeverTaken,
        ["Sjukdom/olycksfall"] = NeverTaken,
        ["Våldtäkt"] = NeverTaken,
        ["Våldtäkt, försök"] = NeverTaken,

        ["Information"] = Context,
        ["Kontroll"] = Context,
        ["Kontroll person/fordon"] = Context,
        ["Polisinsats/kommendering"] = Context,
        ["Trafikkontroll"] = Context,
        ["Uppdatering"] = Context,

        // Damage.
        ["Skadegörelse"] = Counted("criminal-damage", Severity.Moderate),

        // Order and disturbance.
        ["Bråk"] = Counted("disorder", Severity.Moderate),
        ["Fylleri/LOB"] = Counted("disorder", Severity.Minor),
        ["Ordningslagen"] = Counted("disorder", Severity.Minor),

        // Drugs.
        ["Narkotikabrott"] = Counted("open-drug-dealing", Severity.Moderate),

        // Violence and threats.
        ["Detonation"] = Counted("shooting-or-explosion", Severity.Grave),
        ["Explosion"] = Counted("shooting-or-explosion", Severity.Grave),
        ["Hets mot folkgrupp"] = Counted("harassment", Severity.Moderate),
        ["Knivlagen"] = Counted("weapon", Severity.Moderate),
        ["Misshandel"] = Counted("assault", Severity.Serious),
        ["Misshandel, grov"] = Counted("assault", Severity.Grave),
        ["Mord/dråp"] = Counted("assault", Severity.Grave),
        ["Mord/dråp, försök"] = Counted("assault", Severity.Grave),
        ["Ofredande/förargelse"] = Counted("harassment", Severity.Minor),
        ["Olaga hot"] = Counted("harassment", Severity.Moderate),
        ["Rån"] = Counted("robbery", Severity.Serious),
        ["Rån väpnat"] = Counted("robbery", Severity.Grave),
        ["Rån övrigt"] = Counted("robbery", Severity.Serious),
        ["Rån, försök"] = Counted("robbery", Severity.Serious),
        ["Sabotage mot blåljusverksamhet"] = Counted("threat-against-staff", Severity.Serious),
        ["Skottlossning"] = Counted("shooting-or-explosion", Severity.Grave),
        ["Skottlossning, misstänkt"] = Suspected("shooting-or-explosion", Severity.Serious),
        ["Vapenlagen"] = Counted("weapon", Severity.Serious),
        ["Våld/hot mot tjänsteman"] = Counted("threat-against-staff", Severity.Serious),

        // Theft and burglary. "Stöld/inbrott" does not say which, so it is taken as the lesser.
        ["Häleri"] = Counted("theft", Severity.Minor),
        ["Inbrott"] = Counted("burglary", Severity.Moderate),
        ["Inbrott, försök"] = Counted("burglary", Severity.Moderate),
        ["Larm Inbrott"] = Suspected("burglary", Severity.Minor),
        ["Motorfordon, anträffat stulet"] = Counted("theft", Severity.Minor),
        ["Motorfordon, stöld"] = Counted("theft", Severity.Moderate),
        ["Stöld"] = Counted("theft", Severity.Moderate),
        ["Stöld, försök"] = Counted("theft", Severity.Minor),
        ["Stöld/inbrott"] = Counted("theft", Severity.Moderate),

        // Traffic.
        ["Trafikolycka"] = Counted("traffic-accident", Severity.Moderate),
        ["Trafikolycka, personskada"] = Counted("traffic-accident", Severity.Serious),
        ["Trafikolycka, singel"] = Counted("traffic-accident", Severity.Moderate),
        ["Trafikolycka, smitning från"] = Counted("traffic-accident", Severity.Moderate),
        ["Trafikolycka, vilt"] = Counted("traffic-accident", Severity.Minor),

        // Fire. Arson and vehicle fire are for partners who know the cause; the feed says only that it burns.
        ["Brand"] = Counted("fire", Severity.Serious),
        ["Brand automatlarm"] = Suspected("fire", Severity.Minor),

        // What no category says.
        ["Alkohollagen"] = Counted(Other, Severity.Minor),
        ["Anträffat gods"] = Counted(Other, Severity.Minor),
        ["Arbetsplatsolycka"] = Counted(Other, Severity.Moderate),
        ["Bedrägeri"] = Counted(Other, Severity.Moderate),
        ["Bombhot"] = Counted(Other, Severity.Serious),
        ["Djur"] = Counted(Other, Severity.Minor),
        ["Ekobrott"] = Counted(Other, Severity.Minor),
        ["Farligt föremål, misstänkt"] = Suspected(Other, Severity.Serious),
        ["Fjällräddning"] = Counted(Other, Severity.Moderate),
        ["Hemfridsbrott"] = Counted(Other, Severity.Moderate),
        ["Lagen om hundar och katter"] = Counted(Other, Severity.Minor),
        ["Larm Överfall"] = Suspected(Other, Severity.Moderate),
        ["Luftfartslagen"] = Counted(Other, Severity.Minor),
        ["Miljöbrott"] = Counted(Other, Severity.Moderate),
        ["Missbruk av urkund"] = Counted(Other, Severity.Minor),
        ["Olaga frihetsberövande/människorov"] = Counted(Other, Severity.Grave),
        ["Olaga intrång"] = Counted(Other, Severity.Minor),
        ["Olovlig körning"] = Counted(Other, Severity.Minor),
        ["Rattfylleri"] = Counted(Other, Severity.Moderate),
        ["Räddningsinsats"] = Counted(Other, Severity.Moderate),
        ["Sjölagen"] = Counted(Other, Severity.Minor),
        ["Skyddslagen"] = Counted(Other, Severity.Moderate),
        ["Spridning smitta/kemikalier"] = Counted(Other, Severity.Serious),
        ["Trafikbrott"] = Counted(Other, Severity.Minor),
        ["Trafikhinder"] = Counted(Other, Severity.Minor),
        ["Utlänningslagen"] = Counted(Other, Severity.Minor),
        ["Varningslarm/haveri"] = Counted(Other, Severity.Moderate),
        ["Vållande till kroppsskada"] = Counted(Other, Severity.Moderate),
        ["Åldringsbrott"] = Counted(Other, Severity.Moderate),
        ["Övrigt"] = Counted(Other, Severity.Minor),
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>The types in the table, without the summaries, which are known by how they begin.</summary>
    public static IReadOnlyDictionary<string, PoliceEventType> All => Table;

    /// <summary>How events of a type are taken.</summary>
    /// <param name="type">As it stands in the feed.</param>
    /// <param name="known">False when the table does not hold it, and it is counted under <c>other</c>.</param>
    public static PoliceEventType Of(string type, out bool known)
    {
        var trimmed = type.Trim();
        known = true;
        if (Table.TryGetValue(trimmed, out var found))
        {
            return found;
        }

        if (trimmed.StartsWith(SummaryPrefix, StringComparison.OrdinalIgnoreCase))
        {
            return Context;
        }

        known = false;
        return Unknown;
    }

    private static PoliceEventType Counted(string category, Severity severity) =>
        new(Treatment.Counted, category, severity, Confidence.SecondHand);

    private static PoliceEventType Suspected(string category, Severity severity) =>
        new(Treatment.Counted, category, severity, Confidence.Suspected);
}
