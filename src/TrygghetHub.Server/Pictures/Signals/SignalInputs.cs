using TrygghetHub.Server.Partners;

namespace TrygghetHub.Server.Pictures.Signals;

/// <summary>What the rules look at: a week's counts and those of the weeks before, by what the reader may see.</summary>
/// <remarks>Immutable. Everything is of one municipality, and in an order that follows from the content alone.</remarks>
/// <param name="Families">Each family in each area, and each of its categories where it has several, partners' reports and published events apart.</param>
/// <param name="Places">Places and squares with reports of the last nine weeks, no ceiling over them.</param>
/// <param name="Times">When reports of each family in each area happened.</param>
internal sealed record SignalInputs(
    IReadOnlyList<FamilySeries> Families, IReadOnlyList<PlaceSeries> Places, IReadOnlyList<TimeSeries> Times);

/// <summary>The counts of one family in one area, or of one of its categories.</summary>
/// <param name="Published">Of the police's published events, not of partners' reports.</param>
/// <param name="Area">Code of a district, or of the municipality for what is known no closer.</param>
/// <param name="Family">Code.</param>
/// <param name="Category">Code; empty for all of the family.</param>
/// <param name="Partners">Each partner's.</param>
internal sealed record FamilySeries(bool Published, string Area, string Family, string Category, IReadOnlyList<PartnerSeries> Partners);

/// <summary>One partner's counts, week by week.</summary>
/// <param name="Partner">Who.</param>
/// <param name="Weeks">
/// This week first, then the week before, and so on, 53 at most. Null where the partner was silent: it neither reported anything
/// of the municipality nor confirmed the week. Zero where it answered, and not about this.
/// </param>
internal sealed record PartnerSeries(PartnerId Partner, IReadOnlyList<int?> Weeks);

/// <summary>The counts of one place.</summary>
/// <param name="Key">Code of a named place, or the number of a 250 m square.</param>
/// <param name="Name">As people know it.</param>
/// <param name="Area">Code of the area that holds it.</param>
/// <param name="Weeks">This week first, then the eight before: nine figures, of all families.</param>
/// <param name="WeeksKnown">How many of the eight weeks before the hub held reports of: 0 to 8.</param>
/// <param name="Sources">From how many partners those of this week and the week before are.</param>
internal sealed record PlaceSeries(
    string Key, string Name, string Area, IReadOnlyList<int> Weeks, int WeeksKnown, int Sources);

/// <summary>In which four-hour window reports of one family in one area happened, as far as it is known.</summary>
/// <param name="Published">As in <see cref="FamilySeries"/>, likewise area and family.</param>
/// <param name="Area">Code.</param>
/// <param name="Family">Code.</param>
/// <param name="ThisWeek">Six counts, 00–04 first.</param>
/// <param name="Earlier">Six counts, over the three weeks before.</param>
internal sealed record TimeSeries(
    bool Published, string Area, string Family, IReadOnlyList<int> ThisWeek, IReadOnlyList<int> Earlier);
