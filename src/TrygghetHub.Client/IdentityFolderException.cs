namespace TrygghetHub.Client;

/// <summary>An identity folder cannot be used, or not be written.</summary>
public sealed class IdentityFolderException : Exception
{
    /// <summary>Describes what is wrong with <paramref name="path"/> and what to do about it.</summary>
    /// <param name="path">The file or folder that is at fault.</param>
    /// <param name="message">What is wrong, as a sentence that names the file.</param>
    /// <param name="remedy">What to do, as a sentence.</param>
    /// <param name="innerException">Why the system refused, where it did.</param>
    /// <param name="fault">Of which kind it is.</param>
    public IdentityFolderException(string path, string message, string remedy, Exception? innerException = null,
        IdentityFault fault = IdentityFault.Damaged)
        : base(message, innerException)
    {
        Path = path;
        Remedy = remedy;
        Fault = fault;
    }

    /// <summary>Of which kind it is.</summary>
    public IdentityFault Fault { get; }

    /// <summary>The file or folder that is at fault.</summary>
    public string Path { get; }

    /// <summary>What to do.</summary>
    public string Remedy { get; }
}
