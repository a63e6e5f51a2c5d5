using System.Buffers;
using System.Text;

namespace TrygghetHub.Screening;

/// <summary>Characters that are being mapped, each with where it came from, in pooled arrays that its owner returns.</summary>
internal struct Mapped(int size)
{
    /// <summary>The characters.</summary>
    public char[] Chars { get; private set; } = ArrayPool<char>.Shared.Rent(size);

    /// <summary>Where each of them begins in the text as given.</summary>
    public int[] Starts { get; private set; } = ArrayPool<int>.Shared.Rent(size);

    /// <summary>Where each of them ends there.</summary>
    public int[] Ends { get; private set; } = ArrayPool<int>.Shared.Rent(size);

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>Adds one.</summary>
    public void Put(char c, int start, int end)
    {
        if (Count == Math.Min(Chars.Length, Math.Min(Starts.Length, Ends.Length)))
        {
            (Chars, Starts, Ends) = (Larger(Chars), Larger(Starts), Larger(Ends));
        }

        Chars[Count] = c;
        Starts[Count] = start;
        Ends[Count] = end;
        Count++;
    }

    /// <summary>Joins a mark to the character before it: the two make one letter, or the mark is left out.</summary>
    public readonly void Mark(Rune mark, int end)
    {
        if (Count == 0)
        {
            return;
        }

        if (mark.IsBmp && Compatibility.Compose(Chars[Count - 1], (char)mark.Value) is { } made)
        {
            Chars[Count - 1] = made;
        }

        Ends[Count - 1] = end;
    }

    private static T[] Larger<T>(T[] full)
    {
        var larger = ArrayPool<T>.Shared.Rent(full.Length * 2);
        full.CopyTo(larger, 0);
        ArrayPool<T>.Shared.Return(full, clearArray: true);
        return larger;
    }
}
