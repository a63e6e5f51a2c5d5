using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using TrygghetHub.Partners.V1;
using TrygghetHub.Server.Platform.Telemetry;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Platform.Telemetry;

public sealed partial class LogBoundaryTests : IDisposable
{
    private const string Jwt = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ1cm46dHJ5Z2doZXQifQ.c2lnbmF0dXJl";
    private const string Code = "thj1_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789_-AbCdEf";

    private const int Lines = 1_000;

    private readonly LogCollector collector = new();
    private readonly ServiceProvider services;
    private readonly ILoggerFactory loggers;

    public LogBoundaryTests()
    {
        var host = new ServiceCollection();
        host.AddLogging(log => log.SetMinimumLevel(LogLevel.Trace).AddProvider(collector));
        LogBoundary.Enclose(host, new FakeTimeProvider());
        services = host.BuildServiceProvider();
        loggers = services.GetRequiredService<ILoggerFactory>();
    }

    [Fact]
    public void Line_WithControlCharacters_ShowsThemInMessageFieldsAndException()
    {
        LogSeen(loggers.CreateLogger("Any"), new InvalidOperationException("x\u001b[2J\r\nInfo: forged"), "a\r\n\u202e\0b");

        var line = Assert.Single(collector.Events);
        Assert.Equal("Seen a\\u000D\\u000A\\u202E\\u0000b", line.Text);
        Assert.Equal("a\\u000D\\u000A\\u202E\\u0000b", line.Fields["What"]);
        Assert.Contains("x\\u001B[2J\\u000D\\u000AInfo: forged", line.Exception!.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', line.Exception.Message);
    }

    [Fact]
    public void Line_OfAMessageThatIsNoTemplate_ShowsControlCharactersToo()
    {
#pragma warning disable CA2254, CA1848 // The wrong way to log is what is tested.
        loggers.CreateLogger("Any").LogWarning("from outside: \u001b[31m");
#pragma warning restore CA2254, CA1848

        Assert.Equal("from outside: \\u001B[31m", Assert.Single(collector.Events).Text);
        Assert.DoesNotContain('\u001b', Assert.Single(collector.Events).Fields["{OriginalFormat}"]);
    }

    [Theory]
    [InlineData(Jwt)]
    [InlineData(Code)]
    [InlineData("Bearer 0123456789abcdef")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49\n-----END PRIVATE KEY-----")]
    public void Line_WithASecret_DoesNotHoldIt(string secret)
    {
        LogSeen(loggers.CreateLogger("Any"), new InvalidOperationException(secret), $"before {secret} after");

        var line = Assert.Single(collector.Events);
        var all = string.Join('\n', line.Fields.Values.Append(line.Text).Append(line.Exception!.ToString()).Append(line.Exception.Message));
        foreach (var part in secret.Split('.', '\n', ' ').Where(p => p.Length > 12 && !p.Contains("KEY", StringComparison.Ordinal)))
        {
            Assert.DoesNotContain(part, all, StringComparison.Ordinal);
        }

        Assert.StartsWith("Seen before ", line.Text, StringComparison.Ordinal);
        Assert.EndsWith(" after", line.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Line_OfAnyLength_IsCut()
    {
        LogSeen(loggers.CreateLogger("Any"), null, new string('x', 1_000_000));

        var line = Assert.Single(collector.Events);
        Assert.True(line.Text.Length < LogText.LongestMessage + 100);
        Assert.True(line.Fields["What"].Length < LogText.LongestValue + 100);
    }

    [Theory]
    [InlineData("OpenIddict")]
    [InlineData("OpenIddict.Server.OpenIddictServerDispatcher")]
    [InlineData("Microsoft.AspNetCore.HttpLogging.HttpLoggingMiddleware")]
    [InlineData("System.Net.Http.HttpClient.x.ClientHandler")]
    [InlineData("Microsoft.IdentityModel.Tokens")]
    public void Category_ThatWritesTokens_SaysNothingBelowAWarning(string category)
    {
        var logger = loggers.CreateLogger(category);

        Assert.False(logger.IsEnabled(LogLevel.Information));
        Assert.True(logger.IsEnabled(LogLevel.Warning));
        Assert.True(loggers.CreateLogger(category + "Not").IsEnabled(LogLevel.Trace) || category.Contains('.', StringComparison.Ordinal));
    }

    [Fact]
    public void FaultOfACaller_InTheFramework_IsOneLineWithoutStackTrace()
    {
        var logger = loggers.CreateLogger("Grpc.AspNetCore.Server.ServerCallHandler");
        LogSeen(logger, Thrown(() => throw new InvalidDataException("broken gzip")), "one");

        var line = Assert.Single(collector.Events);
        Assert.Null(line.Exception);
        Assert.Equal("Seen one InvalidDataException: broken gzip", line.Text);
    }

    [Fact]
    public void FaultOfTheHub_InTheFramework_KeepsItsStackTrace()
    {
        LogSeen(
            loggers.CreateLogger("Microsoft.AspNetCore.Server.Kestrel"), Thrown(() => throw new ArithmeticException("ours")), "one");

        Assert.Contains(nameof(Thrown), Assert.Single(collector.Events).Exception!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void FaultOfACaller_InOurOwnCode_KeepsItsStackTrace()
    {
        LogSeen(loggers.CreateLogger("TrygghetHub.Server.X"), Thrown(() => throw new IOException("disk")), "one");

        Assert.NotNull(Assert.Single(collector.Events).Exception!.StackTrace);
    }

    [Fact]
    public void Line_WithManyExceptionsInOne_ShowsControlCharactersOfEach()
    {
        var many = new AggregateException(
            "outer\u001b", new IOException("first\r\nforged", new InvalidOperationException("inside\r\nforged")), new IOException("second\r\nforged"));
        LogSeen(loggers.CreateLogger("Any"), many, "one");

        var text = Assert.Single(collector.Events).Exception!.ToString();
        Assert.DoesNotContain("\nforged", text, StringComparison.Ordinal);
        foreach (var message in (string[])["outer\\u001B", "first\\u000D\\u000Aforged", "inside\\u000D\\u000Aforged", "second\\u000D\\u000Aforged"])
        {
            Assert.Contains(message, text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Exception_WhoseTextIsChanged_KeepsTheNameOfItsType()
    {
        LogSeen(loggers.CreateLogger("Any"), new ArithmeticException("x\u001b"), "one");

        var told = Assert.Single(collector.Events).Exception!;
        Assert.Equal("System.ArithmeticException: x\\u001B", told.Message);
        Assert.StartsWith("System.ArithmeticException: x\\u001B", told.ToString(), StringComparison.Ordinal);
    }

    /// <summary>At every level a stranger has its bound; what a partner and the hub itself do at a low level has none.</summary>
    [Theory]
    [InlineData(LogLevel.Trace)]
    [InlineData(LogLevel.Debug)]
    [InlineData(LogLevel.Information)]
    [InlineData(LogLevel.Warning)]
    [InlineData(LogLevel.Critical)]
    public async Task Lines_AboutOneStranger_AreBoundedAtEveryLevel(LogLevel level)
    {
        var most = (level == LogLevel.Warning ? 1 : LogBudget.OthersFactor) * LogBudget.OfAnOrigin / LogBudget.LeastLine;
        await CausedByAsync(null, () => LogMany("Microsoft.AspNetCore.Server.Kestrel", level));
        await CausedByAsync(null, () => LogMany("TrygghetHub.Server.X", level));
        Assert.Equal(most, collector.Events.Count);

        LogMany("TrygghetHub.Server.Jobs", level);
        Assert.Equal(most + Lines, collector.Events.Count);
        if (level < LogLevel.Warning)
        {
            await CausedByAsync("urn:trygghet:partner:a", () => LogMany("Microsoft.AspNetCore.Server.Kestrel", level));
            Assert.Equal(most + (2 * Lines), collector.Events.Count);
        }

        ((LogBoundary)loggers).EndWindow();
        Assert.Contains(collector.Events, e => e.Id == (int)SecurityEvent.LinesLeftOut && e.Fields["Origin"] == "192.0.2.7");
    }

    /// <summary>A stranger that uses its code has joined, whatever it did before: that is always written.</summary>
    [Fact]
    public async Task Changes_CausedByAStranger_AreAlwaysWritten()
    {
        await CausedByAsync(null, () =>
        {
            LogMany("TrygghetHub.Server.X", LogLevel.Information);
            LogMany(SecurityEvents.Category, LogLevel.Information);
        });

        Assert.Equal(Lines, collector.Events.Count(e => e.Category == SecurityEvents.Category));
    }

    [Fact]
    public void Protobuf_ThatIsBroken_IsACallersFault() => Assert.True(CallerFault.Is(
        Assert.Throws<InvalidProtocolBufferException>(() => new JoinRequest().MergeFrom((byte[])[0x0a, 0xff]))));

    public void Dispose()
    {
        services.Dispose();
        collector.Dispose();
    }

    private void LogMany(string category, LogLevel level)
    {
        var logger = loggers.CreateLogger(category);
        for (var i = 0; i < Lines; i++)
        {
            LogAt(logger, level, i);
        }
    }

    private static async Task CausedByAsync(string? principal, Action work)
    {
        var connection = new DefaultHttpContext();
        connection.Connection.RemoteIpAddress = System.Net.IPAddress.Parse("192.0.2.7");
        await using var services = new ServiceCollection().BuildServiceProvider();
        var app = new ApplicationBuilder(services);
        CallOrigin.Follow(app);
        app.Run(_ =>
        {
            if (principal is not null)
            {
                CallOrigin.Identify(principal, principal);
            }

            work();
            return Task.CompletedTask;
        });
        await app.Build()(connection);
    }

    private static Exception Thrown(Action throws)
    {
        try
        {
            throws();
            throw new InvalidOperationException();
        }
        catch (Exception e)
        {
            return e;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Seen {What}")]
    private static partial void LogSeen(ILogger logger, Exception? exception, string what);

    [LoggerMessage(Message = "Line {Number}")]
    private static partial void LogAt(ILogger logger, LogLevel level, int number);
}
