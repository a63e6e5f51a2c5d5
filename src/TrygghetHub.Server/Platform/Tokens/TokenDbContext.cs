using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using TrygghetHub.Server.Platform.Storage;

namespace TrygghetHub.Server.Platform.Tokens;

/// <summary>
/// <c>tokens.db</c>: which tokens were issued, as OpenIddict keeps it. It holds no fact: who may do what stands in the
/// register, and a token proves itself. A file of another version, or a damaged one, is made anew.
/// </summary>
internal sealed class TokenDbContext(DbContextOptions<TokenDbContext> options) : DbContext(options)
{
    // SQLite's result codes for a file that is none of its own, and for one that is damaged.
    private const int NotADatabase = 26;
    private const int Corrupt = 11;

    /// <summary>Makes the file where it is missing or another, and says how to connect to it.</summary>
    public static string Prepare(DataDirectory directory)
    {
        var path = directory.Combine("tokens.db");
        var connectionString = directory.ConnectionString("tokens.db");
        using var context = new TokenDbContext(
            new DbContextOptionsBuilder<TokenDbContext>().UseSqlite(connectionString + ";Pooling=False").Options);
        var version = VersionOf(context);
        if (!IsOf(context, version))
        {
            foreach (var file in new[] { path, path + "-wal", path + "-shm" })
            {
                File.Delete(file);
            }

            directory.Database("tokens.db");
            context.Database.EnsureCreated();
            Execute(context, "PRAGMA journal_mode=WAL");

            // Last: a file without it was not finished.
            Execute(context, string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version={version}"));
        }

        return connectionString;
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.UseOpenIddict();

    // SQLite has room for one number in the file's head: the script that makes the tables, hashed.
    private static int VersionOf(TokenDbContext context) =>
        BinaryPrimitives.ReadInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(context.Database.GenerateCreateScript())))
        & int.MaxValue;

    private static bool IsOf(TokenDbContext context, int version)
    {
        try
        {
            return Convert.ToInt64(Execute(context, "PRAGMA user_version"), CultureInfo.InvariantCulture) == version
                && Execute(context, "PRAGMA quick_check") is "ok";
        }
        catch (SqliteException e) when (e.SqliteErrorCode is NotADatabase or Corrupt)
        {
            return false;
        }
    }

    private static object? Execute(TokenDbContext context, string sql)
    {
        using var connection = new SqliteConnection(context.Database.GetConnectionString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
