using System.Globalization;

namespace TrygghetHub.Benchmarks;

/// <summary>Rates of one thing over several rounds.</summary>
internal sealed class Measured(string name)
{
    private readonly List<double> rates = [];

    public string Name => name;

    /// <summary>The median, in things a second.</summary>
    public double Median => rates.Order().ElementAt(rates.Count / 2);

    public void Add(int count, TimeSpan elapsed) => rates.Add(count / elapsed.TotalSeconds);

    public string Line => string.Create(
        CultureInfo.InvariantCulture, $"{name,-52} {Median,10:N0}/s   ({rates.Min():N0} to {rates.Max():N0})");
}
