namespace TrygghetHub.Client;

/// <summary>Why an identity folder cannot be used.</summary>
public enum IdentityFault
{
    /// <summary>A file holds what cannot be used.</summary>
    Damaged,

    /// <summary>The folder or a file of it is not there.</summary>
    Missing,

    /// <summary>The key is encrypted, and cannot be decrypted with what was given.</summary>
    Passphrase,

    /// <summary>The system refuses to read or to write it.</summary>
    Unreadable,
}
