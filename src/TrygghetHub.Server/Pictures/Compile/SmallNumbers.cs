namespace TrygghetHub.Server.Pictures.Compile;

/// <summary>
/// Which figures to leave out so that no small one can be told: the small ones themselves (primary suppression), and as few
/// others as it takes (complementary suppression).
/// </summary>
/// <remarks>
/// <para>
/// Figures that are sums of each other are a network: each figure flows from a sum that it is part of to a sum that its parts
/// make up, and at every node what flows in flows out. Whoever sees all but some figures knows one of those exactly when no other
/// flow fits what is shown (D. Gusfield, A graph theoretic approach to statistical data security, SIAM J. Comput. 17, 1988). So
/// each hidden figure is given a cycle of hidden figures around which one report more or less could have flowed, and of the cycles
/// there are the one that hides least.
/// </para>
/// <para>
/// It holds against a reader who knows that what is hidden is at least 1, since a nought is always shown. Pure and deterministic:
/// the same figures in the same order hide the same.
/// </para>
/// </remarks>
internal static class SmallNumbers
{
    /// <summary>The keys of the figures that are not to be shown.</summary>
    /// <param name="figures">Closed: at every node what flows in equals what flows out.</param>
    /// <param name="smallest">The smallest count that is shown; 1 hides nothing.</param>
    /// <typeparam name="TKey">What a figure is known by; each key once.</typeparam>
    public static HashSet<TKey> Hidden<TKey>(IReadOnlyList<Figure<TKey>> figures, int smallest)
        where TKey : notnull
    {
        var small = Enumerable.Range(0, figures.Count).Where(i => figures[i].Count > 0 && figures[i].Count < smallest).ToList();
        if (small.Count == 0)
        {
            return [];
        }

        var network = new Network<TKey>(figures);
        foreach (var figure in small)
        {
            network.Hide(figure);
        }

        // A cycle protects every figure on it, so that one pass is enough.
        foreach (var figure in small)
        {
            network.Protect(figure);
        }

        return [.. network.Hidden.Select(i => figures[i].Key)];
    }

    private sealed class Network<TKey>
        where TKey : notnull
    {
        private readonly IReadOnlyList<Figure<TKey>> figures;
        private readonly (int From, int To)[] ends;
        private readonly List<(int Figure, int To)>[] more;
        private readonly List<(int Figure, int To)>[] less;
        private readonly SortedSet<int> hidden = [];

        public Network(IReadOnlyList<Figure<TKey>> figures)
        {
            this.figures = figures;
            var nodes = new Dictionary<string, int>(StringComparer.Ordinal);
            ends = [.. figures.Select(f => (Node(f.PartOf), Node(f.SumOf)))];
            more = [.. nodes.Select(_ => new List<(int, int)>())];
            less = [.. nodes.Select(_ => new List<(int, int)>())];
            for (var i = 0; i < ends.Length; i++)
            {
                // A nought is shown and stays one; what is 1 cannot be less.
                if (figures[i].Count > 0)
                {
                    more[ends[i].From].Add((i, ends[i].To));
                }

                if (figures[i].Count > 1)
                {
                    less[ends[i].To].Add((i, ends[i].From));
                }
            }

            int Node(string name)
            {
                nodes.TryAdd(name, nodes.Count);
                return nodes[name];
            }
        }

        public IReadOnlyCollection<int> Hidden => hidden;

        public void Hide(int figure) => hidden.Add(figure);

        /// <summary>Hides the cheapest cycle around which the figure could be one more, or one less.</summary>
        public void Protect(int figure)
        {
            var (from, to) = ends[figure];
            var cycle = Cheapest(to, from, figure);
            if (figures[figure].Count > 1 && Cheapest(from, to, figure) is var fewer && fewer.Cost < cycle.Cost)
            {
                cycle = fewer;
            }

            // There always is one: through the sums that the figure is in, which are no smaller than it, all around.
            hidden.UnionWith(cycle.Figures);
        }

        // Dijkstra: what is hidden already costs nothing, and of the rest the small figures cost least.
        private (long Cost, IReadOnlyList<int> Figures) Cheapest(int from, int to, int without)
        {
            var reached = new Dictionary<int, (long Cost, int Figure, int Before)> { [from] = (0, -1, -1) };
            var done = new HashSet<int>();
            var next = new PriorityQueue<int, (long, int)>();
            next.Enqueue(from, (0, from));
            while (next.TryDequeue(out var at, out _))
            {
                if (!done.Add(at))
                {
                    continue;
                }

                if (at == to)
                {
                    return (reached[to].Cost, Path(reached, to));
                }

                foreach (var (figure, node) in more[at].Concat(less[at]))
                {
                    var cost = reached[at].Cost + (hidden.Contains(figure) ? 0 : 1 + (long)figures[figure].Count);
                    if (figure != without && (!reached.TryGetValue(node, out var known) || cost < known.Cost))
                    {
                        reached[node] = (cost, figure, at);
                        next.Enqueue(node, (cost, node));
                    }
                }
            }

            return (long.MaxValue, []);
        }

        private static List<int> Path(Dictionary<int, (long Cost, int Figure, int Before)> reached, int to)
        {
            var path = new List<int>();
            for (var at = reached[to]; at.Figure >= 0; at = reached[at.Before])
            {
                path.Add(at.Figure);
            }

            return path;
        }
    }
}

/// <summary>A count in a network of sums: <see cref="SmallNumbers"/>.</summary>
/// <param name="PartOf">The node of the sum that it is part of.</param>
/// <param name="SumOf">The node of its own parts.</param>
/// <param name="Key">What it is known by.</param>
/// <param name="Count">How many, 0 or more.</param>
internal readonly record struct Figure<TKey>(string PartOf, string SumOf, TKey Key, int Count);
