namespace TrygghetHub.Cli;

/// <summary>What <c>thub</c> tells the shell.</summary>
internal static class ExitCode
{
    /// <summary>All went well.</summary>
    public const int Fine = 0;

    /// <summary>Done, but something in it needs a look: some reports were refused.</summary>
    public const int Warnings = 1;

    /// <summary>Not done, or the command was used wrongly.</summary>
    public const int Failure = 2;
}
