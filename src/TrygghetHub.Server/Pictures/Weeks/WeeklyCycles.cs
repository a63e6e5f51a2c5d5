using TrygghetHub.Server.Areas;

namespace TrygghetHub.Server.Pictures.Weeks;

/// <summary>Which municipality has which cycle. Immutable.</summary>
internal sealed class WeeklyCycles
{
    /// <summary>Name of the default cycle among <see cref="Named"/>.</summary>
    public const string DefaultName = "default";

    private readonly SortedDictionary<string, WeeklyCycle> own = new(StringComparer.Ordinal);

    /// <param name="settings">Municipalities' own cycles by code, checked.</param>
    public WeeklyCycles(IReadOnlyDictionary<string, CycleSettings> settings)
    {
        foreach (var (municipality, cycle) in settings)
        {
            own.Add(municipality, WeeklyCycle.Of(cycle));
        }
    }

    /// <summary>Every cycle: the default by its name, the others by their municipality's code.</summary>
    public IEnumerable<KeyValuePair<string, WeeklyCycle>> Named => own.Prepend(new(DefaultName, WeeklyCycle.Default));

    /// <summary>A municipality's cycle.</summary>
    public WeeklyCycle Of(string municipality) => own.GetValueOrDefault(municipality, WeeklyCycle.Default);

    /// <summary>The name of a municipality's cycle.</summary>
    public string NameOf(string municipality) => own.ContainsKey(municipality) ? municipality : DefaultName;

    /// <summary>A cycle under a mistyped code would leave its municipality with the default and tell nobody.</summary>
    /// <exception cref="InvalidDataException">One is of no municipality.</exception>
    public void RequireKnown(AreaBook areas)
    {
        foreach (var municipality in own.Keys)
        {
            if (!areas.TryGet(municipality, out var area) || area.Level != AreaLevel.Municipality)
            {
                throw new InvalidDataException($"cycles.{municipality}: no municipality has this code. Upplands-Bro is 0139.");
            }
        }
    }
}
