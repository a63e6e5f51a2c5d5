using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace TrygghetHub.Server.Pictures;

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

    public required long Seq { get; set; }

    public required long FreezeSeq { get; set; }

    public required long FrozenAt { get; set; }

    public required long CompiledAt { get; set; }

    /// <summary>SHA-256 of the bytes.</summary>
    public required byte[] Hash { get; set; }
}

/// <summary>Up to which entry a municipality's week is counted.</summary>
internal sealed class FreezeRow
{
    public required long Seq { get; init; }

    public required string Municipality { get; init; }

    public required int Week { get; init; }

    public required long At { get; init; }
}

/// <summary>A partner's word on a week; the last one holds.</summary>
internal sealed class WeekConfirmationRow
{
    public required long Seq { get; init; }

    public required string Partner { get; init; }

    public required string Municipality { get; init; }

    public required int Week { get; init; }

    public required int Statement { get; init; }

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
        builder.HasKey(f => f.Seq);
        builder.Property(f => f.Seq).ValueGeneratedNever();
        builder.HasIndex(f => new { f.Municipality, f.Week });
    }
}

internal sealed class WeekConfirmationTable : IEntityTypeConfiguration<WeekConfirmationRow>
{
    public void Configure(EntityTypeBuilder<WeekConfirmationRow> builder)
    {
        builder.ToTable("week_confirmation");
        builder.HasKey(c => c.Seq);
        builder.Property(c => c.Seq).ValueGeneratedNever();
        builder.HasIndex(c => new { c.Municipality, c.Week, c.Partner });
    }
}
