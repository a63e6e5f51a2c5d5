using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace TrygghetHub.Server.Pictures.Compile;

/// <summary>A compiled picture as stored; its bytes are the content of its journal entry.</summary>
/// <remarks>The key is what makes double firing harmless: one picture per compiler, municipality, week and revision.</remarks>
internal sealed class PictureRow
{
    public required string Compiler { get; init; }

    public required string Municipality { get; init; }

    /// <summary>Year × 100 + week.</summary>
    public required int Week { get; init; }

    /// <summary>0 while preliminary.</summary>
    public required int Revision { get; init; }

    /// <summary>The journal entry that holds its bytes.</summary>
    public required long Seq { get; init; }

    /// <summary>The entry up to which it was counted.</summary>
    public required long CountedSeq { get; init; }

    public required long FrozenAt { get; init; }

    public required long CompiledAt { get; init; }

    /// <summary>SHA-256 of the bytes.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>The envelope of its entry: whose picture of what it is, and up to where it was counted.</summary>
    public static byte[] EnvelopeHash(
        string compiler, string municipality, int week, int revision, long countedSeq, long frozenAt) =>
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $"{compiler} {municipality} {week} {revision} {countedSeq} {frozenAt}")));
}

/// <summary>The entry up to which the first frozen pictures of a municipality's week are counted.</summary>
internal sealed class FreezeRow
{
    public required string Municipality { get; init; }

    public required int Week { get; init; }

    public required long Seq { get; init; }

    public required long At { get; init; }
}

internal sealed class PictureTable : IEntityTypeConfiguration<PictureRow>
{
    public void Configure(EntityTypeBuilder<PictureRow> builder)
    {
        builder.ToTable("picture");
        builder.HasKey(p => new { p.Compiler, p.Municipality, p.Week, p.Revision });
    }
}

internal sealed class FreezeTable : IEntityTypeConfiguration<FreezeRow>
{
    public void Configure(EntityTypeBuilder<FreezeRow> builder)
    {
        builder.ToTable("freeze");
        builder.HasKey(f => new { f.Municipality, f.Week });
    }
}
