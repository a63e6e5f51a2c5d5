namespace TrygghetHub.Screening;

/// <summary>A run of letters in a screened text.</summary>
/// <param name="Start">Where it begins.</param>
/// <param name="End">One past its last letter.</param>
/// <param name="Kinds">How it is to be read; names also in the genitive.</param>
/// <param name="Shape">How it is written.</param>
internal readonly record struct Word(int Start, int End, WordKinds Kinds, WordShape Shape)
{
    /// <summary>In UTF-16 code units.</summary>
    public int Length => End - Start;

    /// <summary>It is of one of these kinds.</summary>
    public bool Is(WordKinds kinds) => (Kinds & kinds) != 0;

    /// <summary>It is written in one of these ways.</summary>
    public bool Is(WordShape shape) => (Shape & shape) != 0;
}
