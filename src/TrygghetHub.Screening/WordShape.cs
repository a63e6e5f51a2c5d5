namespace TrygghetHub.Screening;

/// <summary>How a word is written.</summary>
[Flags]
internal enum WordShape
{
    /// <summary>In lower case, inside a sentence.</summary>
    None = 0,

    /// <summary>Begins with a capital.</summary>
    Capital = 1,

    /// <summary>In capitals throughout; two letters or more.</summary>
    Upper = 2,

    /// <summary>First of its sentence or line, where a capital says nothing.</summary>
    First = 4,

    /// <summary>Only the form without its last <c>s</c> is in the lists.</summary>
    Genitive = 8,
}
