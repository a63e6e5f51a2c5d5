using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Quartz;
using TrygghetHub.Server.Platform.Storage;

namespace TrygghetHub.Server.Platform.Jobs;

/// <summary>
/// Quartz with its own file, <c>jobs.db</c>: it holds no fact and can be rebuilt from configuration. Its tables never
/// share a file, and so a writer, with the journal.
/// </summary>
internal static class JobsModule
{
    public static IServiceCollection AddJobs(
        this IServiceCollection services, DataDirectory directory, TimeProvider time, Action<IQuartzBuilder> schedule)
    {
        var connectionString = directory.ConnectionString("jobs.db");
        UseWal(connectionString);
        services.AddQuartz(jobs =>
        {
            jobs.UseTimeProvider(time);
            jobs.UseDefaultThreadPool(2);
            jobs.UsePersistentStore(store =>
            {
                store.UseSqlite(connectionString);
                store.ProvisionSchema();

                // A hub that failed to stop must not keep its process.
                store.ConfigureStore(options => options.UseBackgroundThreads = true);
            });
            schedule(jobs);
        });
        services.AddQuartzHostedService(hosted => hosted.WaitForJobsToComplete = true);
        return services;
    }

    // Stays with the file: without it every firing waits for two fsyncs of a rollback journal.
    private static void UseWal(string connectionString)
    {
        using var connection = new SqliteConnection(connectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode=WAL";
        command.ExecuteNonQuery();
    }
}
