namespace TrygghetHub.Cli;

/// <summary>The command cannot be done as it was given; the message is for the person who gave it.</summary>
internal sealed class UsageException(string message, string remedy) : Exception(message)
{
    /// <summary>What to do.</summary>
    public string Remedy => remedy;
}
