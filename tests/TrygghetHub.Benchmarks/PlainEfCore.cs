using Microsoft.EntityFrameworkCore;

namespace TrygghetHub.Benchmarks;

/// <summary>
/// What one would write first: EF Core into the same tables and indexes, a new context and one SaveChanges a message.
/// </summary>
internal sealed class PlainEfCore : IDisposable
{
    private readonly DbContextOptions<Context> options;
    private long seq;

    public PlainEfCore(string path)
    {
        BareSqlite.Open(path).Dispose();
        options = new DbContextOptionsBuilder<Context>().UseSqlite($"Data Source={path}").Options;
    }

    public void Write(IReadOnlyList<ReportValues> reports)
    {
        foreach (var report in reports)
        {
            seq++;
            using var context = new Context(options);
            context.Add(new Entry
            {
                seq = seq,
                kind = 1,
                envelope_hash = report.Hash,
                salted_hash = report.Hash,
                nonce = report.Id,
                content = report.Content,
                leaf = report.Hash,
            });
            context.Add(new Report
            {
                seq = seq,
                report_id = report.Id,
                type = 1,
                revision = 1,
                state = 1,
                partner = "polisen",
                category = "graffiti",
                family = "damage-and-litter",
                severity = 2,
                environment = 1,
                county = "01",
                municipality = "0139",
                district = "0139-bro",
                precision = 4,
                tlp = 3,
                week = 202420,
                occurred_from = 1715767200000000,
                occurred_to = 1715767200000000,
                certainty = 1,
            });
            context.Add(new Key
            {
                partner = "polisen",
                source_ref_hash = report.SourceRefHash,
                revision = 1,
                seq = seq,
                type = 1,
                content_hash = report.Id,
                source_version = "",
            });
            context.SaveChanges();
        }
    }

    public void Dispose() => Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();

    private sealed class Context(DbContextOptions<Context> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Entry>().ToTable("journal_entry").HasKey(e => e.seq);
            modelBuilder.Entity<Report>().ToTable("report").HasKey(r => r.seq);
            modelBuilder.Entity<Key>().ToTable("report_key").HasKey(k => new { k.partner, k.source_ref_hash, k.revision });
            modelBuilder.Entity<Entry>().Property(e => e.seq).ValueGeneratedNever();
            modelBuilder.Entity<Report>().Property(r => r.seq).ValueGeneratedNever();
        }
    }

#pragma warning disable IDE1006 // named as the columns are, so that nothing has to be mapped
    private sealed class Entry
    {
        public long seq { get; set; }
        public long kind { get; set; }
        public long at { get; set; }
        public required byte[] envelope_hash { get; set; }
        public required byte[] salted_hash { get; set; }
        public byte[]? nonce { get; set; }
        public byte[]? content { get; set; }
        public required byte[] leaf { get; set; }
    }

    private sealed class Report
    {
        public long seq { get; set; }
        public long? superseded_by_seq { get; set; }
        public long at { get; set; }
        public required byte[] report_id { get; set; }
        public long type { get; set; }
        public long revision { get; set; }
        public long state { get; set; }
        public required string partner { get; set; }
        public required string category { get; set; }
        public required string family { get; set; }
        public long severity { get; set; }
        public long environment { get; set; }
        public required string county { get; set; }
        public string? municipality { get; set; }
        public string? district { get; set; }
        public string? place { get; set; }
        public long precision { get; set; }
        public long tlp { get; set; }
        public long week { get; set; }
        public long published { get; set; }
        public long exercise { get; set; }
        public long context_only { get; set; }
        public long text { get; set; }
        public long occurred_from { get; set; }
        public long occurred_to { get; set; }
        public long certainty { get; set; }
    }

    private sealed class Key
    {
        public required string partner { get; set; }
        public required byte[] source_ref_hash { get; set; }
        public long revision { get; set; }
        public long seq { get; set; }
        public long type { get; set; }
        public long withdrawn { get; set; }
        public required byte[] content_hash { get; set; }
        public required string source_version { get; set; }
    }
#pragma warning restore IDE1006
}
