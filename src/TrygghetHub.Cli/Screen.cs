using System.Globalization;
using Google.Protobuf;
using Spectre.Console;
using Spectre.Console.Rendering;
using TrygghetHub.Server.Platform.Telemetry;

namespace TrygghetHub.Cli;

/// <summary>
/// Where a command writes: results on stdout, progress and errors on stderr. What it writes may come from anybody, so a character
/// that a terminal would obey, or that is not seen, is written out as <c>\uXXXX</c>, which is what JSON has for it too.
/// </summary>
internal sealed class Screen
{
    // Wide enough for every table here; what is redirected has no width of its own.
    private const int RedirectedWidth = 100;

    private static readonly JsonFormatter Json = new(
        JsonFormatter.Settings.Default.WithFormatDefaultValues(true).WithIndentation("  "));

    /// <summary>How JSON that is no protobuf is written.</summary>
    public static readonly System.Text.Json.JsonSerializerOptions IndentedJson = new()
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNamingPolicy = System.Text.Json.JsonNamingPolicy.CamelCase,
    };

    /// <summary>The same on one line.</summary>
    public static readonly System.Text.Json.JsonSerializerOptions OneLineJson = new(IndentedJson) { WriteIndented = false };

    private static readonly JsonFormatter JsonLine = new(JsonFormatter.Settings.Default.WithFormatDefaultValues(true));

    private readonly IAnsiConsole output;
    private readonly IAnsiConsole error;
    private readonly bool isErrorRedirected;

    /// <summary>A screen on stdout and stderr.</summary>
    public Screen() : this(Console.Out, Console.Error)
    {
    }

    /// <summary>A screen on what takes their place.</summary>
    public Screen(TextWriter output, TextWriter error)
    {
        isErrorRedirected = error != Console.Error || Console.IsErrorRedirected;
        this.output = On(output, output != Console.Out || Console.IsOutputRedirected);
        this.error = On(error, isErrorRedirected);
    }

    /// <summary>Ends what waits for an answer.</summary>
    public CancellationToken Stopped { get; init; }

    private Screen(Screen other)
    {
        RefusalLanguage = other.RefusalLanguage;
        Stopped = other.Stopped;
        isErrorRedirected = other.isErrorRedirected;
        output = error = other.error;
    }

    /// <summary>Language of the hub's refusals: <c>sv</c> or <c>en</c>.</summary>
    public string RefusalLanguage { get; init; } = Cli.RefusalLanguage.English;

    /// <summary>The same with results on stderr too: for what is shown beside a JSON document, which has stdout for itself.</summary>
    public Screen Aside() => new(this);

    /// <summary>Writes a line of the result as it is, never wrapped: it may be there to be copied.</summary>
    public void Line(string text = "") => output.Profile.Out.Writer.WriteLine(Visible(text));

    /// <summary>Writes a table or another figure of the result.</summary>
    public void Show(IRenderable figure) => output.Write(new VisibleFigure(figure));

    /// <summary>Writes one message as protobuf JSON, fields with default values included.</summary>
    public void WriteJson(IMessage message) => Line(Json.Format(message));

    /// <summary>Writes messages as a JSON array.</summary>
    public void WriteJson(IEnumerable<IMessage> messages)
    {
        var items = messages.Select(m => "  " + Json.Format(m).ReplaceLineEndings("\n").Replace("\n", "\n  ", StringComparison.Ordinal));
        var text = string.Join(",\n", items);
        Line(text.Length == 0 ? "[]" : $"[\n{text}\n]");
    }

    /// <summary>Writes one message as protobuf JSON on one line, for what has no end (NDJSON).</summary>
    public void WriteJsonLine(IMessage message) => Line(JsonLine.Format(message));

    /// <summary>Writes a document of a command that no message of the hub answers. Instants in it are UTC.</summary>
    public void WriteDocument<T>(T document) => Line(System.Text.Json.JsonSerializer.Serialize(document, IndentedJson));

    /// <summary>Writes such a document on one line, for what goes on after it.</summary>
    public void WriteDocumentLine<T>(T document) => Line(System.Text.Json.JsonSerializer.Serialize(document, OneLineJson));

    /// <summary>A message as a part of such a document.</summary>
    public static System.Text.Json.Nodes.JsonNode Node(IMessage message) => System.Text.Json.Nodes.JsonNode.Parse(JsonLine.Format(message))!;

    /// <summary>Says on stderr what the command is at, or what to do next.</summary>
    public void Note(string text) => error.Profile.Out.Writer.WriteLine(Visible(text));

    /// <summary>Asks on stderr; the answer follows on the same line.</summary>
    public void Ask(string text) => error.Profile.Out.Writer.Write(Visible(text));

    /// <summary>Says on stderr what went wrong and what to do.</summary>
    public void Fail(string message, string? remedy, params ReadOnlySpan<(string Name, string? Value)> details)
    {
        Note("thub: " + message);
        foreach (var (name, value) in details)
        {
            if (value is not null)
            {
                Note($"  {name}: {value}");
            }
        }

        if (remedy is not null)
        {
            Note("  → " + remedy);
        }
    }

    /// <summary>Says on stderr what went wrong beside what was done, and what to do.</summary>
    public void Warn(string message, string remedy)
    {
        Note("thub: warning: " + message);
        Note("  → " + remedy);
    }

    /// <summary>Does long work and shows on stderr, where that is a terminal, that it goes on.</summary>
    public async Task<T> WorkAsync<T>(string what, Func<Task<T>> work) => isErrorRedirected
        ? await work()
        : await error.Status().Spinner(Spinner.Known.Dots).StartAsync(Markup.Escape(what), _ => work());

    /// <summary>Does work that tells what it is at, and shows it on stderr, where that is a terminal.</summary>
    public async Task FollowAsync(string what, Func<Action<string>, Task> work)
    {
        if (isErrorRedirected)
        {
            await work(_ => { });
            return;
        }
        await error.Status().StartAsync(Markup.Escape(what), status =>
        {
            // Told a few times a second at most: telling costs more than streaming does.
            var told = TimeProvider.System.GetTimestamp();
            return work(now =>
            {
                if (TimeProvider.System.GetElapsedTime(told) < TimeSpan.FromMilliseconds(200))
                {
                    return;
                }

                told = TimeProvider.System.GetTimestamp();
                status.Status = Markup.Escape(now);
            });
        });
    }

    /// <summary>Does work that is counted, and shows on stderr, where that is a terminal, how far it has come.</summary>
    public async Task<T> CountAsync<T>(string what, int total, Func<Action<int>, Task<T>> work)
    {
        if (isErrorRedirected)
        {
            return await work(_ => { });
        }

        return await error.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(context =>
            {
                var task = context.AddTask(Markup.Escape(what), maxValue: Math.Max(1, total));
                return work(done => task.Value = done);
            });
    }

    /// <summary>A table in the one style that all commands share.</summary>
    public static Table Table(params ReadOnlySpan<string> columns)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var column in columns)
        {
            // A trailing ">" asks for figures to stand flush right.
            var isFigure = column.EndsWith('>');
            var made = new TableColumn(new Text(isFigure ? column[..^1] : column, new Style(decoration: Decoration.Bold)));
            table.AddColumn(isFigure ? made.RightAligned().NoWrap() : made);
        }
        return table;
    }

    /// <summary>A figure with thousands apart.</summary>
    public static string Figure(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    // Line ends are the commands' own.
    private static string Visible(string text) => VisibleText.Of(text.Replace("\r\n", "\n", StringComparison.Ordinal), keepLines: true);

    private static IAnsiConsole On(TextWriter writer, bool isRedirected)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
        if (isRedirected)
        {
            console.Profile.Width = RedirectedWidth;
        }

        return console;
    }

    /// <summary>A figure whose texts are visible; what Spectre itself sends to the terminal stays.</summary>
    private sealed class VisibleFigure(IRenderable figure) : IRenderable
    {
        public Measurement Measure(RenderOptions options, int maxWidth) => figure.Measure(options, maxWidth);

        public IEnumerable<Segment> Render(RenderOptions options, int maxWidth) => figure.Render(options, maxWidth).Select(
            s => s.IsControlCode || s.IsLineBreak ? s : new Segment(VisibleText.Of(s.Text, keepLines: true), s.Style));
    }
}
