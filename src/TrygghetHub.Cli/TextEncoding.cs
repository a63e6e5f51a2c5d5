namespace TrygghetHub.Cli;

/// <summary>What somebody declares a text file to be; a byte order mark in the file goes before.</summary>
internal enum TextEncoding
{
    /// <summary>UTF-8.</summary>
    Utf8 = 0,

    /// <summary>Windows-1252, and ISO-8859-1, which is declared for it.</summary>
    Windows1252 = 1,
}
