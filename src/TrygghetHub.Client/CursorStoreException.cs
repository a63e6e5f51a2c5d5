namespace TrygghetHub.Client;

/// <summary>A cursor that is kept cannot be read or used, or a new one cannot be kept.</summary>
public sealed class CursorStoreException : Exception
{
    /// <summary>Describes what is wrong and what to do about it.</summary>
    /// <param name="message">What is wrong, as a sentence that names the place.</param>
    /// <param name="remedy">What to do, as a sentence.</param>
    /// <param name="innerException">Why the system refused, where it did.</param>
    public CursorStoreException(string message, string remedy, Exception? innerException = null)
        : base(message, innerException) => Remedy = remedy;

    /// <summary>What to do.</summary>
    public string Remedy { get; }
}
