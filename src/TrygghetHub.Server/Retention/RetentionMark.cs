using System.Globalization;
using System.Text;
using TrygghetHub.Server.Platform.Storage;

namespace TrygghetHub.Server.Retention;

/// <summary>
/// Remembers, in a file beside <c>hub.db</c>, the last decision or hold that was entered: a copy of the database that is put
/// back and lacks it must not dispose of what a hold keeps. Thread-safe.
/// </summary>
/// <remarks>
/// The file holds number and leaf of the entry. It is raised after the commit: a kill in between leaves it at the entry
/// before. Who has entered again what was lost removes the file, and disposals go on.
/// </remarks>
internal sealed class RetentionMark(DataDirectory directory, HubDatabase database)
{
    private const string FileName = "retention-mark";

    private readonly Lock gate = new();

    /// <summary>Where it is, for the operator.</summary>
    public string Path => directory.Combine(FileName);

    /// <summary>Whether the database lacks the last decision or hold that was entered on it.</summary>
    public bool IsSetBack => Read() is { } last && LeafOf(last.Seq) != last.Leaf;

    /// <summary>
    /// Remembers a decision or hold, once it is durable; never an earlier one, and nothing while the last is missing. A lifting
    /// is not for here: where it is lost, more is kept.
    /// </summary>
    /// <exception cref="IOException">It could not be written; the same again is safe.</exception>
    public void Raise(long seq)
    {
        lock (gate)
        {
            if (Read() is not { } last || (last.Seq < seq && LeafOf(last.Seq) == last.Leaf))
            {
                DataDirectory.WriteSecret(
                    Path, Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{seq} {LeafOf(seq)}")));
            }
        }
    }

    // What cannot be read names no entry: then nothing is disposed of.
    private (long Seq, string Leaf)? Read()
    {
        if (!File.Exists(Path))
        {
            return null;
        }

        return File.ReadAllText(Path).Split(' ') is [var number, var leaf]
            && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var seq) ? (seq, leaf) : (0, "unreadable");
    }

    private string LeafOf(long seq)
    {
        using var connection = database.OpenReader();
        using var find = connection.CreateCommand();
        find.CommandText = "SELECT leaf FROM journal_entry WHERE seq = $seq";
        find.Parameters.AddWithValue("$seq", seq);
        return find.ExecuteScalar() is byte[] leaf ? Convert.ToHexStringLower(leaf) : "";
    }
}
